// Which records leave: only, functions, states, returns, other_events.
import { PLAIN_PRESETS } from '../../../build/host/core/presets.js';
import { load } from '../../../build/host/index.js';
import type { Options } from '../../oracle/options.js';
import { JID, KINDS, brief, job, recordsWith, run, states } from '../../support/module/jobs.js';

/** What leaves of an event, each record in a word. */
async function leaving(options: Options, event: string): Promise<string[]> {
  return (await recordsWith(options, event)).map(brief);
}

const FAILED = ['failed', 'failed with changes', 'requisite failed'];
const CHANGED = [
  ...['failed with changes', 'would change', 'would do nothing', 'changed', 'changed, as text', 'changed, as a list'],
  'ran, and says so',
];
const ALL = Object.keys(KINDS).map((key) => key.split('_|-')[1]);

describe('only', () => {
  it.each([
    ['all', ALL],
    ['failed', FAILED],
    ['changed', CHANGED],
    ['notable', ALL.filter((id) => [...FAILED, ...CHANGED].includes(String(id)))],
  ] as const)('%s takes its states', async (only, expected) => {
    expect(await leaving({ only }, job('state.sls', KINDS))).toEqual(expected);
  });

  it.each(['changed', 'failed', 'notable'] as const)(
    '%s lets failed jobs and malformed records through',
    async (only) => {
      expect(await leaving({ only }, job('state.sls', ["Rendering SLS 'x' failed"]))).toEqual([
        'fun_return of state.sls',
      ]);
      expect(await leaving({ only }, job('state.sls', { ...KINDS, other: 1 }))).toContain('fun_return of state.sls');
      expect((await recordsWith({ only }, '{"data":'))[0]?.event_type).toBe('malformed');
    },
  );
});

describe('functions', () => {
  const SLS = job('state.sls', states({ a: {} }));
  it.each<[string, NonNullable<Options['functions']>, string[]]>([
    ['nothing said', {}, ['a']],
    ['its name', { include: ['state.sls'] }, ['a']],
    ['another name', { include: ['state.apply'] }, []],
    ['the start of its name', { include: ['state'] }, []],
    ['a star', { include: ['state.*'] }, ['a']],
    ['a star that stands for nothing', { include: ['state.sls*'] }, ['a']],
    ['question marks', { include: ['?????.sl?'] }, ['a']],
    ['one question mark too many', { include: ['state.sls?'] }, []],
    ['another case', { include: ['State.*'] }, []],
    ['characters that mean more elsewhere', { include: ['state[.]sls', 'state.sls$', 'state.(sls)'] }, []],
    ['several', { include: ['x', 'state.sls'] }, ['a']],
    ['an exclusion', { exclude: ['*.sls'] }, []],
    ['an exclusion of another', { exclude: ['*.apply'] }, ['a']],
    ['both', { include: ['*'], exclude: ['*'] }, []],
  ])('with %s', async (_, functions, expected) => {
    expect(await leaving({ functions }, SLS)).toEqual(expected);
  });

  it('looks at each function of a job on its own', async () => {
    const event = job(['state.sls', 'state.apply'], {
      'state.sls': states({ a: {} }),
      'state.apply': states({ b: {} }),
    });
    expect(await leaving({ functions: { exclude: ['state.sls'] } }, event)).toEqual(['b']);
  });

  it('joins the names of a job that failed as a whole', async () => {
    const event = job(['test.ping', 'state.sls'], 'The minion function caused an exception');
    expect(await recordsWith({ functions: { include: ['test.ping,state.sls'] } }, event)).toHaveLength(1);
    expect(await recordsWith({ functions: { include: ['state.sls', 'test.ping'] } }, event)).toHaveLength(0);
  });

  it('takes summaries and failed jobs with the function, malformed records never', async () => {
    const functions = { exclude: ['*'] };
    expect(await leaving({ functions, summary: true }, SLS)).toEqual([]);
    expect(await leaving({ functions }, job('state.sls', 'oops'))).toEqual([]);
    expect(await leaving({ functions }, '{"data":')).toEqual(['malformed of undefined']);
  });

  it('counts a character beyond ASCII as one', async () => {
    expect(await leaving({ functions: { include: ['é😀.?'] } }, job('é😀.漢', states({ a: {} })))).toEqual(['a']);
    expect(await leaving({ functions: { include: ['??.漢'] } }, job('é😀.漢', states({ a: {} })))).toEqual(['a']);
  });
});

