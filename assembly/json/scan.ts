// The structure of JSON values (RFC 8259): each `scan*` takes the address of a value's first byte and returns the
// address past it, or 0 after `fail`. Everything is checked: brackets, commas, literals, numbers, strings, depth.
import { ErrorCode } from "../error";
import {
  CARRIAGE_RETURN,
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COLON,
  COMMA,
  LINE_FEED,
  LOWER_E,
  MINUS,
  OPEN_BRACE,
  OPEN_BRACKET,
  PLUS,
  POINT,
  QUOTE,
  SPACE,
  ZERO,
  isDigit,
  isSpace,
} from "../bytes/chars";
import { digitMarks, firstLane } from "../bytes/words";
import { TRIMMED_END, TRIMMED_START, failAt, noteTrimmed, scanPlainString, scanString, skipPlain } from "./string";

/** The literals as the little-endian words that stand in memory. */
export const TRUE_WORD: u32 = 0x65757274; // "true"
export const NULL_WORD: u32 = 0x6c6c756e; // "null"
export const FALS_WORD: u32 = 0x736c6166; // "fals", an "e" follows

/** Nesting of the input, its root counted as 1. */
export const DEPTH_LIMIT: u32 = 512;

/** The deepest level that `scanContainer` has reached in this event. Hot: it is compared at every bracket. */
export let deepest: u32 = 0;

export function clearDeepest(): void {
  deepest = 0;
}

/** One byte a level: 1 where the level is an object. */
const isObjectAt: usize = memory.data(<i32>DEPTH_LIMIT + 1);

/** True once a line feed or a carriage return stood between tokens; it leaves as a space. Hot: the scanners set it. */
export let sawBreak: bool = false;

/**
 * True once there was a value that leaves as null: what Python writes for numbers that are none, or more than a double
 * holds. Hot, as above.
 */
export let sawNull: bool = false;

/** How often a `false` stood in the input of this call: states that have none did not fail. Hot, as above. */
export let falses: u32 = 0;

export function clearFalses(): void {
  falses = 0;
}

/** Whether such a value is a failure. */
let isStrict: bool = false;

export function refuseNulls(yes: bool): void {
  isStrict = yes;
}

/** The value at `at` leaves as null: returns its end, or 0 after `fail`. */
function noteNull(code: ErrorCode, at: usize, end: usize): usize {
  sawNull = true;
  return isStrict ? failAt(code, at) : end;
}

export function clearSeen(): void {
  setSeen(false, false);
}

export function setSeen(isBreak: bool, isNull: bool): void {
  sawBreak = isBreak;
  sawNull = isNull;
}

/** The address of the next byte that is not whitespace. Salt writes one space between tokens. */
// @ts-ignore: decorator
@inline
export function skipSpace(p: usize): usize {
  if (load<u8>(p) > SPACE) return p;
  return load<u8>(p) == SPACE && load<u8>(p, 1) > SPACE ? p + 1 : skipBlanks(p);
}

function skipBlanks(p: usize): usize {
  while (true) {
    const c = load<u8>(p);
    if (!isSpace(c)) return p;
    if (c == LINE_FEED || c == CARRIAGE_RETURN) sawBreak = true;
    p++;
  }
}

/** As `skipSpace`, for what stands between events and leaves with none. */
export function skipAround(p: usize): usize {
  while (isSpace(load<u8>(p))) p++;
  return p;
}

/** The address of the next byte that is no digit. */
// @ts-ignore: decorator
@inline
function skipDigits(p: usize): usize {
  let marks = digitMarks(load<u64>(p));
  while (!marks) {
    p += 8;
    marks = digitMarks(load<u64>(p));
  }
  return p + firstLane(marks);
}

/**
 * Whether the number `[p, end)` is below 1e308. A double holds no more, and Fluent Bit 5 takes the record for invalid
 * JSON (yyjson without ALLOW_INF_AND_NAN; measured on 5.0.9 and 5.1.1: the event is lost, the agent may crash).
 */
