// A report's words: those that text and page share.
import type { ReportData } from './data.js';
import type { Tables } from './tables.js';

const MINUTE = 60_000;
const DAY = 86_400_000;

const whole = new Intl.NumberFormat('en');

/** `12345` → `12,345`. */
export const numberText = (value: number): string => whole.format(value);

/** `1 state`, `2 states`. */
export const plural = (count: number, noun: string): string => `${numberText(count)} ${noun}${count === 1 ? '' : 's'}`;

/** Milliseconds in the unit that suits them. */
export function durationText(ms: number): string {
  if (ms < 1000) return `${ms.toFixed(ms < 10 ? 1 : 0)} ms`;
  return ms < 2 * MINUTE ? `${(ms / 1000).toFixed(1)} s` : `${(ms / MINUTE).toFixed(1)} min`;
}

/** A share in percent: 100 % only where it is all, 0 % only where it is none. */
export function percentText(share: number): string {
  const tenths = Math.round(share * 1000);
  if (tenths === 1000 && share < 1) return '> 99.9 %';
  if (tenths === 0 && share > 0) return '< 0.1 %';
  return `${(tenths / 10).toFixed(tenths % 10 === 0 ? 0 : 1)} %`;
}

/** `2026-11-22 09:19:48`, UTC; a dash where there is no time. */
export const timeText = (ms: number | null): string =>
  ms === null ? '–' : new Date(ms).toISOString().slice(0, 19).replace('T', ' ');

/** The beginning of a bin, as short as its width allows. */
export function binText(ms: number, widthMs: number): string {
  const text = timeText(ms);
  if (widthMs >= DAY) return text.slice(0, 10);
  return widthMs >= MINUTE ? text.slice(5, 16) : text.slice(5);
}

/** What the words `of the slowest 20 of 31 …` begin with: how many rows of how many. */
export const shownOf = (rows: number, total: number, isMore: boolean): string =>
  rows < total ? `the first ${rows} of ${isMore ? 'more than ' : ''}${numberText(total)}` : numberText(total);

/** `2 minions`, `200 minions or more`. */
export const minionsText = (count: number, isMore: boolean): string =>
  `${plural(count, 'minion')}${isMore ? ' or more' : ''}`;

/** What is said where no state failed. */
export const noFailureText = ({ isFailedOnly, lookedAt }: ReportData, { states }: Tables): string =>
  states > 0 || (isFailedOnly && lookedAt > 0) ? 'No state failed.' : 'There is no state.';

/** What is said where there is no compile error. */
export const noErrorText = ({ refusedCount }: Tables): string =>
  refusedCount > 0 ? 'Every state run that was not refused gave state results.' : 'Every state run gave state results.';

/** Whether secrets are masked, a sentence. */
export const redactionText = ({ isRedacted }: Pick<ReportData, 'isRedacted'>): string =>
  isRedacted
    ? 'Secrets are masked (redact).'
    : 'Secrets are not masked: --options FILE with "redact": true masks them.';

/** Where something that is missing would be: a section of the page; `all`: what is shown may be wrong. */
export type Place =
  'all' | 'source' | 'unanswered' | 'minions' | 'filter' | 'failed' | 'drift' | 'errors' | 'refused' | 'slow';

/** What is missing from the report, or may be, and where it would be: a sentence each. */
export function placedNotes(data: ReportData, { untimed }: Tables): { readonly place: Place; readonly text: string }[] {
  const { leftOut, malformed, fileErrors, copies, differing } = data;
  const notes: { place: Place; text: string }[] = fileErrors.map((text) => ({ place: 'all', text }));
  const add = (place: Place, text: string): void => void notes.push({ place, text });
  if (malformed > 0)
    add(
      'all',
      `${plural(malformed, 'line')} ${malformed === 1 ? 'was not a valid event' : 'were not valid events'}; \`saltflat replay\` shows why.`,
    );
  const timeless = Object.values(untimed).reduce((sum, count) => sum + count, 0);
  if (timeless > 0)
    add('all', `${plural(timeless, 'state')} without a _stamp or a jid that tells a time: counted, but in no time.`);
  if (copies > 0)
    add(
      'source',
      `${plural(copies, 'record')} came more than once (several masters, or a file named twice): each event_id is counted once.`,
    );
  if (differing > 0)
    add(
      'all',
      `${plural(differing, 'record')} ${differing === 1 ? 'shares its' : 'share their'} event_id with another record and ${differing === 1 ? 'differs' : 'differ'} from it: all are counted.`,
    );
  if (data.isCopiesCut) add('source', 'There are too many records to know all that came more than once.');
  if (leftOut.isExpectedUnknown && !leftOut.isExpectedUnasked && data.jobReturns > 0)
    add(
      'unanswered',
      "There is no salt/job/JID/new event, so who was expected is not known: add 'salt/job/*/new' to the master's event_return_whitelist.",
    );
  if (leftOut.isMinionsCut)
    add('minions', 'There are too many minions to tell all apart: the last ones are counted as others.');
  if (leftOut.isFilterCut)
    add(
      'filter',
      'There are too many minions to filter by each: those with the fewest failures are together as other minions there.',
    );
  if (leftOut.isSlsCut)
    add(
      'filter',
      'There are too many SLS files to tell all apart: the last ones, or those with the fewest failures, are counted as others.',
    );
  for (const [count, place, what, rest] of [
    [leftOut.failedGroups, 'failed', 'failed states', ' with the fewest failures'],
    [leftOut.driftGroups, 'drift', 'drifted states', ' seen least'],
    [leftOut.errorGroups, 'errors', 'errors', ' seen least'],
    [leftOut.refusedGroups, 'refused', 'refused runs', ' seen least'],
    [leftOut.slowGroups, 'slow', 'states', ' that take the least time'],
  ] as const)
    if (count > 0)
      add(place, `There are too many different ${what} to keep all: those${rest} are left out of the tables.`);
  if (leftOut.unanswered > 0)
    add('unanswered', `${plural(leftOut.unanswered, 'missing return')} of the oldest jobs are not in the table.`);
  if (leftOut.forgottenReturns > 0 && !leftOut.isExpectedUnknown)
    add(
      'unanswered',
      'Some returns came long before the event that announced their job, and were forgotten: name the files in the order of their time.',
    );
  return notes;
}

/** What is missing from the report, or may be, a sentence each. */
export const notesOf = (data: ReportData, tables: Tables): string[] =>
  placedNotes(data, tables).map(({ text }) => text);
