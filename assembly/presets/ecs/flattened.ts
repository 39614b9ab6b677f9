// Objects that stores keep as one flattened field, within bounds that both Elasticsearch and OpenSearch have
// (docs/ecs.md).
import { arenaTop, need, takeTo } from "../../bytes/arena";
import { BACKSLASH, CLOSE_BRACE, COLON, COMMA, LOWER_U, OPEN_BRACE, QUOTE, SPACE } from "../../bytes/chars";
import { capTail, cutAt } from "../../json/cut";
import { dropDuplicates } from "../../json/duplicates";
import { out, setOut } from "../../json/emit";
import { escapeTail } from "../../json/escape";
import { IS_DROPPED, memberAt } from "../../json/object";
import { putAscii, putByte, setFull } from "../../json/put";
import { skipSpace } from "../../json/scan";
import { hasBackslash, isPair, readUnit, scanPlainString, scanString, skipPlain } from "../../json/string";
import { tableCount, tableStart, walkMembers } from "../../salt/walk";

/** Bytes of a string inside: a term may have 32,766, its path included. */
const STRING_BYTES: usize = 16384;
/** Bytes of the names that lead to a value. */
const PATH_BYTES: usize = 8192;
/** The most levels of objects and lists. */
const LEVELS: usize = 19;
const NUMBER_BYTES: usize = 256;

/** Bytes of the names down to each level. */
const paths: usize = memory.data((<i32>(LEVELS + 1)) << 2, 4);

/** Whether a name holds what no term can: a zero character, or half of a surrogate pair. */
function isNoTerm(p: usize, end: usize): bool {
  for (; p < end; p++) {
    if (load<u8>(p) != BACKSLASH) continue;
    if (load<u8>(p, 1) != LOWER_U) p++;
    else if (isPair(p)) p += 11;
    else {
      const unit = readUnit(p);
      if (!unit || (unit & 0xf800) == 0xd800) return true;
      p += 5;
    }
  }
  return false;
}

/** Names of each level, as far as 64 buckets tell them apart. */
const seen: usize = memory.data((<i32>(LEVELS + 1)) << 3, 8);
/** Where each level was opened. */
const opened: usize = memory.data((<i32>(LEVELS + 1)) << 2, 4);

/** Whether a name stands twice in the object at `p`, which has not ended there. Work area: above what was written. */
function hasDouble(p: usize): bool {
  const keep = arenaTop();
  takeTo(out + 64);
  let isDouble = !walkMembers(p, 1, false);
  const table = tableStart;
  const count = tableCount;
  if (!isDouble) {
    isDouble = !dropDuplicates(table, count);
    for (let i: usize = 0; i < count; i++) if (memberAt(table, i).flags & IS_DROPPED) isDouble = true;
  }
  takeTo(keep);
  return isDouble;
}

/** `isFlat` met a string that has to be cut. */
let hasLong: bool = false;

/** The bucket of a plain name that begins at `p`. */
// @ts-ignore: decorator
@inline
function bucketOf(p: usize, length: usize): u64 {
  const word = length < 4 ? load<u32>(p) & (((<u32>1) << ((<u32>length) << 3)) - 1) : load<u32>(p);
  return (<u64>1) << (((word + <u32>length) * BUCKET_MULTIPLIER) >> 26);
}
const BUCKET_MULTIPLIER: u32 = 0x9e3779b1;

/** Whether the object `[p, out)` is one that a flattened field takes, long strings aside. */
function isFlat(p: usize): bool {
  const end = out;
  let depth: usize = 0;
  hasLong = false;
  store<u32>(paths, 0);
  while (p < end) {
    const c = load<u8>(p);
    if (c == QUOTE) {
      const start = p + 1;
      let close = skipPlain(start);
      const isPlain = load<u8>(close) == QUOTE;
      if (!isPlain) close = scanString(close);
      p = close + 1;
      let next = load<u8>(p);
      if (next <= SPACE && p < end) {
        p = skipSpace(p);
        next = load<u8>(p);
      }
      const length = close - start;
      if (next != COLON || p >= end) {
        if (length > STRING_BYTES) hasLong = true;
        continue;
      }
      p += load<u8>(p, 1) == SPACE ? 2 : 1;
      const path = <usize>load<u32>(paths + ((depth - 1) << 2)) + length + 1;
      if (!length || path > PATH_BYTES || (!isPlain && isNoTerm(start, close))) return false;
      store<u32>(paths + (depth << 2), <u32>path);
      const names = load<u64>(seen + (depth << 3));
      if (names == ~0) continue; // looked at as a whole
      const bucket = isPlain || !hasBackslash(start, close) ? bucketOf(start, length) : ~0;
      if (bucket == ~0 || names & bucket) {
        if (hasDouble(load<u32>(opened + (depth << 2)))) return false;
        store<u64>(seen + (depth << 3), ~0);
      } else store<u64>(seen + (depth << 3), names | bucket);
    } else if (c <= COMMA) {
      p++; // space, or the comma between two members
    } else if ((c | 0x20) == OPEN_BRACE) {
      // An opening bracket as well: it has one bit less.
      if (++depth > LEVELS) return false;
      store<u32>(paths + (depth << 2), load<u32>(paths + ((depth - 1) << 2)));
      store<u64>(seen + (depth << 3), 0);
      store<u32>(opened + (depth << 2), <u32>p);
      p++;
    } else if ((c | 0x20) == CLOSE_BRACE) {
      depth--;
      p++;
    } else {
      // A number, or a literal.
      const scalar = p;
      let inside: u8;
      do inside = load<u8>(++p);
      while (inside > SPACE && inside != COMMA && (inside | 0x20) != CLOSE_BRACE);
      if (p - scalar >= NUMBER_BYTES) return false;
    }
  }
  return true;
}

/** Cuts the long strings of the object `[start, out)`. */
function cutStrings(start: usize): void {
  let to = start;
  let pending = start;
  for (let p = start; p < out; p++) {
    if (load<u8>(p) != QUOTE) continue;
    const end = scanPlainString(p + 1);
    if (end - p - 1 > STRING_BYTES) {
      const cut = cutAt(p + 1, STRING_BYTES);
      memory.copy(to, pending, cut - pending);
      to += cut - pending;
      pending = end;
    }
    p = end;
  }
  memory.copy(to, pending, out - pending);
  setOut(to + (out - pending));
}

/**
 * Makes the JSON value `[start, out)` an object that a flattened field takes. Returns the bytes it had if anything was
 * cut, else 0.
 */
export function flattenTail(start: usize): usize {
  if (!need(out, 64)) {
    setFull();
    return 0;
  }
  store<u64>(out, 0); // scanners stop here
  const size = out - start;
  if (load<u8>(start) != OPEN_BRACE) {
    memory.copy(start + 9, start, size);
    setOut(start);
    putAscii('{"value"'); // eight bytes: no more are written, the value begins behind the colon
    putByte(COLON);
    setOut(out + size);
    putByte(CLOSE_BRACE);
    store<u64>(out, 0);
  }
  if (isFlat(start)) {
    if (!hasLong) return 0;
    cutStrings(start);
    return size;
  }
  const text = start + 8;
  memory.copy(text + 1, start, out - start);
  const end = text + 1 + (out - start);
  setOut(start);
  putAscii('{"json":'); // the same
  putByte(QUOTE);
  setOut(end);
  escapeTail(text + 1);
  putByte(QUOTE);
  const cut = capTail(text, STRING_BYTES + 2);
  putByte(CLOSE_BRACE);
  return cut ? size : 0;
}
