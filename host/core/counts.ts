// What a run counted.
import { KINDS, type Kind } from './kinds.js';

/** Counts of one run. `records` is the sum of the kinds. */
export interface Counts extends Record<Kind, number> {
  /** Lines that are not blank. */
  events: number;
  /** Events that gave at least one record that is neither malformed nor an event let pass. */
  jobReturns: number;
  records: number;
}

/** All zero. */
export function noCounts(): Counts {
  const kinds = Object.fromEntries(KINDS.map((kind) => [kind, 0])) as Record<Kind, number>;
  return { events: 0, jobReturns: 0, records: 0, ...kinds };
}

/** Counts one event that gave records of these kinds. */
export function countEvent(counts: Counts, kinds: readonly Kind[]): void {
  counts.events++;
  counts.records += kinds.length;
  for (const kind of kinds) counts[kind]++;
  if (kinds.some((kind) => kind !== 'malformed' && kind !== 'passed')) counts.jobReturns++;
}
