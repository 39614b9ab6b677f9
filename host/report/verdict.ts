// What `report --fail-on` asks: whether there is any of it.
import type { ReportData } from './data.js';
import type { Tables } from './tables.js';
import { plural } from './words.js';

interface Question {
  /** How many there are. */
  readonly count: (data: ReportData, tables: Tables) => number;
  /** What one of them is called. */
  readonly noun: string;
}

const QUESTIONS = {
  failed: {
    count: (_, { counts, errorCount, refusedCount }) => counts.failed + errorCount + refusedCount,
    noun: 'failure',
  },
  changed: { count: (_, { counts }) => counts.changed, noun: 'changed state' },
  'would-change': { count: (_, { counts }) => counts.would_change, noun: 'pending change' },
  refused: { count: (_, { refusedCount }) => refusedCount, noun: 'refused run' },
  'compile-error': { count: (_, { errorCount }) => errorCount, noun: 'compile error' },
  silent: {
    count: ({ unanswered, leftOut }) => unanswered.length + leftOut.unanswered,
    noun: 'missing return',
  },
} as const satisfies Readonly<Record<string, Question>>;

/** What may be asked for. `failed` holds runs without states, too: refused ones and compile errors. */
export type FailOn = keyof typeof QUESTIONS;
export const FAIL_ON = Object.keys(QUESTIONS) as readonly FailOn[];

/**
 * What there is of what is asked for, a phrase each; none where there is none of it. Malformed events are always of it.
 */
export function foundIn(asked: readonly FailOn[], data: ReportData, tables: Tables): readonly string[] {
  const found = asked
    .map((each) => ({ count: QUESTIONS[each].count(data, tables), noun: QUESTIONS[each].noun }))
    .filter(({ count }) => count > 0)
    .map(({ count, noun }) => plural(count, noun));
  return data.malformed > 0 && asked.length > 0 ? [...found, plural(data.malformed, 'malformed event')] : found;
}

/** Why the input cannot tell; null where it can. */
export function untold(asked: readonly FailOn[], { leftOut }: ReportData): string | null {
  if (!asked.includes('silent')) return null;
  if (leftOut.isExpectedUnasked) return '--fail-on silent: --failed and --sls leave out who was expected';
  if (leftOut.isExpectedUnknown)
    return "--fail-on silent: no salt/job/JID/new event says who was expected: add 'salt/job/*/new' to event_return_whitelist";
  return null;
}
