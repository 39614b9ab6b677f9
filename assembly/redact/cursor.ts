// The text in which secrets are looked for, and the small steps through it.
import { BACKSLASH, LINE_FEED, MINUS, QUOTE, SPACE, TAB, UNDERSCORE, isDigit } from "../bytes/chars";

export const SINGLE_QUOTE: u8 = 0x27;
export const BACK_QUOTE: u8 = 0x60;
export const EQUALS: u8 = 0x3d;
export const GREATER: u8 = 0x3e;
export const LESS: u8 = 0x3c;
export const DOLLAR: u8 = 0x24;
export const RETURN: u8 = 0x0d;
export const OPEN_PARENTHESIS: u8 = 0x28;
export const CLOSE_PARENTHESIS: u8 = 0x29;
export const SEMICOLON: u8 = 0x3b;

export let textStart: usize = 0;
export let textEnd: usize = 0;

export function beginText(start: usize, end: usize): void {
  textStart = start;
  textEnd = end;
}

/** What a byte is: the sum of these. */
export const IS_WORD: u8 = 1; // letters, digits, `_`, `-`, and all that is not ASCII
export const MAY_FOLLOW: u8 = 2; // what may stand between a name and its value, blanks aside
export const LONG_KEY: u8 = 4; // keys of ten bytes and more begin with it
export const SHORT_KEY: u8 = 8; // shorter ones and names of schemes do
export const IS_MARK: u8 = 32; // of a word, and no letter or digit: hyphens, what is not ASCII
export const IS_TOKEN: u8 = 16; // base64, in both alphabets, with points

const classes: usize = memory.data(256);

function mark(letters: string, kind: u8): void {
  for (let i = 0; i < letters.length; i++) {
    const at = classes + <usize>letters.charCodeAt(i);
    store<u8>(at, load<u8>(at) | kind);
  }
}

/**
 * The letters that keys begin with: `isKey` in `tokens.ts` has a case for each, but for those of schemes (`Bearer`, `Basic`).
 * Of ten bytes and more: AKIA, dop_v1_, eyJ, ghp_, npm_, rk_live_, sk_live_, xox.
 */
const LONG_FIRST = "Adegnrsx";
/** Shorter: SG, hvs, ya29, the schemes. */
const SHORT_FIRST = "ShyBb";

/** Fills the table of classes: for start-up. */
export function beginClasses(): void {
  for (let c: usize = 0; c < 256; c++) {
    const letter = <u8>((<u8>c) | 0x20) - 0x61;
    if (letter < 26 || isDigit(<u8>c) || c == UNDERSCORE || c == MINUS) store<u8>(classes + c, IS_WORD | IS_TOKEN);
    else if (c >= 0x80) store<u8>(classes + c, IS_WORD | IS_MARK);
  }
  mark("-", IS_MARK);
  mark("+/=.~", IS_TOKEN);
  mark(":=\"'`\\\\])}?+>,$", MAY_FOLLOW);
  mark(LONG_FIRST, LONG_KEY);
  mark(SHORT_FIRST, SHORT_KEY);
}

// @ts-ignore: decorator
@inline
export function classOf(c: u8): u8 {
  return load<u8>(classes + <usize>c);
}

// @ts-ignore: decorator
@inline
export function isWordByte(c: u8): bool {
  return (classOf(c) & IS_WORD) != 0;
}

// @ts-ignore: decorator
@inline
export function isBlank(c: u8): bool {
  return c == SPACE || c == TAB;
}

// @ts-ignore: decorator
@inline
export function isQuote(c: u8): bool {
  return c == QUOTE || c == SINGLE_QUOTE || c == BACK_QUOTE;
}

// @ts-ignore: decorator
@inline
export function isLineEnd(c: u8): bool {
  return c == LINE_FEED || c == RETURN;
}

/** The byte at `p`, 0 past the end. */
// @ts-ignore: decorator
@inline
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

export function toWhiteSpace(p: usize): usize {
  while (p < textEnd && !isBlank(load<u8>(p)) && !isLineEnd(load<u8>(p))) p++;
  return p;
}

export function toLineEnd(p: usize): usize {
  while (p < textEnd && !isLineEnd(load<u8>(p))) p++;
  return p;
}

/** Past the bytes of a token. */
export function toTokenEnd(p: usize): usize {
  while (p < textEnd && classOf(load<u8>(p)) & IS_TOKEN) p++;
  return p;
}
