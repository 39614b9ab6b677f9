// JSON strings as spans of bytes: finding their end, comparing and decoding them.
//
// Terminator: the byte at `inputEnd` is NUL, which no JSON token contains, so every scanner stops there by itself and
// no address is compared in the hot loops. Word loads read up to 15 bytes past it; the arena keeps those readable.
import { ErrorCode, fail } from "../error";
import { arenaTop, need, takeTo } from "../bytes/arena";
import {
  BACKSLASH,
  LOWER_B,
  LOWER_F,
  LOWER_N,
  LOWER_R,
  LOWER_T,
  LOWER_U,
  QUOTE,
  SLASH,
  hexValue,
} from "../bytes/chars";
import { Span, spanEnd, spanOf, spanStart } from "../bytes/span";
import { BAD_CHARACTER, badUtf8Length, emitCodePoint, utf8Length } from "../bytes/utf8";
import { LANES_BACKSLASH, firstLane, lanesFrom, stringMarks, zeroMarks } from "../bytes/words";

/**
 * The text being scanned: address of its first byte, and of its terminator. Hot: scanners have no room for parameters.
 */
export let inputStart: usize = 0;
export let inputEnd: usize = 0;

/**
 * True when a string of this call holds bytes that are not UTF-8: the output is then repaired (`utf8.ts`). Hot, as
 * above.
 */
export let sawBadUtf8: bool = false;

export function beginInput(start: usize, end: usize): void {
  inputStart = start;
  inputEnd = end;
  store<u8>(end, 0);
}

export function clearBadUtf8(): void {
  sawBadUtf8 = false;
}

/**
 * True when a string of this call may be `VALUE_TRIMMED`, however it is spelled: `salt/trimmed.ts` looks closer. Hot:
 * the scanners set it.
 */
export let mayBeTrimmed: bool = false;

export function clearTrimmed(): void {
  mayBeTrimmed = false;
}

export function noteTrimmed(): void {
  mayBeTrimmed = true;
}

/** `VALU` and `MMED` in memory: how the string begins and ends, unless an escape spells one of these letters. */
export const TRIMMED_START: u32 = 0x554c4156;
export const TRIMMED_END: u32 = 0x44454d4d;

/**
 * The hex digits at `p`, the four of an escape, spell a letter that `VALUE_TRIMMED` may have: no writer of JSON escapes
 * one.
 */
// @ts-ignore: decorator
@inline
export function isEscapedCapital(p: usize): bool {
  return load<u16>(p) == 0x3030 && (load<u8>(p, 2) | 1) == 0x35; // 0040 to 005f
}

/** Fails at `at`: with UNEXPECTED_END when that is the terminator, else with `code`. */
export function failAt(code: ErrorCode, at: usize): usize {
  return fail(at >= inputEnd ? ErrorCode.UNEXPECTED_END : code, at);
}

/** The address past the escape whose backslash stands at `p`, or 0. */
function scanEscape(p: usize): usize {
  const c = load<u8>(p, 1);
  if (c == LOWER_N || c == QUOTE || c == BACKSLASH) return p + 2;
  if (c == LOWER_U) {
    for (let digit: usize = 2; digit < 6; digit++) {
      if (hexValue(load<u8>(p + digit)) > 15) return failAt(ErrorCode.BAD_ESCAPE, p + digit);
    }
    if (isEscapedCapital(p + 2)) mayBeTrimmed = true;
    return p + 6;
  }
  if (c == LOWER_T || c == LOWER_R || c == LOWER_B || c == LOWER_F || c == SLASH) return p + 2;
  return failAt(ErrorCode.BAD_ESCAPE, p + 1);
}

/**
 * The address of the closing quote of the string whose content starts at `p`, or 0 after `fail`: a control character, a
 * bad escape, or no closing quote (RFC 8259, section 7). Bytes that are not UTF-8 pass and set `sawBadUtf8`.
 */
export function scanString(p: usize): usize {
  while (true) {
    const marks = stringMarks(load<u64>(p));
    if (!marks) {
      p += 8;
      continue;
    }
    p += firstLane(marks);
    const c = load<u8>(p);
    if (c == QUOTE) return p;
    if (c == BACKSLASH) {
      p = scanEscape(p);
      if (!p) return 0;
    } else if (c >= 0x80) {
      const length = utf8Length(p);
      if (!length) sawBadUtf8 = true;
      p += length ? length : 1;
    } else return failAt(ErrorCode.CONTROL_CHARACTER, p);
  }
}

/** The address of the first byte at or behind `p` that may end a plain run of ASCII in a string. */
// @ts-ignore: decorator
@inline
export function skipPlain(p: usize): usize {
  let marks: u64;
  while (true) {
    marks = stringMarks(load<u64>(p));
    if (marks) break;
    p += 8;
  }
  return p + firstLane(marks);
}

/** As `scanString`, for the hot loops: a string without escapes and of ASCII alone costs no call. */
// @ts-ignore: decorator
@inline
export function scanPlainString(p: usize): usize {
  p = skipPlain(p);
  return load<u8>(p) == QUOTE ? p : scanString(p);
}

