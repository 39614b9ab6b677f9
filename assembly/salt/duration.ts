// Salt's durations: milliseconds as JSON numbers, counted here in whole nanoseconds.
import { LOWER_E, MINUS, PLUS, POINT, ZERO, isDigit } from "../bytes/chars";
import { LONG_BYTES, emitLong } from "../bytes/digits";
import { out, setOut } from "../json/emit";
import { hasRoom, putByte } from "../json/put";

/** What `readDuration` returns where there is none. */
export const NO_DURATION: u64 = ~0;

/** Ten to the 12 milliseconds, in nanoseconds: longer ones are no durations. */
const LIMIT: u64 = 1_000_000_000_000_000_000;

/**
 * The nanoseconds of the JSON value at `p`, which is valid; digits beyond them are cut off. NO_DURATION for what is no
 * number, negative, or 10^12 ms and more.
 */
export function readDuration(p: usize): u64 {
  if (!p || !isDigit(load<u8>(p))) return NO_DURATION;
  const first = p;
  // Nearly all have few digits and no exponent.
  let short: u64 = 0;
  let digit = <u32>load<u8>(p) - ZERO;
  do {
    short = short * 10 + digit;
    digit = <u32>load<u8>(++p) - ZERO;
  } while (digit < 10);
  if (p - first <= 9) {
    let scale: u64 = 1_000_000;
    if (load<u8>(p) == POINT) {
      digit = <u32>load<u8>(++p) - ZERO;
      while (digit < 10) {
        if (scale > 1) {
          short = short * 10 + digit;
          scale /= 10;
        }
        digit = <u32>load<u8>(++p) - ZERO;
      }
    }
    if ((load<u8>(p) | 0x20) != LOWER_E) return short * scale;
  }
  p = first;
  let point: usize = 0;
  while (isDigit(load<u8>(p)) || load<u8>(p) == POINT) {
    if (load<u8>(p) == POINT) point = p;
    p++;
  }
  const last = p;
  let exponent: i32 = 0;
  if ((load<u8>(p) | 0x20) == LOWER_E) {
    p++;
    const isNegative = load<u8>(p) == MINUS;
    if (isNegative || load<u8>(p) == PLUS) p++;
    for (; isDigit(load<u8>(p)); p++) if (exponent < 1_000_000) exponent = exponent * 10 + (load<u8>(p) - ZERO);
    if (isNegative) exponent = -exponent;
  }
  // Nanoseconds are the digits up to six places behind the point, which the exponent moves.
  let places = <i32>((point ? point : last) - first) + exponent + 6;
  let value: u64 = 0;
  for (let q = first; places > 0; places--) {
    if (q == point) q++;
    let digit: u64 = 0;
    if (q < last) digit = load<u8>(q++) - ZERO;
    else if (!value) return 0;
    value = value * 10 + digit;
    if (value >= LIMIT) return NO_DURATION;
  }
  return value;
}

/** Any number in decimal digits. */
export function putLong(value: u64): void {
  if (hasRoom(LONG_BYTES)) setOut(emitLong(out, value));
}

/** Nanoseconds as milliseconds: a whole number, or with up to six digits behind the point. */
export function putMilliseconds(value: u64): void {
  putLong(value / 1_000_000);
  let rest = <u32>(value % 1_000_000);
  if (!rest) return;
  putByte(POINT);
  for (let scale: u32 = 100_000; rest; scale /= 10) {
    putByte(ZERO + <u8>(rest / scale));
    rest %= scale;
  }
}
