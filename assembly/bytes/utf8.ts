// Output that would not be UTF-8 because the input was not: bytes that form no character become U+FFFD.
import { take } from "./arena";

/** A copy of the NUL-terminated text at `start` in which all is UTF-8: its address, or 0 when memory runs out. */
export function repairUtf8(start: usize): usize {
  let end = start;
  while (load<u8>(end)) end++;
  const copy = take(repairedLength(start, end) + 4);
  if (!copy) return 0;
  let to = copy;
  for (let p = start; p < end;) {
    const length: usize = load<u8>(p) < 0x80 ? 1 : utf8Length(p);
    if (length) {
      for (let i: usize = 0; i < length; i++) store<u8>(to++, load<u8>(p++));
    } else {
      store<u32>(to, BAD_CHARACTER);
      to += 3;
      p += badUtf8Length(p);
    }
  }
  store<u8>(to, 0);
  return copy;
}

/** How many bytes the text `[p, end)`, which ends with a whole character, has when it is repaired. */
export function repairedLength(p: usize, end: usize): usize {
  let bytes: usize = 0;
  while (p < end) {
    const length: usize = load<u8>(p) < 0x80 ? 1 : utf8Length(p);
    bytes += length || 3;
    p += length || badUtf8Length(p);
  }
  return bytes;
}

/**
 * The number of bytes of the well-formed UTF-8 sequence whose first byte, 0x80 or above, stands at `p`; 0 when there is
 * none (Unicode 16, table 3-7: no overlong forms, no surrogates, nothing above U+10FFFF).
 */
export function utf8Length(p: usize): usize {
  const lead = load<u8>(p);
  const second = load<u8>(p, 1);
  if (lead < 0xc2 || lead > 0xf4 || (second & 0xc0) != 0x80) return 0;
  if (lead < 0xe0) return 2;
  if ((load<u8>(p, 2) & 0xc0) != 0x80) return 0;
  if (lead < 0xf0) return (lead == 0xe0 && second < 0xa0) || (lead == 0xed && second > 0x9f) ? 0 : 3;
  if ((load<u8>(p, 3) & 0xc0) != 0x80) return 0;
  return (lead == 0xf0 && second < 0x90) || (lead == 0xf4 && second > 0x8f) ? 0 : 4;
}

/** U+FFFD as its three bytes, the first in the lowest. */
export const BAD_CHARACTER: u32 = 0xbdbfef;

/**
 * How many of the bytes at `p`, where no character stands, one U+FFFD replaces: the longest start of a sequence, as
 * browsers' decoders do it (Unicode 16, section 3.9, "maximal subpart").
 */
export function badUtf8Length(p: usize): usize {
  const lead = load<u8>(p);
  const second = load<u8>(p, 1);
  if (lead < 0xe0 || lead > 0xf4 || (second & 0xc0) != 0x80) return 1;
  if (
    lead == 0xe0
      ? second < 0xa0
      : lead == 0xed
        ? second > 0x9f
        : lead == 0xf0
          ? second < 0x90
          : lead == 0xf4 && second > 0x8f
  )
    return 1;
  return lead < 0xf0 || (load<u8>(p, 2) & 0xc0) != 0x80 ? 2 : 3;
}

/** Writes a code point as UTF-8 and returns the address past it. A lone surrogate takes three bytes, as in WTF-8. */
export function emitCodePoint(out: usize, code: u32): usize {
  if (code < 0x80) {
    store<u8>(out, <u8>code);
    return out + 1;
  }
  if (code < 0x800) {
    store<u8>(out, <u8>(0xc0 | (code >> 6)));
    store<u8>(out, <u8>(0x80 | (code & 63)), 1);
    return out + 2;
  }
  if (code < 0x10000) {
    store<u8>(out, <u8>(0xe0 | (code >> 12)));
    store<u8>(out, <u8>(0x80 | ((code >> 6) & 63)), 1);
    store<u8>(out, <u8>(0x80 | (code & 63)), 2);
    return out + 3;
  }
  store<u8>(out, <u8>(0xf0 | (code >> 18)));
  store<u8>(out, <u8>(0x80 | ((code >> 12) & 63)), 1);
  store<u8>(out, <u8>(0x80 | ((code >> 6) & 63)), 2);
  store<u8>(out, <u8>(0x80 | (code & 63)), 3);
  return out + 4;
}
