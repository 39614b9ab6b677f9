// Changes one operator of the module at a time, builds it, and runs the suites that belong to the file: what no suite
// notices is code that no test needs. A development tool; it works on a copy and leaves the tree as it is.
//
//   npm run mutate -- [--file assembly/redact/pem.ts] [--line 40] [--count 10] [--seed 1]
//
// Without --file places are chosen in all files of the folders in `suites.mjs`, by chance: the same for the same seed
// and sources. `equivalent.json` has the changes that change nothing, each with its reason; they are passed over. Exit
// code 1: something survived.
import { fork } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { clearTimeout, setTimeout } from 'node:timers';
import { parseArgs } from 'node:util';
import { URL, fileURLToPath } from 'node:url';
import { placesIn } from './places.mjs';
import { SUITES } from './suites.mjs';

const WORKER = fileURLToPath(new URL('worker.mjs', import.meta.url));
/** A mutant that runs for so long hangs. In ms. */
const PATIENCE = 900_000;
/** How many mutants a process tests: jest keeps something of each. */
const FRESH = 10;

const { values } = parseArgs({
  options: {
    file: { type: 'string', multiple: true },
    line: { type: 'string' },
    count: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
  },
});

/** The known ones that change nothing: `{ file, before, after, why }`, lines without white space around them. */
const EQUIVALENT = JSON.parse(readFileSync(new URL('equivalent.json', import.meta.url), 'utf8'));
const keyOf = ({ file, before, after }) => JSON.stringify([file, before, after]);
const known = new Set(EQUIVALENT.map(keyOf));

/** Numbers below 1 by chance, the same for the same seed (mulberry32). */
function chance(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const folderOf = (file) => file.split(/[\\/]/)[1];
const sourcesIn = (path) => (statSync(path).isDirectory() ? readdirSync(path).map((name) => join(path, name)) : [path]);

function chosen() {
  const paths = values.file ?? Object.keys(SUITES).map((name) => join('assembly', name));
  const unknown = paths.find((path) => SUITES[folderOf(path)] === undefined);
  if (unknown !== undefined)
    throw new Error(
      `${unknown}: suites.mjs has suites for ${Object.keys(SUITES).join(', ')}: add a row for its folder`,
    );
  const places = paths
    .flatMap(sourcesIn)
    .flatMap((file) => placesIn(file, readFileSync(file, 'utf8')).map((place) => ({ file, ...place })))
    .filter((place) => values.line === undefined || place.line === Number(values.line))
    .filter((place) => !known.has(keyOf(place)));
  const next = chance(Number(values.seed));
  const picked = [];
  while (places.length > 0 && picked.length < Number(values.count))
    picked.push(...places.splice(Math.floor(next() * places.length), 1));
  return picked;
}

/** A copy of the tree in which only the module is built anew. */
function copyTree() {
  const copy = mkdtempSync(join(tmpdir(), 'saltflat-mutate-'));
  const left = new Set(['node_modules', '.git', 'build']);
  cpSync('.', copy, { recursive: true, filter: (path) => !left.has(basename(path)) || resolve(path) === resolve('.') });
  cpSync('build/host', join(copy, 'build/host'), { recursive: true });
  symlinkSync(resolve('node_modules'), join(copy, 'node_modules'));
  return copy;
}

/**
 * The process that builds and tests in the copy; a new one where a mutant did not end, or the memory of the last one
 * fills up.
 */
class Worker {
  #child;
  #asked = 0;

  constructor(copy) {
    this.copy = copy;
  }

  /**
   * `{ compiles, failed }`: whether the copy compiles, and the first test of these groups that fails, null where none
   * does.
   */
  ask(groups) {
    if (this.#asked++ % FRESH === 0) this.end();
    this.#child ??= fork(WORKER, { cwd: this.copy, execArgv: ['--experimental-vm-modules', '--no-warnings'] });
    const child = this.#child;
    return new Promise((resolve) => {
      const answer = (found) => {
        clearTimeout(timer);
        child.removeAllListeners();
        resolve(found);
      };
      const failed = (reason) => {
        this.end();
        answer({ compiles: true, failed: reason });
      };
      const timer = setTimeout(() => failed('no end'), PATIENCE);
      child.once('message', answer);
      child.once('exit', () => failed('the process that tests ended'));
      child.send({ groups });
    });
  }

  end() {
    this.#child?.removeAllListeners();
    this.#child?.kill('SIGKILL');
    this.#child = undefined;
  }
}

const SURVIVED = 'SURVIVED';

/** Tests one mutant; what came of it, in words. */
async function tell(worker, place) {
  const { file, text, start, end } = place;
  const path = join(worker.copy, file);
  const original = readFileSync(path, 'utf8');
  writeFileSync(path, `${original.slice(0, start)}${text}${original.slice(end)}`);
  const { compiles, failed } = await worker.ask(SUITES[folderOf(file)]);
  writeFileSync(path, original);
  if (!compiles) return 'does not compile';
  return failed === null ? SURVIVED : `noticed: ${failed}`;
}

async function main() {
  if (!existsSync('build/host/index.js')) throw new Error('build/host is not there: run `npm run build` first');
  const places = chosen();
  const worker = new Worker(copyTree());
  const survivors = [];
  let noticed = 0;
  try {
    // What fails in the copy as it is would be taken for noticed.
    const { compiles, failed } = await worker.ask([...new Set(places.map(({ file }) => SUITES[folderOf(file)][0]))]);
    if (!compiles) throw new Error('the module does not compile as it is');
    if (failed !== null) throw new Error(`a suite fails before anything is changed: ${failed}`);
    for (const place of places) {
      const found = await tell(worker, place);
      if (found === SURVIVED) survivors.push(place);
      else if (found.startsWith('noticed')) noticed++;
      console.log(`${place.file}:${place.line}\n  - ${place.before}\n  + ${place.after}\n  ${found}`);
    }
  } finally {
    worker.end();
    rmSync(worker.copy, { recursive: true, force: true });
  }
  console.log(`${noticed + survivors.length} mutants, ${noticed} noticed, ${survivors.length} survived`);
  for (const { file, before, after } of survivors) console.log(JSON.stringify({ file, before, after, why: '' }));
  return survivors.length === 0 ? 0 : 1;
}

process.exitCode = await main();
