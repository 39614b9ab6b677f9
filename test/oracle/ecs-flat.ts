// Flattened fields: any object, within the bounds that docs/ecs.md names.
import { Expected, OneOf, Text } from './expect.js';
import { type JsonObject, type Span, get, isObject, put, readSpan } from './json.js';

/** The most bytes of a string, of all names on one path, and the most levels. */
export const MAX_STRING = 16384;
export const MAX_PATH = 8192;
export const MAX_LEVELS = 19;
const NUMBER_DIGITS = 256;
/** How much shorter than the limit a cut string may come out: two escapes of a pair. */
const LONGEST_CHARACTER = 12;

const bytes = (text: string): number => Buffer.byteLength(text);
const literalBytes = (text: string): number => bytes(JSON.stringify(text)) - 2;

/** A string that may have been cut: `whole` where it is short, else its start. */
class Cut extends Expected {
  readonly #whole: string;

  constructor(whole: string) {
    super();
    this.#whole = whole;
  }

  matches(actual: unknown): boolean {
    if (typeof actual !== 'string') return false;
    if (bytes(actual) > MAX_STRING || !this.#whole.startsWith(actual)) return false;
    const rest = this.#whole.slice(actual.length);
    // What is measured is open: the text, or its spelling in the input with up to six bytes for one.
    const isNear = rest === '' || bytes(actual) * 6 >= MAX_STRING - LONGEST_CHARACTER;
    return isNear && !(/[\ud800-\udbff]$/.test(actual) && /^[\udc00-\udfff]/.test(rest));
  }

  toJSON(): unknown {
    return `${this.#whole.slice(0, 100)}… of ${this.#whole.length}`;
  }
}

/** A value's text, cut as strings are: all of it is compared where it is short. */
class CutText extends Expected {
  readonly #value: unknown;

  constructor(value: unknown) {
    super();
    this.#value = value;
  }

  matches(actual: unknown): boolean {
    if (typeof actual !== 'string' || bytes(actual) > MAX_STRING) return false;
    if (literalBytes(actual) < MAX_STRING - LONGEST_CHARACTER) return new Text(null, this.#value).matches(actual);
    return actual.startsWith('{');
  }

  toJSON(): unknown {
    return JSON.stringify(this.#value);
  }
}

/** A name that stands twice in one object, however deep. */
export function doubledName({ members, elements }: Span): string | null {
  const names = new Set<string>();
  for (const { name } of members ?? []) {
    if (names.has(name)) return name;
    names.add(name);
  }
  for (const inner of elements ?? (members ?? []).map(({ value }) => value)) {
    const doubled = inner.members === undefined && inner.elements === undefined ? null : doubledName(inner);
    if (doubled !== null) return doubled;
  }
  return null;
}

/** Whether a number has so many digits that no store takes it, however deep. One that is infinite has become null. */
function hasLongNumber({ text, members, elements }: Span): boolean {
  const inner = elements ?? members?.map(({ value }) => value);
  if (inner !== undefined) return inner.some(hasLongNumber);
  return /^[-\d]/.test(text) && text.length >= NUMBER_DIGITS && Number.isFinite(Number(text));
}

/** Whether a text has no half of a surrogate pair. */
const isUtf8 = (text: string): boolean => Buffer.from(text).toString() === text;

/** Whether a value may stand as it is; null where its path is so long that separators decide. */
function isWithin(value: unknown, level: number, path: number): boolean | null {
  if (typeof value !== 'object' || value === null) return true;
  if (level > MAX_LEVELS) return false;
  let result: boolean | null = true;
  for (const name of Object.keys(value)) {
    const longer = Array.isArray(value) ? path : path + bytes(name);
    if (!Array.isArray(value) && (name === '' || name.includes('\0') || !isUtf8(name))) return false;
    if (longer > MAX_PATH) return false;
    if (longer + level > MAX_PATH) result = null;
    const inner = isWithin(get(value as JsonObject, name), level + 1, longer);
    if (inner === false) return false;
    result = inner === null ? null : result;
  }
  return result;
}

function cut(value: unknown): unknown {
  if (typeof value === 'string') return literalBytes(value) * 6 > MAX_STRING ? new Cut(value) : value;
  if (Array.isArray(value)) return value.map(cut);
  if (!isObject(value)) return value;
  const object: JsonObject = {};
  for (const name of Object.keys(value)) put(object, name, cut(get(value, name)));
  return object;
}

/** Whether something in a value is so long that it must be cut; null where the spelling decides. */
export function isLong(value: unknown): boolean | null {
  if (typeof value === 'string') {
    if (bytes(value) > MAX_STRING) return true;
    return bytes(value) * 6 > MAX_STRING ? null : false;
  }
  if (typeof value !== 'object' || value === null) return false;
  const each = Object.values(value).map(isLong);
  return each.includes(true) ? true : each.includes(null) ? null : false;
}

/** What a flattened field holds. */
export interface Flattened {
  readonly value: unknown;
  /** Whether something in it was cut; null where it may have been. */
  readonly isCut: boolean | null;
}

/** What such a field holds of an object. `texts`: those of its members, where a name may stand twice. */
export function flattened(object: JsonObject, texts: readonly (string | undefined)[]): Flattened {
  const spans = texts.filter((text) => text !== undefined).map(readSpan);
  const isRefused = spans.some((span) => doubledName(span) !== null || hasLongNumber(span));
  const within = isRefused ? false : isWithin(object, 1, 0);
  const text = { json: new CutText(object) };
  if (within === true) return { value: cut(object), isCut: isLong(object) };
  const isShort = Math.max(bytes(JSON.stringify(object)), bytes(texts.join())) * 6 < MAX_STRING;
  return { value: within === null ? new OneOf(cut(object), text) : text, isCut: isShort ? false : null };
}
