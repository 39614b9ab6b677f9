// What stands in the records: summary, job_members, add, text, id.
import { load } from '../../../build/host/index.js';
import { describeWith } from '../../support/program.js';
import type { Options } from '../../oracle/options.js';
import { JID, KINDS, STAMP, job, recordsWith, run, states, textsWith } from '../../support/module/jobs.js';

const EVENT = job('state.sls', states({ a: { result: true } }), { success: true, retcode: 0, user: 'root' });
const COMMON = `"state_name":"test_|-a_|-a_|-nop","state_id":"a","minion_id":"web-01","jid":"${JID}","fun":"state.sls","fun_args":["web"],"event_type":"state_return","_stamp":"${STAMP}"`;

it('without options, or with the defaults written out, records are those of docs/records.md', async () => {
  const defaults: Options = {
    ...{ only: 'all', functions: { include: ['*'], exclude: [] }, states: { exclude: [] }, returns: 'states' },
    ...{ other_events: 'drop', summary: false, job_members: [], add: {}, changes: 'json', fun_args: 'json' },
    ...{ id: false, redact: false },
  };
  for (const options of [{}, defaults]) expect(await textsWith(options, EVENT)).toEqual([`{"result":true,${COMMON}}`]);
});

describe('summary', () => {
  it('stands after the records, its members in their order', async () => {
    const event = job(
      'state.sls',
      states({
        a: { result: true, changes: {}, duration: 0.5, __sls__: 'web' },
        b: { result: false, changes: {}, duration: 12.25, __sls__: 'common' },
        c: { result: true, changes: { x: 1 }, duration: 12.25, __sls__: 'web' },
      }),
      { success: false, retcode: 2 },
    );
    const texts = await textsWith({ summary: true }, event);
    expect(texts).toHaveLength(4);
    expect(Object.entries(JSON.parse(texts[3] ?? '') as object)).toEqual([
      ...[['states', 3] as const, ['succeeded', 2] as const, ['changed', 1] as const, ['failed', 1] as const],
      ...[['skipped', 0] as const, ['would_change', 0] as const, ['total_duration', 25] as const],
      ...[['longest_duration', 12.25] as const, ['slowest_state', 'test_|-b_|-b_|-nop'] as const],
      ...[['sls', ['web', 'common']] as const, ['success', false] as const, ['retcode', 2] as const],
      ...[['minion_id', 'web-01'] as const, ['jid', JID] as const, ['fun', 'state.sls'] as const],
      ...[['fun_args', ['web']] as const, ['event_type', 'job_return'] as const, ['_stamp', STAMP] as const],
    ]);
  });

  it('counts each state as one kind', async () => {
    const records = await recordsWith({ summary: true }, job('state.sls', KINDS));
    expect(records.at(-1)).toMatchObject({
      states: 14,
      succeeded: 7,
      changed: 4,
      failed: 3,
      skipped: 2,
      would_change: 2,
    });
  });

  it('counts the states that other options leave out too', async () => {
    const options: Options = { summary: true, only: 'failed', states: { exclude: ['*failed*'] } };
    expect(await recordsWith(options, job('state.sls', KINDS))).toMatchObject([{ states: 14, failed: 3 }]);
  });

  it.each([
    ['text', '"199.0 ms"'],
    ['negative', '-1'],
    ['too large', '1e12'],
    ['null', 'null'],
  ])('passes over a duration that is %s', async (_, duration) => {
    const text = job('state.sls', states({ a: { duration: 'HERE' } })).replace('"HERE"', duration);
    expect((await recordsWith({ summary: true }, text)).at(-1)).toMatchObject({
      ...{ total_duration: 0, longest_duration: 0, slowest_state: null },
    });
  });

  it('adds up long and short durations', async () => {
    const durations = { a: 999999999999, b: 0.25, c: 1e-7 };
    const each = Object.fromEntries(Object.entries(durations).map(([id, duration]) => [id, { duration }]));
    const summary = (await recordsWith({ summary: true }, job('state.sls', states(each)))).at(-1);
    expect(summary?.['total_duration']).toBeCloseTo(999999999999.25, 0);
    expect(summary?.['longest_duration']).toBe(999999999999);
  });

  it('gives 0.1 and 0.2 their sum as Salt would write it', async () => {
    const event = job('state.sls', states({ a: { duration: 0.1 }, b: { duration: 0.2 } }));
    expect((await recordsWith({ summary: true }, event)).at(-1)?.['total_duration']).toBeCloseTo(0.3, 9);
  });

  it.each<[string, string, object[]]>([
    [
      'an empty return',
      job('state.sls', {}),
      [{ states: 0, success: null, retcode: null, slowest_state: null, sls: [] }],
    ],
    ['a failed job', job('state.sls', 'oops', { retcode: 1 }), [{ fun_return: 'oops' }, { states: 0, retcode: 1 }]],
    ['a function that runs no states', job('test.ping', true), []],
    ['a custom wrapper', job('my.wrapper', states({ a: {} })), [{ state_id: 'a' }, { states: 1, fun: 'my.wrapper' }]],
    [
      'two functions',
      job(['state.sls', 'test.ping', 'state.apply'], {
        'state.sls': states({ a: {} }),
        'test.ping': true,
        'state.apply': {},
      }),
      [{ state_id: 'a' }, { states: 1, fun: 'state.sls' }, { states: 0, fun: 'state.apply' }],
    ],
    [
      'an orchestration',
      run('runner.state.orchestrate', { data: { master: states({ a: {} }) } }),
      [{ state_id: 'a' }, { states: 1, minion_id: 'master' }],
    ],
    [
      'a bare result of state.low',
      job('state.low', { result: true, duration: 3 }),
      [{}, { states: 1, slowest_state: null }],
    ],
    ['malformed input', '{"', [{ event_type: 'malformed' }]],
  ])('of %s', async (_, event, expected) => {
    const records = await recordsWith({ summary: true }, event);
    expect(records).toHaveLength(expected.length);
    expect(records).toMatchObject(expected);
  });
});

