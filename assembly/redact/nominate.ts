// Which parts of a JSON text may hold a secret at all. Each rule needs a literal: a name, a program, the beginning of a key. Two of its
// bytes that lie side by side, one pair at an even and one at an odd place, stand in a table of all pairs; so it is enough to look at
// every second pair of the text. Exact code judges what is found here; all else is copied as it stands.
import { MINUS, QUOTE, SPACE, UNDERSCORE } from "../bytes/chars";
import { words } from "../options/defaults";
import { Diffs, listCount, rowEnd, rowStart, settings } from "../options/settings";
import { foldByte } from "../options/glob";
import { IS_DIGIT, IS_LETTER, IS_WORD, classOf } from "./cursor";

/** What else has to hold where a literal stands. */
export const enum Check {
  NONE,
  /** No letter, digit, `_` or `-` follows. */
  CLOSED,
  /** An `@` follows before white space or a quote. */
  AT,
  /** Eight letters and digits follow. */
  RANDOM,
  /** A character that has no need of an escape. */
  ESCAPED,
  /** The closing quote of a member's name. */
  NAME,
}

/** A literal, its case kept or folded with `-` as `_`. */
@unmanaged
class Literal {
  start: usize;
  end: usize;
  folds: bool;
  check: Check;
}

/** A pair of a literal's bytes that stands `offset` behind its first. */
@unmanaged
class Pair {
  literal: usize;
  offset: isize;
  next: usize;
  /** The literal's first four bytes as small letters, and which bits of them count. */
  word: u32;
  mask: u32;
}

/** For each pair of bytes, as they lie in memory, the number of its bucket; 0: no literal has it. */
const table: usize = memory.data(65536, 16);
/** The first row of each bucket. */
const buckets: usize = memory.data(1024, 4);

/** A name without a letter: everything may hold a secret. */
let nominatesAll: bool = false;

/**
 * How often two small letters stand side by side in English and in what Salt returns: two bits for each pair, a word for each first
 * letter, from less than 0.03 % to 0.35 % and more.
 */
// prettier-ignore
const LETTERS: usize = memory.data<u64>([
  0x115ed4ed125a5, 0x1011410421202, 0x1843161c222, 0x21010420345, 0x194bd4e811ae6, 0x14420420502, 0x11414014301,
  0x4420020303, 0x404f46e8029a5, 0x1, 0x11101, 0x101a020820742, 0x10110a2420346, 0x106e0244136a2, 0x169c9e501895,
  0x1015851910202, 0x10000000000, 0x106a465421352, 0x102e460824311, 0x111586103c752, 0xa84a810265, 0x10201,
  0x100010024102, 0x4040010001, 0x1450000000, 0x100,
]);
/** What these steps cost, a hundredth of a percent each, and what other pairs do. */
const STEPS: usize = memory.data<u8>([1, 6, 20, 60]);
const COST_HYPHEN = 20;
const COST_OTHER = 4;
const COST_OPEN = 100;

// @ts-ignore: decorator
@inline
function isWordOnly(c: u8): bool {
  return c < 0x80 && (classOf(c) & IS_WORD) != 0;
}

/** The bytes that may stand in a place of a literal: the first and the second of a pair. */
const firsts: usize = memory.data(256);
const seconds: usize = memory.data(256);

/** Writes the bytes that may stand at `index` of the literal to `at`; returns how many. */
function spell(literal: Literal, index: isize, at: usize): usize {
  const length = <isize>(literal.end - literal.start);
  if (index >= 0 && index < length) {
    const c = load<u8>(literal.start + <usize>index);
    store<u8>(at, c);
    if (!literal.folds) return 1;
    if (c == UNDERSCORE) store<u8>(at, MINUS, 1);
    else if (classOf(c) & IS_LETTER) store<u8>(at, c - 0x20, 1);
    else return 1;
    return 2;
  }
  const isClosed = index >= length && literal.check == Check.CLOSED;
  let count: usize = 0;
  for (let c = 0; c < 256; c++) if (!(isClosed && isWordOnly(<u8>c))) store<u8>(at + count++, <u8>c);
  return count;
}

