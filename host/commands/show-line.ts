// One record as one line for people.
import type { Kind } from '../core/kinds.js';
import { asText, commandReason, isText, readTime, splitStateName } from '../core/salt.js';
import type { SaltRecord } from '../index.js';
import { type Colors, type ViewOptions, cut, firstLine, fit, printable } from '../text/terminal.js';

/** The mark of each kind. */
export const MARKS: Readonly<Record<Kind, string>> = {
  failed: '✖',
  changed: '●',
  unchanged: '✔',
  skipped: '–',
  would_change: '◌',
  malformed: '✖',
  returned: '→',
  job_return: 'Σ',
  passed: '·',
};

/** Columns of each field; the comment takes the rest. */
const WIDTHS = { time: 14, minion: 20, fun: 22, id: 20, duration: 8 } as const;

/** Where the comment begins: behind the fields, the mark and the spaces between. */
const COMMENT_AT = Object.values(WIDTHS).reduce((sum, width) => sum + width + 1, 0) + '✔ '.length + 1;

/**
 * Month, day and time: of `_stamp` (UTC); without one of the jid and the state's `start_time`; without both the latter,
 * which has no date.
 */
function timeOf(record: SaltRecord): string {
  const ms = readTime(record);
  return ms === null
    ? fit(printable(asText(record['start_time']).slice(0, 8)), WIDTHS.time, 'right')
    : new Date(ms).toISOString().slice(5, 19).replace('T', ' ');
}

/** Salt's `duration`, a number of milliseconds (before 2014.7 text such as `12.3 ms`), in the unit that suits it. */
function durationOf({ duration }: SaltRecord): string {
  if (typeof duration !== 'number') return printable(asText(duration));
  if (duration < 1000) return `${duration.toFixed(duration < 10 ? 1 : 0)} ms`;
  return duration < 120_000 ? `${(duration / 1000).toFixed(1)} s` : `${(duration / 60_000).toFixed(1)} min`;
}

/** `file.managed` of the state's key; the job's function where there is no key (`state.low`). */
function functionOf({ state_name: stateName, fun }: SaltRecord): string {
  return isText(stateName) ? splitStateName(stateName).fun : asText(fun);
}

/** A failed job's return in one line. Of a traceback the last line says what happened. */
function errorOf(returned: unknown): string {
  const parts: unknown[] = Array.isArray(returned) ? returned : [returned];
  return parts
    .map((part) => {
      const text = asText(part);
      const first = firstLine(text);
      return first.endsWith('Traceback (most recent call last):')
        ? `${first} … ${firstLine(text.trimEnd().split('\n').at(-1) ?? '')}`
        : first;
    })
    .join('; ');
}

const COLOR_NAMES = {
  failed: 'red',
  changed: 'cyan',
  unchanged: 'green',
  skipped: 'dim',
  would_change: 'yellow',
  malformed: 'magenta',
  returned: 'blue',
  job_return: 'bold',
  passed: 'dim',
} as const satisfies Record<Kind, keyof Colors>;

/** Where an event stands: the file as it was named, the line from 1. */
export interface Place {
  readonly file: string;
  readonly number: number;
}

/** `12 states: 1 failed, 3 changed; slowest NAME`, of a summary. */
function summaryText(record: SaltRecord): string {
  const counted = ['failed', 'changed', 'skipped', 'would_change']
    .filter((member) => record[member] !== 0)
    .map((member) => `${asText(record[member])} ${member.replace('_', ' ')}`);
  const states = `${asText(record.states)} ${record.states === 1 ? 'state' : 'states'}`;
  const slowest = record.slowest_state === null ? '' : `; slowest ${asText(record.slowest_state)}`;
  return `${states}${counted.length === 0 ? '' : ': '}${counted.join(', ')}${slowest}`;
}

/** What is shown of one record: Salt's members behind time and minion. */
interface Shown {
  readonly fun: string;
  readonly id: string;
  readonly comment: string;
}

/** The comment's first line, and why a command failed: the last lines that it wrote. */
function commentOf({ comment, changes }: SaltRecord, kind: Kind): string {
  const reason = kind === 'failed' ? commandReason(changes).replaceAll('\n', ' / ') : '';
  return reason === '' ? asText(comment) : `${firstLine(asText(comment))}: ${reason}`;
}

function shownOf(record: SaltRecord, kind: Kind, place: Place): Shown {
  const { fun, jid } = record;
  switch (kind) {
    case 'malformed':
      return {
        fun: 'malformed',
        id: '',
        // The module counts bytes in what it was given, which is the line; in the text of `log` it says so.
        comment: `${place.file}:${place.number}: ${asText(record.error).replace(/ at byte \d+$/, '$& of the line')}`,
      };
    case 'job_return':
      return { fun: asText(fun), id: asText(jid), comment: summaryText(record) };
    case 'passed':
      return { fun: asText(fun), id: asText(jid), comment: asText(record.tag ?? record.log ?? record.message) };
    default:
      return record.event_type === 'fun_return'
        ? { fun: asText(fun), id: asText(jid), comment: errorOf(record.fun_return) }
        : { fun: functionOf(record), id: asText(record.state_id), comment: commentOf(record, kind) };
  }
}

/** The record with what is shown of it at its top. An event that was let pass has most of it in `data`. */
function topOf(record: SaltRecord, kind: Kind): SaltRecord {
  if (kind === 'job_return') return { ...record, duration: record.total_duration };
  if (kind !== 'passed') return record;
  const { data } = record;
  const top: SaltRecord = typeof data === 'object' && data !== null ? { ...data, ...record } : record;
  return { ...top, minion_id: top.id };
}

/**
 * One record as one line without its end: time, minion, mark, state function, id, duration, comment. Nothing of the
 * event reaches it but printable text (`printable`). The kind is that of `kindOf`.
 */
export function lineOf(record: SaltRecord, kind: Kind, place: Place, { colors, columns }: ViewOptions): string {
  const top = topOf(record, kind);
  const { fun, id, comment: text } = shownOf(top, kind, place);
  const comment = firstLine(text);
  const paint = colors[COLOR_NAMES[kind]];
  return [
    colors.dim(fit(timeOf(top), WIDTHS.time)),
    fit(printable(asText(top.minion_id)), WIDTHS.minion),
    paint(`${MARKS[kind]} ${fit(printable(fun), WIDTHS.fun)}`),
    fit(printable(id), WIDTHS.id),
    `${fit(durationOf(top), WIDTHS.duration, 'right')}  ${columns === undefined ? comment : cut(comment, Math.max(columns - COMMENT_AT, 1))}`,
  ]
    .join(' ')
    .trimEnd();
}