describe('states.exclude', () => {
  const RETURN = {
    'file_|-conf_|-/etc/x_|-managed': { __sls__: 'web.nginx' },
    'service_|-nginx_|-nginx_|-running': { __id__: 'the service', __sls__: 'web' },
    'cmd_|-last_|-true_|-run': {},
  };
  it.each([
    ['a key', ['file_|-*'], ['the service', 'last']],
    ['a function', ['*_|-running'], ['conf', 'last']],
    ['an id', ['conf'], ['the service', 'last']],
    ['an __id__', ['the*'], ['conf', 'last']],
    ['an __sls__', ['web.*'], ['the service', 'last']],
    ['several', ['web*', 'cmd*'], []],
    ['a name in the middle', ['nginx'], ['conf', 'the service', 'last']],
  ])('matches %s', async (_, exclude, expected) => {
    expect(await leaving({ states: { exclude } }, job('state.sls', RETURN))).toEqual(expected);
  });

  it('leaves what is no state alone', async () => {
    expect(await leaving({ states: { exclude: ['*'] } }, job('state.sls', { ...RETURN, other: {} }))).toEqual([
      'fun_return of state.sls',
    ]);
  });
});

describe('returns', () => {
  it.each<[string, string, string[], string[]]>([
    ['true', job('test.ping', true), [], ['fun_return of test.ping']],
    ['an empty object', job('cmd.run', {}), [], ['fun_return of cmd.run']],
    ['null', job('pkg.upgrade', null), [], ['fun_return of pkg.upgrade']],
    ['an empty object of a state run', job('state.sls', {}), [], []],
    ['a failed state run', job('state.sls', 'oops'), ['fun_return of state.sls'], ['fun_return of state.sls']],
    ['states', job('state.sls', states({ a: {} })), ['a'], ['a']],
    ['a custom wrapper', job('my.wrapper', states({ a: {} })), ['a'], ['a']],
    ['a function passed over', job('mine.update', true), [], []],
    ['another one', job('saltutil.find_job', {}), [], []],
    ['a masterless minion', '{"jid":"1","id":"m","fun":"test.ping","return":true}', [], ['fun_return of test.ping']],
    [
      'a runner',
      run('runner.jobs.active', { '1': { Function: 'test.ping' } }),
      [],
      ['fun_return of runner.jobs.active'],
    ],
    ['an event that is no return', '{"tag":"salt/auth","data":{"id":"m"}}', [], []],
    [
      'two functions',
      job(['test.ping', 'state.sls'], { 'test.ping': true, 'state.sls': states({ a: {} }) }),
      ['a'],
      ['fun_return of test.ping', 'a'],
    ],
  ])('all, and states alone, of %s', async (_, event, inStates, inAll) => {
    expect(await leaving({ returns: 'states' }, event)).toEqual(inStates);
    expect(await leaving({ returns: 'all' }, event)).toEqual(inAll);
  });

  it("is one record of a runner's return, of no minion", async () => {
    const [record, ...others] = await recordsWith(
      { returns: 'all' },
      run('runner.manage.up', { data: { m: 1, n: 2 } }),
    );
    expect(others).toEqual([]);
    expect(record).toMatchObject({ fun_return: { data: { m: 1, n: 2 } }, minion_id: null, event_type: 'fun_return' });
  });

  it("leaves a runner's states as they are", async () => {
    const event = run('runner.state.orchestrate', { data: { master: states({ a: {} }) } });
    expect(await leaving({ returns: 'all' }, event)).toEqual(['a']);
  });

  it('all passes over the functions of returns_ignore instead of its own', async () => {
    const options: Options = { returns: 'all', returns_ignore: ['test.*'] };
    expect(await leaving(options, job('test.ping', true))).toEqual([]);
    expect(await leaving(options, job('mine.update', true))).toEqual(['fun_return of mine.update']);
  });
});

