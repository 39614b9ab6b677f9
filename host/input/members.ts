// Where the members of an object stand in its JSON text. Nothing is copied, and nothing is validated but the brackets.
import { Brackets } from '../core/brackets.js';
import { skipSpace } from '../core/bytes.js';

/** One member: its name, and the half-open range of its value's bytes. */
export interface Member {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const SPACE = 0x20;

const decoder = new TextDecoder();

/** The address past the string whose opening quote stands at `at`; -1 where it has no end. */
function stringEnd(bytes: Uint8Array, at: number): number {
  for (at++; at < bytes.length; at++) {
    if (bytes[at] === BACKSLASH) at++;
    else if (bytes[at] === QUOTE) return at + 1;
  }
  return -1;
}

/** The address past the value at `at`; -1 where it has no end. */
function valueEnd(bytes: Uint8Array, at: number): number {
  if (bytes[at] === QUOTE) return stringEnd(bytes, at);
  if (bytes[at] === OPEN_BRACE || bytes[at] === OPEN_BRACKET) return new Brackets().read(bytes, at);
  while (at < bytes.length && bytes[at]! > SPACE && bytes[at] !== COMMA && bytes[at] !== CLOSE_BRACE) at++;
  return at < bytes.length ? at : -1;
}

/**
 * The members of the object at `start`, in order; null where no object stands there, or none that ends. The range
 * behind `end` is not looked at.
 */
export function membersOf(bytes: Uint8Array, start = 0, end = bytes.length): readonly Member[] | null {
  const text = end === bytes.length ? bytes : bytes.subarray(0, end);
  const members: Member[] = [];
  let at = skipSpace(text, start);
  if (text[at] !== OPEN_BRACE) return null;
  at = skipSpace(text, at + 1);
  while (text[at] === QUOTE) {
    const nameEnd = stringEnd(text, at);
    if (nameEnd < 0) return null;
    const name = nameOf(text, at, nameEnd);
    at = skipSpace(text, nameEnd);
    if (name === null || text[at] !== COLON) return null;
    const valueStart = skipSpace(text, at + 1);
    const past = valueEnd(text, valueStart);
    if (past <= valueStart) return null;
    members.push({ name, start: valueStart, end: past });
    at = skipSpace(text, past);
    if (text[at] === CLOSE_BRACE) return members;
    if (text[at] !== COMMA) return null;
    at = skipSpace(text, at + 1);
  }
  return text[at] === CLOSE_BRACE && members.length === 0 ? members : null;
}

/** The name between two quotes, decoded; null where it is no JSON string. */
function nameOf(bytes: Uint8Array, start: number, end: number): string | null {
  const text = decoder.decode(bytes.subarray(start, end));
  if (!text.includes('\\')) return text.slice(1, -1);
  try {
    return JSON.parse(text) as string;
  } catch {
    return null;
  }
}