/** The code unit of the `\uXXXX` escape at `p`, whose digits are known to be good. */
export function readUnit(p: usize): u32 {
  return (
    (hexValue(load<u8>(p, 2)) << 12) |
    (hexValue(load<u8>(p, 3)) << 8) |
    (hexValue(load<u8>(p, 4)) << 4) |
    hexValue(load<u8>(p, 5))
  );
}

/** `\u` in memory. */
const ESCAPED_UNIT: u16 = 0x755c;

/** Whether the `\uXXXX` at `p` and what follows are the two halves of a surrogate pair. */
export function isPair(p: usize): bool {
  return (readUnit(p) & 0xfc00) == 0xd800 && load<u16>(p, 6) == ESCAPED_UNIT && (readUnit(p + 6) & 0xfc00) == 0xdc00;
}

/**
 * Decodes the escape at `p` to `out`. Returns the end of what was written and the address past the escape as the ends
 * of a span (what is written never overtakes what is read), or 0 after `fail`. A surrogate without its other half
 * becomes U+FFFD, or stays as three bytes of its own with `keepSurrogates`, so that names that differ in one stay
 * different.
 */
export function decodeEscape(p: usize, out: usize, keepSurrogates: bool): Span {
  const c = load<u8>(p, 1);
  const next = scanEscape(p);
  if (!next) return 0;
  if (c != LOWER_U) {
    store<u8>(out, c == LOWER_N ? 10 : c == LOWER_T ? 9 : c == LOWER_R ? 13 : c == LOWER_B ? 8 : c == LOWER_F ? 12 : c);
    return spanOf(out + 1, next);
  }
  let code = readUnit(p);
  if ((code & 0xf800) == 0xd800) {
    if (code < 0xdc00 && load<u16>(next) == ESCAPED_UNIT && scanEscape(next)) {
      const low = readUnit(next);
      if ((low & 0xfc00) == 0xdc00) {
        return spanOf(emitCodePoint(out, 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00)), next + 6);
      }
    }
    if (!keepSurrogates) code = 0xfffd;
  }
  return spanOf(emitCodePoint(out, code), next);
}

/**
 * Decodes the content `[p, end)` of a string that was scanned before, a name or a tag, to `out`; returns the end of
 * what it wrote, at most three times the length. Lone surrogates stay; bytes that are not UTF-8 become U+FFFD.
 */
export function decodeName(p: usize, end: usize, out: usize): usize {
  while (p < end) {
    if (p + 8 <= end) {
      const word = load<u64>(p);
      if (!stringMarks(word)) {
        store<u64>(out, word);
        out += 8;
        p += 8;
        continue;
      }
    }
    const c = load<u8>(p);
    if (c == BACKSLASH) {
      const decoded = decodeEscape(p, out, true);
      out = spanStart(decoded);
      p = spanEnd(decoded);
    } else if (c >= 0x80 && !utf8Length(p)) {
      store<u32>(out, BAD_CHARACTER); // as the output will have it
      out += 3;
      p += badUtf8Length(p);
    } else if (c >= 0x80) {
      for (let end = p + utf8Length(p); p < end; p++) store<u8>(out++, load<u8>(p));
    } else {
      store<u8>(out++, c);
      p++;
    }
  }
  return out;
}

/** True when the bytes of a span are those of an ASCII literal. */
export function isAscii(start: usize, end: usize, literal: string): bool {
  const length = <usize>literal.length;
  if (end - start != length) return false;
  const units = changetype<usize>(literal); // a static string: its UTF-16 units lie there
  for (let i: usize = 0; i < length; i++) {
    if (load<u8>(start + i) != load<u8>(units + (i << 1))) return false;
  }
  return true;
}

/** The same of a span that a function returned; false where it is 0. */
export function isSpanAscii(span: Span, literal: string): bool {
  return isAscii(spanStart(span), spanEnd(span), literal);
}

/** True when the span begins with an ASCII literal. */
export function startsWith(start: usize, end: usize, literal: string): bool {
  const length = <usize>literal.length;
  return end - start >= length && isAscii(start, start + length, literal);
}

/** True when the span holds a backslash. */
export function hasBackslash(p: usize, end: usize): bool {
  for (; p + 8 <= end; p += 8) if (zeroMarks(load<u64>(p) ^ LANES_BACKSLASH)) return true;
  return zeroMarks((load<u64>(p) ^ LANES_BACKSLASH) | lanesFrom(end - p)) != 0;
}

/**
 * The content of the JSON string `[start, end)`, quotes included, decoded to the arena where it holds an escape; 0
 * after `fail`, when memory runs out.
 */
export function readText(start: usize, end: usize): Span {
  if (!hasBackslash(start + 1, end - 1)) return spanOf(start + 1, end - 1);
  const out = arenaTop();
  if (!need(out, 3 * (end - start) + 8)) return fail(ErrorCode.NO_MEMORY, start);
  const outEnd = decodeName(start + 1, end - 1, out);
  takeTo(outEnd);
  return spanOf(out, outEnd);
}
