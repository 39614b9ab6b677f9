// One record as one line for people.
import type { createColors } from 'picocolors';
import type { Facts, Kind } from './facts.js';
import type { SaltRecord } from './index.js';
import { cut, firstLine, fit, printable } from './text.js';

/** Picocolors' functions, with colours or without. */
export type Colors = ReturnType<typeof createColors>;

/** The mark of each kind. */
export const MARKS: Readonly<Record<Kind, string>> = {
  failed: '✖',
  changed: '●',
  unchanged: '✔',
  skipped: '–',
  'would change': '◌',
  malformed: '✖',
};

/** Columns of each field; the comment takes the rest. */
const WIDTHS = { time: 14, minion: 20, fun: 22, id: 20, duration: 8 } as const;

/** Where the comment begins: behind the fields, the mark and the spaces between. */
const COMMENT_AT = Object.values(WIDTHS).reduce((sum, width) => sum + width + 1, 0) + '✔ '.length + 1;

const isText = (value: unknown): value is string => typeof value === 'string';

/** Any member as text: strings as they are, nothing for null and absence, else JSON. */
const asText = (value: unknown): string => (isText(value) ? value : (JSON.stringify(value ?? undefined) ?? ''));

/** The facts of a parsed record, as `FactReader` reads them from bytes. */
export function factsOf(record: SaltRecord): Facts {
  const { event_type: eventType, result, changes } = record;
  return {
    eventType,
    result: result === true ? 'true' : result === false ? 'false' : result === null ? 'null' : 'other',
    hasChanges: (isText(changes) || typeof changes === 'object') && Object.keys(changes ?? {}).length > 0,
    isSkipped: record.__state_ran__ === false || record.skip_watch === true,
  };
}

/** `_stamp` as month, day and time (UTC); without one the minion's own `start_time`, which has no date. */
function timeOf({ _stamp, start_time: startTime }: SaltRecord): string {
  const stamp = /^\d{4}-(\d\d-\d\d)T(\d\d:\d\d:\d\d)/.exec(asText(_stamp));
  return stamp === null
    ? fit(printable(asText(startTime).slice(0, 8)), WIDTHS.time, 'right')
    : `${stamp[1]} ${stamp[2]}`;
}

/** Salt's `duration`, a number of milliseconds (before 2014.7 text such as `12.3 ms`), in the unit that suits it. */
function durationOf({ duration }: SaltRecord): string {
  if (typeof duration !== 'number') return printable(asText(duration));
  if (duration < 1000) return `${duration.toFixed(duration < 10 ? 1 : 0)} ms`;
  return duration < 120_000 ? `${(duration / 1000).toFixed(1)} s` : `${(duration / 60_000).toFixed(1)} min`;
}

/** `file.managed` of the key `file_|-ID_|-NAME_|-managed`; the job's function where there is no key (`state.low`). */
function functionOf({ state_name: stateName, fun }: SaltRecord): string {
  if (!isText(stateName)) return asText(fun);
  const separator = '_|-';
  return `${stateName.slice(0, stateName.indexOf(separator))}.${stateName.slice(stateName.lastIndexOf(separator) + separator.length)}`;
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
  'would change': 'yellow',
  malformed: 'magenta',
} as const satisfies Record<Kind, keyof Colors>;

/** How lines are drawn. */
export interface ViewOptions {
  readonly colors: Colors;
  /** The terminal's width, where the comment is cut; uncut where absent. */
  readonly columns?: number | undefined;
}

/** Where an event stands: the file as it was named, the line from 1, the byte from 0. */
export interface Place {
  readonly file: string;
  readonly number: number;
  readonly offset: number;
}

/**
 * One record as one line without its end: time, minion, mark, state function, id, duration, comment. Nothing of the event
 * reaches it but printable text (`printable`). The kind is that of `kindOf`.
 */
export function lineOf(record: SaltRecord, kind: Kind, place: Place, { colors, columns }: ViewOptions): string {
  const fields: Record<'fun' | 'id' | 'comment', string> =
    record.event_type === 'malformed'
      ? {
          fun: 'malformed',
          id: '',
          comment: `${place.file}:${place.number} byte ${place.offset}: ${asText(record.error)}`,
        }
      : record.event_type === 'fun_return'
        ? { fun: asText(record.fun), id: asText(record.jid), comment: errorOf(record.fun_return) }
        : { fun: functionOf(record), id: asText(record.state_id), comment: asText(record.comment) };
  const comment = firstLine(fields.comment);
  const paint = colors[COLOR_NAMES[kind]];
  return [
    colors.dim(fit(timeOf(record), WIDTHS.time)),
    fit(printable(asText(record.minion_id)), WIDTHS.minion),
    paint(`${MARKS[kind]} ${fit(printable(fields.fun), WIDTHS.fun)}`),
    fit(printable(fields.id), WIDTHS.id),
    `${fit(durationOf(record), WIDTHS.duration, 'right')}  ${columns === undefined ? comment : cut(comment, Math.max(columns - COMMENT_AT, 1))}`,
  ]
    .join(' ')
    .trimEnd();
}
