// Writing: one cursor, and what can be put at it. Room is reserved by the caller; nothing here checks it again.
import { ZERO } from "./chars";

/** The address of the next byte to write. */
export let out: usize = 0;

export function setOut(at: usize): void {
  out = at;
}

// @ts-ignore: decorator
@inline
export function emitByte(c: u8): void {
  store<u8>(out++, c);
}

// @ts-ignore: decorator
@inline
export function emitSpan(start: usize, end: usize): void {
  memory.copy(out, start, end - start);
  out += end - start;
}

/** Static ASCII text. */
export function emitAscii(text: string): void {
  const units = changetype<usize>(text); // a static string: its UTF-16 units lie there
  const length = <usize>text.length;
  for (let i: usize = 0; i < length; i++) emitByte(load<u8>(units + (i << 1)));
}

/** A value's span, or null where there is none. */
export function emitValue(start: usize, end: usize): void {
  if (start) emitSpan(start, end);
  else emitAscii("null");
}

/** A number in decimal digits, with zeros before it up to `digits`. */
export function emitDecimal(value: u32, digits: u32): void {
  let width: u32 = 1;
  for (let rest = value; rest >= 10; rest /= 10) width++;
  if (width < digits) width = digits;
  out += width;
  for (let at = out; width; width--, value /= 10) store<u8>(--at, ZERO + <u8>(value % 10));
}
