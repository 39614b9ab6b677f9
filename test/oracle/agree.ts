// The comparison: one event through the module and the oracle.
import type { CallOptions, Preset } from '../../build/host/index.js';
import { readRoots } from '../../build/host/core/roots.js';
import { cutProblem } from './cut.js';
import { matches, mismatch } from './expect.js';
import { eventId } from './id.js';
import { parse, readSpan } from './json.js';
import { DEFAULTS, type Options, hasIds } from './options.js';
import { type JsonObject, type Outcome, oracle } from './oracle.js';

/** The agent's time of every event in the tests, and how it stands before a record. */
export const TIME = { sec: 1764000000, nsec: 123456789 };
const STAMP = '1764000000.123456789';
const fatal = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
/** In events that pass, bytes that are not UTF-8 may be repaired or not. */
const lenient = new TextDecoder('utf-8', { ignoreBOM: true });
const encoder = new TextEncoder();
const EVIDENCE_BYTES = 1024;

/** Whether a value holds a key such as "7", which JSON.parse moves to the front, or names what was under one. */
function hasIntegerKey(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (!Array.isArray(value)) {
    const { minion_id: minionId, fun } = value as JsonObject;
    if ([...Object.keys(value), minionId, fun].some((name) => typeof name === 'string' && /^\d+$/.test(name)))
      return true;
  }
  return Object.values(value).some(hasIntegerKey);
}

/** Whether records are the same, the order of their members aside. */
function isSame(actual: readonly unknown[], expected: readonly unknown[]): boolean {
  if (actual.length !== expected.length) return false;
  const left = [...expected];
  return actual.every((record) => {
    const index = left.findIndex((other) => matches(record, other));
    if (index >= 0) left.splice(index, 1);
    return index >= 0;
  });
}

/** How many bytes a text may have had: a U+FFFD stands for one byte or three. */
function sizes(text: string): { readonly least: number; readonly most: number } {
  const most = encoder.encode(text).length;
  return { least: most - 2 * (text.match(/\ufffd/g) ?? []).length, most };
}

/**
 * The same of one character, half of a surrogate pair for one; asked for a thousand times an event, so without an
 * encoder.
 */
function sizesOf(char: string): { readonly least: number; readonly most: number } {
  const code = char.codePointAt(0) ?? 0;
  const most = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  return { least: code === 0xfffd ? 1 : most, most };
}

/** What a `malformed` record may show of what is wrong: all of it, or 1024 bytes cut at a character. */
function evidences(text: string): string[] {
  if (text.length <= EVIDENCE_BYTES && sizes(text).most <= EVIDENCE_BYTES) return [text];
  const found: string[] = [];
  let at = 0;
  let least = 0;
  let most = 0;
  for (const char of text) {
    at += char.length;
    const size = sizesOf(char);
    least += size.least;
    most += size.most;
    if (least > EVIDENCE_BYTES) break;
    if (most > EVIDENCE_BYTES - 4) found.push(text.slice(0, at));
  }
  return found;
}

type MalformedOutcome = Outcome & { readonly kind: 'malformed' };

/** What is wrong with the record of what is malformed; null where it is as the options want it. */
export function malformedProblem(
  record: JsonObject,
  { place: { of, text, piece }, says }: MalformedOutcome,
  options: Options,
): string | null {
  if (record['event_type'] !== 'malformed') return 'expected a malformed record';
  const names = [
    'event_type',
    'error',
    'record',
    ...Object.keys(options.add ?? {}),
    ...(hasIds(options) ? ['event_id'] : []),
  ];
  if (Object.keys(record).join() !== names.join()) return 'a malformed record has other members';
  const wrong = Object.entries(options.add ?? {}).find(([name, value]) => record[name] !== value);
  if (wrong !== undefined) return `the constant ${wrong[0]} is another`;
  const { error, record: start, event_id: id } = record;
  const evidence = text.slice(piece.start, piece.end);
  const match = /^\S.* at byte (\d+)( of the text)?$/.exec(String(error));
  if (match === null) return `the error names no place: ${String(error)}`;
  const at = Number(match[1]);
  if (at < sizes(text.slice(0, piece.start)).least || at > sizes(text.slice(0, piece.end)).most)
    return 'the error names a place outside of what is wrong';
  if ((match[2] !== undefined) !== (of === 'text')) return `the error is one of the ${of}`;
  if (says !== null && !String(error).startsWith(says)) return `the error is not: ${says}`;
  const starts = evidences(evidence);
  if (options.redact !== undefined && options.redact !== false) {
    const [, length] = /^\[redacted: (\d+) bytes\]$/.exec(String(start)) ?? [];
    const { least, most } = sizes(evidence);
    if (length === undefined || Number(length) < least || Number(length) > most) return 'the evidence is not masked';
  } else if (!starts.includes(String(start))) return 'the evidence is not the start of what is wrong';
  if (!hasIds(options)) return null;
  const isMasked = options.redact !== undefined && options.redact !== false;
  const shown = isMasked ? starts : [String(start)];
  const ids = shown.map((each) => eventId(['', '', '', '', 'malformed', String(error), each]));
  return ids.includes(String(id)) ? null : `expected the event_id ${ids.join(' or ')}`;
}

