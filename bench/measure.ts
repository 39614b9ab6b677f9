// The measurements: peers in this process with tinybench, Python beside it, and the module's cold start.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { Bench } from 'tinybench';
import { MODULE_PATH } from '../host/index.js';
import { callFilter, instantiateModule } from '../host/core/module.js';
import { readRoots } from '../host/core/roots.js';
import type { Corpus, JsonObject } from '../test/support/corpus.js';
import { type Peer, type TimedPeer, TIME } from './peers.js';
import { medianOf } from './process.js';

/** One line of the table. */
export interface Row {
  readonly name: string;
  /** Input bytes, in millions a second. */
  readonly mbPerSecond: number;
  readonly recordsPerSecond: number;
}

/** A way that could not be measured here. */
export interface Skipped {
  readonly name: string;
  readonly skipped: string;
}

const SAMPLE_EVENTS = 20;
const MIN_PASSES = 5;
const MIN_MS = 1500;
const COLD_STARTS = 15;
const RETURNER = fileURLToPath(new URL('../../bench/returner.py', import.meta.url));
const MAX_OUTPUT_BYTES = 1 << 30; // spawnSync's own limit of 1 MiB is less than the sample's records

function toRow(name: string, corpus: Corpus, ms: number): Row {
  return { name, mbPerSecond: corpus.bytes / ms / 1e3, recordsPerSecond: (corpus.records / ms) * 1e3 };
}

function parseRecords(returned: Uint8Array): JsonObject[] {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  return Array.from(
    readRoots(returned),
    ({ start, end }) => JSON.parse(decoder.decode(returned.subarray(start, end))) as JsonObject,
  );
}

/** Up to 20 events, evenly spread. */
function sample(corpus: Corpus): Uint8Array[] {
  const step = Math.ceil(corpus.events.length / SAMPLE_EVENTS);
  return corpus.events.filter((_, index) => index % step === 0);
}

/** The records of a sample of the corpus, parsed. */
export function sampleRecords(peer: Peer, corpus: Corpus): JsonObject[] {
  return sample(corpus).flatMap((event) => parseRecords(peer.flatten(event)));
}

function compare(name: string, actual: readonly JsonObject[], expected: readonly JsonObject[]): void {
  if (actual.length !== expected.length) {
    throw new Error(`${name}: ${actual.length} records of the sample, expected ${expected.length}`);
  }
  const index = actual.findIndex((record, at) => !isDeepStrictEqual(record, expected[at]));
  if (index >= 0) {
    throw new Error(
      `${name}: record ${index} of the sample is ${JSON.stringify(actual[index])}, expected ${JSON.stringify(expected[index])}`,
    );
  }
}

/** Throws unless a peer gives the expected records of a sample, and as many records of the whole corpus as it holds. */
export function checkPeer(peer: Peer, corpus: Corpus, expected: readonly JsonObject[]): void {
  compare(peer.name, sampleRecords(peer, corpus), expected);
  let records = 0;
  for (const event of corpus.events) records += Array.from(readRoots(peer.flatten(event))).length;
  if (records !== corpus.records) throw new Error(`${peer.name}: ${records} records, expected ${corpus.records}`);
}

/** Whole passes over a corpus; their median time counts. A pass may return its own time in ms. */
async function measurePasses(name: string, corpus: Corpus, pass: () => number | undefined): Promise<Row> {
  const bench = new Bench({ time: MIN_MS, iterations: MIN_PASSES, warmupIterations: 1, warmupTime: 0, throws: true });
  bench.add(name, () => {
    const overriddenDuration = pass();
    return overriddenDuration === undefined ? undefined : { overriddenDuration };
  });
  const [task] = await bench.run();
  const result = task?.result;
  if (result?.state !== 'completed') throw new Error(`${name}: the measurement is ${String(result?.state)}`);
  return toRow(name, corpus, result.latency.p50);
}

/** A peer, warm, from the bytes of an event to the bytes of its records. */
export function measurePeer(name: string, peer: Peer, corpus: Corpus): Promise<Row> {
  return measurePasses(name, corpus, () => {
    for (const event of corpus.events) peer.flatten(event);
    return undefined;
  });
}

/** The filter call, warm, without the copies in and out. */
export function measureBare(name: string, module: TimedPeer, corpus: Corpus): Promise<Row> {
  return measurePasses(name, corpus, () => corpus.events.reduce((ms, event) => ms + module.timeCall(event), 0));
}

function runReturner(args: readonly string[], events: readonly Uint8Array[]): string | Skipped {
  const name = 'Python json';
  const input = Buffer.concat(events.flatMap((event) => [event, Buffer.from('\n')]));
  const child = spawnSync('python3', [RETURNER, ...args], { input, encoding: 'utf8', maxBuffer: MAX_OUTPUT_BYTES });
  if ((child.error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT')
    return { name, skipped: 'no python3 in PATH' };
  if (child.error !== undefined) throw child.error;
  if (child.status !== 0) throw new Error(`${name}: python3 ended with ${child.status}: ${child.stderr.trim()}`);
  return child.stdout;
}

/** Python's json in a process of its own, checked as the others are; skipped where there is no python3. */
export function measurePython(corpus: Corpus, expected: readonly JsonObject[]): Row | Skipped {
  const records = runReturner(['--records'], sample(corpus));
  if (typeof records !== 'string') return records;
  const lines = records.trimEnd().split('\n');
  compare(
    'Python json',
    lines.map((line) => JSON.parse(line) as JsonObject),
    expected,
  );
  const output = runReturner([], corpus.events);
  if (typeof output !== 'string') return output;
  const measured = JSON.parse(output) as { seconds: number; records: number; python: string };
  if (measured.records !== corpus.records) {
    throw new Error(`Python json: ${measured.records} records, expected ${corpus.records}`);
  }
  return toRow(`Python ${measured.python} json`, corpus, measured.seconds * 1000);
}

/** What a start costs: the median of 15, in ms. */
export interface ColdStart {
  readonly compileMs: number;
  readonly firstCallMs: number;
}

/** Compiling and instantiating the module, then its first call with `event`. */
export async function measureColdStart(event: Uint8Array): Promise<ColdStart> {
  const bytes = readFileSync(MODULE_PATH);
  const compile: number[] = [];
  const firstCall: number[] = [];
  for (let round = 0; round < COLD_STARTS; round++) {
    // V8 shares the code of equal modules: an empty custom section with a name of its own (id, size, name) keeps them
    // apart.
    const unique = Buffer.concat([bytes, Buffer.from([0, 2, 1, 0x61 + round])]);
    const start = performance.now();
    const module = await instantiateModule(unique);
    const compiled = performance.now();
    callFilter(module, 'flatten', event, TIME);
    compile.push(compiled - start);
    firstCall.push(performance.now() - compiled);
  }
  return { compileMs: medianOf(compile), firstCallMs: medianOf(firstCall) };
}