/** What it costs to look at the pair of the literal at `offset` wherever it stands in a text. */
function costOf(literal: Literal, offset: isize): i32 {
  const length = <isize>(literal.end - literal.start);
  if (offset < 0) return COST_OPEN;
  const first = load<u8>(literal.start + <usize>offset);
  if (offset + 1 == length) return literal.check == Check.CLOSED ? COST_OPEN >> 1 : COST_OPEN;
  const second = load<u8>(literal.start + <usize>offset, 1);
  const letter = (first | 0x20) - 0x61;
  const next = (second | 0x20) - 0x61;
  if (letter < 26 && next < 26) {
    return load<u8>(STEPS + <usize>((load<u64>(LETTERS + ((<usize>letter) << 3)) >> ((<u64>next) << 1)) & 3));
  }
  return first == UNDERSCORE || second == UNDERSCORE ? COST_HYPHEN : COST_OTHER;
}

function addPair(bucket: usize, literal: Literal, offset: isize): void {
  const head = buckets + (bucket << 2);
  const address = changetype<usize>(literal);
  for (let at = load<usize>(head); at; at = changetype<Pair>(at).next) {
    if (changetype<Pair>(at).literal == address && changetype<Pair>(at).offset == offset) return; // unmanaged views
  }
  const pair = changetype<Pair>(heap.alloc(offsetof<Pair>())); // an unmanaged view
  pair.literal = address;
  pair.offset = offset;
  setWord(pair, literal);
  pair.next = load<usize>(head);
  store<usize>(head, changetype<usize>(pair)); // its address
}

/** In hyphens and capital letters, a bit tells one from another. */
const SMALL: u32 = 0x20202020;

function setWord(pair: Pair, literal: Literal): void {
  pair.word = 0;
  pair.mask = 0;
  for (let i: u32 = 0; i < 4 && literal.start + i < literal.end; i++) {
    const c = load<u8>(literal.start + i);
    if (c == UNDERSCORE || c == MINUS) continue;
    pair.mask |= (<u32>0xff) << (i << 3);
    pair.word |= (<u32>(c | 0x20)) << (i << 3);
  }
}

/** Puts the pair of the literal at `offset` into the table, in all its spellings. */
function addOffset(literal: Literal, offset: isize): void {
  const firstCount = spell(literal, offset, firsts);
  const secondCount = spell(literal, offset + 1, seconds);
  const bucket = <usize>1 + (((<usize>load<u8>(firsts) * 31 + <usize>load<u8>(seconds) * 7) & 0xff) % <usize>255);
  let last: usize = 0;
  for (let i: usize = 0; i < firstCount; i++) {
    for (let j: usize = 0; j < secondCount; j++) {
      const entry = table + (((<usize>load<u8>(seconds + j)) << 8) | (<usize>load<u8>(firsts + i)));
      if (!load<u8>(entry)) store<u8>(entry, <u8>bucket);
      if (load<u8>(entry) == last) continue;
      last = <usize>load<u8>(entry);
      addPair(last, literal, offset);
    }
  }
}

/** Adds the literal `[start, end)`, which stays where it is. For start-up only, like all that adds. */
export function addLiteral(start: usize, end: usize, folds: bool, check: Check): void {
  if (start == end) {
    nominatesAll = true;
    return;
  }
  const literal = changetype<Literal>(heap.alloc(offsetof<Literal>())); // an unmanaged view
  literal.start = start;
  literal.end = end;
  literal.folds = folds;
  literal.check = check;
  const length = <isize>(end - start);
  for (let parity: isize = 0; parity < 2; parity++) {
    let best: isize = -1;
    let least = i32.MAX_VALUE;
    for (let offset: isize = -1; offset < length; offset++) {
      if ((offset & 1) != parity) continue;
      const cost = costOf(literal, offset);
      if (cost < least) {
        least = cost;
        best = offset;
      }
    }
    addOffset(literal, best);
  }
}

/** Whether a byte stands for itself in JSON, however it was written, and in a glob. */
function isOfLiteral(c: u8): bool {
  return c > SPACE && c < 0x7f && c != QUOTE && c != 0x5c && c != 0x2a && c != 0x3f; // \ * ?
}

