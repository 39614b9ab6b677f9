// How a record is counted: read from its bytes, without parsing it. Parsing every record costs more than flattening it.
import { type Facts, type Kind, KINDS, type Writing, isTextOfChanges, kindOf } from './kinds.js';
import { isStateRun } from './salt.js';

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const LOWER_F = 0x66;
const LOWER_N = 0x6e;
const LOWER_T = 0x74;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const SPACE = 0x20;

const NAMES = ['result', 'changes', '__state_ran__', 'skip_watch', 'event_type', 'fun', 'truncated'] as const;
type Name = (typeof NAMES)[number];
const encoder = new TextEncoder();
/** The names as bytes, by their length. */
const NAME_BYTES: { name: Name; bytes: Uint8Array }[][] = [];
for (const name of NAMES) (NAME_BYTES[name.length] ??= []).push({ name, bytes: encoder.encode(name) });
const LONGEST_ESCAPED_NAME = '__state_ran__'.length * '\\u0000'.length;

/** How a record of `flatten_ecs` begins; what it is stands there. */
const ECS_OPENER = encoder.encode('{"salt":{"kind":"');
const LONGEST_KIND = 'would_change'.length;
const ECS_KINDS = new Map<string, Kind>(KINDS.map((kind) => [kind, kind]));

/** The types as they stand in a record. */
const EVENT_TYPES = (['state_return', 'fun_return', 'job_return', 'malformed'] as const).map((type) => ({
  type,
  bytes: encoder.encode(`"${type}"`),
}));

const decoder = new TextDecoder();

/** Reads one record after another; holds the facts of the last. */
export class FactReader {
  readonly #writing: Writing;
  readonly #facts: Facts = {
    eventType: 'passed',
    result: 'other',
    hasChanges: false,
    isSkipped: false,
    isStateRun: false,
  };
  #ecsKind: Kind = 'passed';
  /** Where these members' values begin; 0 where there is none. */
  #fun = 0;
  #truncated = 0;

  constructor(writing: Writing = {}) {
    this.#writing = writing;
  }

  /** The kind of the record that was read last. */
  get kind(): Kind {
    return this.#writing.isEcs === true ? this.#ecsKind : kindOf(this.#facts);
  }

  /**
   * The address past the record at `start` of `bytes`. The record is an object that the module wrote, so valid JSON:
   * nothing is validated. Throws a `SyntaxError` where the object has no end.
   */
  read(bytes: Uint8Array, start: number): number {
    this.#reset();
    const isEcs = this.#writing.isEcs === true;
    if (isEcs) this.#ecsKind = ecsKindOf(bytes, start);
    const namesAt = isEcs ? 0 : 1; // the depth at which names count
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
      } else if (byte === COMMA) isName = depth === namesAt;
      else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) isName = ++depth === namesAt;
      else if ((byte === CLOSE_BRACE || byte === CLOSE_BRACKET) && --depth === 0) {
        this.#look(bytes, at);
        return at + 1;
      }
    }
    throw new SyntaxError(`the returned record at byte ${start} has no end`);
  }

  #reset(): void {
    const facts = this.#facts;
    facts.eventType = 'passed';
    facts.result = 'other';
    facts.hasChanges = facts.isSkipped = facts.isStateRun = false;
    this.#fun = this.#truncated = 0;
  }

  #note(name: Name, bytes: Uint8Array, value: number): void {
    const facts = this.#facts;
    const first = bytes[value];
    switch (name) {
      case 'changes':
        facts.hasChanges =
          this.#writing.isChangesText === true ? holdsTextOfChanges(bytes, value) : holdsAnything(bytes, value);
        break;
      case 'result':
        facts.result = first === LOWER_T ? 'true' : first === LOWER_F ? 'false' : first === LOWER_N ? 'null' : 'other';
        break;
      case '__state_ran__':
        facts.isSkipped ||= first === LOWER_F;
        break;
      case 'skip_watch':
        facts.isSkipped ||= first === LOWER_T;
        break;
      case 'event_type':
        facts.eventType = EVENT_TYPES.find((known) => holds(bytes, value, known.bytes))?.type ?? 'passed';
        break;
      case 'fun':
        this.#fun = value;
        break;
      case 'truncated':
        this.#truncated = value;
    }
  }

  /** Takes the second look that few records need. `end`: the record's last brace. */
  #look(bytes: Uint8Array, end: number): void {
    const facts = this.#facts;
    if (facts.eventType === 'fun_return' && this.#fun > 0)
      facts.isStateRun = isStateRun(valueAt(bytes, this.#fun, end));
    else if (
      facts.eventType === 'state_return' &&
      this.#writing.isLimited === true &&
      this.#truncated > 0 &&
      !facts.hasChanges
    ) {
      // `max_bytes` may have left nothing of changes that there were.
      const truncated = valueAt(bytes, this.#truncated, end);
      facts.hasChanges = typeof truncated === 'object' && truncated !== null && Object.hasOwn(truncated, 'changes');
    }
  }
}

/** The value that begins at `start`, parsed; the object that it is a member of has its last brace at `end`. */
function valueAt(bytes: Uint8Array, start: number, end: number): unknown {
  return JSON.parse(decoder.decode(bytes.subarray(start, valueEnd(bytes, start, end))));
}

/** The address past the value of a member that begins at `start`. */
function valueEnd(bytes: Uint8Array, start: number, end: number): number {
  let depth = 0;
  for (let at = start; at < end; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) at = stringEnd(bytes, at + 1);
    else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth++;
    else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) depth--;
    else if (byte === COMMA && depth === 0) return at;
  }
  return end;
}

/** The address of the quote that ends the string whose content begins at `at`. */
function stringEnd(bytes: Uint8Array, at: number): number {
  for (const { length } = bytes; at < length; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) break;
    if (byte === BACKSLASH) at++;
  }
  return at;
}

/** Whether `expected` stands at `at`. */
function holds(bytes: Uint8Array, at: number, expected: Uint8Array): boolean {
  const { length } = expected;
  let same = 0;
  while (same < length && bytes[at + same] === expected[same]) same++;
  return same === length;
}

/** The kind that a record of `flatten_ecs` names; `passed` where it is none. */
function ecsKindOf(bytes: Uint8Array, start: number): Kind {
  const at = start + ECS_OPENER.length;
  if (!holds(bytes, start, ECS_OPENER)) return 'passed';
  const end = bytes.subarray(at, at + LONGEST_KIND + 1).indexOf(QUOTE);
  return ECS_KINDS.get(decoder.decode(bytes.subarray(at, at + Math.max(end, 0)))) ?? 'passed';
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
  for (const { name, bytes: spelt } of known) if (holds(bytes, start, spelt)) return name;
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

/** The same of changes that were written as text. */
function holdsTextOfChanges(bytes: Uint8Array, value: number): boolean {
  if (bytes[value] !== QUOTE) return false;
  // Nearly all begin with an object's first name; those need no decoding.
  if (bytes[value + 1] === OPEN_BRACE && bytes[value + 2] === BACKSLASH && bytes[value + 3] === QUOTE) return true;
  const text: unknown = JSON.parse(decoder.decode(bytes.subarray(value, stringEnd(bytes, value + 1) + 1)));
  return isTextOfChanges(text as string);
}
