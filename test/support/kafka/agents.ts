// The Fluent Bits of examples/kafka in tests: the shipped configurations with other addresses, and what they are fed.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Agent, FLUENT_BIT, SHIPPED_OPTIONS } from '../fluent-bit/agent.js';
import { MASTER_EVENTS, jobReturn, state } from '../fluent-bit/events.js';
import { records, run } from '../command.js';

const EXAMPLES = join(process.cwd(), 'examples/kafka');

/** The text of a shipped configuration. */
export const shipped = (file: string): string => readFileSync(join(EXAMPLES, file), 'utf8');

/** A Fluent Bit with one of the configurations here and the options that are shipped; not started yet. */
export function fluentBit(
  file: 'producer.yaml' | 'worker.yaml',
  values: Readonly<Record<string, string | number>>,
  ...changes: readonly (readonly [from: string, to: string])[]
): Agent {
  const agent = new Agent(FLUENT_BIT ?? '');
  agent.setOptions(SHIPPED_OPTIONS);
  agent.configureText(shipped(file), values, ...changes);
  return agent;
}

const STATES_PER_JOB = 5;
let jobs = 0;

/** Job returns that no other call gives, one a line: so many, by turns of so many minions. */
export function jobReturns(count: number, minions = 20): string[] {
  return Array.from({ length: count }, (_, at) => {
    const jid = `${20261122100000 + ++jobs}000000`;
    const states = Array.from({ length: STATES_PER_JOB }, (__, index) => state(`${jid}-${index}`));
    return jobReturn(jid, states, `minion-${at % minions}.example.com`);
  });
}

/** The real events that are bundled, and so many synthetic job returns behind them. */
export const mixedEvents = (count: number): string[] => [...MASTER_EVENTS.trimEnd().split('\n'), ...jobReturns(count)];

/** Lines as a file has them. */
export const ndjson = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');

/** The ids of the records that `saltflat replay` makes of these lines, sorted, each once. */
export async function replayedIds(lines: readonly string[]): Promise<string[]> {
  const options = join(process.cwd(), 'examples/fluent-bit/saltflat.json');
  const { code, stdout, stderr } = await run(
    ['replay', '-', '--preset', 'flatten_ecs', '--options', options],
    ndjson(lines),
  );
  if (code !== 0) throw new Error(stderr);
  return idsOf(records(stdout).map(({ event }) => (event as { id: string }).id));
}

/** Ids sorted, each once. */
export const idsOf = (ids: readonly string[]): string[] => [...new Set(ids)].sort();
