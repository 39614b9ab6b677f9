// Which parts of a JSON text may hold a secret at all: where one of the literals of the rules stands. Each has a pair
// of bytes in a table at an even and one at an odd place, so it is enough to look at every second pair of the text.
// Exact code judges what is found here; all else is copied as it stands.
import { QUOTE, SPACE } from "../bytes/chars";
import { foldByte } from "../options/glob";
import { IS_DIGIT, IS_LETTER, classOf } from "./cursor";
import {
  BUCKET_BYTES,
  Bucket,
  Check,
  Literal,
  Row,
  SMALL,
  buckets,
  isWordOnly,
  nominatesAll,
  numbers,
  table,
} from "./literals";

/** No `@` stands between the last URL that was looked through and here. */
let noAtUntil: usize = 0;

function holds(check: Check, p: usize): bool {
  switch (check) {
    case Check.NUMBERED:
      while (classOf(load<u8>(p)) & IS_DIGIT) p++;
      return !isWordOnly(load<u8>(p));
    case Check.CLOSED:
      return !isWordOnly(load<u8>(p));
    case Check.NAME:
      return load<u8>(p) == QUOTE;
    case Check.AT: {
      if (p < noAtUntil) return false;
      while (load<u8>(p) > SPACE && load<u8>(p) != QUOTE) {
        if (load<u8>(p) == 0x40) return true;
        p++;
      }
      noAtUntil = p;
      return false;
    }
    case Check.RANDOM: {
      for (let i: usize = 0; i < 8; i++) if (!(classOf(load<u8>(p + i)) & (IS_LETTER | IS_DIGIT))) return false;
      return true;
    }
    case Check.ESCAPED:
      return <u8>(load<u8>(p) - 0x32) < 6; // 2 to 7
  }
  return true;
}

function isAt(literal: Literal, p: usize): bool {
  if (literal.folds) {
    for (let at = literal.start; at < literal.end; at++, p++) if (foldByte(load<u8>(p)) != load<u8>(at)) return false;
  } else {
    for (let at = literal.start; at < literal.end; at++, p++) if (load<u8>(p) != load<u8>(at)) return false;
  }
  return literal.check == Check.NONE || holds(literal.check, p);
}

/** Where what is looked through ends. */
let stop: usize = 0;

/** Where a literal begins, one of the rows, whose pair stands behind `p`; 0 where none does. */
function look(row: usize, p: usize, start: usize): usize {
  for (; row; row = changetype<Row>(row).next) {
    const pair = changetype<Row>(row).pair; // unmanaged views
    const first = p + 1 - <usize>pair.offset;
    if (((load<u32>(first) | SMALL) & pair.mask) != pair.word || first < start || first >= stop) continue;
    if (isAt(pair.literal, first)) return first;
  }
  return 0;
}

export function beginNominating(): void {
  noAtUntil = 0;
}

/**
 * Where the first literal begins in `[start, end)`, valid JSON or a part of it; ~0 where there is none. Of literals in
 * one string it may be a later one. Up to 17 bytes behind the end are read.
 */
export function nominate(start: usize, end: usize): usize {
  if (nominatesAll) return start;
  stop = end;
  // The byte before a pair is looked at, too.
  for (let p = start - 1; p < end;) {
    let q = p;
    if (load<u8>(<usize>load<u16>(p, 1), table)) q = p;
    else if (load<u8>(<usize>load<u16>(p, 3), table)) q = p + 2;
    else if (load<u8>(<usize>load<u16>(p, 5), table)) q = p + 4;
    else if (load<u8>(<usize>load<u16>(p, 7), table)) q = p + 6;
    else if (load<u8>(<usize>load<u16>(p, 9), table)) q = p + 8;
    else if (load<u8>(<usize>load<u16>(p, 11), table)) q = p + 10;
    else if (load<u8>(<usize>load<u16>(p, 13), table)) q = p + 12;
    else if (load<u8>(<usize>load<u16>(p, 15), table)) q = p + 14;
    else {
      p += 16;
      continue;
    }
    p = q + 2;
    const number = <usize>load<u16>((<usize>load<u16>(q, 1)) << 1, numbers);
    const bucket = changetype<Bucket>(buckets + number * BUCKET_BYTES); // an unmanaged view
    if (!((bucket.behind >> load<u8>(q, 3)) & (bucket.before >> load<u8>(q)) & 1)) continue;
    const found = look(bucket.rows, q, start);
    if (found) return found;
  }
  return ~0;
}
