// The comparison: one event through the module and the oracle.
import type { CallOptions, Preset } from '../../build/host/index.js';
import { readRoots } from '../../build/host/core/roots.js';
import { cutProblem } from './cut.js';
import { matches, mismatch } from './expect.js';
import { eventId } from './id.js';
import { readSpan } from './json.js';
import type { Options } from './options.js';
import { type JsonObject, type Verdict, oracle } from './oracle.js';

/** The agent's time of every event in the tests, and how it stands before a record. */
export const TIME = { sec: 1764000000, nsec: 123456789 };
const STAMP = '1764000000.123456789';
const fatal = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
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

/** What a `malformed` record may show of what is wrong: all of it, or 1024 bytes cut at a character. */
function evidences(evidence: Uint8Array): string[] {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(evidence);
  if (evidence.length <= EVIDENCE_BYTES) return [text];
  const found: string[] = [];
  let start = '';
  // A U+FFFD may stand for one byte or three.
  let least = 0;
  let most = 0;
  for (const char of text) {
    start += char;
    const size = encoder.encode(char).length;
    least += char === '\ufffd' ? 1 : size;
    most += size;
    if (least > EVIDENCE_BYTES) break;
    if (most > EVIDENCE_BYTES - 4) found.push(start);
  }
  return found;
}

/** What is wrong with the record of a malformed event; null where it is as the options want it. */
function malformedProblem(
  records: readonly JsonObject[],
  verdict: Verdict & { kind: 'malformed' },
  input: Uint8Array,
  options: Options,
): string | null {
  const record = records[0];
  if (records.length !== 1 || record?.['event_type'] !== 'malformed') return 'expected one malformed record';
  const names = [
    'event_type',
    'error',
    'record',
    ...Object.keys(options.add ?? {}),
    ...(options.id ? ['event_id'] : []),
  ];
  if (Object.keys(record).join() !== names.join()) return 'a malformed record has other members';
  const wrong = Object.entries(options.add ?? {}).find(([name, value]) => record[name] !== value);
  if (wrong !== undefined) return `the constant ${wrong[0]} is another`;
  const { error, record: start, event_id: id } = record;
  const place = /^\S.* at byte (\d+)( of the text)?$/.exec(String(error));
  if (place === null) return `the error names no place: ${String(error)}`;
  if (Number(place[1]) > verdict.evidence.length) return 'the error names a place outside the input';
  if ((place[2] !== undefined) !== (verdict.of === 'text')) return `the error is one of the ${verdict.of}`;
  const starts = evidences(verdict.evidence);
  const isMasked = options.redact !== undefined && options.redact !== false;
  const lengths = [input.length, verdict.evidence.length]; // docs/options.md means the one, of a text perhaps the other
  if (isMasked && !lengths.some((length) => start === `[redacted: ${length} bytes]`))
    return 'the evidence is not masked';
  if (!isMasked && !starts.includes(String(start))) return 'the evidence is not the start of the input';
  if (options.id !== true) return null;
  const shown = isMasked ? starts : [String(start)];
  const ids = shown.map((each) => eventId(['', '', '', '', 'malformed', String(error), each]));
  return ids.includes(String(id)) ? null : `expected the event_id ${ids.join(' or ')}`;
}

const TOKEN = /"(?:[^"\\]|\\.)*"|[[\]{}:]/gs;

/** A name that a record's text has twice, which JSON.parse would hide; null where there is none. */
function doubledName(text: string): string | null {
  const names = new Set<string>();
  let depth = 0;
  let last = '';
  for (const [token] of text.matchAll(TOKEN)) {
    if (token === '{' || token === '[') depth++;
    else if (token === '}' || token === ']') depth--;
    else if (token === ':' && depth === 1) {
      const name = JSON.parse(last) as string;
      if (names.has(name)) return name;
      names.add(name);
    }
    last = token;
  }
  return null;
}

/** A record as it left. */
interface Decoded {
  readonly text: string;
  readonly record: JsonObject;
}

function decodeRecord(text: string): Decoded {
  const doubled = doubledName(text);
  if (doubled !== null) throw new SyntaxError(`a record has ${doubled} twice`);
  return { text, record: JSON.parse(text) as JsonObject };
}

/** What a preset returned at `TIME`, as the agent's decoder reads it. Throws where any of it is no valid JSON or no UTF-8. */
export function decode(returned: Uint8Array | null, preset: Preset): JsonObject[] {
  return decodeTexts(returned, preset).map(({ record }) => record);
}

