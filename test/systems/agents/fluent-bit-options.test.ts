// `saltflat.json` in the real agent: the module reads it from `accessible_paths`, the records show it, and a mistake
// stops the start.
import type { Options } from '../../../build/host/index.js';
import { chmodSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { Agent, Stage, describeEach } from '../../support/fluent-bit/agent.js';
import { canonical, difference } from '../../support/fluent-bit/canonical.js';
import { ALL_OPTIONS, Harness, MASTER_EVENTS, jobReturn, linesOf, state } from '../../support/fluent-bit/events.js';
import { LineSink } from '../../support/fluent-bit/sink.js';
import { describeWith, until } from '../../support/program.js';

type Members = Readonly<Record<string, unknown>>;
type Change = readonly [from: string, to: string];

const JID = '20261122091947512388';
const SECRET = 'hunter2';
/** A job return with secrets, beside a state that failed and a long one. */
const JOB = jobReturn(JID, [
  `"name": "psql postgres://app:${SECRET}@db/", "password": "${SECRET}", "changes": {"diff": "+token = ${SECRET}"}, ` +
    '"result": true, "comment": "", "__id__": "db", "__sls__": "web", "duration": 1.5',
  '"name": "b", "changes": {}, "result": false, "comment": "no", "__sls__": "db", "duration": 20',
  `${state('c')}, "stdout": "${'é'.repeat(2000)}"`,
]);
const LINES = [JOB, ...linesOf(MASTER_EVENTS)];
/** What the command in docs/options.md says of this job's first state. */
const FIRST_ID = 'e640bc6756b5b77eb110aca0786122a1';

const stage = new Stage();
afterEach(() => stage.clear());

/** Starts an agent on tcp.yaml, or another, and gives what arrives once that is as much as the library gives. */
async function sent(
  agent: Agent,
  expected: readonly string[],
  configuration: 'tcp' | 'json' = 'tcp',
  values: Readonly<Record<string, string>> = {},
  ...changes: readonly Change[]
): Promise<string[]> {
  const sink = stage.add(await LineSink.listen());
  agent.configure(configuration, { TCP_PORT: sink.port, ...values }, ...changes);
  await agent.start();
  await until(() => sink.count >= expected.length || !agent.isUp, `${expected.length} records arrive`, 60);
  expect(await agent.stop()).toBe(0); // with what is still on its way
  return sink.lines.map(canonical);
}

function fed(binary: string, lines: readonly string[] = LINES): Agent {
  const agent = stage.add(new Agent(binary));
  agent.write(lines.map((line) => `${line}\n`).join(''));
  return agent;
}

/** How an agent that does not start ends: its exit code, and what it and the module said. */
async function refusal(agent: Agent, values: Readonly<Record<string, string>> = {}): Promise<string> {
  const sink = stage.add(await LineSink.listen());
  agent.configure('tcp', { TCP_PORT: sink.port, ...values });
  await expect(agent.start()).rejects.toThrow('the agent does not start');
  expect(await agent.stop()).toBeGreaterThan(0);
  expect(sink.count).toBe(0);
  return agent.log;
}

const parsed = (records: readonly string[]): Members[] => records.map((record) => JSON.parse(record) as Members);

/** What each option does to the records that arrive. */
const EFFECTS: readonly (readonly [
  title: string,
  options: object,
  check: (records: Members[], text: string) => void,
])[] = [
  [
    'redact masks secrets',
    { redact: true },
    ([first], text) => {
      expect(text).not.toContain(SECRET);
      expect(first).toMatchObject({
        name: 'psql postgres://app:[redacted]@db/',
        password: '[redacted]',
        changes: { diff: '+token = [redacted]' },
      });
    },
  ],
  [
    'id gives each record its own',
    { id: true },
    (records) => {
      expect(records[0]!['event_id']).toBe(FIRST_ID);
      expect(new Set(records.map((record) => record['event_id'])).size).toBe(records.length);
    },
  ],
  [
    'summary follows the states of its job',
    { summary: true },
    (records) =>
      expect(records[3]).toMatchObject({
        ...{ event_type: 'job_return', jid: JID, minion_id: 'web-01', sls: ['web', 'db'], longest_duration: 199.25 },
        ...{ states: 3, succeeded: 2, changed: 2, failed: 1, skipped: 0, would_change: 0 },
      }),
  ],
  [
    'only: failed leaves the other states out',
    { only: 'failed' },
    (records) => {
      const states = records.filter((record) => record['event_type'] === 'state_return');
      expect(states.length).toBeGreaterThan(5);
      expect(new Set(states.map((record) => record['result']))).toEqual(new Set([false]));
    },
  ],
  [
    'add stands in every record',
    { add: { site: 'north', rack: 7, is_test: false } },
    (records) => {
      for (const record of records) expect(record).toMatchObject({ site: 'north', rack: 7, is_test: false });
    },
  ],
  [
    'max_bytes cuts and says so',
    { max_bytes: { member: 256 } },
    (records) => {
      expect(records[2]!['stdout']).toMatch(/^é{100,127}$/);
      expect(records[2]!['truncated']).toEqual({ stdout: 4002 });
    },
  ],
  [
    'returns: all gives the returns of other functions',
    { returns: 'all' },
    (records) =>
      expect(records.filter((record) => record['fun'] === 'test.ping' && record['fun_return'] === true)).not.toEqual(
        [],
      ),
  ],
];

describeEach('saltflat.json', (binary) => {
  it('may be absent: the records are those without options', async () => {
    const expected = (await Harness.load()).records(LINES);
    const records = await sent(fed(binary), expected);
    expect(difference(records, expected)).toBeNull();
    expect(parsed(records)[0]).toMatchObject({ password: SECRET });
    expect(records.filter((record) => record.includes('"event_id"'))).toEqual([]);
  });

  it.each(EFFECTS)('%s', async (_, options, check) => {
    const agent = fed(binary);
    agent.setOptions(options);
    const expected = (await Harness.load(options)).records(LINES);
    const records = await sent(agent, expected);
    expect(difference(records, expected)).toBeNull();
    check(parsed(records), records.join('\n'));
  });

  it.each(['tcp', 'json'] as const)('%s.yaml: all options together give the records of the library', async (name) => {
    // The agent's parser writes the event anew, floats with other digits: what copies text, counts bytes or adds up
    // sees those.
    const parsedAnew: Options = { changes: 'json', fun_args: 'json', max_bytes: { member: 1e6 }, summary: false };
    const options: Options = name === 'tcp' ? ALL_OPTIONS : { ...ALL_OPTIONS, ...parsedAnew };
    const agent = fed(binary);
    agent.setOptions(options);
    const harness = await Harness.load(options);
    const expected = name === 'tcp' ? harness.records(LINES) : harness.recordsOf(LINES);
    const records = await sent(agent, expected, name);
    expect(difference(records, expected)).toBeNull();
    expect(new Set(parsed(records).map((record) => record['event_type']))).toEqual(
      new Set(['state_return', 'fun_return', undefined, ...(name === 'tcp' ? ['job_return'] : [])]),
    );
  });

  it('other_events: pass lets them leave as the agent had them', async () => {
    const options: Options = { other_events: 'pass' };
    const plain = (await Harness.load()).records(LINES).length;
    const [harness, asObject] = [await Harness.load(options), { ...options, redact: true }];
    const agent = fed(binary);
    agent.setOptions(options);
    const records = await sent(agent, harness.records(LINES));
    expect(difference(records, harness.records(LINES))).toBeNull();
    const passed = parsed(records).filter((record) => !('event_type' in record));
    expect(passed.length).toBe(records.length - plain);
    for (const record of passed) {
      expect(Object.keys(record)).toEqual(['log']);
      expect(LINES).toContain(record['log']);
    }
    const masked = fed(binary);
    masked.setOptions(asObject);
    const expected = (await Harness.load(asObject)).records(LINES);
    const objects = await sent(masked, expected);
    expect(difference(objects, expected)).toBeNull();
    expect(parsed(objects).filter((record) => 'tag' in record).length).toBe(passed.length);
  });

  it.each(['tcp', 'json'] as const)('%s.yaml: no passed event costs what is behind it', async (name) => {
    const options: Options = { other_events: 'pass', redact: true };
    // The parser's own limit keeps a deeper event away from the module, as text.
    const hostile = [
      `{"tag": "deep", "data": ${'{"a": '.repeat(name === 'tcp' ? 70 : 28)}{}${'}'.repeat(name === 'tcp' ? 70 : 28)}}`,
      '{"tag": "number", "data": {"n": 1.5e+300}}',
      '{"tag": "text", "data": {"a": "\\u0000\\ud83d", "password": ["]", "}[1,{"]}}',
      ...(name === 'tcp' ? ['{"tag": "number", "data": {"n": 1e+400}}', '{"tag": "cut", "data": {"n":'] : []),
    ];
    const lines = hostile.flatMap((line, at) => [line, jobReturn(String(at), [state('a'), state('b')])]);
    const agent = fed(binary, lines);
    agent.setOptions(options);
    const harness = await Harness.load(options);
    const expected = name === 'tcp' ? harness.records(lines) : harness.recordsOf(lines);
    expect(difference(await sent(agent, expected, name), expected)).toBeNull();
    expect(expected.length).toBe(3 * hostile.length);
  });
});

describeEach('a saltflat.json with a mistake stops the start', (binary) => {
  it.each([
    [
      'an unknown member',
      { redact: { membrs: ['x'] } },
      'redact.membrs: unknown member; allowed: members, keep, defaults',
    ],
    ['a wrong type', { id: 'yes' }, 'id: expected true or false, not "yes"'],
    [
      'an unknown word',
      { only: 'chaged' },
      'only: expected one of "all", "changed", "failed", "notable", not "chaged"',
    ],
    ['broken JSON', '{\n  "id": true,\n}', 'line 3, column 1: '],
    ['an empty file', '', 'line 1, column 1: '],
  ])('%s', async (_, options, message) => {
    const agent = fed(binary);
    agent.setOptions(options);
    expect(await refusal(agent)).toContain(`\nsaltflat.json: ${message}`);
  });

  it('names each mistake', async () => {
    const agent = fed(binary);
    agent.setOptions({ id: 1, ids: true, max_bytes: { member: 1 } });
    const said = (await refusal(agent)).split('\n').filter((line) => line.startsWith('saltflat.json: '));
    expect(said.map((line) => line.split(': ')[1]).sort()).toEqual(['id', 'ids', 'max_bytes.member']);
  });
});

describeEach('where saltflat.json is looked for', (binary) => {
  const OPTIONS = { id: true };

  /** Whether what arrives has the options' effect, with other settings. */
  async function isFound(
    agent: Agent,
    values: Readonly<Record<string, string>>,
    ...changes: Change[]
  ): Promise<boolean> {
    const records = await sent(agent, ['', '', ''], 'tcp', values, ...changes);
    expect(records.length).toBe(3);
    return records[0]!.includes(`"event_id":"${FIRST_ID}"`);
  }

  it('in each folder of accessible_paths, in their order', async () => {
    const agent = fed(binary, [JOB]);
    agent.setOptions(OPTIONS, 'second');
    agent.setOptions({ only: 'nothing' }, 'third'); // not read: it would stop the start
    const folders = ['options', 'second', 'third'].map((folder) => join(agent.folder, folder));
    expect(await isFound(agent, { SALTFLAT_OPTIONS: folders.join(',') })).toBe(true);
  });

  it('in a folder named from the working directory', async () => {
    const agent = fed(binary, [JOB]);
    agent.setOptions(OPTIONS);
    expect(await isFound(agent, { SALTFLAT_OPTIONS: 'options' })).toBe(true);
  });

  it('in the working directory where there are no accessible_paths', async () => {
    const agent = fed(binary, [JOB]);
    agent.setOptions(OPTIONS, '.');
    const line = '      accessible_paths: ${SALTFLAT_OPTIONS}\n';
    expect(await isFound(agent, {}, [line, ''])).toBe(true);
  });

  it('not in the working directory where there are', async () => {
    const agent = fed(binary, [JOB]);
    agent.setOptions(OPTIONS, '.');
    expect(await isFound(agent, {})).toBe(false);
  });

  it('behind a link inside the folder, as Kubernetes mounts it', async () => {
    const agent = fed(binary, [JOB]);
    agent.setOptions(OPTIONS, 'options/..data');
    symlinkSync('..data/saltflat.json', join(agent.folder, 'options/saltflat.json'));
    expect(await isFound(agent, {})).toBe(true);
  });

  const READS_ALL = process.getuid?.() === 0 ? 'root may read every file' : null;
  describeWith('without permission to read it', READS_ALL, () => {
    it('the agent does not start', async () => {
      const agent = fed(binary, [JOB]);
      agent.setOptions(OPTIONS);
      chmodSync(join(agent.folder, 'options/saltflat.json'), 0);
      expect(await refusal(agent)).toContain('\nsaltflat.json: cannot be read');
    });
  });

  it.each([
    ['a link out of the folder', (path: string) => symlinkSync('../elsewhere/saltflat.json', path)],
    ['a link to nothing', (path: string) => symlinkSync('missing.json', path)],
    ['a folder of that name', (path: string) => mkdirSync(path)],
  ])('%s stops the start: it cannot be read', async (_, make) => {
    const agent = fed(binary, [JOB]);
    agent.setOptions(OPTIONS, 'elsewhere');
    make(join(agent.folder, 'options/saltflat.json'));
    expect(await refusal(agent)).toContain('\nsaltflat.json: cannot be read');
  });
});
