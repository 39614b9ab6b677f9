// `flatten_ecs`: what stands where in its records.
import { readFileSync } from 'node:fs';
import { callPlaced } from '../../../../build/host/core/saltflat.js';
import { load } from '../../../../build/host/index.js';
import { ecsDisagreement, ecsTexts } from '../../../oracle/ecs-agree.js';
import { fieldProblem } from '../../../oracle/ecs-fields.js';
import { ecsWith, recordOf } from '../../../support/module/ecs-records.js';
import { JID, KINDS, STAMP, job, run, states } from '../../../support/module/jobs.js';
import { OPTION_SETS } from '../../../support/module/option-sets.js';

const NGINX = {
  ...{ name: 'nginx', changes: { pid: { old: 1, new: 2 } }, result: false, comment: 'Job for nginx.service failed' },
  ...{
    __sls__: 'web',
    __run_num__: 4,
    start_time: '10:19:48.350511',
    duration: 199.25,
    __id__: 'nginx',
    warnings: ['w'],
  },
};

it('a state record has every field in its place and order', async () => {
  const module = await load({ options: { id: true, job_members: ['retcode', 'user'], add: { dc: 'fra1', rack: 7 } } });
  const event = job('state.sls', { 'service_|-nginx_|-nginx_|-running': NGINX }, { retcode: 2, user: 'root' });
  const [text = ''] = ecsTexts(module, event);
  const [plain] = module.flatten(event);
  expect(text).toBe(
    JSON.stringify({
      salt: {
        ...{
          kind: 'failed',
          event_type: 'state_return',
          jid: JID,
          minion_id: 'web-01',
          fun: 'state.sls',
          fun_args: ['web'],
        },
        state: {
          ...{ key: 'service_|-nginx_|-nginx_|-running', module: 'service', function: 'running', id: 'nginx' },
          ...{ name: 'nginx', sls: 'web', run_num: 4, result: false },
        },
        changes: { pid: { old: 1, new: 2 } },
        extra: { start_time: '10:19:48.350511', warnings: ['w'] },
        job: { retcode: '2', user: 'root' },
      },
      ecs: { version: '8.11.0' },
      event: {
        ...{ kind: 'event', module: 'salt', dataset: 'salt.state', category: ['configuration'], type: ['change'] },
        ...{ action: 'service.running', outcome: 'failure', duration: 199250000 },
        ...{
          created: '2026-11-22T09:19:49.076174Z',
          start: '2026-11-22T09:19:48.350511Z',
          end: '2026-11-22T09:19:48.549761Z',
        },
        id: plain?.['event_id'],
      },
      host: { name: 'web-01' },
      message: 'Job for nginx.service failed',
      error: { message: 'Job for nginx.service failed' },
      labels: { dc: 'fra1', rack: '7' },
    }),
  );
});

describe('the bundled real events', () => {
  const lines = ['salt-3008.3-events', 'salt-3008.3-masterless'].flatMap((name) =>
    readFileSync(new URL(`../../../../examples/events/${name}.ndjson`, import.meta.url), 'utf8')
      .split('\n')
      .filter(Boolean),
  );
  const modelled = Object.entries(OPTION_SETS).filter(
    ([, { redact, max_bytes: limits }]) => redact === undefined && limits === undefined,
  );

  it.each(modelled)('give the records of the oracle with %s', async (_, options) => {
    const module = await load({ options });
    const found = lines.map((line) => ecsDisagreement(module, line, options));
    expect(found.filter((each) => each !== null)).toEqual([]);
  });

  it('have a time for every state that has one in Salt', async () => {
    const module = await load();
    const records = lines.flatMap((line) => module.flatten(line, { preset: 'flatten_ecs' }));
    const timed = records.filter(({ event }) => event?.['start'] !== undefined);
    expect(timed.length).toBeGreaterThan(400);
    // The master wrote them down within moments, and all its states ran before.
    for (const { event } of timed) {
      const [start, end, created] = ['start', 'end', 'created'].map((name) => Date.parse(String(event?.[name])));
      expect([start, end]).toEqual([expect.any(Number), expect.any(Number)]);
      expect(end).toBeGreaterThanOrEqual(start ?? NaN);
      expect((created ?? NaN) - (end ?? NaN)).toBeLessThan(60_000);
    }
  });
});

describe('what a state came to', () => {
  it('is named as the options name it', async () => {
    const records = await ecsWith({}, job('state.sls', KINDS));
    const kinds = records.map(({ salt, event }) => [salt?.kind, event?.['outcome'], event?.['type']]);
    const [change, info] = [['change'], ['info']];
    expect(kinds).toEqual([
      ['failed', 'failure', info],
      ['failed', 'failure', change],
      ['failed', 'failure', info],
      ['skipped', 'success', info],
      ['skipped', 'success', info],
      ['would_change', 'unknown', info],
      ['would_change', 'unknown', info],
      ['changed', 'success', change],
      ['changed', 'success', change],
      ['changed', 'success', change],
      ...[0, 1, 2].map(() => ['unchanged', 'success', info]),
      ['changed', 'success', change],
    ]);
  });

  it.each([
    ['missing', '{"changes":{"a":1}}', undefined],
    ['text', '{"changes":{"a":1},"result":"true"}', undefined],
    ['null', '{"changes":{"a":1},"result":null}', undefined],
    ['true', '{"changes":{"a":1},"result":true}', true],
  ])('has a result of one type where it is %s', async (result, state, expected) => {
    const { salt, event } = await recordOf(state);
    expect((salt?.['state'] as { result?: unknown }).result).toBe(expected);
    expect(event?.['outcome']).toBe(expected === true ? 'success' : 'unknown');
    expect(event?.['type']).toEqual([result === 'null' ? 'info' : 'change']);
  });
});

