// Eight bytes at a time: patterns of eight lanes, and where in a word what is looked for stands.
import { Span, spanEnd, spanStart } from "./span";

/** Eight lanes of one byte each. */
export const LANES_01: u64 = 0x0101010101010101;
const LANES_02: u64 = 0x0202020202020202;
const LANES_21: u64 = 0x2121212121212121;
export const LANES_80: u64 = 0x8080808080808080;
export const LANES_QUOTE: u64 = 0x2222222222222222;
export const LANES_BACKSLASH: u64 = 0x5c5c5c5c5c5c5c5c;
export const LANES_PIPE: u64 = 0x7c7c7c7c7c7c7c7c;
const LANES_ZERO: u64 = 0x3030303030303030; // the digit
const LANES_LOW_HALF: u64 = 0x0f0f0f0f0f0f0f0f;
const LANES_6: u64 = 0x0606060606060606;
const LANES_ABOVE_9: u64 = 0x7676767676767676; // takes a lane from 10 on to 0x80
const LANES_01_ABOVE: u64 = 0x0101010101010100; // all lanes but the lowest

/**
 * Marks, with 0x80 in its lane, each byte of `w` that can end the plain run of a JSON string: a quote, a backslash, a
 * control character, or any byte of a non-ASCII character. The lowest mark is exact; a borrow can only set marks above
 * it.
 */
// @ts-ignore: decorator
@inline
export function stringMarks(w: u64): u64 {
  // A quote with its second bit turned is a space: with the control characters it lies below 0x21, and nothing else
  // does.
  return (((w ^ LANES_02) - LANES_21) | ((w ^ LANES_BACKSLASH) - LANES_01) | w) & LANES_80;
}

/** Marks, with 0x80 in its lane, each zero byte of `w`; a mark above the lowest may be false. */
// @ts-ignore: decorator
@inline
export function zeroMarks(w: u64): u64 {
  return (w - LANES_01) & ~w & LANES_80;
}

/** The same of each '|'. */
// @ts-ignore: decorator
@inline
export function pipeMarks(w: u64): u64 {
  return zeroMarks(w ^ LANES_PIPE);
}

/** Marks, with 0x80 in its lane, each byte of `w` that is no digit. The lowest mark is exact, as above. */
// @ts-ignore: decorator
@inline
export function digitMarks(w: u64): u64 {
  w ^= LANES_ZERO;
  return ((w + LANES_ABOVE_9) | w) & LANES_80;
}

/**
 * The lane (0-7) of the lowest mark in a non-zero word of marks. A multiplication instead of `ctz`: the agent's
 * interpreter counts zeros in a bit loop. Below the mark in lane k all bits of `marks - 1` are set: the product's top
 * byte counts k.
 */
// @ts-ignore: decorator
@inline
export function firstLane(marks: u64): usize {
  return <usize>((((marks - 1) & LANES_01_ABOVE) * LANES_01) >> 56);
}

/** 0xff in the lanes from `count` on. */
// @ts-ignore: decorator
@inline
export function lanesFrom(count: usize): u64 {
  return count >= 8 ? 0 : ~0 << ((<u64>count) << 3);
}

/** The four bytes of `w` as eight lower-case hexadecimal digits, those of its lowest byte first. */
// @ts-ignore: decorator
@inline
export function hexLanes(w: u32): u64 {
  let x: u64 = w;
  x = (x | (x << 16)) & 0x0000ffff0000ffff;
  x = (x | (x << 8)) & 0x00ff00ff00ff00ff;
  x = ((x >> 4) | (x << 8)) & LANES_LOW_HALF;
  return x + LANES_ZERO + (((x + LANES_6) >> 4) & LANES_01) * 0x27; // from the digits to the letters
}

/** Whether `[a, aEnd)` and `[b, bEnd)` hold the same bytes. */
export function sameBytes(a: usize, aEnd: usize, b: usize, bEnd: usize): bool {
  if (aEnd - a != bEnd - b) return false;
  for (; a + 8 <= aEnd; a += 8, b += 8) if (load<u64>(a) != load<u64>(b)) return false;
  for (; a < aEnd; a++, b++) if (load<u8>(a) != load<u8>(b)) return false;
  return true;
}

/** The same of two spans. */
// @ts-ignore: decorator
@inline
export function sameSpans(a: Span, b: Span): bool {
  return sameBytes(spanStart(a), spanEnd(a), spanStart(b), spanEnd(b));
}
