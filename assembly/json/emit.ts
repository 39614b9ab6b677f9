// Writing: one cursor, and what can be put at it. Room is reserved by the caller; nothing here checks it again.
import { ZERO } from "../bytes/chars";

/** The address of the next byte to write. Hot: every write moves it. */
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

/** Static ASCII text, four characters at a time: up to three bytes past its end are written over. */
export function emitAscii(text: string): void {
  let units = changetype<usize>(text); // a static string: its UTF-16 units lie there
  const end = out + <usize>text.length;
  for (let at = out; at < end; at += 4) {
    let w = load<u64>(units);
    w |= w >> 8;
    store<u16>(at, <u16>w);
    store<u16>(at, <u16>(w >> 32), 2);
    units += 8;
  }
  out = end;
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
