import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { load } from '../../../build/host/index.js';
import { FIXTURE } from '../../support/command.js';
import { type Running, describeWith, temporaryFolder, until } from '../../support/program.js';
import { NO_VECTOR, VECTOR, printed, startVector } from '../../support/vector.js';

type Json = Record<string, unknown>;
const SECONDS = 60;
let folder: ReturnType<typeof temporaryFolder>;
let running: Running | null = null;

beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(async () => {
  await running?.stop('SIGKILL');
  running = null;
  folder.remove();
});

/** A malformed record without its words, which are each parser's own. */
const comparable = (record: Json): Json =>
  record.event_type === 'malformed' ? { event_type: 'malformed', record: record.record } : record;

/** What the VRL program makes of these lines, followed by a line that ends them. */
async function flattened(lines: readonly string[]): Promise<Json[]> {
  const log = join(folder.path, 'events.ndjson');
  const last = '"the last line"';
  writeFileSync(log, [...lines, last, ''].join('\n'));
  cpSync('examples/vector/flatten.vrl', join(folder.path, 'flatten.vrl'));
  const path = join(folder.path, 'flatten.toml');
  const config = readFileSync('examples/vector/flatten.toml', 'utf8')
    .replace('"/var/lib/vector"', `"${folder.path}"`)
    .replace('/var/log/saltflat/events.ndjson', log)
    .replace('"flatten.vrl"', `"${join(folder.path, 'flatten.vrl')}"`);
  writeFileSync(path, config);
  const program = startVector(path);
  running = program;
  const isLast = ({ record }: Json): boolean => record === last;
  await until(() => printed(program).some(isLast), `the last line; ${program.output.slice(-1000)}`, SECONDS);
  return printed(program).filter((record) => !isLast(record));
}

/** The first line whose records differ, the order within one event aside; null where all are the same. */
async function difference(lines: readonly string[]): Promise<unknown> {
  const saltflat = await load();
  const found = (await flattened(lines)).map(comparable);
  for (const line of lines) {
    const expected = saltflat.flatten(line).map((record) => comparable(record as Json));
    const actual = found.splice(0, expected.length);
    for (const record of expected) {
      const at = actual.findIndex((other) => isDeepStrictEqual(other, record));
      if (at < 0)
        return {
          line: line.slice(0, 500),
          expected: JSON.stringify(record).slice(0, 1500),
          actual: JSON.stringify(actual).slice(0, 1500),
        };
      actual.splice(at, 1);
    }
  }
  return found.length === 0 ? null : { left: found };
}

/** Input that the README beside the program lists as different. */
const DIFFERENT = new Set([
  'events-on-one-line.json',
  'forged-event-in-a-half-line.json',
  'found-error.json',
  'found-several.json',
  'found-states.json',
  'half-line-then-event.json',
  'line-feeds-in-log.json',
  'line-feeds-in-message.json',
  'number-beyond-doubles.json',
  'fluentbit-log.json',
  'log-cut-short.json',
  'log-of-another-program.json',
  'numbers-and-escapes-as-written.json',
  'vector-message.json',
  'state-event-text.json',
]);

describeWith('examples/vector/flatten.vrl', NO_VECTOR, () => {
  it('is valid and passes its unit tests', () => {
    for (const args of [['validate', '--no-environment'], ['test']]) {
      const { status } = spawnSync(VECTOR!, [...args, 'flatten.toml'], { cwd: 'examples/vector' });
      expect({ args, status }).toEqual({ args, status: 0 });
    }
  });

  it(
    "gives the module's records for every real event",
    async () => {
      const lines = readFileSync(FIXTURE, 'utf8')
        .split('\n')
        .filter((line) => line !== '');
      expect(await difference(lines)).toBeNull();
    },
    SECONDS * 2000,
  );

  it(
    "gives the module's records for the situations of the test fixtures, but for those that are listed",
    async () => {
      const names = readdirSync('test/fixtures').filter((name) => /^[^.]+\.json$/.test(name) && !DIFFERENT.has(name));
      const lines = names.map((name) => readFileSync(join('test/fixtures', name), 'utf8').trimEnd());
      const oneLine = lines.filter((line) => !line.includes('\n'));
      expect(oneLine.length).toBeGreaterThan(40);
      expect(await difference(oneLine)).toBeNull();
    },
    SECONDS * 2000,
  );
});
