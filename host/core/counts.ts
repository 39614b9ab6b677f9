// What a run counted, and the line that says so.
import { KINDS, type Kind } from './fact-reader.js';

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

/** `1 event`, `2 events`. */
export const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** Kinds that most runs cannot have: they are named where there are some. */
const ON_DEMAND: readonly Kind[] = ['returned', 'job_return', 'passed'];

/** `679 events, 29 job returns, 476 records: 57 failed, 157 changed, …`, one line without its end. */
export function summaryOf(counts: Readonly<Counts>): string {
  const kinds = KINDS.filter((kind) => counts[kind] > 0 || !ON_DEMAND.includes(kind)).map(
    (kind) => `${counts[kind]} ${kind}`,
  );
  const { events, jobReturns, records } = counts;
  return `${plural(events, 'event')}, ${plural(jobReturns, 'job return')}, ${plural(records, 'record')}: ${kinds.join(', ')}`;
}