describe('job_members', () => {
  it('follow _stamp in the order asked for, those that the event has', async () => {
    expect(await textsWith({ job_members: ['retcode', 'missing', 'success'] }, EVENT)).toEqual([
      `{"result":true,${COMMON},"retcode":0,"success":true}`,
    ]);
  });

  it("take the place of the state's own, but only where the event has them", async () => {
    const event = job('state.sls', states({ a: { retcode: 'own', tgt: 'own' } }), { retcode: 7 });
    expect(await textsWith({ job_members: ['retcode', 'tgt'] }, event)).toEqual([
      `{"tgt":"own",${COMMON},"retcode":7}`,
    ]);
  });

  it('stand in failed jobs and summaries, once, and not in malformed records', async () => {
    const records = await textsWith(
      { job_members: ['retcode', 'user'], summary: true },
      job('state.sls', 'oops', { retcode: 1, user: 'root' }),
    );
    expect(records).toHaveLength(2);
    for (const text of records) {
      expect(JSON.parse(text)).toMatchObject({ retcode: 1, user: 'root' });
      expect(text.split('"retcode"')).toHaveLength(2);
    }
    const [malformed] = await recordsWith({ job_members: ['user'] }, '{"user":"root",');
    expect(malformed).not.toHaveProperty('user');
  });

  it('keep their bytes', async () => {
    const event = EVENT.replace('"retcode":0', '"retcode":0.0, "metadata" : {"a" : [1, "\\u00e9"]}');
    const [text] = await textsWith({ job_members: ['metadata', 'retcode'] }, event);
    expect(text).toContain('"metadata":{"a" : [1, "\\u00e9"]},"retcode":0.0}');
  });
});

