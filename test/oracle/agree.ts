// The comparison: one event through the module and the oracle.
import { isDeepStrictEqual } from 'node:util';
import type { CallOptions, Preset } from '../../build/host/index.js';
import { readRoots } from '../../build/host/roots.js';
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
  if (JSON.stringify(actual) === JSON.stringify(expected) || isDeepStrictEqual(actual, expected)) return true;
  if (actual.length !== expected.length) return false;
  const left = [...expected];
  return actual.every((record) => {
    const index = left.findIndex((other) => isDeepStrictEqual(record, other));
    if (index >= 0) left.splice(index, 1);
    return index >= 0;
  });
}

/** Whether `record` is the start of what is wrong: all of it, or 1024 bytes cut at a character. */
function isEvidence(record: unknown, evidence: Uint8Array): boolean {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(evidence);
  if (typeof record !== 'string' || !text.startsWith(record)) return false;
  if (evidence.length <= EVIDENCE_BYTES) return record === text;
  // A U+FFFD may stand for one byte or three.
  const least = encoder.encode(record.replaceAll('\ufffd', '?')).length;
  const most = encoder.encode(record).length;
  return least <= EVIDENCE_BYTES && most > EVIDENCE_BYTES - 4;
}

function malformedProblem(records: readonly JsonObject[], verdict: Verdict & { kind: 'malformed' }): string | null {
  const record = records[0];
  if (records.length !== 1 || record?.['event_type'] !== 'malformed') return 'expected one malformed record';
  if (Object.keys(record).join() !== 'event_type,error,record') return 'a malformed record has other members';
  const place = /^\S.* at byte (\d+)( of the text)?$/.exec(String(record['error']));
  if (place === null) return `the error names no place: ${String(record['error'])}`;
  if (Number(place[1]) > verdict.evidence.length) return 'the error names a place outside the input';
  if ((place[2] !== undefined) !== (verdict.of === 'text')) return `the error is one of the ${verdict.of}`;
  return isEvidence(record['record'], verdict.evidence) ? null : 'the evidence is not the start of the input';
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

/** What a preset returned at `TIME`, as the agent's decoder reads it. Throws where any of it is no valid JSON or no UTF-8. */
export function decode(returned: Uint8Array | null, preset: Preset): JsonObject[] {
  if (returned === null) return [];
  const spans = [...readRoots(returned)];
  const roots = spans.map(({ start, end }) => {
    const text = fatal.decode(returned.subarray(start, end));
    const doubled = doubledName(text);
    if (doubled !== null) throw new SyntaxError(`a record has ${doubled} twice`);
    return JSON.parse(text) as JsonObject;
  });
  if (preset === 'flatten') {
    spans.forEach(({ end }, index) => {
      const between = fatal.decode(returned.subarray(end, spans[index + 1]?.start));
      const expected = `${index === 0 ? '' : ']'}${index === spans.length - 1 ? '' : `[${STAMP},`}`;
      if (between !== expected) throw new SyntaxError(`expected ${expected} behind record ${index}, not ${between}`);
    });
    return roots;
  }
  const [root] = roots;
  if (roots.length !== 1 || root === undefined || Object.keys(root).join() !== 'states') {
    throw new SyntaxError('flatten_array returned something else than one {"states":[…]}');
  }
  const states = root['states'];
  if (!Array.isArray(states) || states.length === 0) throw new SyntaxError('"states" is no list of records');
  return states as JsonObject[];
}

/** What can be called with an event: the library, or the raw exports in its place. */
export interface Callable {
  call(event: Uint8Array, options: CallOptions): Uint8Array | null;
}

/** The first thing that module and oracle see differently in an event; null where they agree. */
export function disagreement(module: Callable, event: string | Uint8Array, preset: Preset = 'flatten'): string | null {
  const bytes = typeof event === 'string' ? encoder.encode(event) : event;
  const verdict = oracle(bytes);
  const returned = module.call(bytes, { preset, time: TIME });
  let records: JsonObject[];
  try {
    records = decode(returned, preset);
  } catch (error) {
    return report(bytes, `${String(error)}; returned ${quote(returned)}`);
  }
  if (verdict.kind === 'malformed') {
    const problem = malformedProblem(records, verdict);
    return problem === null ? null : report(bytes, `${problem}; returned ${quote(returned)}`);
  }
  const isEqual = isDeepStrictEqual(records, verdict.records);
  if (isEqual || (hasIntegerKey(verdict.records.concat(records)) && isSame(records, verdict.records))) return null;
  return report(bytes, `expected ${JSON.stringify(verdict.records).slice(0, 4000)}; returned ${quote(returned)}`);
}

function quote(returned: Uint8Array | null): string {
  return returned === null ? 'nothing' : new TextDecoder().decode(returned).slice(0, 4000);
}

function report(bytes: Uint8Array, difference: string): string {
  return `input ${JSON.stringify(new TextDecoder().decode(bytes.subarray(0, 4000)))}: ${difference}`;
}
