// Output that would not be UTF-8 because the input was not: bytes that form no character become U+FFFD.
import { take } from "./arena";
import { utf8Length } from "./string";

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

/** A copy of the NUL-terminated text at `start` in which all is UTF-8: its address, or 0 when memory runs out. */
export function repairUtf8(start: usize): usize {
  let extra: usize = 0;
  let end = start;
  while (load<u8>(end)) {
    const length: usize = load<u8>(end) < 0x80 ? 1 : utf8Length(end);
    if (!length) extra += 3;
    end += length || badUtf8Length(end);
  }
  const copy = take(end - start + extra + 1);
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
