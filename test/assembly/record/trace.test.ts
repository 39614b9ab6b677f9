// `trace`: which trace and which span a record is. What is written out comes of the `b2sum` command beside it.
import { OptionsError, PRESETS, type Preset, type SaltRecord, load } from '../../../build/host/index.js';
import { TIME, disagreement } from '../../oracle/agree.js';
import { cutProblem } from '../../oracle/cut.js';
import { ecsDisagreement, ecsTexts } from '../../oracle/ecs-agree.js';
import { eventId, traceId } from '../../oracle/id.js';
import type { Options } from '../../oracle/options.js';
import { JID, KINDS, STAMP, job, recordsWith, run, states, textsWith } from '../../support/module/jobs.js';

const TRACE: Options = { trace: true };
/** `printf '20261122091947512388\0' | b2sum -l 128` */
const OF_JOB = '55a1d4d2891b8454bf4551b5ba830a7e';
/** `printf '20261122091947512388\0m\303\274nchen' | b2sum -l 128` */
const OF_MUNICH = '53d59ea4f98209a8c050f68e2c85a49e';
/** `printf 'req\0\0web-01\0%s' 2026-11-22T09:19:49.076174+00:00 | b2sum -l 128` */
const OF_RUN = '5b373d6efabf4c22e3f1aaab82c3a48e';
/** `printf 'nocache\0eu\0web-01\0' | b2sum -l 128` */
const OF_RUN_WITHOUT_TIME = '39f5f5e22e4e7ce00a02bf88250b1cfa';
/** `printf 'req\0\0web_master\0%s' 2026-11-22T09:19:49.076174+00:00 | b2sum -l 128` */
const OF_SCHEDULE = '6e5f2d0276da54e7c7dc45897216b419';
/** The command of `event_id` in docs/options.md gives this and another half. */
const OF_NGINX = '5fb652d1a2b8c153';
const NGINX = { 'service_|-nginx_|-nginx_|-running': { result: false } };

const MANY = Object.fromEntries(Array.from({ length: 2000 }, (_, index) => [`member${index}`, index]));

interface Ids {
  readonly id: unknown;
  readonly trace: unknown;
  readonly span: unknown;
}

/** The ids of a record of any preset. */
function idsIn(record: SaltRecord): Ids {
  if (record['salt'] === undefined)
    return { id: record['event_id'], trace: record['trace_id'], span: record['span_id'] };
  const [id, trace, span] = ['event', 'trace', 'span'].map((name) => (record[name] as { id: unknown } | undefined)?.id);
  return { id, trace, span };
}

/** The ids of an event's records. `options`: a text where the spelling matters. */
async function idsOf(event: string, options: Options | string = TRACE, preset: Preset = 'flatten'): Promise<Ids[]> {
  const module = await load({ options });
  const records = module.flatten(event, { preset }) as SaltRecord[];
  return (preset === 'flatten_array' ? (records[0]?.['states'] as SaltRecord[]) : records).map(idsIn);
}

const tracesOf = async (...args: Parameters<typeof idsOf>): Promise<unknown[]> =>
  (await idsOf(...args)).map(({ trace }) => trace);

