// Text as the content of a JSON string.
import { need } from "../bytes/arena";
import { BACKSLASH, LOWER_N, LOWER_R, LOWER_T, LOWER_U, QUOTE, SPACE, hexDigit } from "../bytes/chars";
import { emitByte, out, setOut } from "./emit";
import { hasRoom, setFull } from "./put";

/** Turns the JSON text `[start, out)` into the content of a JSON string, where it stands: from its end on. */
export function escapeTail(start: usize): void {
  let extra: usize = 0;
  for (let p = start; p < out; p++) {
    const c = load<u8>(p);
    if (c == QUOTE || c == BACKSLASH || c < SPACE) extra++;
  }
  if (!extra) return;
  if (!need(out, extra)) {
    setFull();
    return;
  }
  let to = out + extra;
  for (let p = out; p > start && to > p;) {
    const c = load<u8>(--p);
    if (c == QUOTE || c == BACKSLASH || c < SPACE) {
      // Of control characters JSON has these three, between its tokens.
      store<u8>(--to, c == 0x0a ? LOWER_N : c == 0x0d ? LOWER_R : c == 0x09 ? LOWER_T : c);
      store<u8>(--to, BACKSLASH);
    } else store<u8>(--to, c);
  }
  setOut(out + extra);
}

/** A character's code as four hexadecimal digits behind `\u`. */
function emitEscape(code: u32): void {
  emitByte(BACKSLASH);
  emitByte(LOWER_U);
  for (let shift = 12; shift >= 0; shift -= 4) {
    emitByte(hexDigit(<u8>((code >> shift) & 15)));
  }
}

/** Text as the content of a JSON string. */
export function putEncoded(p: usize, end: usize): void {
  while (p < end) {
    if (!hasRoom(6 * min(<usize>4096, end - p) + 8)) return;
    const stop = min(p + 4096, end);
    while (p < stop) {
      const c = load<u8>(p);
      if (c == QUOTE || c == BACKSLASH) {
        emitByte(BACKSLASH);
        emitByte(c);
      } else if (c < SPACE) {
        if (c == 0x0a || c == 0x0d || c == 0x09) {
          emitByte(BACKSLASH);
          emitByte(c == 0x0a ? LOWER_N : c == 0x0d ? LOWER_R : LOWER_T);
        } else emitEscape(c);
      } else if (c == 0xed && (load<u8>(p, 1) & 0xe0) == 0xa0 && (load<u8>(p, 2) & 0xc0) == 0x80) {
        // Half of a surrogate pair, as `decodeName` leaves it.
        emitEscape(0xd000 | ((<u32>(load<u8>(p, 1) & 0x3f)) << 6) | (load<u8>(p, 2) & 0x3f));
        p += 2;
      } else emitByte(c);
      p++;
    }
  }
}
