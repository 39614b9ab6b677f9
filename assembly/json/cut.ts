// A value that was just written and is too long is cut where it stands: JSON before, JSON after.
import { BACKSLASH, CLOSE_BRACE, CLOSE_BRACKET, COMMA, LOWER_U, OPEN_BRACE, OPEN_BRACKET, QUOTE } from "../bytes/chars";
import { emitAscii, emitByte, out, setOut } from "./emit";
import { scanAnyScalar, skipSpace } from "./scan";
import { isPair, scanString } from "./string";

/**
 * Closing brackets that are due, one a level; no value that is written nests deeper than 32 levels, no options as deep.
 */
const closers: usize = memory.data(1024);

/** The address past the character or escape at `p`; the two halves of a surrogate pair are one character. */
function nextUnit(p: usize): usize {
  const c = load<u8>(p);
  if (c == BACKSLASH) {
    if (load<u8>(p, 1) != LOWER_U) return p + 2;
    return isPair(p) ? p + 12 : p + 6;
  }
  p++;
  if (c >= 0xc0) while ((load<u8>(p) & 0xc0) == 0x80) p++;
  return p;
}

/** Where the content of a string at `p` ends that may have `room` bytes. */
export function cutAt(p: usize, room: usize): usize {
  const limit = p + room;
  while (true) {
    const next = nextUnit(p);
    if (next > limit) return p;
    p = next;
  }
}

/** Ends the value at `at`: closes the string, if it is in one, and `depth` brackets. */
function close(at: usize, isString: bool, depth: usize): void {
  setOut(at);
  if (isString) emitByte(QUOTE);
  while (depth) emitByte(load<u8>(closers + --depth));
}

/**
 * Cuts the JSON value `[start, out)` to `limit` bytes or fewer, if it is longer: a string at a character; of an object
 * or a list what fits of its beginning stays; a number of so many digits becomes null. Returns the bytes it had, or 0
 * where it was not cut.
 */
export function capTail(start: usize, limit: usize): usize {
  const size = out - start;
  const first = load<u8>(start);
  if (size <= limit) return 0;
  if (first != QUOTE && first != OPEN_BRACE && first != OPEN_BRACKET) {
    setOut(start);
    emitAscii("null");
    return size;
  }
  const end = out;
  store<u64>(end, 0); // scanners stop here; there is room behind all that is written
  const limitAt = start + limit;
  let depth: usize = 0;
  let p = start;
  let safe = start; // the value may end here, with `safeDepth` brackets
  let safeDepth: usize = 0;
  while (p < end) {
    p = skipSpace(p);
    const c = load<u8>(p);
    if (c == OPEN_BRACE || c == OPEN_BRACKET) {
      store<u8>(closers + depth++, c + 2);
      p++;
      if (p + depth <= limitAt) {
        safe = p;
        safeDepth = depth;
      } else break;
      continue;
    }
    if (c == CLOSE_BRACE || c == CLOSE_BRACKET) {
      depth--;
      p++;
    } else if (c == COMMA) {
      p++;
      continue;
    } else {
      let value = p;
      if (depth && load<u8>(closers + depth - 1) == CLOSE_BRACE) {
        value = skipSpace(skipSpace(scanString(p + 1) + 1) + 1);
        const brace = load<u8>(value);
        if (brace == OPEN_BRACE || brace == OPEN_BRACKET) {
          p = value;
          continue;
        }
      }
      if (load<u8>(value) == QUOTE) {
        p = scanString(value + 1) + 1;
        if (p + depth > limitAt) {
          if (value + 2 + depth <= limitAt) close(cutAt(value + 1, limitAt - value - 2 - depth), true, depth);
          else close(safe, false, safeDepth);
          return size;
        }
      } else p = scanAnyScalar(value);
    }
    if (p + depth > limitAt) break;
    safe = p;
    safeDepth = depth;
  }
  close(safe, false, safeDepth);
  return size;
}