/**
 * A name that a record's text has twice, which JSON.parse would hide; null where there is none. The text is valid JSON,
 * or not parsed.
 */
function doubledName(text: string): string | null {
  const names = new Set<string>();
  let depth = 0;
  let literal = '';
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (char === '"') {
      const start = at;
      for (at++; at < text.length && text[at] !== '"'; at++) if (text[at] === '\\') at++;
      if (depth === 1) literal = text.slice(start, at + 1);
    } else if (char === '{' || char === '[') depth++;
    else if (char === '}' || char === ']') depth--;
    else if (char === ':' && depth === 1) {
      const name = literal.includes('\\') ? (parse(literal) as string) : literal.slice(1, -1);
      if (names.has(name)) return name;
      names.add(name);
    }
  }
  return null;
}

/** A record as it left. Throws where it has a name twice. */
function decodeRecord(text: string): JsonObject {
  const doubled = doubledName(text);
  if (doubled !== null) throw new SyntaxError(`a record has ${doubled} twice`);
  return parse(text) as JsonObject;
}

/**
 * What a preset returned at `TIME`, as the agent's decoder reads it. Throws where any of it is no valid JSON or no
 * UTF-8.
 */
export function decode(returned: Uint8Array | null, preset: Preset): JsonObject[] {
  return decodeTexts(returned, preset).map(decodeRecord);
}

