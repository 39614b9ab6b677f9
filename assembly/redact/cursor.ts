// The text in which secrets are looked for, and the small steps through it.
import { BACKSLASH, LINE_FEED, MINUS, PIPE, PLUS, QUOTE, SPACE, TAB, UNDERSCORE, isDigit } from "../bytes/chars";

export const SINGLE_QUOTE: u8 = 0x27;
const BACK_QUOTE: u8 = 0x60;
export const EQUALS: u8 = 0x3d;
export const GREATER: u8 = 0x3e;
export const LESS: u8 = 0x3c;
export const DOLLAR: u8 = 0x24;
export const RETURN: u8 = 0x0d;
export const OPEN_PARENTHESIS: u8 = 0x28;
export const CLOSE_PARENTHESIS: u8 = 0x29;
export const SEMICOLON: u8 = 0x3b;
export const AND: u8 = 0x26;
export const QUESTION: u8 = 0x3f;
export const ESCAPE: u8 = 0x1b;
export const AT: u8 = 0x40;

export let textStart: usize = 0;
export let textEnd: usize = 0;

export function beginText(start: usize, end: usize): void {
  textStart = start;
  textEnd = end;
}

/** What a byte is: the sum of these. */
export const IS_WORD: u8 = 1; // letters, digits, `_`, `-`, and all that is not ASCII
export const MAY_FOLLOW: u8 = 2; // what may stand between a name and its value, blanks aside
export const IS_LETTER: u8 = 4;
export const IS_DIGIT: u8 = 8;
export const IS_TOKEN: u8 = 16; // base64, in both alphabets, with points
export const IS_CAPITAL: u8 = 32;
export const IS_SMALL: u8 = 64;
export const IS_SIGN: u8 = 128; // what a rule begins with that is no word

const classes: usize = memory.data(256);

function mark(letters: string, kind: u8): void {
  for (let i = 0; i < letters.length; i++) {
    const at = classes + <usize>letters.charCodeAt(i);
    store<u8>(at, load<u8>(at) | kind);
  }
}

/** Fills the table of classes: for start-up. */
export function beginClasses(): void {
  for (let c: usize = 0; c < 256; c++) {
    const letter = <u8>((<u8>c) | 0x20) - 0x61;
    if (letter < 26) {
      store<u8>(classes + c, IS_WORD | IS_TOKEN | IS_LETTER | (c & 0x20 ? IS_SMALL : IS_CAPITAL));
    } else if (isDigit(<u8>c)) store<u8>(classes + c, IS_WORD | IS_TOKEN | IS_DIGIT);
    else if (c == UNDERSCORE || c == MINUS) store<u8>(classes + c, IS_WORD | IS_TOKEN);
    else if (c >= 0x80) store<u8>(classes + c, IS_WORD);
  }
  mark("+/=.~", IS_TOKEN);
  mark(":=\"'`\\])}?+>,$.|%(<", MAY_FOLLOW);
  mark(":<${*\n\r\x1b", IS_SIGN);
}

// @ts-ignore: decorator
@inline
export function classOf(c: u8): u8 {
  return load<u8>(classes + <usize>c);
}

export function isWordByte(c: u8): bool {
  return (classOf(c) & IS_WORD) != 0;
}

export function isBlank(c: u8): bool {
  return c == SPACE || c == TAB;
}

export function isQuote(c: u8): bool {
  return c == QUOTE || c == SINGLE_QUOTE || c == BACK_QUOTE;
}

export function isLineEnd(c: u8): bool {
  return c == LINE_FEED || c == RETURN;
}

/** The byte at `p`, 0 past the end. */
export function byteAt(p: usize): u8 {
  return p < textEnd ? load<u8>(p) : 0;
}

export function skipBlanks(p: usize): usize {
  while (isBlank(byteAt(p))) p++;
  return p;
}

/** Past blanks and line ends. */
export function skipLines(p: usize): usize {
  while (isBlank(byteAt(p)) || isLineEnd(byteAt(p))) p++;
  return p;
}

export function skipBackslashes(p: usize): usize {
  while (byteAt(p) == BACKSLASH) p++;
  return p;
}

/** To white space, or to the separator in a state's key. */
export function toWhiteSpace(p: usize): usize {
  while (!isWhite(p) && !isSeparator(p)) p++;
  return p;
}

/** Past the bytes of a token. */
export function toTokenEnd(p: usize): usize {
  while (p < textEnd && classOf(load<u8>(p)) & IS_TOKEN) p++;
  return p;
}

/** Past the bytes of a word. `_|-` is no part of one. */
export function toWordEnd(p: usize): usize {
  const start = p;
  while (isWordByte(byteAt(p))) p++;
  return p > start && byteAt(p) == PIPE && isSeparator(p - 1) ? p - 1 : p;
}

/** Whether `_|-` stands at `p`, which separates the parts of a state's key. */
export function isSeparator(p: usize): bool {
  return byteAt(p) == UNDERSCORE && byteAt(p + 1) == PIPE && byteAt(p + 2) == MINUS;
}

/** Whether white space or the end stands at `p`. */
export function isWhite(p: usize): bool {
  return p >= textEnd || isBlank(load<u8>(p)) || isLineEnd(load<u8>(p));
}

/** Past the blanks before `p`, backwards. */
export function skipBlanksBack(p: usize): usize {
  while (p > textStart && isBlank(load<u8>(p - 1))) p--;
  return p;
}

/** The byte before `p`, a line feed where the text begins. */
export function byteBefore(p: usize): u8 {
  return p > textStart ? load<u8>(p - 1) : LINE_FEED;
}

/** Whether `[p, end)` has a letter and a digit. */
export function isMixed(p: usize, end: usize): bool {
  let seen: u8 = 0;
  for (; p < end; p++) seen |= classOf(load<u8>(p));
  return (seen & (IS_LETTER | IS_DIGIT)) == (IS_LETTER | IS_DIGIT);
}

/** Whether `[p, end)` is a word, its letters small or capital. */
export function isWordOf(p: usize, end: usize, lower: string): bool {
  return end - p == <usize>lower.length && beginsWith(p, lower);
}

/** Whether the text goes on with what `lower` says, its letters small or capital. */
export function beginsWith(p: usize, lower: string): bool {
  const length = <usize>lower.length;
  if (p + length > textEnd) return false;
  for (let i: usize = 0; i < length; i++) {
    const c = load<u8>(p + i);
    if ((classOf(c) & IS_CAPITAL ? c + 0x20 : c) != <u8>lower.charCodeAt(<i32>i)) return false;
  }
  return true;
}

/**
 * Whether the word `[p, end)`, folded to small letters, is one of those in `list`, which has a space on both sides of
 * each.
 */
export function isOneOf(p: usize, end: usize, list: string): bool {
  const length = <i32>(end - p);
  if (!length) return false;
  const count = list.length;
  for (let at = 0; at + length < count; at++) {
    if (list.charCodeAt(at) != 0x20) continue;
    if (list.charCodeAt(at + length + 1) == 0x20 && beginsAt(p, length, list, at + 1)) return true;
  }
  return false;
}

function beginsAt(p: usize, length: i32, list: string, at: i32): bool {
  for (let i = 0; i < length; i++) {
    const c = load<u8>(p + <usize>i);
    if ((classOf(c) & IS_CAPITAL ? c + 0x20 : c) != <u8>list.charCodeAt(at + i)) return false;
  }
  return true;
}

export function isDigitAt(p: usize): bool {
  return isDigit(byteAt(p));
}

/** The mark of a line in a diff. */
export function isMark(c: u8): bool {
  return c == PLUS || c == MINUS || c == SPACE;
}
