// What `saltflat verify` says: a table of the first differences and a line of counts, or all of them as JSON.
import Table from 'cli-table3';
import { cut, printable } from '../text/terminal.js';
import { plural } from '../text/words.js';
import type { Expected } from './expected.js';
import { type Comparison, FINDING_KINDS, type Finding, isComplete } from './compare.js';

/** How many differences of each kind the table shows. */
const SHOWN = 20;

/** Columns of a terminal that a cell may take. */
const WIDEST = 60;

/** What was compared. */
export interface Subject {
  /** The store as messages name it. */
  readonly name: string;
  readonly files: number;
  readonly events: number;
  /** Lines that are no valid events: an agent may have seen them otherwise, so their records are not compared. */
  readonly malformed: number;
  /** Whether every file was read to its end. */
  readonly isWhole: boolean;
  /** Whether `--options` was given. */
  readonly hasOptions: boolean;
}

/** One difference as a line of JSON. */
export function jsonOf(finding: Finding): string {
  const { id, jid, minion, fun, state } = finding.kind === 'extra' ? finding.stored : finding.expected;
  const record = { finding: finding.kind, event_id: id, jid, minion_id: minion, fun, state_name: state };
  const place = finding.kind === 'extra' ? {} : { file: finding.expected.file, line: finding.expected.line };
  return JSON.stringify({ ...record, ...place, ...storedOf(finding) });
}

/** What JSON says of the store's side; of records that differ in the files, where the first of them is. */
function storedOf(finding: Finding): object {
  switch (finding.kind) {
    case 'missing':
      return { copies: 0, indices: [] };
    case 'differing':
      return { first_file: finding.first.file, first_line: finding.first.line };
    case 'duplicated':
      return { copies: finding.copies, indices: finding.indices };
    case 'extra':
      return { copies: finding.stored.copies, indices: finding.stored.indices };
  }
}

/** The last line of JSON. */
export function jsonSummaryOf({ name, isWhole, files, events, malformed }: Subject, comparison: Comparison): string {
  const { nameless, ...counts } = comparison;
  const complete = isWhole && isComplete(comparison) && comparison.expected > 0;
  const summary = { files, events, malformed, ...counts, without_id: nameless, complete };
  return JSON.stringify({ finding: 'summary', in: name, ...summary });
}

/** The first differences of each kind. */
export class FirstFindings {
  readonly #first = new Map<Finding['kind'], Finding[]>(FINDING_KINDS.map((kind) => [kind, []]));

  add(finding: Finding): void {
    const first = this.#first.get(finding.kind)!;
    if (first.length < SHOWN) first.push(finding);
  }

  /**
   * The table, the counts of what it leaves out, and the result: text to be written as it is. `documents`: how many the
   * store has, whatever they are; asked for where it has none of the records.
   */
  text(subject: Subject, comparison: Comparison, documents?: number): string {
    const rows = [...this.#first.values()].flat().map(cellsOf);
    const left = FINDING_KINDS.filter((kind) => comparison[kind] > SHOWN).map(
      (kind) => `${comparison[kind] - SHOWN} more ${kind}`,
    );
    const parts = [
      ...(rows.length === 0 ? [] : [tableOf(rows), '']),
      ...(left.length === 0 ? [] : [`${left.join(', ')}: --format json lists all`]),
      ...notesOf(subject, comparison),
      ...hintsOf(subject, comparison, documents),
      resultOf(subject, comparison),
    ];
    return `${parts.join('\n')}\n`;
  }
}

function cellsOf(finding: Finding): string[] {
  const { jid, minion, fun, state, id } = finding.kind === 'extra' ? finding.stored : finding.expected;
  const where = whereOf(finding);
  return [finding.kind, jid, minion, fun, state, where, id].map((cell) => cut(printable(cell ?? ''), WIDEST));
}

const placeOf = ({ file, line }: Expected): string => `${file}:${line}`;

function whereOf(finding: Finding): string {
  switch (finding.kind) {
    case 'missing':
      return placeOf(finding.expected);
    case 'differing':
      return `${placeOf(finding.expected)}, first ${placeOf(finding.first)}`;
    case 'duplicated':
      return `${finding.copies} in ${finding.indices.join(', ')}`;
    case 'extra':
      return finding.stored.indices.join(', ');
  }
}

/** Differences as a table. */
export function tableOf(rows: readonly string[][]): string {
  const head = ['', 'jid', 'minion', 'function', 'state', 'where', 'event_id'];
  const none = Object.fromEntries(
    ['top', 'bottom', 'left', 'right'].flatMap((side) =>
      ['', '-mid', '-left', '-right'].map((part) => [side + part, '']),
    ),
  );
  const table = new Table({
    head,
    chars: { ...none, mid: '', 'mid-mid': '', 'left-mid': '', 'right-mid': '', middle: '  ' },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  table.push(...rows);
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

function notesOf({ malformed }: Subject, { nameless, differing }: Comparison): string[] {
  return [
    ...(differing > 0 ? [differingNote(differing)] : []),
    ...(nameless > 0 ? [`${plural(nameless, 'document')} of these jobs without an id: sent without "id": true`] : []),
    ...(malformed > 0
      ? [`${plural(malformed, 'malformed line')} left out: what an agent made of them may differ`]
      : []),
  ];
}

/** What it means that records of the files differ under one id. */
export const differingNote = (differing: number): string =>
  `${plural(differing, 'record')} of the files under the id of another one that differs: a store keeps one of them; ` +
  'two runs without a jid and a _stamp, or somebody who writes what another minion returned';

/** Where to look when records are missing: not every difference is a loss. */
function hintsOf({ hasOptions }: Subject, comparison: Comparison, documents: number | undefined): string[] {
  const { missing, found, extra, nameless } = comparison;
  const options = hasOptions
    ? 'were they sent with other --options? What these leave out (only, functions, states) is missing here'
    : 'were they sent with --options? What these leave out (only, functions, states) is missing here: give the same FILE';
  if (missing === 0) return [];
  if (found > 0) return hasOptions ? [] : [`missing records: ${options}`];
  if (documents === 0) return ['there is no document at all: is it the right index?'];
  if (extra > 0)
    return [
      'documents of these jobs are there, all under other ids: does something on the way change event.id or event_id?',
    ];
  if (nameless > 0) return []; // that was said
  const count = plural(documents ?? 0, 'document');
  return [`${count} there, none of these jobs: is it the right index? If it is, ${options}`];
}

function resultOf({ name, files, events, isWhole }: Subject, comparison: Comparison): string {
  const { expected, found, missing, differing, duplicated, extra } = comparison;
  const there = `${found} there, ${missing} missing, ${duplicated} duplicated, ${extra} extra${differing > 0 ? `, ${differing} differing` : ''}`;
  const read = `${plural(expected, 'record')} of ${plural(events, 'event')} in ${plural(files, 'file')}`;
  if (expected === 0 && isComplete(comparison)) return `${name}: nothing to compare: ${read}`;
  const verdict = !isComplete(comparison)
    ? 'different'
    : isWhole
      ? 'complete'
      : 'complete as far as files could be read';
  return `${name}: ${verdict}: ${read}: ${there}`;
}