/** The texts of the records, or of the events that pass. */
function decodeTexts(returned: Uint8Array | null, preset: Preset, decoder = fatal): string[] {
  if (returned === null) return [];
  if (returned.includes(10) || returned.includes(13)) throw new SyntaxError('a line ends within what was returned');
  const spans = [...readRoots(returned)];
  const texts = spans.map(({ start, end }) => decoder.decode(returned.subarray(start, end)));
  if (preset === 'flatten') {
    spans.forEach(({ end }, index) => {
      const between = fatal.decode(returned.subarray(end, spans[index + 1]?.start));
      const expected = `${index === 0 ? '' : ']'}${index === spans.length - 1 ? '' : `[${STAMP},`}`;
      if (between !== expected) throw new SyntaxError(`expected ${expected} behind record ${index}, not ${between}`);
    });
    return texts;
  }
  const [text] = texts;
  if (texts.length !== 1 || text === undefined) throw new SyntaxError('flatten_array returned several roots');
  parse(text);
  const members = readSpan(text).members ?? [];
  if (members.map(({ name }) => name).join() !== 'states') {
    throw new SyntaxError('flatten_array returned something else than one {"states":[…]}');
  }
  const elements = members[0]?.value.elements ?? [];
  if (elements.length === 0) throw new SyntaxError('"states" is no list of records');
  return elements.map((element) => element.text);
}

/** What can be called with an event: the library, or the raw exports in its place. */
export interface Callable {
  call(event: Uint8Array, options: CallOptions): Uint8Array | null;
}

/** A module loaded with options, and the same with all of them but `max_bytes`. */
export interface Configured {
  readonly options: Options;
  readonly uncut: Callable;
}

/**
 * The first thing that module and oracle see differently in an event; null where they agree. Where `max_bytes` is among
 * the options, the uncut records are compared with the oracle's, and the cut ones with those.
 */
export function disagreement(
  module: Callable,
  event: string | Uint8Array,
  preset: Preset = 'flatten',
  configured?: Configured,
): string | null {
  const bytes = typeof event === 'string' ? encoder.encode(event) : event;
  const options = configured?.options ?? DEFAULTS;
  const outcomes = oracle(bytes, options);
  const returned = (configured?.uncut ?? module).call(bytes, { preset, time: TIME });
  const problem = difference(returned, outcomes, preset, options);
  const context = configured === undefined ? '' : ` with ${JSON.stringify(options)} through ${preset}`;
  if (problem !== null) return report(bytes, `${problem}; returned ${quote(returned)}${context}`);
  if (configured === undefined || options.max_bytes === undefined) return null;
  const cut = module.call(bytes, { preset, time: TIME });
  const cutting = cutDifference(returned, cut, outcomes, preset, options);
  return cutting === null ? null : report(bytes, `${cutting}; returned ${quote(cut)}${context}`);
}

/** What is wrong with one thing that left; null where it is as expected. */
function outcomeProblem(text: string, outcome: Outcome, options: Options): string | null {
  if (outcome.kind === 'passed') {
    if (outcome.json !== null) return outcome.json === text ? null : 'an event passes changed';
    const event: unknown = parse(text);
    return matches(event, outcome.event) ? null : mismatch(event, outcome.event);
  }
  const record = decodeRecord(text);
  if (outcome.kind === 'malformed') return malformedProblem(record, outcome, options);
  return matches(record, outcome.record) ? null : mismatch(record, outcome.record);
}

function problemIn(texts: readonly string[], outcomes: readonly Outcome[], options: Options): string | null {
  const problems = outcomes.map((outcome, index) => outcomeProblem(texts[index] ?? '{}', outcome, options));
  const found = problems.find((problem) => problem !== null) ?? null;
  return texts.length === outcomes.length ? found : `expected ${outcomes.length}, not ${texts.length}: ${found ?? ''}`;
}

function difference(
  returned: Uint8Array | null,
  outcomes: readonly Outcome[],
  preset: Preset,
  options: Options,
): string | null {
  try {
    const passes = outcomes.some(({ kind }) => kind === 'passed');
    const texts = decodeTexts(returned, preset, passes ? lenient : fatal);
    const problem = problemIn(texts, outcomes, options);
    if (problem === null) return null;
    const certain = outcomes.filter((outcome) => outcome.kind !== 'passed' || !outcome.mayDrop);
    if (certain.length < outcomes.length && problemIn(texts, certain, options) === null) return null;
    const records = texts.map(decodeRecord);
    const expected = outcomes.flatMap((outcome) => (outcome.kind === 'record' ? [outcome.record] : []));
    if (expected.length < outcomes.length) return problem;
    return hasIntegerKey(expected.concat(records)) && isSame(records, expected) ? null : problem;
  } catch (error) {
    return String(error);
  }
}

/** The first record that is cut otherwise than `max_bytes` says. Events that pass are not cut. */
function cutDifference(
  uncut: Uint8Array | null,
  cut: Uint8Array | null,
  outcomes: readonly Outcome[],
  preset: Preset,
  { max_bytes: limits = {} }: Options,
): string | null {
  try {
    const before = decodeTexts(uncut, preset, lenient);
    const after = decodeTexts(cut, preset, lenient);
    if (before.length !== after.length) return `${before.length} records became ${after.length}`;
    const problems = before.map((text, index) => {
      if (outcomes[index]?.kind === 'passed') return after[index] === text ? null : 'a passed event is cut';
      return cutProblem(text, after[index] ?? '', limits);
    });
    return problems.find((problem) => problem !== null) ?? null;
  } catch (error) {
    return String(error);
  }
}

function quote(returned: Uint8Array | null): string {
  return returned === null ? 'nothing' : new TextDecoder().decode(returned).slice(0, 4000);
}

function report(bytes: Uint8Array, difference: string): string {
  return `${difference}; input ${JSON.stringify(new TextDecoder().decode(bytes.subarray(0, 4000)))}`;
}
