// From a record to what a store keeps: its id, its time, its text.
import { createHash } from 'node:crypto';
import type { LineBatch } from '../core/flattener.js';
import type { Kind } from '../core/kinds.js';
import { type Members, isText, membersOf } from '../core/salt.js';

/** One record on its way to a store. */
export interface Document {
  /** The same whenever the record comes again. */
  readonly id: string;
  /** The record as JSON, with an `@timestamp` for stores that need one. */
  readonly json: string;
  /** The record as the module wrote it. */
  readonly record: Uint8Array;
  /** When it happened: seconds since 1970 with their fraction, as digits. */
  readonly epoch: string;
  /** The minion. */
  readonly host: string | undefined;
  /** What it comes from, as JSON, for receivers that want that told apart. */
  readonly resource?: string;
}

/** A moment in UTC, to the digit that Salt wrote. */
interface Moment {
  readonly iso: string;
  readonly epoch: string;
}

const STAMP = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d{1,9})?(Z|[+-]\d\d:?\d\d)?$/;

/**
 * The moment of a time as Salt and the module write it; without an offset it is UTC (Salt 3006). Null where it is none.
 */
function momentOf(text: unknown): Moment | null {
  const match = isText(text) ? STAMP.exec(text) : null;
  const ms = match === null ? NaN : Date.parse(`${match[1]}${match[3] ?? 'Z'}`);
  if (match === null || Number.isNaN(ms)) return null;
  const fraction = match[2] ?? '';
  return {
    iso: `${new Date(ms).toISOString().slice(0, 19)}${fraction}Z`,
    epoch: `${Math.floor(ms / 1000)}${fraction}`,
  };
}

function now(): Moment {
  const ms = Date.now();
  return { iso: new Date(ms).toISOString(), epoch: (ms / 1000).toFixed(3) };
}

/**
 * When a record happened: the end of the state where it is known, else the event's time; now where there is none. What
 * it says itself as its `@timestamp` counts in events that were let pass alone: in others a state's own member may be
 * called so.
 */
function timeOf(record: Members, kind: Kind): Moment {
  const event = membersOf(record['event']);
  const data = membersOf(record['data']);
  const own = kind === 'passed' ? record['@timestamp'] : undefined;
  const times = [own, event['end'], event['created'], record['_stamp'], data['_stamp']];
  return times.map(momentOf).find((moment) => moment !== null) ?? now();
}

/**
 * The id that the module gave. An event that was let pass may have members of these names, but they are the sender's.
 */
function idOf(record: Members, kind: Kind): string | undefined {
  if (kind === 'passed') return undefined;
  const isEcs = !isText(record['event_type']) && isText(membersOf(record['salt'])['event_type']);
  const id = isEcs ? membersOf(record['event'])['id'] : record['event_id'];
  return isText(id) ? id : undefined;
}

const TIMESTAMP = '@timestamp';

/**
 * Where the string of `json` ends that begins at `start`: behind its quote. No regular expression: a string may have
 * many MB.
 */
function stringEnd(json: string, start: number): number {
  for (let at = start + 1; ; at++) {
    at = json.indexOf('"', at);
    let slashes = 0;
    while (json[at - 1 - slashes] === '\\') slashes++;
    if (slashes % 2 === 0) return at + 1;
  }
}

/**
 * The text of an object without its own member of that name, which is not its first. Its name may be spelt with
 * escapes.
 */
function withoutOwn(json: string, name: string): string {
  let depth = 0;
  let comma = 0;
  let from = -1;
  for (let at = 0; at < json.length; at++) {
    const token = json[at]!;
    if (token === '"') {
      const end = stringEnd(json, at);
      const isName = depth === 1 && comma > 0 && json.slice(comma + 1, at).trim() === '';
      if (isName && JSON.parse(json.slice(at, end)) === name) from = comma;
      at = end - 1;
    } else if (depth === 1 && (token === ',' || token === '}')) {
      if (from >= 0) return json.slice(0, from) + json.slice(at);
      comma = at;
    } else if (token === '{' || token === '[') depth++;
    else if (token === '}' || token === ']') depth--;
  }
  return json;
}

/** The text with an `@timestamp` in front. */
function withTimestamp(json: string, iso: string): string {
  const rest = json.slice(json.indexOf('{') + 1).trimStart();
  return `{"@timestamp":"${iso}"${rest.startsWith('}') ? '' : ','}${rest}`;
}

/**
 * The document of one record, the bytes of a JSON object as the module wrote it with `id: true`. An event that was let
 * pass has no id of its own: its text gives one.
 */
function documentOf(record: Uint8Array, kind: Kind, needsTimestamp: boolean): Document {
  const text = Buffer.from(record).toString();
  const members = membersOf(JSON.parse(text));
  const time = timeOf(members, kind);
  const minion = members['minion_id'] ?? membersOf(members['host'])['name'] ?? membersOf(members['data'])['id'];
  return {
    id: idOf(members, kind) ?? createHash('sha256').update(record).digest('hex').slice(0, 32),
    json: needsTimestamp ? stamped(text, members, kind, time) : text,
    record,
    epoch: time.epoch,
    host: isText(minion) && minion !== '' ? minion : undefined,
  };
}

/** The record with an `@timestamp`: that of its time, in the place of one that a state has. */
function stamped(text: string, members: Members, kind: Kind, { iso }: Moment): string {
  const isOwn = TIMESTAMP in members;
  if (isOwn && kind === 'passed') return text;
  return isOwn ? withoutOwn(withTimestamp(text, iso), TIMESTAMP) : withTimestamp(text, iso);
}

/** Makes the documents of one run out of its records, a batch at a time. */
export interface DocumentMaker {
  /** The documents that are complete with this batch. The last batch with records of an event completes them all. */
  of(batch: LineBatch): Iterable<Document>;
  /**
   * Whether a record leaves, whatever else is asked for: told of each, in their order, before it stands in a batch.
   * Null: as the rest says. Absent: so for all.
   */
  readonly takes?: (record: Uint8Array, kind: Kind) => boolean | null;
  /** What the maker knows of events that are past, for the run that goes on from here: a few KB of JSON. */
  readonly memory?: {
    write(): unknown;
    /** What an earlier run wrote; anything else is passed over. */
    read(written: unknown): void;
  };
}

/** How documents are made. */
export interface MakerSettings {
  /** Whether the command line asks for a part of the records alone. */
  readonly isFiltered: boolean;
}

/** A document for each record. `needsTimestamp`: with an `@timestamp`. */
export const oneEach = (needsTimestamp: boolean): DocumentMaker => ({
  of: (batch) => documentsOf(batch, needsTimestamp),
});

/** The documents of a batch of records. */
export function* documentsOf({ bytes, lines }: LineBatch, needsTimestamp: boolean): Generator<Document> {
  let start = 0;
  for (const { end, kind } of lines) {
    yield documentOf(bytes.subarray(start, end), kind, needsTimestamp);
    start = end + 1;
  }
}