describe.each(PRESETS)('through %s', (preset) => {
  it('a state, what else was returned and the summary have the trace of the job and spans of their own', async () => {
    const event = job('state.sls', { ...NGINX, other: 'x' });
    const ids = await idsOf(event, { ...TRACE, summary: true }, preset);
    const facts = [JID, 'web-01', 'state.sls'];
    const expected = [
      eventId([...facts, 'service_|-nginx_|-nginx_|-running']),
      eventId([...facts, '', 'fun_return']),
      eventId([...facts, '', 'job_return']),
    ];
    expect(ids).toEqual(expected.map((id) => ({ id, trace: OF_JOB, span: id.slice(0, 16) })));
    expect(ids[0]?.span).toBe(OF_NGINX);
  });

  it('event_id comes along, whatever id says, and is the one that it would be', async () => {
    const event = job('state.sls', KINDS);
    const expected = (await idsOf(event, { id: true }, preset)).map(({ id }) => id);
    for (const options of [TRACE, { ...TRACE, id: true }, { ...TRACE, id: false }])
      expect((await idsOf(event, options, preset)).map(({ id }) => id)).toEqual(expected);
  });

  it('there are none without the option', async () => {
    for (const options of [{}, { id: true }, { id: true, trace: false }])
      for (const { trace, span } of await idsOf(job('state.sls', KINDS), options, preset))
        expect([trace, span]).toEqual([undefined, undefined]);
    const texts = async (options: Options): Promise<string> => {
      const module = await load({ options });
      return new TextDecoder().decode(module.call(job('state.sls', KINDS), { preset, time: TIME }) ?? undefined);
    };
    expect(await texts({ id: true, trace: false })).toBe(await texts({ id: true }));
  });

  it('a malformed record has an event_id and neither of both', async () => {
    const ids = await idsOf('{"', { ...TRACE, add: { master: 'eu' } }, preset);
    expect(ids).toEqual([{ id: expect.stringMatching(/^[0-9a-f]{32}$/) as string, trace: undefined, span: undefined }]);
    expect(ids).toEqual(await idsOf('{"', { id: true, add: { master: 'eu' } }, preset));
  });

  it('an event that passes has none of them', async () => {
    const other = '{"tag":"salt/auth","data":{"id":"m","jid":"req"}}';
    const module = await load({ options: { ...TRACE, other_events: 'pass' } satisfies Options });
    const expected = preset === 'flatten_array' ? `{"states":[${other}]}` : other;
    expect(new TextDecoder().decode(module.call(other, { preset }) ?? undefined)).toBe(expected);
  });

  it('module and oracle agree, on one return after the other', async () => {
    const options: Options = { ...TRACE, summary: true, returns: 'all', add: { master: 'é\u0000\ud83d"' } };
    const module = await load({ options });
    const lengths = [0, 1, 60, 107, 108, 109, 127, 128, 129, 234, 300];
    const jids = [JID, 'req', `${JID}_7`, '', ...lengths.map((length) => '2'.repeat(length))];
    const minions = ['web-01', 'é\u0000', '\ud83d', ...lengths.slice(1).map((length) => 'w'.repeat(length))];
    const events = jids.flatMap((jid) =>
      minions.flatMap((id) => [
        job('state.sls', { ...states({ a: {} }), other: 1 }, { jid, id }),
        job('test.ping', true, { jid, id, _stamp: null }),
      ]),
    );
    const agree = (event: string): string | null =>
      preset === 'flatten_ecs'
        ? ecsDisagreement(module, event, options)
        : disagreement(module, event, preset, { options, uncut: module });
    for (const event of [...events, JSON.stringify({ log: events.join('\n') })]) expect(agree(event)).toBeNull();
  });
});

it('they stand behind event_id and before truncated', async () => {
  const event = job('state.sls', states({ a: { long: 'x'.repeat(300) } }), { retcode: 0 });
  const options: Options = { ...TRACE, job_members: ['retcode'], add: { dc: 'fra1' }, max_bytes: { member: 256 } };
  const [text = ''] = await textsWith(options, event);
  const id = eventId([JID, 'web-01', 'state.sls', 'test_|-a_|-a_|-nop']);
  const end =
    `"_stamp":"${STAMP}","retcode":0,"dc":"fra1","event_id":"${id}","trace_id":"${OF_JOB}",` +
    `"span_id":"${id.slice(0, 16)}","truncated":{"long":302}}`;
  expect(text.slice(-end.length)).toBe(end);
});

it('in the Elastic Common Schema they stand behind event, in objects of their own', async () => {
  const options: Options = { ...TRACE, add: { master: 'm\u00fcnchen' } };
  const event = job('state.sls', states({ a: { trace: 1, trace_id: 'own', span_id: 'own' } }));
  const [text = ''] = ecsTexts(await load({ options }), event);
  const id = eventId([JID, 'web-01', 'state.sls', 'test_|-a_|-a_|-nop']);
  const ids = `"id":"${id}"},"trace":{"id":"${OF_MUNICH}"},"span":{"id":"${id.slice(0, 16)}"},"host":{"name":"web-01"}`;
  expect(text).toContain(ids);
  const { salt } = JSON.parse(text) as { salt: Record<string, unknown> };
  expect(salt['extra']).toEqual({ trace: 1, trace_id: 'own', span_id: 'own' });
});

