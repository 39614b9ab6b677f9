// Every situation of test/fixtures through the real agents: what arrives is what `saltflat replay` gives.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SaltRecord } from '../../../build/host/index.js';
import { records, run } from '../../support/command.js';
import { Agent, Stage, describeEach } from '../../support/fluent-bit/agent.js';
import { canonical, difference } from '../../support/fluent-bit/canonical.js';
import { post } from '../../support/fluent-bit/engines.js';
import { LineSink } from '../../support/fluent-bit/sink.js';
import { Follower, endFollowers } from '../../support/follower.js';
import { describeWith, temporaryFolder, until } from '../../support/program.js';
import { closedPort } from '../../support/receiver.js';
import { NO_VECTOR, example, printed, startVector } from '../../support/vector.js';

const SECONDS = 60;
const FIXTURES = 'test/fixtures';

/** The inputs of the fixtures, each without its last line feed. */
const INPUTS = readdirSync(FIXTURES)
  .filter((name) => /^[^.]+\.json$/.test(name) && name !== 'article-2015-record.json')
  .map((name) => readFileSync(join(FIXTURES, name), 'utf8').replace(/\n$/, ''));
/** What an agent hands over that has read a line, or several, as text. */
function isText(input: string): boolean {
  try {
    const { log, message } = JSON.parse(input) as Record<string, unknown>;
    return [log, message].some((text) => typeof text === 'string');
  } catch {
    return false;
  }
}
/** What a master writes: a line each. */
const LINES = INPUTS.filter((input) => !isText(input) && !input.includes('\n'));
/** What agents hand over as text, and texts of several lines, which an agent can have put together. */
const TEXTS = [
  ...INPUTS.filter(isText),
  ...INPUTS.filter((input) => input.includes('\n')).map((log) => JSON.stringify({ log })),
];

/** The same with members in one order; without NUL, which Fluent Bit leaves out of strings. */
const sorted = (value: unknown): unknown => {
  if (typeof value === 'string') return value.replaceAll('\0', '');
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(sorted);
  return Object.fromEntries(
    Object.entries(value)
      .map(([name, member]) => [name, sorted(member)])
      .toSorted(),
  );
};

/** A record in one spelling; what is malformed without its place, which `replay` alone knows by file and line. */
function spelt(record: SaltRecord): string {
  const { event_type: type, record: start } = record;
  // A parser spells anew what it hands over.
  const evidence = String(start).replaceAll(/\s/g, '').slice(0, 40);
  return canonical(JSON.stringify(sorted(type === 'malformed' ? { type, evidence } : record)));
}

/**
 * Records as Fluent Bit 4.2 reads them: of a number with an exponent, but no sign or point, the integer before that.
 */
const as42 = (text: string): string =>
  text.replaceAll(/"(?:[^"\\]|\\.)*"|(-?\b\d+)e\d+/g, (found, integer?: string) => integer ?? found);

/** The first difference, in whatever order they came. */
const differ = (found: readonly SaltRecord[], expected: readonly SaltRecord[]): string | null =>
  difference(found.map(spelt).toSorted(), expected.map(spelt).toSorted());

const stage = new Stage();
let folder: ReturnType<typeof temporaryFolder>;
let events: string;
let ofLines: SaltRecord[];
let ofLines42: SaltRecord[];
let ofTexts: SaltRecord[];

beforeAll(async () => {
  folder = temporaryFolder();
  events = join(folder.path, 'events.ndjson');
  writeFileSync(events, LINES.map((line) => `${line}\n`).join(''));
  const { stdout } = await run(['replay', events]);
  ofLines = records(stdout);
  ofLines42 = records(as42(stdout));
  ofTexts = records((await run(['replay', '-'], TEXTS.map((text) => `${text}\n`).join(''))).stdout);
});
afterEach(() => stage.clear());
afterAll(() => folder.remove());

it('has fixtures of both kinds, and records of them', () => {
  expect([LINES.length, TEXTS.length].map((count) => count > 8)).toEqual([true, true]);
  expect(ofLines.length).toBeGreaterThan(80);
  expect(ofTexts.length).toBeGreaterThan(8);
});

describeEach('every situation', (binary, version) => {
  let sink: LineSink;
  let agent: Agent;
  beforeEach(async () => {
    sink = stage.add(await LineSink.listen());
    agent = stage.add(new Agent(binary));
  });

  async function arrived(expected: readonly SaltRecord[]): Promise<string | null> {
    const all = (): SaltRecord[] => records(sink.lines.join('\n'));
    await until(
      () => sink.count >= expected.length || !agent.isUp,
      () => `${expected.length} records, not ${sink.count}`,
      SECONDS,
    );
    expect(agent.isUp).toBe(true);
    return differ(all(), expected);
  }

  it.each(['tcp', 'json'] as const)(
    'as a line of the event file (%s.yaml)',
    async (configuration) => {
      agent.configure(configuration, { TCP_PORT: sink.port });
      agent.write(readFileSync(events));
      await agent.start();
      expect(await arrived(version === '4.2' && configuration === 'tcp' ? ofLines42 : ofLines)).toBeNull();
    },
    90_000,
  );

  it('as text that an agent has read (http.yaml)', async () => {
    const port = await closedPort();
    agent.configure('http', { TCP_PORT: sink.port, HTTP_PORT: port });
    await agent.start();
    for (const text of TEXTS) expect(await post(port, text)).toBe(201);
    expect(await arrived(ofTexts)).toBeNull();
  }, 90_000);
});

describeWith('Vector, fed by saltflat follow', NO_VECTOR, () => {
  afterEach(() => endFollowers());

  it('has every situation', async () => {
    const port = await closedPort();
    const config = join(folder.path, 'vector.toml');
    const text = example().replace('data_dir = "/var/lib/vector"', `data_dir = "${folder.path}"`);
    writeFileSync(config, text.replaceAll('127.0.0.1:8080', `127.0.0.1:${port}`));
    const vector = startVector(config);
    try {
      const checkpoint = join(folder.path, 'checkpoint');
      const to = `http://127.0.0.1:${port}/saltflat`;
      const follower = new Follower([events, '--checkpoint', checkpoint, '--to', to]);
      const found = (): SaltRecord[] => printed(vector);
      const what = (): string => `${ofLines.length} records, not ${found().length}; ${vector.output.slice(-500)}`;
      // What Vector cannot read, half of a surrogate pair, is kept beside the checkpoint.
      await until(() => found().length >= ofLines.length - 1, what, SECONDS);
      expect(await follower.stop()).toBe(0);
      const rejects = records(readFileSync(`${checkpoint}.rejects`, 'utf8'));
      expect(rejects.map(({ record }) => (record as SaltRecord)['escapes'])).toEqual([
        expect.stringContaining('\ud800'),
      ]);
      expect(differ([...found(), ...rejects.map(({ record }) => record as SaltRecord)], ofLines)).toBeNull();
    } finally {
      await vector.stop('SIGKILL');
    }
  }, 120_000);
});