describe('add', () => {
  it('stands behind job_members in every record', async () => {
    const options: Options = {
      add: { dc: 'fra1', rack: 7, live: true, q: '"é\n' },
      job_members: ['success'],
      summary: true,
    };
    const texts = await textsWith(options, EVENT);
    expect(texts).toHaveLength(2);
    expect(texts[0]).toBe(`{"result":true,${COMMON},"success":true,"dc":"fra1","rack":7,"live":true,"q":"\\"é\\n"}`);
    expect(JSON.parse(texts[1] ?? '')).toMatchObject({ dc: 'fra1', rack: 7, live: true, q: '"é\n' });
    expect(await recordsWith(options, '{"')).toMatchObject([{ event_type: 'malformed', dc: 'fra1' }]);
  });

  it("takes the place of the state's own", async () => {
    const event = job('state.sls', states({ a: { dc: 'own', x: 1 } }));
    expect(await textsWith({ add: { dc: 'fra1' } }, event)).toEqual([`{"x":1,${COMMON},"dc":"fra1"}`]);
  });
});

describe('text', () => {
  const event = EVENT.replace('{"result":true}', '{"changes": {"a" : 1.0, "b":"\\u00e9\\"é"}, "result":true}');

  it('is the JSON of changes in a string, its bytes as they were', async () => {
    const [record] = await recordsWith({ changes: 'text' }, event);
    expect(record?.['changes']).toBe('{"a" : 1.0, "b":"\\u00e9\\"é"}');
    expect(record?.['fun_args']).toEqual(['web']);
  });

  it('is the JSON of fun_args in every record', async () => {
    const records = await recordsWith({ fun_args: 'text', summary: true }, event);
    expect(records.map((record) => record['fun_args'])).toEqual(['["web"]', '["web"]']);
    expect(records[0]?.['changes']).toEqual({ a: 1, b: 'é"é' });
  });

  it('leaves null as it is', async () => {
    const [record] = await recordsWith(
      { changes: 'text', fun_args: 'text' },
      job('state.sls', states({ a: { changes: null } }), { fun_args: null }),
    );
    expect(record).toMatchObject({ changes: null, fun_args: null });
  });

  it.each(['{}', '"text"', '[1]', '7', 'true'])('is a string where changes is %s', async (changes) => {
    const [record] = await recordsWith({ changes: 'text' }, EVENT.replace('"result":true', `"changes":${changes}`));
    expect(record?.['changes']).toBe(changes);
  });

  it('is that of the masked value', async () => {
    const secret = EVENT.replace('"result":true', '"changes":{"password":"abc","n":1.0}');
    const [record] = await recordsWith({ changes: 'text', redact: true }, secret);
    expect(JSON.parse(String(record?.['changes']))).toEqual({ password: '[redacted]', n: 1 });
  });
});