function isInRange(p: usize, end: usize): bool {
  if (load<u8>(p) == MINUS) p++;
  const integer = p;
  while (load<u8>(p) == ZERO) p++;
  const digits = p;
  p = skipDigits(p);
  let lead: i32 = <i32>(p - digits) - 1; // the power of ten of the first digit that is not zero
  if (load<u8>(p) == POINT) {
    p++;
    if (integer < digits) {
      const fraction = p;
      while (load<u8>(p) == ZERO) p++;
      lead = -1 - <i32>(p - fraction);
      if (!isDigit(load<u8>(p))) return true; // zero
    }
    p = skipDigits(p);
  } else if (lead < 0) return true; // zero
  let exponent: i32 = 0;
  if (p < end) {
    p++;
    const isNegative = load<u8>(p) == MINUS;
    if (isNegative || load<u8>(p) == PLUS) p++;
    for (; p < end; p++) if (exponent < 100_000_000) exponent = exponent * 10 + (load<u8>(p) - ZERO);
    if (isNegative) exponent = -exponent;
  }
  if (lead + exponent != 307) return lead + exponent < 308;
  // Just below, it may round to it.
  let leading: u64 = 0;
  let count = 0;
  for (p = digits; count < 19; p++) {
    const c = load<u8>(p);
    if (p < end && isDigit(c)) {
      if (count || c != ZERO) {
        leading = leading * 10 + (c - ZERO);
        count++;
      }
    } else if (c != POINT || p >= end) break;
  }
  return count < 19 || leading <= LAST_LEADING;
}
/** The first 19 digits of the largest number that rounds to less than 1e308. */
const LAST_LEADING: u64 = 9_999_999_999_999_999_111;

/** "NaN" and "Infinity" as the little-endian words that stand in memory. */
const NAN_WORD: u32 = 0x4e614e;
const INFINITY_WORD: u64 = 0x7974696e69666e49;

/** What Python writes for numbers that are none: `NaN`, `Infinity`, `-Infinity`. */
function scanNoNumber(p: usize): usize {
  const isNegative = load<u8>(p) == MINUS;
  if (load<u64>(p + <usize>isNegative) == INFINITY_WORD) {
    return noteNull(ErrorCode.EXPECTED_VALUE, p, p + 8 + <usize>isNegative);
  }
  if (isNegative) return failAt(ErrorCode.BAD_NUMBER, p + 1);
  if ((load<u32>(p) & 0xffffff) != NAN_WORD) return failAt(ErrorCode.EXPECTED_VALUE, p);
  return noteNull(ErrorCode.EXPECTED_VALUE, p, p + 3);
}

/** A number as RFC 8259, section 6, has it. Only its form is checked; its digits are never converted. */
// @ts-ignore: decorator
@inline
function scanNumber(p: usize): usize {
  const first = p;
  const start = p + <usize>(load<u8>(p) == MINUS);
  p = skipDigits(start);
  if (p == start) return scanNoNumber(first);
  if (load<u8>(start) == ZERO && p != start + 1) return failAt(ErrorCode.BAD_NUMBER, start);
  if (load<u8>(p) == POINT) {
    const fraction = p + 1;
    p = skipDigits(fraction);
    if (p == fraction) return failAt(ErrorCode.BAD_NUMBER, p);
  }
  if ((load<u8>(p) | 0x20) == LOWER_E) {
    const sign = load<u8>(p, 1);
    const exponent = p + (sign == PLUS || sign == MINUS ? 2 : 1);
    p = skipDigits(exponent);
    if (p == exponent) return failAt(ErrorCode.BAD_NUMBER, p);
    if (!isInRange(first, p)) return noteNull(ErrorCode.NUMBER_RANGE, first, p);
  } else if (p - first > 300 && !isInRange(first, p)) return noteNull(ErrorCode.NUMBER_RANGE, first, p);
  return p;
}

