// `npm run bench:agents`: whole-process CPU of real agents on the same events, one run, in turns. Ratios, not times: each
// agent's ways are set beside the filter that one would write by hand for it (Lua in Fluent Bit, VRL in Vector).
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { makeCorpus } from '../../test/support/corpus.js';
import { findProgram } from '../../test/support/program.js';
import { medianOf } from '../process.js';
import { fluentBitWays } from './fluentbit.js';
import { vectorWays } from './vector.js';
import type { Way } from './way.js';

/** An agent, or why it is not measured. */
type Agent = { readonly name: string } & ({ readonly ways: readonly Way[] } | { readonly skipped: string });

const EVENTS = new URL('../../../examples/events/salt-3008.3-events.ndjson', import.meta.url);

async function measure(agent: { name: string; ways: readonly Way[] }, rounds: number): Promise<void> {
  const seconds = agent.ways.map((): number[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [index, way] of agent.ways.entries()) seconds[index]!.push(await way.run());
  }
  const medians = seconds.map(medianOf);
  const peer = medians[agent.ways.findIndex(({ isPeer }) => isPeer)] ?? Number.NaN;
  console.log(`\n${agent.name.padEnd(60)}  CPU s   ratio`);
  for (const [index, way] of agent.ways.entries()) {
    const median = medians[index]!;
    console.log(`${way.name.padEnd(60)} ${median.toFixed(2).padStart(6)}  ${(median / peer).toFixed(2).padStart(6)}`);
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { mb: { type: 'string' }, rounds: { type: 'string' }, only: { type: 'string' } },
  });
  const mb = Number(values.mb ?? 100);
  const rounds = Number(values.rounds ?? 3);
  const folder = mkdtempSync(join(tmpdir(), 'saltflat-bench-'));
  try {
    const corpus = makeCorpus(EVENTS, mb * 1e6);
    const events = join(folder, 'events.ndjson');
    writeFileSync(events, Buffer.concat(corpus.events.flatMap((event) => [event, Buffer.from('\n')])));
    console.log(
      `${cpus()[0]?.model.trim()}, ${process.platform}; ${mb} MB, ${corpus.events.length} events; median of ${rounds} rounds`,
    );
    const fluentBit = findProgram('FLUENT_BIT', 'fluent-bit');
    const vector = findProgram('VECTOR', 'vector');
    const agents: Agent[] = [
      fluentBit === null
        ? { name: 'Fluent Bit', skipped: 'no fluent-bit on PATH and no FLUENT_BIT' }
        : { name: 'Fluent Bit', ways: fluentBitWays(fluentBit, events, folder) },
      vector === null
        ? { name: 'Vector', skipped: 'no vector on PATH and no VECTOR' }
        : { name: 'Vector', ways: vectorWays(vector, events, folder) },
    ];
    for (const agent of agents) {
      if (values.only !== undefined && !agent.name.toLowerCase().startsWith(values.only)) continue;
      if ('skipped' in agent) console.log(`\n${agent.name}: skipped: ${agent.skipped}`);
      else await measure(agent, rounds);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

await main();