describe('id', () => {
  const NGINX = { 'service_|-nginx_|-nginx_|-running': { result: false } };
  const ID = '5fb652d1a2b8c153fe89781928641582'; // the command in docs/options.md
  const data = (JSON.parse(job('state.sls', NGINX)) as { data: object }).data;

  async function ids(event: string, options: Options = {}): Promise<unknown[]> {
    return (await recordsWith({ ...options, id: true }, event)).map((record) => record['event_id']);
  }

  it.each<[string, string, Options]>([
    ['as the event file has it', job('state.sls', NGINX), {}],
    ['as text in log', JSON.stringify({ log: job('state.sls', NGINX) }), {}],
    ['from the engine', JSON.stringify({ host: 'm', ...data }), {}],
    ['over several lines', JSON.stringify(data, null, 2), {}],
    [
      'in another spelling',
      job('state.sls', NGINX).replaceAll('nginx', '\\u006eginx').replaceAll('web', '\\u0077eb'),
      {},
    ],
    [
      'from another master, at another time',
      job('state.sls', NGINX, { _stamp: '2027-01-01T00:00:00', master: 'm2' }),
      {},
    ],
    [
      'with another outcome',
      job('state.sls', { 'service_|-nginx_|-nginx_|-running': { result: true, __id__: 'x' } }),
      {},
    ],
    ['with secrets masked', job('state.sls', NGINX), { redact: true }],
    ['with other options', job('state.sls', NGINX), { add: { a: 1 }, fun_args: 'text', max_bytes: { member: 256 } }],
  ])('is that of the documentation %s', async (_, event, options) => {
    expect(await ids(event, options)).toEqual([ID]);
  });

  it('is the same when a return comes twice, from one module or another', async () => {
    const module = await load({ options: { id: true } });
    const event = job('state.sls', KINDS);
    const first = module.flatten(event);
    module.flatten('{"');
    expect(module.flatten(event)).toEqual(first);
    expect(await recordsWith({ id: true }, event)).toEqual(first);
    expect(new Set(first.map((record) => record['event_id'])).size).toBe(first.length);
  });

  it('differs by minion, job, function, state and kind of record', async () => {
    const all = await Promise.all([
      ids(job('state.sls', { ...NGINX, other: 1 }), { summary: true }),
      ids(job('state.apply', NGINX)),
      ids(job('state.sls', NGINX, { id: 'web-02' })),
      ids(job('state.sls', NGINX, { jid: '20261122091947512389' })),
      ids(job('state.sls', NGINX, { jid: `${JID}w`, id: 'eb-01' })),
      ids('{"'),
      ids('{"a'),
    ]);
    expect(all.flat()).toHaveLength(9);
    expect(new Set(all.flat()).size).toBe(9);
  });

  it('is masked in nothing: a secret in a name is part of it', async () => {
    const [masked, plain] = await Promise.all([
      ids(job('state.sls', states({ 'x --token abcdef': {} })), { redact: true }),
      ids(job('state.sls', states({ 'x --token abcdef': {} }))),
    ]);
    expect(masked).toEqual(plain);
    expect(await ids(job('state.sls', states({ 'x --token abcdeg': {} })), { redact: true })).not.toEqual(masked);
  });

  it('tells apart a function that runs twice in one job', async () => {
    const event = job(['state.sls', 'state.sls'], [NGINX, NGINX]);
    expect(new Set(await ids(event, { summary: true })).size).toBe(4);
  });

  it("takes the place of the state's own, and leaves it where the option is off", async () => {
    const event = job('state.sls', states({ a: { event_id: 'own' } }));
    expect((await ids(event))[0]).toMatch(/^[0-9a-f]{32}$/);
    expect(await recordsWith({}, event)).toMatchObject([{ event_id: 'own' }]);
  });
});

const COUNT = 10_000_000;
const PER_JOB = 10_000;
const isSlow = process.env['SALTFLAT_SLOW'] === '1';
describeWith('ten million states', isSlow ? null : 'slow: set SALTFLAT_SLOW=1', () => {
  it('have ten million ids', async () => {
    const module = await load({ options: { id: true } satisfies Options });
    // Half of an id is enough: where the halves differ, so do the ids.
    const halves = new BigUint64Array(COUNT);
    let at = 0;
    for (let index = 0; index < COUNT / PER_JOB; index++) {
      // Minions and states whose names, one behind the other, are alike.
      const members = { jid: JID.slice(0, -3) + String(index % 10), id: `m${Math.floor(index / 10)}` };
      const each = Array.from({ length: PER_JOB }, (_, state) => `"${state}_|-_|-_|-":{}`);
      const event = job('state.sls', 'RETURN', members).replace('"RETURN"', `{${each.join()}}`);
      const output = Buffer.from(module.call(event) ?? new Uint8Array());
      for (let found = output.indexOf('"event_id":"'); found >= 0; found = output.indexOf('"event_id":"', found + 1)) {
        halves[at++] = BigInt(`0x${output.toString('latin1', found + 12, found + 28)}`);
      }
    }
    expect(at).toBe(COUNT);
    halves.sort();
    let equal = 0;
    for (let index = 1; index < COUNT; index++) if (halves[index] === halves[index - 1]) equal++;
    expect(equal).toBe(0);
  }, 900_000);
});
