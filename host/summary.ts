// What a run counted, and the line that says so.
import { KINDS, type Kind } from './facts.js';

/** Counts of one run. `records` is the sum of the kinds. */
export interface Counts extends Record<Kind, number> {
  /** Lines that are not blank. */
  events: number;
  /** Events that gave at least one record that is not malformed. */
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
  if (kinds.some((kind) => kind !== 'malformed')) counts.jobReturns++;
}

/** `1 event`, `2 events`. */
export const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** `679 events, 29 job returns, 476 records: 57 failed, 157 changed, …`, one line without its end. */
export function summaryOf(counts: Readonly<Counts>): string {
  const kinds = KINDS.map((kind) => `${counts[kind]} ${kind}`).join(', ');
  const { events, jobReturns, records } = counts;
  return `${plural(events, 'event')}, ${plural(jobReturns, 'job return')}, ${plural(records, 'record')}: ${kinds}`;
}
