// A state that was found to hold no secret is not searched again when it comes once more. Whatever went before, its
// records are what a module makes of them that has seen nothing else.
import { PRESETS, type Saltflat, load } from '../../../build/host/index.js';
import type { Options } from '../../oracle/options.js';

const SHIPPED: Options = { redact: true, id: true, max_bytes: { member: 262_144, record: 1_000_000 } };
const KEY = 'cmd_|-deploy_|-deploy web_|-run';
const SECRET = 'Tr0ub4dor&3';

const STATE = {
  name: 'deploy web',
  changes: { pid: 17, stdout: 'all is well, nothing to see' },
  result: true,
  comment: 'Command "deploy web" run',
  __sls__: 'web.deploy',
  __run_num__: 3,
  start_time: '09:14:39.671178',
  duration: 10.097,
  __id__: 'deploy',
};

/** A job return with one state, or several; `members` over those of the state. As the line that an agent hands over. */
function event(members: object = {}, key = KEY): string {
  return eventOf({ [key]: { ...STATE, ...members } });
}

function eventOf(states: object): string {
  const data = { cmd: '_return', id: 'web-01', jid: '20261122091947512388', fun: 'state.sls', return: states };
  return JSON.stringify({ log: JSON.stringify({ data, tag: 'salt/job/20261122091947512388/ret/web-01' }) });
}

function outputs(module: Saltflat, input: string): (string | null)[] {
  const decoder = new TextDecoder();
  return PRESETS.map((preset) => {
    const output = module.call(input, { preset, time: { sec: 1_764_000_000, nsec: 0 } });
    return output === null ? null : decoder.decode(output);
  });
}

/**
 * Brings the events through one module, twice, each preset in turn; what comes out is what a new module makes of each.
 */
async function expectNothingRemembered(inputs: readonly string[], options: Options = SHIPPED): Promise<string> {
  const module = await load({ options });
  let all = '';
  for (const input of [...inputs, ...inputs]) {
    const output = outputs(module, input);
    expect(output).toEqual(outputs(await load({ options }), input));
    all += output.join('\n');
  }
  return all;
}

it('passes over times and durations', async () => {
  const text = await expectNothingRemembered([
    event(),
    event({ start_time: '23:59:59.000001', duration: 1234567.25 }),
    event({ duration: 3 }),
    event({ duration: '3 ms' }),
    event({ start_time: '23:59:59', duration: 1e-7 }),
  ]);
  expect(text).toContain('23:59:59.000001');
  expect(text).toContain('1234567.25');
});

describe('finds a secret in a state that was there before without one', () => {
  // Each is as long as the state that went before, in the same place of the table: all but a few bytes are the same.
  const before = { ...STATE, comment: `deployed with release=${'x'.repeat(SECRET.length)}` };
  it.each<[string, object, string?]>([
    ['in the comment', { comment: `deployed with password=${SECRET.slice(0, -1)}` }],
    ['in the changes', { changes: { password: SECRET, stdout: 'all is well, nothing' } }],
    ['in place of the time', { start_time: `password=${SECRET}` }],
    ['in place of the time, as long', { start_time: 'pw=Tr0ub4dor&3xy' }],
    ['in place of the duration', { duration: `password=${SECRET}` }],
    ['behind the duration', { __id__: `password=${SECRET}` }],
    ['in a member more', { token: SECRET }],
  ])('%s', async (_, members) => {
    const text = await expectNothingRemembered([event(before), event(before), event({ ...before, ...members })]);
    expect(text).toContain('[redacted]');
    expect(text).not.toContain(SECRET.slice(0, -1));
  });

  it('in its key', async () => {
    const key = (word: string): string => `cmd_|-deploy_|-deploy --${word}=${SECRET}_|-run`;
    const text = await expectNothingRemembered([event({}, key('released')), event({}, key('password'))]);
    expect(text).toContain('[redacted]');
  });

  it('where only the module of its key says that it is one', async () => {
    const changes = { 'python3-password': { old: '1', new: '2' } };
    const text = await expectNothingRemembered([
      event({ changes }, 'pkg_|-tools_|-tools_|-installed'),
      event({ changes }, 'cmd_|-tools_|-tools_|-installed'),
    ]);
    expect(text).toContain('[redacted]');
  });

  it('where only the file of its key says that it is one', async () => {
    const changes = { diff: '-a\n+b' };
    const key = (path: string): string => `file_|-conf_|-${path}_|-managed`;
    const text = await expectNothingRemembered([
      event({ changes }, key('/etc/motdow')),
      event({ changes }, key('/etc/shadow')),
    ]);
    expect(text).toContain('[diff: dropped]');
  });
});

it('searches times where a name takes two digits for its own', async () => {
  const text = await expectNothingRemembered([event({ start_time: '09:24:39.671178' }), event()], {
    redact: { members: ['1?'] },
  });
  expect(text).toContain('09:24:39.671178');
  expect(text).not.toContain('09:14:39.671178');
});

it('forgets the oldest of more states than it has room for', async () => {
  const module = await load({ options: SHIPPED });
  const many = (from: number): string =>
    eventOf(
      Object.fromEntries(
        Array.from({ length: 150 }, (_, index) => {
          const id = `state ${from + index}`;
          return [`cmd_|-${id}_|-${id}_|-run`, { ...STATE, __id__: id, comment: 'c'.repeat(500) }];
        }),
      ),
    );
  const inputs = Array.from({ length: 40 }, (_, index) => many(150 * index));
  const expected = await Promise.all(inputs.map(async (input) => outputs(await load({ options: SHIPPED }), input)));
  for (let round = 0; round < 4; round++) {
    for (const [index, input] of inputs.entries()) expect(outputs(module, input)).toEqual(expected[index]);
  }
});