describe('event.category', () => {
  it.each([
    ['pkg', ['configuration', 'package']],
    ['file', ['configuration', 'file']],
    ['user', ['configuration', 'iam']],
    ['group', ['configuration', 'iam']],
    ['service', ['configuration']],
    ['profile', ['configuration']],
    ['users', ['configuration']],
    ['', ['configuration']],
  ])('of states of "%s"', async (module, expected) => {
    const event = job('state.sls', { [`${module}_|-a_|-a_|-b`]: {} });
    const escaped = event.replace('"file_', '"\\u0066ile_');
    for (const each of [event, escaped]) {
      const [record] = await ecsWith({}, each);
      expect(record?.event).toMatchObject({ category: expected, action: `${module}.b` });
    }
  });
});

describe('a return without states', () => {
  it.each([
    ['a list of lines', ['one', 'two'], 'one\ntwo'],
    ['a text', 'one', 'one'],
    ['a list of anything', ['one', 2], '["one",2]'],
    ['an object', { a: 1 }, '{"a":1}'],
    ['null', null, 'null'],
    ['an empty list', [], undefined],
    ['an empty text', '', undefined],
  ])('says in the message what it is: %s', async (_, value, expected) => {
    const [record] = await ecsWith({ returns: 'all' }, job('test.arg', value));
    expect(record?.['message']).toBe(expected);
    expect(record?.salt).toMatchObject({ kind: 'returned', return: JSON.stringify(value) });
    expect(record?.event).toMatchObject({ dataset: 'salt.return', action: 'test.arg', outcome: 'unknown' });
    expect(record).not.toHaveProperty('error');
  });

  it('of a state run is a failure, and its text the error', async () => {
    const [record] = await ecsWith({}, job('state.apply', ["Rendering SLS 'base:web' failed"]));
    expect(record).toMatchObject({
      salt: { kind: 'failed', event_type: 'fun_return', return: '["Rendering SLS \'base:web\' failed"]' },
      event: { kind: 'event', dataset: 'salt.return', category: ['configuration'], type: ['info'], outcome: 'failure' },
      message: "Rendering SLS 'base:web' failed",
      error: { message: "Rendering SLS 'base:web' failed" },
    });
  });

  it('that Salt cut says so', async () => {
    const [record] = await ecsWith({}, job('state.apply', 'VALUE_TRIMMED'));
    expect(record?.salt?.['trimmed']).toBe(true);
  });

  it('of several functions names them in one keyword', async () => {
    const [record] = await ecsWith({}, job(['state.sls', 'test.ping'], 'ERROR'));
    expect(record?.salt?.['fun']).toBe('state.sls,test.ping');
    expect(record?.event?.['action']).toBe('state.sls,test.ping');
  });
});

it('a summary has its numbers under salt.summary and its total as event.duration', async () => {
  const event = job(
    'state.sls',
    states({ a: { duration: 1.5, __sls__: 'web', changes: { x: 1 } }, b: { duration: 2 } }),
  );
  const record = (await ecsWith({ summary: true }, event)).at(-1);
  expect(record?.salt?.['summary']).toEqual({
    ...{ states: 2, succeeded: 2, changed: 1, failed: 0, skipped: 0, would_change: 0, total_duration: 3.5 },
    ...{ longest_duration: 2, slowest_state: 'test_|-b_|-b_|-nop', sls: ['web'] },
  });
  expect(record?.event).toMatchObject({
    ...{ dataset: 'salt.job', type: ['change'], action: 'state.sls', outcome: 'success', duration: 3500000 },
    created: `${STAMP.slice(0, 26)}Z`,
  });
});

it.each([true, 'yes', 0, null, [1], { a: 1 }])(
  'a summary keeps its types where success and retcode are %j',
  async (value) => {
    const event = job('state.sls', states({ a: { result: false } }), { success: value, retcode: value });
    const record = (await ecsWith({ summary: true }, event)).at(-1);
    expect(record?.event?.['outcome']).toBe('failure');
    expect(record).not.toHaveProperty('error');
  },
);

it('a runner without a minion has no host', async () => {
  const [record] = await ecsWith({}, run('runner.state.orch', 'No matching sls found'));
  expect(record).not.toHaveProperty('host');
  expect(record?.salt).not.toHaveProperty('minion_id');
});

it('a bare result of state.low has neither key nor action', async () => {
  const [record] = await ecsWith({}, job('state.low', { result: true, name: 'x' }));
  expect(record?.salt?.['state']).toEqual({ id: 'x', name: 'x', result: true });
  expect(record?.event).not.toHaveProperty('action');
});

it('malformed input is a pipeline error that shows its start', async () => {
  const module = await load({ options: { add: { dc: 'fra1' } } });
  const [text = ''] = ecsTexts(module, '{"jid":');
  expect(JSON.parse(text)).toEqual({
    salt: { kind: 'malformed', event_type: 'malformed' },
    ecs: { version: '8.11.0' },
    event: {
      ...{ kind: 'pipeline_error', module: 'salt', dataset: 'salt.malformed', type: ['error'], outcome: 'failure' },
      original: '{"jid":',
    },
    message: 'the text stops short at byte 7',
    error: { message: 'the text stops short at byte 7' },
    labels: { dc: 'fra1' },
  });
  const { bytes } = callPlaced(module, 1e9, 'flatten_ecs')!;
  expect(fieldProblem(new TextDecoder().decode(bytes))).toBeNull();
});

it('other events pass as they came', async () => {
  const module = await load({ options: { other_events: 'pass' } });
  const event = '{"tag": "salt/auth", "data": {"act": "accept"}}';
  expect(Buffer.from(module.call(event, { preset: 'flatten_ecs' }) ?? []).toString()).toBe(event);
});