describe('one trace', () => {
  it.each<[string, string, Options]>([
    ['a minion', job('state.sls', NGINX), {}],
    ['another minion', job('state.sls', NGINX, { id: 'db-01' }), {}],
    ['another time and another outcome', job('state.sls', 'oops', { _stamp: '2027-01-01T00:00:00' }), {}],
    ['no time', job('state.sls', NGINX, { _stamp: undefined }), {}],
    ['what the event says of a master', job('state.sls', NGINX, { master: 'eu' }), {}],
    ['another function of the job', job('test.ping', true), { returns: 'all' }],
    ['text in log', JSON.stringify({ log: job('state.sls', NGINX) }), {}],
    ['another spelling', job('state.sls', NGINX).replaceAll(JID, `\\u0032${JID.slice(1)}`), {}],
    ['a salt-ssh host that was not reached', job('state.sls', undefined, { retcode: 255, stdout: '', stderr: '' }), {}],
    [
      'an orchestration',
      run('runner.state.orchestrate', { data: { m1: states({ a: {} }), m2: states({ b: {} }) } }),
      {},
    ],
    ['a runner', run('runner.test.arg', 'x'), { returns: 'all' }],
    ['other options', job('state.sls', NGINX), { add: { dc: 'eu' }, fun_args: 'text', only: 'failed', causes: true }],
  ])('is that of %s', async (_, event, options) => {
    const traces = await tracesOf(event, { ...TRACE, ...options });
    expect(traces.length).toBeGreaterThan(0);
    expect(new Set(traces)).toEqual(new Set([OF_JOB]));
  });

  it.each<[string, string[], unknown]>([
    ['by name', ['state.sls', 'state.apply'], { 'state.sls': NGINX, 'state.apply': NGINX }],
    ['in order', ['state.sls', 'state.sls', 'test.ping'], [NGINX, NGINX, true]],
  ])('has the returns of several functions, %s, a span each', async (_, functions, returned) => {
    const ids = await idsOf(job(functions, returned), { ...TRACE, summary: true, returns: 'all' });
    expect(ids.length).toBeGreaterThan(3);
    expect(new Set(ids.map(({ trace }) => trace))).toEqual(new Set([OF_JOB]));
    expect(new Set(ids.map(({ span }) => span)).size).toBe(ids.length);
    for (const { id, span } of ids) expect(span).toBe(String(id).slice(0, 16));
  });

  it('has the states that others hold', async () => {
    const held = { 'module_|-m_|-m_|-run': { result: true, changes: { ret: NGINX } } };
    const ids = await idsOf(job('state.apply', { ...held, ...NGINX }));
    expect(ids.map(({ trace }) => trace)).toEqual([OF_JOB, OF_JOB, OF_JOB]);
    expect(new Set(ids.map(({ span }) => span)).size).toBe(3);
  });

  it.each([`${JID}_4711`, '20261122091947512389'])('is that of the job %s and no other', async (jid) => {
    const [one, other] = await Promise.all(
      ['web-01', 'db-01'].map((id) => tracesOf(job('state.sls', NGINX, { jid, id, _stamp: id }))),
    );
    expect([one, other]).toEqual([[traceId([jid, ''])], [traceId([jid, ''])]]);
    expect(one).not.toEqual([OF_JOB]);
  });
});

describe("where the jid is no master's", () => {
  const runs = (jid: string, members: object = {}): string => job('state.sls', NGINX, { jid, ...members });

  it('minion and time are part of the trace', async () => {
    expect(await tracesOf(runs('req'))).toEqual([OF_RUN]);
    expect(await tracesOf(runs('nocache', { _stamp: undefined }), { ...TRACE, add: { master: 'eu' } })).toEqual([
      OF_RUN_WITHOUT_TIME,
    ]);
  });

  it.each(['req', 'nocache', '', '2026112209194751238', `${JID}_`, `${JID}x`, 'é'])(
    'each return has its own, those of one return the same: %j',
    async (jid) => {
      const each = await Promise.all(
        [{}, { id: 'db-01' }, { _stamp: '2026-11-22T09:29:49.076174+00:00' }].map((members) =>
          idsOf(runs(jid, members), { ...TRACE, summary: true }),
        ),
      );
      for (const ids of each) {
        expect(ids).toHaveLength(2);
        expect(new Set(ids.map(({ trace }) => trace)).size).toBe(1);
      }
      expect(new Set(each.flat().map(({ trace }) => trace)).size).toBe(3);
      expect(each[0]?.[0]?.trace).toBe(traceId([jid, '', 'web-01', STAMP]));
    },
  );

  it('the minion of an orchestration is its master', async () => {
    const data = { cmd: '_return', id: 'web_master', jid: 'req', fun: 'state.orchestrate', _stamp: STAMP };
    const scheduled = { ...data, return: { data: { other_master: states({ a: {} }) } } };
    const event = JSON.stringify({ tag: '__schedule_return', data: scheduled });
    const [record] = await recordsWith(TRACE, event);
    expect(record).toMatchObject({ minion_id: 'web_master', trace_id: OF_SCHEDULE });
    const named = run('runner.state.orchestrate', { data: { m1: states({ a: {} }), m2: states({ a: {} }) } });
    const traces = await tracesOf(named.replaceAll(JID, 'req'));
    expect(traces).toEqual([traceId(['req', '', 'm1', '']), traceId(['req', '', 'm2', ''])]);
  });

  it('nor a text, it is empty: what the command line printed', async () => {
    const event = JSON.stringify({ id: 'web-01', jid: null, fun: null, fun_args: [], return: states({ a: {} }) });
    expect(await tracesOf(event)).toEqual([traceId(['', '', 'web-01', ''])]);
  });
});

