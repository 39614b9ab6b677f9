// `npm run bench`: the module beside three other ways to flatten the same events, in one run on one corpus.
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { MODULE_PATH } from '../host/index.js';
import { asText, makeCorpus } from '../test/support/corpus.js';
import {
  type Row,
  type Skipped,
  checkPeer,
  measureBare,
  measureColdStart,
  measurePeer,
  measurePython,
  sampleRecords,
} from './measure.js';
import { JSON_AS_URL, jsonPeer, loadBareModule, loadJsonAs, loadSaltflat } from './peers.js';

const USAGE = 'usage: npm run bench -- [--mb N] [--json FILE]';
const EVENTS = new URL('../../examples/events/salt-3008.3-events.ndjson', import.meta.url);
const DEFAULT_MB = 64;
/** The corpus is held in memory, once more as text, and once more on its way to Python. */
const MAX_MB = 1024;

/** The options, or null where they are wrong. */
function readOptions(args: string[]): { mb: number; json: string | undefined } | null {
  try {
    const { values } = parseArgs({ args, options: { mb: { type: 'string' }, json: { type: 'string' } } });
    const mb = values.mb === undefined ? DEFAULT_MB : Number(values.mb);
    return mb > 0 && mb <= MAX_MB ? { mb, json: values.json } : null;
  } catch {
    return null;
  }
}

function formatRow(cells: readonly string[]): string {
  return cells.map((cell, index) => (index === 0 ? cell.padEnd(44) : cell.padStart(14))).join('');
}

function formatCount(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

function isMeasured(row: Row | Skipped): row is Row {
  return !('skipped' in row);
}

async function run({ mb, json }: { mb: number; json: string | undefined }): Promise<void> {
  const corpus = makeCorpus(EVENTS, mb * 1e6);
  const text = asText(corpus);
  const coldStart = await measureColdStart(corpus.events[0] as Uint8Array);
  const expected = sampleRecords(jsonPeer, corpus);
  const saltflat = await loadSaltflat();
  const bare = await loadBareModule();
  const jsonAs = await loadJsonAs();
  for (const peer of [saltflat, bare, jsonPeer, jsonAs]) checkPeer(peer, corpus, expected);
  checkPeer(saltflat, text, expected);

  const baseline = await measurePeer(jsonPeer.name, jsonPeer, corpus);
  const rows: (Row | Skipped)[] = [
    await measureBare('saltflat, the filter call alone', bare, corpus),
    await measurePeer('saltflat, copies in and out included', saltflat, corpus),
    await measurePeer('saltflat, the line as text in {"log": …}', saltflat, text),
    baseline,
    await measurePeer('json-as (AssemblyScript)', jsonAs, corpus),
    measurePython(corpus, expected),
  ];

  const ratioOf = (row: Row): number => row.mbPerSecond / baseline.mbPerSecond;
  const machine = { cpu: cpus()[0]?.model ?? 'unknown', node: process.version, platform: process.platform };
  const moduleBytes = statSync(MODULE_PATH).size;
  const jsonAsBytes = readFileSync(JSON_AS_URL).length;
  const lines = [
    `machine     ${machine.cpu}, ${machine.platform}, node ${machine.node}`,
    `corpus      ${(corpus.bytes / 1e6).toFixed(1)} MB, ${formatCount(corpus.events.length)} events, ${formatCount(corpus.records)} records; as text ${(text.bytes / 1e6).toFixed(1)} MB`,
    `module      ${formatCount(moduleBytes)} bytes (json-as: ${formatCount(jsonAsBytes)})`,
    `cold start  compile ${coldStart.compileMs.toFixed(2)} ms, first call ${coldStart.firstCallMs.toFixed(2)} ms (${formatCount((corpus.events[0] as Uint8Array).length)} bytes)`,
    '',
    formatRow(['warm', 'MB/s (input)', 'records/s', 'x JSON']),
    ...rows.map((row) =>
      isMeasured(row)
        ? formatRow([row.name, row.mbPerSecond.toFixed(1), formatCount(row.recordsPerSecond), ratioOf(row).toFixed(2)])
        : formatRow([row.name, `skipped: ${row.skipped}`]),
    ),
  ];
  console.log(lines.join('\n'));

  if (json !== undefined) {
    const report = {
      machine,
      corpus: { bytes: corpus.bytes, textBytes: text.bytes, events: corpus.events.length, records: corpus.records },
      moduleBytes,
      jsonAsBytes,
      coldStart,
      rows: rows.map((row) => (isMeasured(row) ? { ...row, ratio: ratioOf(row) } : row)),
    };
    writeFileSync(json, `${JSON.stringify(report, null, 2)}\n`);
  }
}

const options = readOptions(process.argv.slice(2));
if (options === null) {
  console.error(`${USAGE} (N: millions of bytes, above 0, at most ${MAX_MB})`);
  process.exitCode = 2;
} else {
  try {
    await run(options);
  } catch (error) {
    console.error(`bench: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}
