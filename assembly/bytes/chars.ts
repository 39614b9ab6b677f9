// Every byte and every eight-byte pattern the scanner compares, named once (RFC 8259, sections 2, 6 and 7).

export const NUL: u8 = 0x00;
export const TAB: u8 = 0x09;
export const LINE_FEED: u8 = 0x0a;
export const SPACE: u8 = 0x20;
export const QUOTE: u8 = 0x22;
export const PLUS: u8 = 0x2b;
export const COMMA: u8 = 0x2c;
export const MINUS: u8 = 0x2d;
export const POINT: u8 = 0x2e;
export const SLASH: u8 = 0x2f;
export const ZERO: u8 = 0x30;
export const COLON: u8 = 0x3a;
export const OPEN_BRACKET: u8 = 0x5b;
export const BACKSLASH: u8 = 0x5c;
export const CLOSE_BRACKET: u8 = 0x5d;
export const UNDERSCORE: u8 = 0x5f;
export const LOWER_B: u8 = 0x62;
export const LOWER_E: u8 = 0x65;
export const LOWER_F: u8 = 0x66;
export const LOWER_N: u8 = 0x6e;
export const LOWER_R: u8 = 0x72;
export const LOWER_T: u8 = 0x74;
export const LOWER_U: u8 = 0x75;
export const OPEN_BRACE: u8 = 0x7b;
export const PIPE: u8 = 0x7c;
export const CLOSE_BRACE: u8 = 0x7d;

/** The literals as the little-endian words that stand in memory. */
export const TRUE_WORD: u32 = 0x65757274; // "true"
export const NULL_WORD: u32 = 0x6c6c756e; // "null"
export const FALS_WORD: u32 = 0x736c6166; // "fals", an "e" follows

/** Eight lanes of one byte each. */
export const LANES_01: u64 = 0x0101010101010101;
export const LANES_20: u64 = 0x2020202020202020;
export const LANES_80: u64 = 0x8080808080808080;
export const LANES_QUOTE: u64 = 0x2222222222222222;
export const LANES_BACKSLASH: u64 = 0x5c5c5c5c5c5c5c5c;
export const LANES_PIPE: u64 = 0x7c7c7c7c7c7c7c7c;

/** `"__id__"`, both quotes included, as one word. */
export const ID_KEY_WORD: u64 = 0x225f5f64695f5f22;

// @ts-ignore: decorator
@inline
export function isDigit(c: u8): bool {
  return <u8>(c - ZERO) < 10;
}

/** The lower-case hexadecimal digit of a value below 16. */
// @ts-ignore: decorator
@inline
export function hexDigit(value: u8): u8 {
  return value < 10 ? ZERO + value : 0x57 + value;
}

/** The value of a hexadecimal digit, or 0xff. */
// @ts-ignore: decorator
@inline
export function hexValue(c: u8): u32 {
  if (isDigit(c)) return c - ZERO;
  const letter: u8 = (c | 0x20) - 0x61;
  return letter < 6 ? <u32>letter + 10 : 0xff;
}

/** True for the four whitespace bytes of RFC 8259, section 2. */
// @ts-ignore: decorator
@inline
export function isSpace(c: u8): bool {
  return c == SPACE || c == 0x0a || c == 0x0d || c == TAB;
}

/**
 * Marks, with 0x80 in its lane, each byte of `w` that can end the plain run of a JSON string: a quote, a backslash, a
 * control character, or any byte of a non-ASCII character. The lowest mark is exact; a borrow can only set marks above it.
 */
// @ts-ignore: decorator
@inline
export function stringMarks(w: u64): u64 {
  return (((w ^ LANES_QUOTE) - LANES_01) | ((w ^ LANES_BACKSLASH) - LANES_01) | (w - LANES_20) | w) & LANES_80;
}

/** Marks, with 0x80 in its lane, each '|' of `w`; a mark above the lowest may be false. */
// @ts-ignore: decorator
@inline
export function pipeMarks(w: u64): u64 {
  w ^= LANES_PIPE;
  return (w - LANES_01) & ~w & LANES_80;
}

/** Marks, with 0x80 in its lane, each byte of `w` that is no digit. The lowest mark is exact, as above. */
// @ts-ignore: decorator
@inline
export function digitMarks(w: u64): u64 {
  w ^= 0x3030303030303030;
  return ((w + 0x7676767676767676) | w) & LANES_80;
}

/**
 * The lane (0-7) of the lowest mark in a non-zero word of marks. A multiplication instead of `ctz`: the agent's interpreter
 * counts zeros in a bit loop. Below the mark in lane k all bits of `marks - 1` are set: the product's top byte counts k.
 */
// @ts-ignore: decorator
@inline
export function firstLane(marks: u64): usize {
  return <usize>((((marks - 1) & 0x0101010101010100) * LANES_01) >> 56);
}

/** 0xff in the lanes from `count` on. */
// @ts-ignore: decorator
@inline
export function lanesFrom(count: usize): u64 {
  return count >= 8 ? 0 : ~0 << ((<u64>count) << 3);
}
