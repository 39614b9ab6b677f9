// The literals that a secret needs one of: a name, a program, the beginning of a key. Two of a literal's bytes that lie
// side by side, one pair at an even and one at an odd place, stand in a table of all pairs. It is made once, at
// start-up.
import { MINUS, QUOTE, SPACE, UNDERSCORE } from "../bytes/chars";
import { words } from "../options/defaults";
import { Diffs, listCount, rowEnd, rowStart, settings } from "../options/settings";
import { IS_DIGIT, IS_LETTER, IS_WORD, classOf } from "./cursor";

/** What else has to hold where a literal stands. */
export const enum Check {
  NONE,
  /** No letter, digit, `_` or `-` follows. */
  CLOSED,
  /** The same behind any digits. */
  NUMBERED,
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
export class Literal {
  start: usize;
  end: usize;
  folds: bool;
  check: Check;
}

/** A pair of a literal's bytes that stands `offset` behind its first. */
@unmanaged
export class Pair {
  literal: Literal;
  offset: isize;
  /** The literal's first four bytes as small letters, and which bits of them count. */
  word: u32;
  mask: u32;
}

/** A pair of a bucket, and the next; buckets share the ends of their lists. */
@unmanaged
export class Row {
  pair: Pair;
  next: usize;
}

/** What may be where certain pairs of bytes stand in a text. */
@unmanaged
export class Bucket {
  /**
   * What may stand behind the pair, and before it: a bit for the low five bits of a byte. Nearly all places end here.
   */
  behind: u32;
  before: u32;
  /** The first row. */
  rows: usize;
  /** Of how many pairs of bytes it is the bucket. */
  uses: u32;
  /** The last pair that was added to some of these, and their bucket since. */
  added: usize;
  followedBy: usize;
}
export const BUCKET_BYTES: usize = offsetof<Bucket>();

/** For each pair of bytes, as they lie in memory, whether a literal has it. */
export const table: usize = memory.data(65536, 16);
/** The number of its bucket, two bytes. */
export const numbers: usize = memory.data(131072, 16);
const BUCKETS: usize = 2048;
/** The first is that of all other pairs, and empty. */
export const buckets: usize = memory.data(2048 * <i32>offsetof<Bucket>(), 16);
let bucketCount: usize = 1;
/** Buckets of no pair of bytes any more, as a list. */
let unused: usize = 0;

/** A name without a letter: everything may hold a secret. */
export let nominatesAll: bool = false;

/**
 * How often two small letters stand side by side in English and in what Salt returns: two bits for each pair, a word
 * for each first letter, from less than 0.03 % to 0.35 % and more.
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
export function isWordOnly(c: u8): bool {
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
  const isNumbered = literal.check == Check.NUMBERED;
  const isClosed = index == length && (isNumbered || literal.check == Check.CLOSED);
  let count: usize = 0;
  for (let c = 0; c < 256; c++) {
    if (isClosed && isWordOnly(<u8>c) && !(isNumbered && classOf(<u8>c) & IS_DIGIT)) continue;
    store<u8>(at + count++, <u8>c);
  }
  return count;
}

/** What it costs to look at a byte wherever it stands in a text. */
function costOfByte(c: u8): i32 {
  const letter = (c | 0x20) - 0x61;
  if (letter >= 26) return c == UNDERSCORE ? COST_OPEN * 2 : COST_OPEN;
  let cost = 0;
  for (let pairs = load<u64>(LETTERS + ((<usize>letter) << 3)); pairs; pairs >>= 2)
    cost += load<u8>(STEPS + <usize>(pairs & 3));
  return cost * 2;
}

/** What it costs to look at the pair of the literal at `offset` wherever it stands in a text. */
function costOf(literal: Literal, offset: isize): i32 {
  const length = <isize>(literal.end - literal.start);
  if (offset < 0) return costOfByte(load<u8>(literal.start));
  const first = load<u8>(literal.start + <usize>offset);
  if (offset + 1 == length)
    return costOfByte(first) >> (literal.check == Check.CLOSED || literal.check == Check.NUMBERED ? 1 : 0);
  const second = load<u8>(literal.start + <usize>offset, 1);
  const letter = (first | 0x20) - 0x61;
  const next = (second | 0x20) - 0x61;
  if (letter < 26 && next < 26) {
    return load<u8>(STEPS + <usize>((load<u64>(LETTERS + ((<usize>letter) << 3)) >> ((<u64>next) << 1)) & 3));
  }
  return first == UNDERSCORE || second == UNDERSCORE ? COST_HYPHEN : COST_OTHER;
}

/** In hyphens and capital letters, a bit tells one from another. */
export const SMALL: u32 = 0x20202020;

function newPair(literal: Literal, offset: isize): Pair {
  const pair = changetype<Pair>(heap.alloc(offsetof<Pair>())); // an unmanaged view
  pair.literal = literal;
  pair.offset = offset;
  pair.word = 0;
  pair.mask = 0;
  for (let i: u32 = 0; i < 4 && literal.start + i < literal.end; i++) {
    const c = load<u8>(literal.start + i);
    if (c == UNDERSCORE || c == MINUS) continue;
    pair.mask |= (<u32>0xff) << (i << 3);
    pair.word |= (<u32>(c | 0x20)) << (i << 3);
  }
  return pair;
}

/** What may stand at `index` of the literal, or around it, as a set of a bucket. */
function neighbours(literal: Literal, index: isize): u32 {
  if (index < 0 || index >= <isize>(literal.end - literal.start)) return ~0;
  const c = load<u8>(literal.start + <usize>index);
  const bit = (<u32>1) << c; // its low five bits are those of the capital letter, too
  return literal.folds && c == UNDERSCORE ? bit | ((<u32>1) << MINUS) : bit;
}

/** A bucket with the rows of `old` and one more for the pair: a new one, or `old` where there is no room. */
function withPair(old: Bucket, pair: Pair): Bucket {
  let bucket = old;
  if (unused) {
    bucket = changetype<Bucket>(unused); // unmanaged views
    unused = bucket.followedBy;
  } else if (bucketCount < BUCKETS) bucket = changetype<Bucket>(buckets + bucketCount++ * BUCKET_BYTES);
  else if (changetype<usize>(old) == buckets) nominatesAll = true;
  if (bucket != old) {
    bucket.behind = old.behind;
    bucket.before = old.before;
    bucket.uses = 0;
  }
  const row = changetype<Row>(heap.alloc(offsetof<Row>()));
  row.pair = pair;
  row.next = old.rows;
  bucket.rows = changetype<usize>(row);
  bucket.behind |= neighbours(pair.literal, pair.offset + 2);
  bucket.before |= neighbours(pair.literal, pair.offset - 1);
  bucket.added = changetype<usize>(pair);
  bucket.followedBy = changetype<usize>(bucket);
  return bucket;
}

/** Puts the pair of the literal at `offset` into the table, in all its spellings. */
function addOffset(literal: Literal, offset: isize): void {
  const firstCount = spell(literal, offset, firsts);
  const secondCount = spell(literal, offset + 1, seconds);
  const pair = newPair(literal, offset);
  for (let i: usize = 0; i < firstCount; i++) {
    for (let j: usize = 0; j < secondCount; j++) {
      const bytes = ((<usize>load<u8>(seconds + j)) << 8) | (<usize>load<u8>(firsts + i));
      const old = changetype<Bucket>(buckets + <usize>load<u16>(numbers + (bytes << 1)) * BUCKET_BYTES);
      if (old.added != changetype<usize>(pair)) {
        const followedBy = withPair(old, pair);
        old.followedBy = changetype<usize>(followedBy);
        old.added = changetype<usize>(pair);
      }
      const bucket = changetype<Bucket>(old.followedBy);
      if (bucket == old) continue;
      store<u8>(table + bytes, 1);
      store<u16>(numbers + (bytes << 1), <u16>((old.followedBy - buckets) / BUCKET_BYTES));
      bucket.uses++;
      if (changetype<usize>(old) == buckets || --old.uses) continue;
      old.followedBy = unused;
      unused = changetype<usize>(old);
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
