// `flatten_ecs`: event.created, event.start and event.end. The true times are in the tests; the property test has any.
import { type EcsRecord } from '../../../../build/host/index.js';
import { ecsWith, recordOf } from '../../../support/module/ecs-records.js';
import { job, states } from '../../../support/module/jobs.js';

type Clock = readonly [start: unknown, milliseconds: unknown];

const at = ({ event }: EcsRecord): unknown[] => [event?.['start'], event?.['end']];

/** When states ran that Salt gives these times, in a job whose return came at that stamp. */
async function timesOf(stamp: unknown, ...clocks: readonly Clock[]): Promise<unknown[][]> {
  const each = clocks.map(([start, duration], index) => [`s${index}`, { start_time: start, duration }] as const);
  const event = job('state.sls', states(Object.fromEntries(each)), { _stamp: stamp });
  return (await ecsWith({}, event)).map(at);
}

describe('_stamp', () => {
  it.each([
    ['2026-11-22T09:19:49.076174', '2026-11-22T09:19:49.076174Z'],
    ['2026-11-22T09:19:49.076174+00:00', '2026-11-22T09:19:49.076174Z'],
    ['2026-11-22T09:19:49.076174Z', '2026-11-22T09:19:49.076174Z'],
    ['2026-11-22T09:19:49', '2026-11-22T09:19:49.000000Z'],
    ['2026-11-22T09:19:49.5', '2026-11-22T09:19:49.500000Z'],
    ['2026-11-22T09:19:49.123456789Z', '2026-11-22T09:19:49.123456Z'],
    ['2026-01-01T01:30:00.000001+02:00', '2025-12-31T23:30:00.000001Z'],
    ['2026-12-31T22:00:00.000001-03:30', '2027-01-01T01:30:00.000001Z'],
    ['2024-03-01T05:00:00.000000+05:45', '2024-02-29T23:15:00.000000Z'],
    ['2000-02-29T12:00:00.000000', '2000-02-29T12:00:00.000000Z'],
    ['2026-02-30T09:19:49.076174', undefined],
    ['2025-02-29T09:19:49.076174', undefined],
    ['2100-02-29T09:19:49.076174', undefined],
    ['2026-13-01T00:00:00', undefined],
    ['2026-00-10T00:00:00', undefined],
    ['2026-11-00T00:00:00', undefined],
    ['2026-11-22T24:00:00', undefined],
    ['2026-11-22T09:60:00', undefined],
    ['2026-11-22T09:19:49.076174x', undefined],
    ['garbage', undefined],
    ['', undefined],
    [1764000000, undefined],
    [null, undefined],
    [{}, undefined],
  ])('%j is event.created %s', async (stamp, expected) => {
    const { event } = await recordOf({ start_time: 'x' }, {}, { _stamp: stamp });
    expect(event?.['created']).toBe(expected);
  });

  it.each(['garbage', null, '2026-02-30T09:19:49.076174'])('that is %j leaves no time to a state', async (stamp) => {
    expect(await timesOf(stamp, ['09:19:48.000000', 1])).toEqual([[undefined, undefined]]);
  });
});

