// Counts in words.
import type { Counts } from '../core/counts.js';
import { KINDS, type Kind } from '../core/kinds.js';

/** `1 event`, `2 events`. */
export const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** A kind as sentences have it. A summary keeps the name of its event_type. */
export const kindText = (kind: Kind): string => (kind === 'would_change' ? 'would change' : kind);

/** Kinds that most runs cannot have: they are named where there are some. */
const ON_DEMAND: readonly Kind[] = ['returned', 'job_return', 'passed'];

/** `679 events, 29 job returns, 476 records: 57 failed, 157 changed, …`, one line without its end. */
export function summaryOf(counts: Readonly<Counts>): string {
  const kinds = KINDS.filter((kind) => counts[kind] > 0 || !ON_DEMAND.includes(kind)).map(
    (kind) => `${counts[kind]} ${kindText(kind)}`,
  );
  const { events, jobReturns, records } = counts;
  return `${plural(events, 'event')}, ${plural(jobReturns, 'job return')}, ${plural(records, 'record')}: ${kinds.join(', ')}`;
}
