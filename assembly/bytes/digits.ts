// Numbers in decimal digits, two at a time.
import { ZERO } from "./chars";

/** `00` to `99`. */
const PAIRS: usize = memory.data(200, 2);
for (let i: u32 = 0; i < 100; i++) {
  store<u8>(PAIRS + (i << 1), ZERO + <u8>(i / 10));
  store<u8>(PAIRS + (i << 1), ZERO + <u8>(i % 10), 1);
}

/** The two digits of a value below 100, as they stand in memory. */
// @ts-ignore: decorator
@inline
export function digitPair(value: u32): u16 {
  return load<u16>(PAIRS + ((<usize>value) << 1));
}

/** The most digits of a number. */
export const LONG_BYTES: usize = 20;
const scratch: usize = memory.data(20, 4);

/** Any number in decimal digits, to `at`. Returns the address past them. */
export function emitLong(at: usize, value: u64): usize {
  let p = scratch + LONG_BYTES;
  while (value >= 100) {
    const rest = value / 100;
    p -= 2;
    store<u16>(p, digitPair(<u32>(value - rest * 100)));
    value = rest;
  }
  if (value >= 10) {
    p -= 2;
    store<u16>(p, digitPair(<u32>value));
  } else store<u8>(--p, ZERO + <u8>value);
  const length = scratch + LONG_BYTES - p;
  memory.copy(at, p, length);
  return at + length;
}
