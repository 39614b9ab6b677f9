// The oracle: what one event's records are, worked out from the contract and docs/options.md with JSON.parse alone. It
// knows nothing of the module's code; where the two disagree, the contract decides.
import { type Document, type Piece, piecesOf } from './documents.js';
import { type JsonObject, depthOf, get } from './json.js';
import { DEFAULTS, type Options, type Settings, settingsOf } from './options.js';
import { Malformed, type Reading, readEvent, runsStates } from './parts.js';
import { redacted } from './redact.js';
import { type Written, Writer } from './writer.js';

export type { JsonObject } from './json.js';
export { MAX_DEPTH } from './documents.js';

/** Where something is wrong: in the input itself or in the text of a `log` or `message`, and in which piece of it. */
export interface Place {
  readonly of: 'input' | 'text';
  /** All of the input or the text, as decoded; a BOM counts. */
  readonly text: string;
  readonly piece: Piece;
}

/** One of the things that leave for an event. */
export type Outcome =
  | { readonly kind: 'record'; readonly record: JsonObject }
  /**
   * `says`: how the error begins, where that is fixed. `written`: the records that would have been, where one nests too
   * deep.
   */
  | {
      readonly kind: 'malformed';
      readonly place: Place;
      readonly says: string | null;
      readonly written: readonly Written[];
    }
  /** An event that is no job return leaves: as it came, which is its `json`, or as `event` where that is null. */
  | {
      readonly kind: 'passed';
      readonly json: string | null;
      readonly event: JsonObject;
      readonly mayDrop: boolean;
    };

/** What a document comes to; `records` for one that is a job return. */
export interface Result {
  readonly reading: (Reading & { readonly kind: 'job' }) | null;
  readonly written: readonly Written[];
  readonly outcomes: readonly Outcome[];
}

/** The deepest record: two levels around it, and Fluent Bit carries no more (test/systems/agents, hostile input). */
export const MAX_RECORD_DEPTH = 32;

const lenient = new TextDecoder('utf-8', { ignoreBOM: true });
const none: Result = { reading: null, written: [], outcomes: [] };

/**
 * What becomes of an event that is no job return. `json`: what it leaves as where nothing is masked; null where that is
 * no JSON.
 */
function other({ event }: Reading, settings: Settings, json: string | null, mayDrop = false): Result {
  if (!settings.pass) return none;
  const isAsCame = settings.redact === null && json !== null;
  const shown = isAsCame ? event : (redacted(event, settings.redact) as JsonObject);
  return { ...none, outcomes: [{ kind: 'passed', json: isAsCame ? json : null, event: shown, mayDrop }] };
}

/** Throws where the tag of a job return is that of another. */
function checkTag(data: JsonObject, { jid, id }: { readonly jid: string; readonly id: string | null }): void {
  if (id !== null && get(data, 'id') !== id)
    throw new Malformed('tag', "tag: names another minion than the return's id at byte ");
  if (get(data, 'jid') !== jid) throw new Malformed('tag', "tag: names another job than the return's jid at byte ");
}

function resultOf(reading: Reading, settings: Settings, json: string | null, place: Place): Result {
  if (reading.kind !== 'job') return other(reading, settings, json);
  const { data, parts, isCertain, isRun, tagged } = reading;
  const writer = new Writer(data, settings);
  for (const part of parts) writer.add(part);
  // What only looks like a job return is one if it has something to say, or could have. Nothing else about it can be
  // wrong.
  if (!isCertain && !writer.hasSpoken) {
    if (writer.isLeftOut || runsStates(get(data, 'fun')) || parts.some((part) => part.runsStates)) return none;
    if (!settings.returnsAll) return other(reading, settings, json);
    return parts.length > 0 ? none : other(reading, settings, json, true); // a job of several functions and no return
  }
  const isFound = parts.some(({ fun }) => fun === null);
  if (typeof get(data, 'jid') !== 'string' && !isFound) throw new Malformed('jid');
  if (!isRun && typeof get(data, 'id') !== 'string') throw new Malformed('id');
  if (tagged !== null) checkTag(data, tagged);
  const { written } = writer;
  const outcomes = written.map(({ record }): Outcome => ({ kind: 'record', record }));
  const isDeep = written.some(({ record }) => depthOf(JSON.stringify(record)) > MAX_RECORD_DEPTH);
  const malformed: Outcome = { kind: 'malformed', place, says: null, written };
  return { reading, written, outcomes: isDeep ? [malformed] : outcomes };
}

/** One piece, read by `read`: a document is what that says, all else is malformed. */
function resultAt(place: Place, read: (document: Document) => Result): Result {
  const malformed = (says: string | null): Result => ({
    ...none,
    outcomes: [{ kind: 'malformed', place, says, written: [] }],
  });
  const { document } = place.piece;
  if (document === null) return malformed(null);
  try {
    return read(document);
  } catch (error) {
    if (error instanceof Malformed) return malformed(error.says);
    throw error;
  }
}

/** The text in a `log` or `message`. `outer`: the JSON of the object that it stands in. */
function resultsOfText(text: string, outer: string, settings: Settings): Result[] {
  const whole = Buffer.from(text).toString(); // half surrogates as U+FFFD
  const pieces = piecesOf(whole);
  return pieces.map((piece) => {
    const place: Place = { of: 'text', text: whole, piece };
    // Where it holds one event, what it stands in may leave as it came.
    const json = pieces.length === 1 ? outer : null;
    return resultAt(place, (document) => resultOf(readEvent(document), settings, json ?? bare(document), place));
  });
}

function bare({ tag, json }: Document): string | null {
  return tag === null ? json : null;
}

/** What every document of an input comes to, in their order. `input`: the bytes as the agent hands them over. */
export function results(input: Uint8Array, options: Options = DEFAULTS): Result[] {
  const settings = settingsOf(options);
  const text = lenient.decode(input); // what is no UTF-8 as U+FFFD
  const pieces = piecesOf(text);
  // A blank input is no event, and malformed; a blank line in `log` is nothing.
  if (pieces.length === 0) pieces.push({ start: 0, end: text.length, document: null });
  return pieces.flatMap((piece) => {
    const place: Place = { of: 'input', text, piece };
    let inner: Result[] | null = null;
    const result = resultAt(place, (document) => {
      const reading = readEvent(document);
      if (reading.kind !== 'text') return resultOf(reading, settings, bare(document), place);
      inner = resultsOfText(reading.text, document.json, settings);
      return none;
    });
    return inner ?? [result];
  });
}

/**
 * What leaves for one input. Values that the options leave open stand in the records as what they must match
 * (expect.ts); nothing in them is cut.
 */
export function oracle(input: Uint8Array, options: Options = DEFAULTS): Outcome[] {
  return results(input, options).flatMap(({ outcomes }) => outcomes);
}
