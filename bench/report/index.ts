// `npm run bench:report`: the report of a large fleet and of what takes most memory: how long, how much memory, how
// large a page, and how soon a browser shows it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { NO_CHROMIUM, launch } from '../../test/support/browser/chromium.js';
import { writeFleet, writeLargeEvent, writeLongNames } from './fleet.js';

const CLI = fileURLToPath(new URL('../../host/cli.js', import.meta.url));

/** What is measured: its name, and what writes it. Gives the number of bytes. */
const INPUTS: readonly (readonly [name: string, write: (path: string) => number])[] = [
  ['1,000 minions × 150 states', (path) => writeFleet(path, { minions: 1000, states: 150, runs: 1 })],
  ['1,000 minions × 150 states × 10 runs', (path) => writeFleet(path, { minions: 1000, states: 150, runs: 10 })],
  ['500,000 different states with names of 400 characters', (path) => writeLongNames(path, 5000, 100)],
  ['one event of 64 MB', (path) => writeLargeEvent(path, 64_000_000)],
];

/** Bytes of the most memory that a process held; 0 where the system does not say. */
function peakOf(pid: number): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

/** Clock ticks of a process in user and system mode; 100 a second on Linux. */
function ticksOf(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
    return Number(fields[11]) + Number(fields[12]);
  } catch {
    return 0;
  }
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`;

async function measure(name: string, write: (path: string) => number, directory: string): Promise<void> {
  const [input, page] = [join(directory, 'input.ndjson'), join(directory, 'report.html')];
  const bytes = write(input);
  const start = performance.now();
  const child = spawn(process.execPath, [CLI, 'report', '-q', input, '-o', page], { stdio: 'inherit' });
  let [peak, ticks] = [0, 0];
  const timer = setInterval(() => {
    peak = Math.max(peak, peakOf(child.pid!));
    ticks = Math.max(ticks, ticksOf(child.pid!));
  }, 50);
  await once(child, 'exit');
  clearInterval(timer);
  process.stdout.write(
    `${name}, ${megabytes(bytes)}: ${seconds(performance.now() - start)}, CPU ${seconds(ticks * 10)}, ` +
      `memory ${megabytes(peak)}, page ${megabytes(statSync(page).size)}\n`,
  );
  if (NO_CHROMIUM === null) await show(page);
  else process.stdout.write(`not opened: ${NO_CHROMIUM}\n`);
}

/** Opens the page, filters it by a minion, and opens a job. */
async function show(path: string): Promise<void> {
  const browser = await launch();
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  const timed = async (name: string, work: () => Promise<unknown>): Promise<string> => {
    const start = performance.now();
    await work();
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done))));
    return `${name} ${seconds(performance.now() - start)}`;
  };
  const told = [
    await timed('opens in', () => page.goto(`file://${path}`).then(() => page.waitForSelector('nav [aria-current]'))),
    await timed('filters in', () => page.selectOption('#filter-minion', { index: 1 })),
    await timed('jobs in', () => page.getByRole('link', { name: 'Jobs', exact: true }).click()),
    await timed('a job in', () => page.locator('#jobs tbody a').first().click()),
    await timed('compares in', () => page.getByRole('link', { name: 'Compare', exact: true }).click()),
  ];
  process.stdout.write(`  ${told.join(', ')}\n`);
  await browser.close();
}

const directory = mkdtempSync(join(tmpdir(), 'saltflat-bench-'));
try {
  for (const [name, write] of INPUTS) await measure(name, write, directory);
} finally {
  rmSync(directory, { recursive: true, force: true });
}