describe('the master', () => {
  const event = job('state.sls', NGINX);

  it.each([
    ['{"trace":true,"add":{"master":"m\\u00fcnchen"}}'],
    ['{"trace":true,"add":{"master":"münchen"}}'],
    ['{"add":{"dc":"x","m\\u0061ster":"\\u006d\\u00FCnchen","z":1},"trace":true}'],
  ])('is the same, however it is spelled: %s', async (options) => {
    expect(await tracesOf(event, options)).toEqual([OF_MUNICH]);
  });

  it.each<[string, Options['add']]>([
    ['there is none', {}],
    ['it is empty', { master: '' }],
    ['its name is another', { Master: 'eu', master_: 'eu' }],
  ])('is empty where %s', async (_, add = {}) => {
    expect(await tracesOf(event, { ...TRACE, add })).toEqual([OF_JOB]);
  });

  it.each([7, true, -1.5e300])('counts as its JSON where it is no string: %s', async (master) => {
    expect(await tracesOf(event, { ...TRACE, add: { master } })).toEqual([traceId([JID, JSON.stringify(master)])]);
  });

  it.each([
    '"\\/\b\f\n\r\t',
    '\u0000',
    '\u0000\u0000x',
    '😀',
    '\ud83d',
    '\udc00\ud83d',
    ...[106, 107, 108, 127, 500].map((n) => 'm'.repeat(n)),
  ])('counts as its text has it: %j', async (master) => {
    expect(await tracesOf(event, { ...TRACE, add: { master } })).toEqual([traceId([JID, master])]);
    const runOf = job('state.sls', NGINX, { jid: 'req' });
    expect(await tracesOf(runOf, { ...TRACE, add: { master } })).toEqual([traceId(['req', master, 'web-01', STAMP])]);
  });

  it('is no part of an event_id', async () => {
    const [plain, named] = await Promise.all([idsOf(event), idsOf(event, { ...TRACE, add: { master: 'eu' } })]);
    expect(named.map(({ id }) => id)).toEqual(plain.map(({ id }) => id));
    expect(named.map(({ span }) => span)).toEqual(plain.map(({ span }) => span));
  });
});

describe('names', () => {
  const own = { trace_id: 'own', span_id: ['own'], event_id: null };

  it("of a state's own give way, and stay where the option is off", async () => {
    const event = job('state.sls', states({ a: own }));
    const [text = ''] = await textsWith(TRACE, event);
    for (const name of Object.keys(own)) expect(text.split(`"${name}":`)).toHaveLength(2);
    expect(JSON.parse(text)).toMatchObject({ trace_id: OF_JOB, span_id: /./ });
    expect(await recordsWith({}, event)).toMatchObject([own]);
    expect(await recordsWith({ id: true }, event)).toMatchObject([{ trace_id: 'own', span_id: ['own'] }]);
  });

  it('inside of what was returned stay', async () => {
    const [record] = await recordsWith({ ...TRACE, returns: 'all' }, job('test.arg', own));
    expect(record).toMatchObject({ fun_return: own, trace_id: OF_JOB });
  });

  /** Why a start is refused. */
  const refusal = async (options: string): Promise<string> => {
    const error: unknown = await load({ options }).catch((each: unknown) => each);
    expect(error).toBeInstanceOf(OptionsError);
    return (error as OptionsError).message;
  };

  it.each(['trace_id', 'span_id'])('are refused in add and job_members as event_id is: %s', async (name) => {
    const forms = ['{"add":{"event_id":"x"}}', '{"job_members":["event_id"]}', '{"id":true,"add":{"event_id":1}}'];
    for (const form of forms)
      expect(await refusal(form.replace('event_id', name).replace('"id"', '"trace"'))).toBe(
        (await refusal(form)).replace('event_id', name),
      );
    expect(await refusal(`{"add":{"${name.replace('_', '\\u005f')}":"x"}}`)).toContain(name);
  });

  it.each(['1', '"yes"', 'null', '{}', '"true"'])('trace is true or false, and not %s', async (value) => {
    expect(await refusal(`{"trace":${value}}`)).toBe((await refusal(`{"id":${value}}`)).replace(' id:', ' trace:'));
  });
});