describe('a state ran', () => {
  const END = '2026-11-22T12:00:01.000000Z';

  it.each([
    ['UTC', '12:00:00.500000'],
    ['Paris in winter', '13:00:00.500000'],
    ['New York in winter', '07:00:00.500000'],
    ['Kathmandu, +05:45', '17:45:00.500000'],
    ['St. John’s in winter, -03:30', '08:30:00.500000'],
    ['Apia, +13:00, on the next day', '01:00:00.500000'],
    ['Kiritimati, +14:00, on the next day', '02:00:00.500000'],
    ['Pago Pago, -11:00', '01:00:00.500000'],
  ])('at the same moment, whether its minion is in %s', async (_, clock) => {
    expect(await timesOf('2026-11-22T12:00:01.100000', [clock, 500])).toEqual([['2026-11-22T12:00:00.500000Z', END]]);
  });

  it('before midnight or behind it, as its minion counts and as the master does', async () => {
    const clocks: Clock[] = [
      ['23:59:58.000000', 1500],
      ['23:59:59.500000', 1000],
      ['00:00:00.500000', 250],
    ];
    expect(await timesOf('2026-12-31T23:00:01', ...clocks)).toEqual([
      ['2026-12-31T22:59:58.000000Z', '2026-12-31T22:59:59.500000Z'],
      ['2026-12-31T22:59:59.500000Z', '2026-12-31T23:00:00.500000Z'],
      ['2026-12-31T23:00:00.500000Z', '2026-12-31T23:00:00.750000Z'],
    ]);
    expect((await timesOf('2027-01-01T00:00:01', ...clocks)).map(([start]) => start)).toEqual([
      '2026-12-31T23:59:58.000000Z',
      '2026-12-31T23:59:59.500000Z',
      '2027-01-01T00:00:00.500000Z',
    ]);
  });

  it('on a leap day, or the day behind it', async () => {
    const clocks: Clock[] = [
      ['23:59:59.000000', 500],
      ['00:00:00.000000', 500],
    ];
    const starts = async (stamp: string): Promise<unknown[]> =>
      (await timesOf(stamp, ...clocks)).map(([start]) => start);
    expect(await starts('2024-03-01T00:00:01')).toEqual(['2024-02-29T23:59:59.000000Z', '2024-03-01T00:00:00.000000Z']);
    expect(await starts('2024-02-29T00:00:01')).toEqual(['2024-02-28T23:59:59.000000Z', '2024-02-29T00:00:00.000000Z']);
    expect(await starts('2025-03-01T00:00:01')).toEqual(['2025-02-28T23:59:59.000000Z', '2025-03-01T00:00:00.000000Z']);
  });

  it('beside others that are listed before it or end later', async () => {
    const times = await timesOf(
      '2026-11-22T12:10:00.5',
      ['12:00:02.000000', 1000],
      ['12:00:00.000000', 600_000],
      ['12:00:01.000000', 500],
    );
    expect(times).toEqual([
      ['2026-11-22T12:00:02.000000Z', '2026-11-22T12:00:03.000000Z'],
      ['2026-11-22T12:00:00.000000Z', '2026-11-22T12:10:00.000000Z'],
      ['2026-11-22T12:00:01.000000Z', '2026-11-22T12:00:01.500000Z'],
    ]);
  });

  it('hours before the return, in a job of 22 hours', async () => {
    const times = await timesOf('2026-11-23T08:00:02', ['10:00:00.000000', 1000], ['08:00:00.000000', 1000]);
    expect(times.map(([start]) => start)).toEqual(['2026-11-22T10:00:00.000000Z', '2026-11-23T08:00:00.000000Z']);
  });

  it('in the one of several functions that was first', async () => {
    const [early, late] = [
      { start_time: '09:00:00.000000', duration: 1 },
      { start_time: '09:40:00.000000', duration: 1 },
    ];
    const functions = ['state.sls', 'state.apply'];
    const returned = { 'state.sls': states({ a: early }), 'state.apply': states({ b: late }) };
    const event = job(functions, returned, { _stamp: '2026-11-22T09:40:01' });
    expect((await ecsWith({}, event)).map(({ event: each }) => each?.['start'])).toEqual([
      '2026-11-22T09:00:00.000000Z',
      '2026-11-22T09:40:00.000000Z',
    ]);
  });

  it('also where options leave out the state that ended last', async () => {
    const options = { states: { exclude: ['*_|-b_|-*'] } };
    const ran = {
      a: { start_time: '08:00:00.000000', duration: 1 },
      b: { start_time: '08:20:00.000000', duration: 1 },
    };
    const [record] = await ecsWith(options, job('state.sls', states(ran), { _stamp: '2026-11-22T09:20:01' }));
    expect(record?.event?.['start']).toBe('2026-11-22T09:00:00.000000Z');
  });

  it.each([
    ['24:00:00.000000', 1],
    ['12:60:00.000000', 1],
    ['garbage', 1],
    ['', 1],
    [null, 1],
    [7, 1],
    [['12:00:00.000000'], 1],
    ['12:00:00.000000', '1 ms'],
    ['12:00:00.000000', -1],
    ['12:00:00.000000', null],
    ['12:00:00.000000', 1e12],
  ])('at no known time where Salt says %j and %j; others have theirs', async (start, duration) => {
    const times = await timesOf('2026-11-22T12:00:01', [start, duration], ['12:00:00.000000', 1]);
    expect(times).toEqual([
      [undefined, undefined],
      ['2026-11-22T12:00:00.000000Z', '2026-11-22T12:00:00.001000Z'],
    ]);
  });
});