/** Adds the longest literal of a glob; `closed`: no word follows what it takes. */
export function addGlobLiteral(start: usize, end: usize, closed: bool): void {
  let best = start;
  let bestEnd = start;
  for (let p = start; p < end;) {
    const run = p;
    while (p < end && isOfLiteral(load<u8>(p))) p++;
    if (p - run > bestEnd - best) {
      best = run;
      bestEnd = p;
    }
    p++;
  }
  addLiteral(best, bestEnd, true, closed && bestEnd == end ? Check.CLOSED : Check.NONE);
}

/** Adds the names of the options. */
export function addNames(): void {
  for (let i: usize = 0; i < listCount(settings.redactNames); i++) {
    addGlobLiteral(rowStart(settings.redactNames, i), rowEnd(settings.redactNames, i), true);
  }
  for (let i: usize = 0; i < listCount(settings.memberNames); i++) {
    addGlobLiteral(rowStart(settings.memberNames, i), rowEnd(settings.memberNames, i), true);
  }
  if (settings.diffs != Diffs.KEEP || settings.redactFiles) addText("diff", false, Check.NAME);
}

/** Adds an ASCII text. */
export function addText(text: string, folds: bool, check: Check): void {
  const start = heap.alloc(<usize>text.length);
  for (let i = 0; i < text.length; i++) store<u8>(start + <usize>i, <u8>text.charCodeAt(i));
  addLiteral(start, start + <usize>text.length, folds, check);
}

/** Adds texts with a space between each two. */
export function addTexts(texts: string, folds: bool): void {
  const list = words(texts);
  for (let i = 0; i < list.length; i++) addText(list[i], folds, Check.NONE);
}

/** No `@` stands between the last URL that was looked through and here. */
let noAtUntil: usize = 0;

function holds(check: Check, p: usize): bool {
  switch (check) {
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

/** Where a literal of the bucket begins one of whose pairs stands at `p`; 0 where none does. */
function look(bucket: usize, p: usize, start: usize): usize {
  let at = load<usize>(buckets + (bucket << 2));
  while (at) {
    const pair = changetype<Pair>(at); // an unmanaged view
    at = pair.next;
    const first = p - <usize>pair.offset;
    if (((load<u32>(first) | SMALL) & pair.mask) != pair.word || first < start || first >= stop) continue;
    if (isAt(changetype<Literal>(pair.literal), first)) return first; // an unmanaged view
  }
  return 0;
}

export function beginNominating(): void {
  noAtUntil = 0;
}

/**
 * Where the first literal begins in `[start, end)`, valid JSON or a part of it; ~0 where there is none. Of literals in one string it may be
 * a later one. Up to 17 bytes behind the end are read.
 */
export function nominate(start: usize, end: usize): usize {
  if (nominatesAll) return start;
  stop = end;
  let bucket: usize = 0;
  let found: usize = 0;
  for (let p = start; p < end; p += 16) {
    bucket = <usize>load<u8>(<usize>load<u16>(p), table);
    if (bucket) {
      found = look(bucket, p, start);
      if (found) return found;
    }
    bucket = <usize>load<u8>(<usize>load<u16>(p, 2), table);
    if (bucket) {
      found = look(bucket, p + 2, start);
      if (found) return found;
    }
    bucket = <usize>load<u8>(<usize>load<u16>(p, 4), table);
    if (bucket) {
      found = look(bucket, p + 4, start);
      if (found) return found;
    }
    bucket = <usize>load<u8>(<usize>load<u16>(p, 6), table);
    if (bucket) {
      found = look(bucket, p + 6, start);
      if (found) return found;
    }
    bucket = <usize>load<u8>(<usize>load<u16>(p, 8), table);
    if (bucket) {
      found = look(bucket, p + 8, start);
      if (found) return found;
    }
    bucket = <usize>load<u8>(<usize>load<u16>(p, 10), table);
    if (bucket) {
      found = look(bucket, p + 10, start);
      if (found) return found;
    }
    bucket = <usize>load<u8>(<usize>load<u16>(p, 12), table);
    if (bucket) {
      found = look(bucket, p + 12, start);
      if (found) return found;
    }
    bucket = <usize>load<u8>(<usize>load<u16>(p, 14), table);
    if (bucket) {
      found = look(bucket, p + 14, start);
      if (found) return found;
    }
  }
  return ~0;
}
