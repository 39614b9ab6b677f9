// Every byte and every eight-byte pattern the scanner compares, named once (RFC 8259, sections 2, 6 and 7).

export const NUL: u8 = 0x00;
export const TAB: u8 = 0x09;
export const LINE_FEED: u8 = 0x0a;
export const CARRIAGE_RETURN: u8 = 0x0d;
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
export const LOWER_P: u8 = 0x70;
export const LOWER_R: u8 = 0x72;
export const LOWER_T: u8 = 0x74;
export const LOWER_U: u8 = 0x75;
export const OPEN_BRACE: u8 = 0x7b;
export const PIPE: u8 = 0x7c;
export const CLOSE_BRACE: u8 = 0x7d;

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
