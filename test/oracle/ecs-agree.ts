// The comparison for `flatten_ecs`: one event through the module and the oracle, and each record against the table of
// fields.
import type { Callable } from './agree.js';
import { TIME, decode } from './agree.js';
import { readRoots } from '../../build/host/core/roots.js';
import { ecsRecords, isExpected } from './ecs.js';
import { fieldProblem } from './ecs-fields.js';
import { type JsonObject, isObject } from './json.js';
import { type Options, hasIds } from './options.js';
import { type Result, results } from './oracle.js';

const fatal = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const CALL = { preset: 'flatten_ecs', time: TIME } as const;

function textsOf(returned: Uint8Array | null): string[] {
  if (returned === null) return [];
  return Array.from(readRoots(returned), ({ start, end }) => fatal.decode(returned.subarray(start, end)));
}

/** The texts of an event's records. Throws where any is no valid JSON, no UTF-8, or no record of docs/ecs.md. */
export function ecsTexts(module: Callable, event: string | Uint8Array): string[] {
  const returned = module.call(Buffer.from(event), CALL);
  decode(returned, 'flatten'); // what stands between the records
  const texts = textsOf(returned);
  texts.forEach(checkFields);
  return texts;
}

function checkFields(text: string): void {
  const problem = fieldProblem(text);
  if (problem !== null) throw new Error(`${problem} in ${text.slice(0, 4000)}`);
}

/** What a malformed event's record is to be, from the plain one. */
function ofMalformed(plain: JsonObject, options: Options): JsonObject {
  const labels = Object.entries(options.add ?? {}).map(([name, value]) => [name, String(value)]);
  const event = { kind: 'pipeline_error', module: 'salt', dataset: 'salt.malformed', type: ['error'] };
  return {
    salt: { kind: 'malformed', event_type: 'malformed' },
    ecs: { version: '8.11.0' },
    event: {
      ...{ ...event, outcome: 'failure', original: plain['record'] },
      ...(hasIds(options) ? { id: plain['event_id'] } : {}),
    },
    message: plain['error'],
    error: { message: plain['error'] },
    ...(labels.length > 0 ? { labels: Object.fromEntries(labels) as JsonObject } : {}),
  };
}

function isNumbered(expected: readonly JsonObject[]): boolean {
  const isNumber = (name: unknown): boolean => typeof name === 'string' && /^\d+$/.test(name);
  return expected.some(({ salt }) => isObject(salt) && (isNumber(salt['minion_id']) || isNumber(salt['fun'])));
}

function differenceOf(actual: readonly unknown[], expected: readonly JsonObject[]): string | null {
  if (isExpected(actual, expected)) return null;
  // JSON.parse moves names such as "7" to the front, and with them what was under them.
  if (actual.length === expected.length && isNumbered(expected)) {
    const left = [...expected];
    const isFound = actual.every((record) => {
      const index = left.findIndex((other) => isExpected(record, other));
      if (index >= 0) left.splice(index, 1);
      return index >= 0;
    });
    if (isFound) return null;
  }
  if (actual.length !== expected.length) return `expected ${expected.length} records`;
  const index = expected.findIndex((record, at) => !isExpected(actual[at], record));
  return `record ${index} is ${JSON.stringify(actual[index]).slice(0, 3000)}, expected ${JSON.stringify(expected[index]).slice(0, 3000)}`;
}

/** What a document may come to, plain and here: the records of each, `plain` those that the module gives. */
function expectedOf(result: Result, plain: readonly JsonObject[], options: Options): JsonObject[][] {
  const [first] = result.outcomes;
  if (first?.kind !== 'malformed') return [ecsRecords(result, result.written, options)];
  const malformed = [ofMalformed(plain[0] ?? {}, options)];
  // Where a plain record nests too deep, this one need not.
  const deep = ecsRecords(result, first.written, options);
  return deep.length > 0 ? [deep, malformed] : [malformed];
}

function difference(module: Callable, bytes: Uint8Array, options: Options): string | null {
  const plain = module.call(bytes, { ...CALL, preset: 'flatten' });
  const returned = module.call(bytes, CALL);
  const all = results(bytes, options);
  const passes = all.some(({ outcomes }) => outcomes.some(({ kind }) => kind === 'passed'));
  if (all.length === 1 && passes) {
    const isSame = Buffer.compare(plain ?? new Uint8Array(), returned ?? new Uint8Array()) === 0;
    return isSame ? null : 'a passed event is another one than of flatten';
  }
  if (all.some(({ outcomes: [first] }) => first?.kind === 'passed' && first.mayDrop)) return null;
  const plainTexts = textsOf(plain);
  const texts = textsOf(returned);
  decode(passes ? null : returned, 'flatten'); // what stands between the records
  let at = 0; // in the plain records
  let from = 0; // in these
  for (const result of all) {
    if (result.outcomes[0]?.kind === 'passed') {
      if (plainTexts[at] !== texts[from]) return 'a passed event is another one than of flatten';
      at++;
      from++;
      continue;
    }
    const records = plainTexts.slice(at, at + result.outcomes.length).map((text) => JSON.parse(text) as JsonObject);
    const choices = expectedOf(result, records, options).map((expected) => {
      const own = texts.slice(from, from + expected.length);
      const actual = own.map((text) => JSON.parse(text) as JsonObject);
      return { own, problem: differenceOf(actual, expected) };
    });
    const [chosen = choices[0]] = choices.filter(({ problem }) => problem === null);
    if (chosen === undefined || chosen.problem !== null) return chosen?.problem ?? 'nothing was expected';
    chosen.own.forEach(checkFields);
    at += result.outcomes.length;
    from += chosen.own.length;
  }
  return from === texts.length ? null : `expected ${from} records, not ${texts.length}`;
}

/**
 * The first thing that module and oracle see differently in an event, or that is no field; null where there is none.
 */
export function ecsDisagreement(module: Callable, event: string | Uint8Array, options: Options = {}): string | null {
  const bytes = Buffer.from(event);
  let problem: string | null;
  try {
    problem = difference(module, bytes, options);
  } catch (error) {
    problem = String(error);
  }
  if (problem === null) return null;
  return `input ${JSON.stringify(bytes.subarray(0, 4000).toString())} with ${JSON.stringify(options)}: ${problem}`;
}
