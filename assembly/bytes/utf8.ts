// Output that would not be UTF-8 because the input was not: bytes that form no character become U+FFFD.
import { take } from "./arena";
import { BAD_CHARACTER, badUtf8Length, utf8Length } from "../json/string";

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