describe('with redact', () => {
  const secret = 'deploy --password hunter22hunter22';

  it.each(PRESETS)('the ids stay, also where all names are masked, through %s', async (preset) => {
    const event = job('state.sls', { ...NGINX, ...states({ [secret]: {} }), other: 1 });
    const options: Options = { ...TRACE, summary: true };
    const plain = await idsOf(event, options, preset);
    for (const redact of [
      true,
      { members: ['*'] },
      { members: ['trace_id', 'span_id', 'id', 'trace', 'span', '*_id'] },
    ])
      expect(await idsOf(event, { ...options, redact }, preset)).toEqual(plain);
    expect(plain[0]?.trace).toBe(OF_JOB);
  });

  it('they are made of what was there before', async () => {
    const members = { jid: 'token=abcdefghijkl', id: secret, _stamp: secret };
    const options: Options = { ...TRACE, add: { master: 'password=abcdefghijkl' }, redact: true };
    const [record] = await recordsWith(options, job('state.sls', NGINX, members));
    expect(record?.['minion_id']).not.toBe(secret);
    expect(record?.['trace_id']).toBe(traceId([members.jid, 'password=abcdefghijkl', secret, secret]));
  });

  it("a state's own of these names are masked like any other where the option is off", async () => {
    const event = job('state.sls', states({ a: { trace_id: 'x', span_id: 'x' } }));
    expect(await recordsWith({ redact: { members: ['*_id'] } }, event)).toMatchObject([
      { trace_id: '[redacted]', span_id: '[redacted]', minion_id: 'web-01' },
    ]);
  });
});

describe('with max_bytes', () => {
  it.each<[string, object]>([
    ['one long member', { comment: 'x'.repeat(9000) }],
    ['many long ones', { comment: 'x'.repeat(9000), changes: { a: 'y'.repeat(9000) }, name: 'z'.repeat(5000) }],
    ['too many members', MANY],
    ['long ones under these names', { trace_id: 'x'.repeat(9000), span_id: 'x'.repeat(9000) }],
  ])('the ids stay whole beside %s', async (_, state) => {
    const event = job('state.sls', states({ a: state }), { fun_args: ['w'.repeat(9000)] });
    for (const limits of [{ record: 8192 }, { member: 256 }, { member: 256, record: 8192 }]) {
      const [uncut = ''] = await textsWith(TRACE, event);
      const [cut = ''] = await textsWith({ ...TRACE, max_bytes: limits }, event);
      expect(cutProblem(uncut, cut, limits)).toBeNull();
      expect(cut).toContain('"truncated":');
      expect(idsIn(JSON.parse(cut) as SaltRecord)).toEqual(idsIn(JSON.parse(uncut) as SaltRecord));
      const [inEcs] = await idsOf(event, { ...TRACE, max_bytes: limits }, 'flatten_ecs');
      expect(inEcs).toEqual(idsIn(JSON.parse(uncut) as SaltRecord));
    }
  });

  it('they are made of what was there before', async () => {
    const long = 'x'.repeat(400);
    const members = { jid: long, id: long, _stamp: long };
    const [record] = await recordsWith({ ...TRACE, max_bytes: { member: 256 } }, job('state.sls', NGINX, members));
    expect(record?.['minion_id']).toBe('x'.repeat(254));
    expect(record?.['trace_id']).toBe(traceId([long, '', long, long]));
  });

  it("a state's own of these names are cut like any other where the option is off", async () => {
    const event = job('state.sls', states({ a: { trace_id: 'x'.repeat(400) } }));
    expect(await recordsWith({ max_bytes: { member: 256 } }, event)).toMatchObject([{ truncated: { trace_id: 402 } }]);
  });

  it('a record of 8,192 bytes is whole, its ids counted', async () => {
    const of = (bytes: number): string => job('state.sls', states({ a: { comment: 'c'.repeat(bytes) } }));
    const [empty = ''] = await textsWith(TRACE, of(0));
    for (const length of [8192, 8193]) {
      const [text = ''] = await textsWith({ ...TRACE, max_bytes: { record: 8192 } }, of(length - empty.length));
      expect(text.includes('"truncated"')).toBe(length > 8192);
    }
  });
});