describe('other_events: pass', () => {
  const AUTH = '{"tag": "salt/auth", "data": {"id": "é\\u00e9", "token": "abc", "n": 1.0}}';

  describe.each(PLAIN_PRESETS)('through %s', (preset) => {
    it.each([
      ['an event that is no return', AUTH],
      ['an event as text', JSON.stringify({ log: AUTH, file: 'events' })],
      ['an object that is no event', '{"a": [1, 2.50]}'],
      [
        'the copy of a failed state',
        `{"tag":"state.sls","data":{"jid":"${JID}","fun":"state.sls","id":"m","return":{}}}`,
      ],
    ])('gives %s byte for byte', async (_, event) => {
      const module = await load({ options: { other_events: 'pass' } satisfies Options });
      const returned = new TextDecoder().decode(module.call(event, { preset }) ?? new Uint8Array());
      expect(returned).toBe(preset === 'flatten' ? event : `{"states":[${event}]}`);
    });

    it.each<[string, Options, string]>([
      ['returns of functions that run no states', {}, job('test.ping', true)],
      ['states that only leaves out', { only: 'failed' }, job('state.sls', states({ a: { result: true } }))],
      ['functions left out', { functions: { exclude: ['*'] } }, job('state.sls', states({ a: {} }))],
      ['states left out', { states: { exclude: ['*'] } }, job('state.sls', states({ a: {} }))],
      ['returns passed over', { returns: 'all' }, job('mine.update', null)],
      ['an empty state run', {}, job('state.sls', {})],
      [
        'a masterless return of a function left out',
        { returns: 'all', functions: { exclude: ['test.*'] } },
        '{"jid":"1","id":"m","fun":"test.ping","return":true}',
      ],
      ['a masterless return passed over', { returns: 'all' }, '{"jid":"1","id":"m","fun":"mine.update","return":true}'],
      ['a blank line', {}, '{"log":" \\n"}'],
      ['a blank line, secrets masked', { redact: true }, '{"log":""}'],
    ])('does not pass %s', async (_, options, event) => {
      const module = await load({ options: { ...options, other_events: 'pass' } });
      expect(module.call(event, { preset })).toBeNull();
    });
  });

  it('adds no constants', async () => {
    const module = await load({ options: { other_events: 'pass', add: { dc: 'fra1' }, id: true } satisfies Options });
    expect(new TextDecoder().decode(module.call(AUTH) ?? new Uint8Array())).toBe(AUTH);
  });

  it('masks secrets in it with redact, and text becomes the object', async () => {
    const options: Options = { other_events: 'pass', redact: true };
    const masked = { tag: 'salt/auth', data: { id: 'éé', token: '[redacted]', n: 1 } };
    expect(await recordsWith(options, AUTH)).toEqual([masked]);
    expect(await recordsWith(options, JSON.stringify({ log: AUTH }))).toEqual([masked]);
    expect(await recordsWith(options, JSON.stringify({ log: 'salt/auth\t{"id":"m","token":"abc"}' }))).toEqual([
      { tag: 'salt/auth', data: { id: 'm', token: '[redacted]' } },
    ]);
  });

  it.each([
    '{"tag":"x","log":"abc","data":{"token":"[redacted]"}}',
    '{"log":"","tag":"x","data":{"token":"[redacted]"}}',
    '{"_stamp":"s","message":"salt/auth","token":"[redacted]"}',
  ])('masks secrets beside text that is none of the event: %s', async (masked) => {
    const options: Options = { other_events: 'pass', redact: true };
    expect(await recordsWith(options, masked.replace('[redacted]', 'abc'))).toEqual([JSON.parse(masked)]);
  });

  it('masks diffs inside changes, and no others', async () => {
    const data = { diff: 'a', x: [{ changes: { file: { diff: 'b' } } }, { diff: 'c' }] };
    const [record] = await recordsWith(
      { other_events: 'pass', redact: { diffs: 'drop' } },
      JSON.stringify({ tag: 'salt/job/1/prog/m/1', data }),
    );
    expect(record?.['data']).toEqual({
      ...data,
      x: [{ changes: { file: { diff: '[diff: dropped]' } } }, { diff: 'c' }],
    });
  });
});