function decodeTexts(returned: Uint8Array | null, preset: Preset): Decoded[] {
  if (returned === null) return [];
  const spans = [...readRoots(returned)];
  const texts = spans.map(({ start, end }) => fatal.decode(returned.subarray(start, end)));
  if (preset === 'flatten') {
    spans.forEach(({ end }, index) => {
      const between = fatal.decode(returned.subarray(end, spans[index + 1]?.start));
      const expected = `${index === 0 ? '' : ']'}${index === spans.length - 1 ? '' : `[${STAMP},`}`;
      if (between !== expected) throw new SyntaxError(`expected ${expected} behind record ${index}, not ${between}`);
    });
    return texts.map(decodeRecord);
  }
  const [text] = texts;
  if (texts.length !== 1 || text === undefined) throw new SyntaxError('flatten_array returned several roots');
  JSON.parse(text);
  const members = readSpan(text).members ?? [];
  if (members.map(({ name }) => name).join() !== 'states') {
    throw new SyntaxError('flatten_array returned something else than one {"states":[…]}');
  }
  const elements = members[0]?.value.elements ?? [];
  if (elements.length === 0) throw new SyntaxError('"states" is no list of records');
  return elements.map((element) => decodeRecord(element.text));
}

/** What can be called with an event: the library, or the raw exports in its place. */
export interface Callable {
  call(event: Uint8Array, options: CallOptions): Uint8Array | null;
}

/** What an agent is to see of an event that passes; null where it is that. Through `flatten_array` it stands in the list. */
function passedProblem(
  returned: Uint8Array | null,
  event: Uint8Array,
  expected: JsonObject | null,
  preset: Preset,
): string | null {
  if (returned === null) return 'the event does not pass';
  // Bytes that are not UTF-8 may be repaired.
  let text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(returned);
  if (preset === 'flatten_array') {
    const [, inner] = /^\{"states":\[([^]*)\]\}$/.exec(text) ?? [];
    if (inner === undefined) return 'the event does not stand in "states"';
    text = inner;
  }
  if (expected === null) return new TextDecoder().decode(event).trim() === text ? null : 'the event passes changed';
  const actual: unknown = JSON.parse(text);
  return matches(actual, expected) ? null : mismatch(actual, expected);
}

/** A module loaded with options, and the same with all of them but `max_bytes`. */
export interface Configured {
  readonly options: Options;
  readonly uncut: Callable;
}

/**
 * The first thing that module and oracle see differently in an event; null where they agree. Where `max_bytes` is among the
 * options, the uncut records are compared with the oracle's, and the cut ones with those.
 */
export function disagreement(
  module: Callable,
  event: string | Uint8Array,
  preset: Preset = 'flatten',
  configured?: Configured,
): string | null {
  const bytes = typeof event === 'string' ? encoder.encode(event) : event;
  const options = configured?.options ?? {};
  const verdict = oracle(bytes, options);
  const returned = (configured?.uncut ?? module).call(bytes, { preset, time: TIME });
  const problem = difference(returned, verdict, bytes, preset, options);
  const context = configured === undefined ? '' : ` with ${JSON.stringify(options)} through ${preset}`;
  if (problem !== null) return report(bytes, `${problem}; returned ${quote(returned)}${context}`);
  if (configured === undefined || options.max_bytes === undefined) return null;
  const cut = module.call(bytes, { preset, time: TIME });
  const cutting = verdict.kind === 'passed' ? samePassed(returned, cut) : cutDifference(returned, cut, preset, options);
  return cutting === null ? null : report(bytes, `${cutting}; returned ${quote(cut)}${context}`);
}

function samePassed(uncut: Uint8Array | null, cut: Uint8Array | null): string | null {
  return Buffer.compare(uncut ?? new Uint8Array(), cut ?? new Uint8Array()) === 0 ? null : 'a passed event is cut';
}

function difference(
  returned: Uint8Array | null,
  verdict: Verdict,
  bytes: Uint8Array,
  preset: Preset,
  options: Options,
): string | null {
  try {
    if (verdict.kind === 'passed' && verdict.mayDrop && returned === null) return null;
    if (verdict.kind === 'passed') return passedProblem(returned, bytes, verdict.event, preset);
    const records = decode(returned, preset);
    if (verdict.kind === 'malformed') return malformedProblem(records, verdict, bytes, options);
    if (matches(records, verdict.records)) return null;
    if (hasIntegerKey(verdict.records.concat(records)) && isSame(records, verdict.records)) return null;
    return mismatch(records, verdict.records);
  } catch (error) {
    return String(error);
  }
}

/** The first record that is cut otherwise than `max_bytes` says. */
function cutDifference(
  uncut: Uint8Array | null,
  cut: Uint8Array | null,
  preset: Preset,
  { max_bytes: limits = {} }: Options,
): string | null {
  try {
    const before = decodeTexts(uncut, preset);
    const after = decodeTexts(cut, preset);
    if (before.length !== after.length) return `${before.length} records became ${after.length}`;
    const problems = before.map(({ text }, index) => cutProblem(text, after[index]?.text ?? '', limits));
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
