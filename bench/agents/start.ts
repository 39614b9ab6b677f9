// `npm run bench:start -- [RUNS]`: what the filter adds to the start of a stock Fluent Bit. The whole process reads one
// event and ends, in turns without a filter, with a module that does nothing, and with what the examples ship; medians
// of 21 runs.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProgram } from '../../test/support/program.js';
import { type Times, medianOf, timesOf } from '../process.js';
import { startConfigurations } from './fluentbit.js';

const EVENTS = new URL('../../../examples/events/salt-3008.3-events.ndjson', import.meta.url);

const inMs = (seconds: number): string => `${(seconds * 1000).toFixed(0)} ms`.padStart(12);

function main(): void {
  const runs = Number(process.argv[2] ?? 21);
  const program = findProgram('FLUENT_BIT', 'fluent-bit');
  if (program === null) throw new Error('no fluent-bit on PATH and no FLUENT_BIT');
  const folder = mkdtempSync(join(tmpdir(), 'saltflat-start-'));
  try {
    const event = join(folder, 'event.ndjson');
    const lines = readFileSync(EVENTS, 'utf8').split('\n');
    writeFileSync(event, `${lines.find((line) => line.includes('_|-'))!}\n`); // with states
    const ways = Object.entries(startConfigurations(event, folder)).map(([name, configuration], index) => {
      const path = join(folder, `${index}.yaml`);
      writeFileSync(path, configuration);
      return { name, command: [program, '-c', path], times: [] as Times[] };
    });
    for (let run = 0; run < runs; run++) for (const { command, times } of ways) times.push(timesOf(command));
    const median = (times: readonly Times[], kind: keyof Times): number => medianOf(times.map((one) => one[kind]));
    const none = ways[0]!.times;
    console.log(`${'one event, whole process'.padEnd(34)}         CPU       start       clock       start`);
    for (const { name, times } of ways) {
      const cells = (['cpu', 'wall'] as const).map(
        (kind) => inMs(median(times, kind)) + inMs(median(times, kind) - median(none, kind)),
      );
      console.log(name.padEnd(34) + cells.join(''));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

main();
