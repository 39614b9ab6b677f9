// How a record is counted: read from its bytes, without parsing it. Parsing every record costs more than flattening it.

/** Each record is exactly one of these; `KIND_MEANINGS` defines them. */
export const KINDS = ['failed', 'changed', 'unchanged', 'skipped', 'would change', 'malformed'] as const;
export type Kind = (typeof KINDS)[number];

/** What a record's own members say. `result` is anything that is no boolean and not null: `other`. */
export interface Facts {
  eventType: 'state_return' | 'fun_return' | 'malformed';
  result: 'true' | 'false' | 'null' | 'other';
  /** Whether `changes` is an object, an array or a string, and not an empty one. */
  hasChanges: boolean;
  /** Whether `__state_ran__` is false or `skip_watch` is true. */
  isSkipped: boolean;
}

/** What each kind means, in the words of the help. */
export const KIND_MEANINGS: Readonly<Record<Kind, string>> = {
  failed: 'the state has "result": false, or the job failed without state results (a fun_return record)',
  changed: 'not failed or skipped, and "changes" is not empty',
  unchanged: 'none of the others',
  skipped:
    'not failed, and Salt did not run it: "__state_ran__": false (requisites) or "skip_watch": true (onlyif, unless)',
  'would change': 'not skipped, and "result": null (test=True)',
  malformed: 'the line is no valid event; the record says why, and its file, line and byte',
};

/** The kind of a record. The order of the questions makes the kinds exclusive: a failed state that was not run is failed. */
export function kindOf(facts: Readonly<Facts>): Kind {
  if (facts.eventType === 'malformed') return 'malformed';
  if (facts.eventType === 'fun_return' || facts.result === 'false') return 'failed';
  if (facts.isSkipped) return 'skipped';
  if (facts.result === 'null') return 'would change';
  return facts.hasChanges ? 'changed' : 'unchanged';
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const LOWER_F = 0x66;
const LOWER_M = 0x6d;
const LOWER_N = 0x6e;
const LOWER_T = 0x74;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const SPACE = 0x20;

const NAMES = ['result', 'changes', '__state_ran__', 'skip_watch', 'event_type'] as const;
type Name = (typeof NAMES)[number];
/** The names as bytes, by their length. */
const NAME_BYTES: { name: Name; bytes: Uint8Array }[][] = [];
for (const name of NAMES) (NAME_BYTES[name.length] ??= []).push({ name, bytes: new TextEncoder().encode(name) });
const LONGEST_ESCAPED_NAME = '__state_ran__'.length * '\\u0000'.length;

/** Reads one record after another; holds the facts of the last. */
export class FactReader {
  readonly #facts: Facts = { eventType: 'state_return', result: 'other', hasChanges: false, isSkipped: false };

  /** The kind of the record that was read last. */
  get kind(): Kind {
    return kindOf(this.#facts);
  }

  /**
   * The address past the record at `start` of `bytes`. The record is an object that the module wrote, so valid JSON:
   * nothing is validated. Throws a `SyntaxError` where the object has no end.
   */
  read(bytes: Uint8Array, start: number): number {
    const facts = this.#facts;
    facts.eventType = 'state_return';
    facts.result = 'other';
    facts.hasChanges = facts.isSkipped = false;
    const { length } = bytes;
    let depth = 0;
    let isName = false;
    for (let at = start; at < length; at++) {
      const byte = bytes[at]!;
      if (byte === QUOTE) {
        const nameStart = ++at;
        for (; at < length; at++) {
          const inside = bytes[at]!;
          if (inside === QUOTE) break;
          if (inside === BACKSLASH) at++;
        }
        if (isName) {
          isName = false;
          const name = nameOf(bytes, nameStart, at);
          if (name !== undefined) this.#note(name, bytes, skip(bytes, at + 1));
        }
      } else if (byte === COMMA) isName = depth === 1;
      else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) isName = ++depth === 1;
      else if ((byte === CLOSE_BRACE || byte === CLOSE_BRACKET) && --depth === 0) return at + 1;
    }
    throw new SyntaxError(`the returned record at byte ${start} has no end`);
  }

  #note(name: Name, bytes: Uint8Array, value: number): void {
    const facts = this.#facts;
    const first = bytes[value];
    if (name === 'changes') facts.hasChanges = holdsAnything(bytes, value);
    else if (name === 'result')
      facts.result = first === LOWER_T ? 'true' : first === LOWER_F ? 'false' : first === LOWER_N ? 'null' : 'other';
    else if (name === 'event_type') {
      const letter = bytes[value + 1];
      facts.eventType = letter === LOWER_M ? 'malformed' : letter === LOWER_F ? 'fun_return' : 'state_return';
    } else if (name === '__state_ran__') facts.isSkipped ||= first === LOWER_F;
    else facts.isSkipped ||= first === LOWER_T;
  }
}

/** The address of the first byte at or behind `at` that is neither a space character nor a colon. */
function skip(bytes: Uint8Array, at: number): number {
  while ((bytes[at] ?? QUOTE) <= SPACE || bytes[at] === COLON) at++;
  return at;
}

/** Which of `NAMES` stands between `start` and `end`, in any spelling that JSON allows. */
function nameOf(bytes: Uint8Array, start: number, end: number): Name | undefined {
  const length = end - start;
  if (length > LONGEST_ESCAPED_NAME) return undefined;
  for (let at = start; at < end; at++) {
    if (bytes[at] !== BACKSLASH) continue;
    const name: unknown = JSON.parse(new TextDecoder().decode(bytes.subarray(start - 1, end + 1)));
    return NAMES.find((known) => known === name);
  }
  const known = NAME_BYTES[length];
  if (known === undefined) return undefined;
  for (const { name, bytes: spelt } of known) {
    let same = 0;
    while (same < length && bytes[start + same] === spelt[same]) same++;
    if (same === length) return name;
  }
  return undefined;
}

/** Whether a value is an object, an array or a string, and not an empty one. */
function holdsAnything(bytes: Uint8Array, value: number): boolean {
  switch (bytes[value]) {
    case OPEN_BRACE:
      return bytes[skip(bytes, value + 1)] !== CLOSE_BRACE;
    case OPEN_BRACKET:
      return bytes[skip(bytes, value + 1)] !== CLOSE_BRACKET;
    case QUOTE:
      return bytes[value + 1] !== QUOTE;
    default:
      return false;
  }
}
