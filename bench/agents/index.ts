// `npm run bench:agents`: whole-process CPU of real agents on the same events, one run, in turns. Ratios, not times:
// each agent's ways are set beside the filter that one would write by hand for it (Lua in Fluent Bit, VRL in Vector).
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { REPEATS, makeCorpus } from '../../test/support/corpus.js';
import { findProgram } from '../../test/support/program.js';
import { medianOf } from '../process.js';
import { fluentBitWays } from './fluentbit.js';
import { vectorWays } from './vector.js';
import type { Way } from './way.js';

/** An agent, or why it is not measured. */
type Agent = { readonly name: string } & (
  { readonly waysOf: (events: string) => readonly Way[] } | { readonly skipped: string }
);

const EVENTS = new URL('../../../examples/events/salt-3008.3-events.ndjson', import.meta.url);

const HELP = `npm run bench:agents -- [--mb N] [--rounds N] [--agent NAME] [--way TEXT]… [--repeats unique|again] [--module PATH]…

  --mb N          bytes of events, in millions (100)
  --rounds N      how often each way runs, in turns; the median counts (3)
  --agent NAME    only this agent: fluent-bit or vector
  --way TEXT      only ways with this text in their names, and the peer
  --repeats KIND  only this corpus; unique: no two states alike; again: 12 highstates on 40 minions over and over
  --module PATH   measures another saltflat.wasm beside this build's, in the same run
`;

async function measure(title: string, ways: readonly Way[], rounds: number): Promise<void> {
  const seconds = ways.map((): number[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [index, way] of ways.entries()) seconds[index]!.push(await way.run());
  }
  const medians = seconds.map(medianOf);
  const peer = medians[ways.findIndex(({ isPeer }) => isPeer)] ?? Number.NaN;
  console.log(`\n${title.padEnd(64)}  CPU s   ratio`);
  for (const [index, way] of ways.entries()) {
    const median = medians[index]!;
    console.log(`${way.name.padEnd(64)} ${median.toFixed(2).padStart(6)}  ${(median / peer).toFixed(2).padStart(6)}`);
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      mb: { type: 'string', default: '100' },
      rounds: { type: 'string', default: '3' },
      agent: { type: 'string' },
      way: { type: 'string', multiple: true, default: [''] },
      repeats: { type: 'string' },
      module: { type: 'string', multiple: true, default: [] },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const mb = Number(values.mb);
  const rounds = Number(values.rounds);
  const others = values.module.map((path) => resolve(path));
  const folder = mkdtempSync(join(tmpdir(), 'saltflat-bench-'));
  console.log(`${cpus()[0]?.model.trim()}, ${process.platform}; ${mb} MB; median of ${rounds} rounds`);
  try {
    const fluentBit = findProgram('FLUENT_BIT', 'fluent-bit');
    const vector = findProgram('VECTOR', 'vector');
    const agents: Agent[] = [
      fluentBit === null
        ? { name: 'fluent-bit', skipped: 'no fluent-bit on PATH and no FLUENT_BIT' }
        : { name: 'fluent-bit', waysOf: (events) => fluentBitWays(fluentBit, events, folder, others) },
      vector === null
        ? { name: 'vector', skipped: 'no vector on PATH and no VECTOR' }
        : { name: 'vector', waysOf: (events) => vectorWays(vector, events, folder) },
    ];
    for (const repeats of REPEATS.filter((kind) => values.repeats === undefined || kind === values.repeats)) {
      const corpus = makeCorpus(EVENTS, mb * 1e6, repeats);
      const events = join(folder, `${repeats}.ndjson`);
      writeFileSync(events, Buffer.concat(corpus.events.flatMap((event) => [event, Buffer.from('\n')])));
      for (const agent of agents) {
        if (values.agent !== undefined && agent.name !== values.agent) continue;
        if ('skipped' in agent) {
          console.log(`\n${agent.name}: skipped: ${agent.skipped}`);
          continue;
        }
        const ways = agent
          .waysOf(events)
          .filter(({ name, isPeer }) => isPeer || values.way.some((text) => name.includes(text)));
        await measure(`${agent.name}, ${repeats}, ${corpus.events.length} events`, ways, rounds);
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

await main();
