// States that others hold, what Salt cut, and the ids of runs that have no job id of a master's.
import { JID, job, recordsWith, states } from '../../support/module/jobs.js';

const OUTER = 'module_|-run it_|-run it_|-run';
const INNER = 'test_|-a_|-a_|-nop';

/** A state of `module.run` whose `changes` hold these. */
const run = (changes: object, key = OUTER): Record<string, object> => ({ [key]: { result: true, changes } });

const briefly = (records: readonly Record<string, unknown>[]): unknown[] =>
  records.map(({ state_name: name, parent_state: parent }) => [name, parent]);

describe('states in the changes of module.run', () => {
  it('are records behind that of the state that holds them', async () => {
    const event = job('mgractionchains.start', { ...run({ ret: states({ a: {} }) }), ...states({ z: {} }) });
    expect(briefly(await recordsWith({}, event))).toEqual([
      [OUTER, undefined],
      [INNER, OUTER],
      ['test_|-z_|-z_|-nop', undefined],
    ]);
  });

  it('are found under the name of the function, and to any depth that a record has', async () => {
    const wait = 'module_|-w_|-w_|-wait';
    const event = job('state.apply', run({ 'state.apply': run({ ret: states({ a: {} }), other: 1 }, wait) }));
    expect(briefly(await recordsWith({}, event))).toEqual([
      [OUTER, undefined],
      [wait, OUTER],
      [INNER, wait],
    ]);
  });

  it('are none in other states', async () => {
    const event = job('state.apply', run({ ret: states({ a: {} }) }, 'salt_|-run_|-run_|-function'));
    expect(await recordsWith({}, event)).toHaveLength(1);
  });

  it('count in the summary, but for their durations', async () => {
    const inner = states({ a: { result: false, changes: {}, duration: 5, __sls__: 'inner' } });
    const outer = { [OUTER]: { result: true, changes: { ret: inner }, duration: 7, __sls__: 'outer' } };
    expect((await recordsWith({ summary: true }, job('state.apply', outer))).at(-1)).toMatchObject({
      ...{ states: 2, failed: 1, changed: 1, total_duration: 7, longest_duration: 7, slowest_state: OUTER },
      sls: ['outer', 'inner'],
    });
  });

  it('are malformed with the record that holds them where they nest too deep, in linear time', async () => {
    let held: object = states({ a: {} });
    for (let level = 0; level < 150; level++) held = run({ ret: held });
    const started = Date.now();
    expect(await recordsWith({}, job('state.apply', held))).toMatchObject([{ event_type: 'malformed' }]);
    expect(Date.now() - started).toBeLessThan(5000);
  });
});

describe('trimmed', () => {
  it.each([
    ['in a state', { comment: 'VALUE_TRIMMED' }],
    ['at any depth', { changes: { a: [{ b: 'VALUE_TRIMMED' }] } }],
  ])('stands on a record that holds the mark %s', async (_, state) => {
    const [first, second] = await recordsWith({}, job('state.apply', states({ a: state, b: {} })));
    expect(first).toMatchObject({ trimmed: true });
    expect(second).not.toHaveProperty('trimmed');
  });

  it('takes no names for it, and no part of a string', async () => {
    const state = { changes: { VALUE_TRIMMED: 1 }, comment: 'VALUE_TRIMMED, or not' };
    expect((await recordsWith({}, job('state.apply', states({ a: state }))))[0]).not.toHaveProperty('trimmed');
  });
});

describe('event_id', () => {
  const idOf = async (members: object): Promise<unknown> =>
    (await recordsWith({ id: true }, job('state.apply', states({ a: {} }), members)))[0]?.['event_id'];

  it('has the time at the master where the jid tells no run from another', async () => {
    const [one, two] = ['2026-11-22T09:19:49.076174+00:00', '2026-11-22T09:29:49.076174+00:00'];
    expect(await idOf({ jid: 'nocache', _stamp: one })).not.toBe(await idOf({ jid: 'nocache', _stamp: two }));
    expect(await idOf({ jid: JID, _stamp: one })).toBe(await idOf({ jid: JID, _stamp: two }));
  });

  it('has the states that hold a state', async () => {
    const event = job('state.apply', { ...run({ ret: states({ a: {} }) }), ...states({ a: {} }) });
    const ids = (await recordsWith({ id: true }, event)).map(({ event_id: id }) => id);
    expect(new Set(ids).size).toBe(3);
  });
});