/** A number or a literal. */
// @ts-ignore: decorator
@inline
export function scanScalar(p: usize): usize {
  const c = load<u8>(p);
  if (isDigit(c) || c == MINUS) return scanNumber(p);
  const word = load<u32>(p);
  if (word == TRUE_WORD || word == NULL_WORD) return p + 4;
  if (word == FALS_WORD && load<u8>(p, 4) == LOWER_E) {
    falses++;
    return p + 5;
  }
  return scanNoNumber(p);
}

/** From behind a member's name: past the colon and the whitespace around it, to the value. */
// @ts-ignore: decorator
@inline
export function scanColon(p: usize): usize {
  p = skipSpace(p);
  if (load<u8>(p) != COLON) return failAt(ErrorCode.EXPECTED_COLON, p);
  return skipSpace(p + 1);
}

/** `scanScalar` where a call costs less than its size. */
export function scanAnyScalar(p: usize): usize {
  return scanScalar(p);
}

/** An object or array, without recursion: a counter and one byte a level. `depth` is the number of levels around it. */
export function scanContainer(p: usize, depth: u32): usize {
  const outside = depth;
  let inObject: u8 = 0;
  let isKey = false;
  while (true) {
    // At a value or a member's name, or at the space before it.
    const c = load<u8>(p);
    if (c == QUOTE) {
      p = skipPlain(p + 1);
      if (load<u8>(p) != QUOTE) {
        p = scanString(p);
        if (!p) return 0;
      }
      p++;
      if (isKey) {
        isKey = false;
        if (load<u8>(p) != COLON) {
          p = skipSpace(p);
          if (load<u8>(p) != COLON) return failAt(ErrorCode.EXPECTED_COLON, p);
        }
        p++;
        continue;
      }
      if (load<u32>(p - 5) == TRIMMED_END) noteTrimmed();
    } else if (isSpace(c)) {
      p = skipSpace(p);
      continue;
    } else if (isKey) {
      return failAt(ErrorCode.EXPECTED_KEY, p);
    } else if (c == OPEN_BRACE || c == OPEN_BRACKET) {
      if (++depth > deepest) {
        if (depth > DEPTH_LIMIT) return failAt(ErrorCode.TOO_DEEP, p);
        deepest = depth;
      }
      inObject = <u8>(c == OPEN_BRACE);
      store<u8>(isObjectAt + depth, inObject);
      p = skipSpace(p + 1);
      if (load<u8>(p) != c + 2) {
        isKey = inObject != 0;
        continue;
      }
      p++;
      if (--depth == outside) return p;
      inObject = load<u8>(isObjectAt + depth);
    } else {
      p = scanAnyScalar(p);
      if (!p) return 0;
    }
    // Behind a value: a comma, or the end of one or more containers.
    while (true) {
      let next = load<u8>(p);
      if (next <= SPACE) {
        p = skipSpace(p);
        next = load<u8>(p);
      }
      if (next == COMMA) {
        p++;
        isKey = inObject != 0;
        break;
      }
      if (next != (inObject ? CLOSE_BRACE : CLOSE_BRACKET)) return failAt(ErrorCode.EXPECTED_COMMA, p);
      p++;
      if (--depth == outside) return p;
      inObject = load<u8>(isObjectAt + depth);
    }
  }
}

/** Any value; `depth` is the number of levels around it. */
export function scanValue(p: usize, depth: u32): usize {
  const c = load<u8>(p);
  if (c == QUOTE) {
    if (load<u32>(p, 1) == TRIMMED_START) noteTrimmed();
    p = scanPlainString(p + 1);
    return p ? p + 1 : 0;
  }
  if (c == OPEN_BRACE || c == OPEN_BRACKET) return scanContainer(p, depth);
  return scanAnyScalar(p);
}
