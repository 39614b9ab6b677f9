// Mutated events through every command that reads events: bad input is a malformed record, never an end with a code
// that is not for bad input. FUZZ_EVENTS=45000 and FUZZ_SEED give more and others.
import { createReadStream, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { load, nodeStream, webStream } from '../../../build/host/index.js';
import { records, run, temporaryDirectory } from '../../support/command.js';
import { Follower, endFollowers } from '../../support/follower.js';
import { Mutator } from '../../support/mutate.js';
import { until } from '../../support/program.js';
import { FakeStore } from '../../support/stores/fake.js';
import { closeFakes } from '../../support/stores/listening.js';

const COUNT = Number(process.env['FUZZ_EVENTS'] ?? 2000);
const SEED = Number(process.env['FUZZ_SEED'] ?? 20261130);
const SLOWEST_MS = 60_000 + COUNT * 20;

const folder = temporaryDirectory();
const file = join(folder, 'events.ndjson');
const optionsFile = join(folder, 'saltflat.json');
const events = [...new Mutator(SEED).events(COUNT)];
writeFileSync(file, Buffer.concat(events.flatMap((event) => [event, Buffer.of(0x0a)])));
writeFileSync(
  optionsFile,
  JSON.stringify({
    id: true,
    redact: true,
    returns: 'all',
    other_events: 'pass',
    summary: true,
    max_bytes: { record: 8192 },
  }),
);

afterEach(endFollowers);
afterAll(closeFakes);

/**
 * Runs a command on all events. Where it ends with another code than `codes`, the test says for which event, by
 * halving.
 */
async function passes(codes: readonly number[], args: (path: string) => readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await run(args(file));
  if (codes.includes(code!)) return stdout;
  let suspects = events;
  const part = join(folder, 'part.ndjson');
  while (suspects.length > 1) {
    const half = suspects.slice(0, suspects.length >>> 1);
    writeFileSync(part, Buffer.concat(half.flatMap((event) => [event, Buffer.of(0x0a)])));
    const isIn = !codes.includes((await run(args(part))).code!);
    suspects = isIn ? half : suspects.slice(half.length);
  }
  const shown = JSON.stringify(suspects[0]?.toString('latin1'));
  throw new Error(`seed ${SEED}: exit code ${code} (${stderr.slice(-500)}); maybe by ${shown}`);
}

describe(`${COUNT} mutated events`, () => {
  it.each(['flatten', 'flatten_array', 'flatten_ecs'])(
    'are replayed as %s, with and without options: each line parses',
    async (preset) => {
      for (const options of [[], ['--options', optionsFile]]) {
        const stdout = await passes([0], (path) => ['replay', '-q', '--preset', preset, ...options, path]);
        expect(records(stdout).length).toBeGreaterThan(COUNT / 2);
        expect(stdout.match(/\n/g)!.length).toBe(records(stdout).length);
      }
    },
    SLOWEST_MS,
  );

  it(
    'are shown',
    async () => {
      const stdout = await passes([0], (path) => ['show', path]);
      expect(stdout).toMatch(/\n\d+ events, .*malformed.*\n$/);
      // eslint-disable-next-line no-control-regex -- what is looked for are controls
      expect(stdout).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]/);
    },
    SLOWEST_MS,
  );

  it.each(['text', 'json', 'html'])(
    'are reported on as %s',
    async (format) => {
      const stdout = await passes([0], (path) => ['report', '-q', '--format', format, '--options', optionsFile, path]);
      if (format === 'json') expect(JSON.parse(stdout)).toHaveProperty('job_returns');
    },
    SLOWEST_MS,
  );

  it(
    'are sent to a store, and verified there',
    async () => {
      const store = await FakeStore.listen();
      const address = `opensearch://${store.host}/salt`;
      await passes([0], (path) => ['replay', '-q', '--to', address, '--rejects', join(folder, 'rejects'), path]);
      expect(store.documents.size).toBeGreaterThan(100);
      // A fake has no search: what is compared here is that reading ends well. 4: the store cannot be asked.
      await passes([0, 1, 4], (path) => ['verify', '-q', '--tries', '1', '--in', address, path]);
    },
    SLOWEST_MS,
  );

  it(
    'are sent to HEC, whose documents need a time',
    async () => {
      const hec = await FakeStore.listen();
      const env = { SALTFLAT_HTTP_TOKEN: 'token' };
      const { code, stderr } = await run(['replay', '-q', '--to', `splunk-hec://${hec.host}`, file], '', env);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(hec.events.length).toBeGreaterThan(100);
    },
    SLOWEST_MS,
  );

  it(
    'are followed',
    async () => {
      const checkpoint = join(folder, 'checkpoint');
      const follower = new Follower(['--checkpoint', checkpoint, '--options', optionsFile, file]);
      const isAtEnd = (): boolean =>
        existsSync(checkpoint) && readFileSync(checkpoint, 'utf8').includes(`"offset": ${statSync(file).size},`);
      await until(isAtEnd, () => `the checkpoint at the end; ${follower.stderr}`, SLOWEST_MS / 1000 - 10);
      expect(await follower.stop()).toBe(0);
      expect(records(follower.stdout).length).toBeGreaterThan(COUNT / 2);
    },
    SLOWEST_MS,
  );

  it(
    'go through both streams of the library',
    async () => {
      const saltflat = await load();
      const countOf = async (items: AsyncIterable<unknown>): Promise<number> => {
        const iterator = items[Symbol.asyncIterator]();
        let count = 0;
        while ((await iterator.next()).done !== true) count++;
        return count;
      };
      const node = await countOf(createReadStream(file).pipe(nodeStream(saltflat)));
      const stream = Readable.toWeb(createReadStream(file)) as ReadableStream<Uint8Array>;
      const web = await countOf(stream.pipeThrough(webStream(saltflat)) as unknown as AsyncIterable<unknown>);
      expect(node).toBeGreaterThan(COUNT / 2);
      expect(web).toBe(node);
    },
    SLOWEST_MS,
  );
});
