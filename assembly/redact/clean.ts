// States whose records were found to hold no secret, as they stood in the input: a highstate repeats itself on every
// minion, and what is the same bytes again needs no second search.
//
// What is kept is the state itself, its key and its object, and it is compared byte for byte: a hash, however it is
// seeded, would have to be one that no sender can steer, for the module has no random numbers. Nor does comparing cost
// more than such a hash. Two values are passed over, since they differ from run to run: `start_time`, where it is a
// plain time of day, and `duration`, where it is a plain number.
//
// The verdict depends on these bytes, on the options and on the preset alone: the redaction of a state's record looks
// at nothing else (`around.ts` has the state's key).
import { POINT, QUOTE } from "../bytes/chars";
import { GOLDEN } from "../bytes/hash";
import { Span, spanEnd, spanStart } from "../bytes/span";
import { LANES_80, lanesFrom } from "../bytes/words";
import { isMaskedName } from "./names";

/** What states are kept in, the oldest giving way: some 5,000 of the usual size. */
const RING_BYTES: usize = 2 << 20;
/** A larger state is searched each time. */
const LARGEST: usize = 8192;
/** Places of states by a hash of their keys: sets of four, the latest first. */
const SET_BYTES: usize = 16;
const SETS: usize = 4096;
const SETS_SHIFT: u64 = 52; // leaves the hash's highest bits, a number of a set

/**
 * A state in the ring; its key and its object, without the values that are passed over, lie behind it from word to
 * word.
 */
@unmanaged
class Entry {
  preset: u32;
  keyLength: usize;
  /** The bytes before the first value that is passed over, between both, and behind: 0 where there is none. */
  first: usize;
  second: usize;
  third: usize;
  /** How many values are passed over. */
  passed: u32;
}
const ENTRY_BYTES: usize = offsetof<Entry>();

let ring: usize = 0; // 0: nothing is kept
let sets: usize = 0;
/**
 * Where the next state goes, counted on from ring to ring: what lies more than one before is written over. No place is
 * 0.
 */
let written: usize = 2 * RING_BYTES;
/**
 * What keys came before, sixteen bits of their hash each: a state is kept that comes once more. Most that differ never
 * do.
 */
const TAGS_SHIFT: u64 = 50;
const tags: usize = memory.data(32768, 16);
/** Whether the key that was asked for last came before. */
export let cameBefore: bool = false;

/** The set that was looked at last. */
let set: usize = 0;
/** Where the entry lies behind the one that was found last: states mostly come in the same order again. */
let next: usize = 0;
/** No preset: what an entry begins with that is none. */
const NO_ENTRY: u64 = ~0;

/** Takes the memory, for ever: for start-up only, behind all names. */
export function beginClean(): void {
  // A time of day that a name takes for a name's value may hold a secret.
  const text = heap.alloc(16);
  for (let i: u32 = 0; i < 100; i++) {
    store<u16>(text, <u16>(0x3030 + i / 10 + ((i % 10) << 8)));
    if (isMaskedName(text, text + 2)) return;
  }
  ring = heap.alloc(RING_BYTES);
  sets = heap.alloc(SETS * SET_BYTES);
}

/**
 * `HH:MM:SS` and `.ffffff"` in memory, with zeros for digits; what takes a digit from 10 on, or any bit of another
 * byte, to 0x80.
 */
const TIME: u64 = 0x30303a30303a3030;
const ABOVE_TIME: u64 = 0x76767f76767f7676;
const FRACTION: u64 = 0x223030303030302e;
const ABOVE_FRACTION: u64 = 0x7f7676767676767f;
/** Bytes of `"HH:MM:SS.ffffff"`. */
const TIME_BYTES: usize = 17;

/**
 * Past the value at `p` if it is a time of day as Python writes it, or a number of digits and perhaps a point; else
 * `p`. `end`: the end of the object that it is in.
 */
function pass(p: usize, end: usize): usize {
  if (load<u8>(p) != QUOTE) {
    while (<u32>load<u8>(p) - POINT < 12) p++; // to the digit 9; what lies between both is in no JSON
    return p;
  }
  if (p + TIME_BYTES > end) return p;
  const time = load<u64>(p, 1) ^ TIME;
  const fraction = load<u64>(p, 9) ^ FRACTION;
  return (((time + ABOVE_TIME) | time | (fraction + ABOVE_FRACTION) | fraction) & LANES_80) == 0 ? p + TIME_BYTES : p;
}

/** Whether the `length` bytes at `p` and at `q` are the same. Up to seven bytes more are read. */
function isSame(p: usize, q: usize, length: usize): bool {
  const end = p + length;
  for (; p + 32 <= end; p += 32, q += 32) {
    if (
      (load<u64>(p) ^ load<u64>(q)) |
      (load<u64>(p, 8) ^ load<u64>(q, 8)) |
      (load<u64>(p, 16) ^ load<u64>(q, 16)) |
      (load<u64>(p, 24) ^ load<u64>(q, 24))
    )
      return false;
  }
  for (; p + 8 <= end; p += 8, q += 8) if (load<u64>(p) != load<u64>(q)) return false;
  return ((load<u64>(p) ^ load<u64>(q)) & ~lanesFrom(end - p)) == 0;
}

// @ts-ignore: decorator
@inline
function inWords(length: usize): usize {
  return (length + 7) & ~7;
}

/**
 * Whether the entry is of the state whose key is `[keyStart, keyEnd)`, without quotes, and whose object is `[start,
 * end)`.
 */
function isOf(entry: Entry, preset: u32, keyStart: usize, keyEnd: usize, start: usize, end: usize): bool {
  const keyLength = entry.keyLength;
  let length = entry.first;
  if (entry.preset != preset || keyLength != keyEnd - keyStart || start + length > end) return false;
  let q = changetype<usize>(entry) + ENTRY_BYTES; // behind its fields
  if (!isSame(keyStart, q, keyLength)) return false;
  q += inWords(keyLength);
  if (!isSame(start, q, length)) return false;
  q += inWords(length);
  let p = start + length;
  if (entry.passed) {
    p = pass(p, end);
    length = entry.second;
    if (p + length > end || !isSame(p, q, length)) return false;
    q += inWords(length);
    p += length;
  }
  if (entry.passed == 2) {
    p = pass(p, end);
    length = entry.third;
    if (p + length > end || !isSame(p, q, length)) return false;
    q += inWords(length);
    p += length;
  }
  if (p != end) return false;
  next += q - changetype<usize>(entry); // its address
  return true;
}

/** Whether the state's record was found to hold no secret. */
export function isKnownClean(preset: u32, keyStart: usize, keyEnd: usize, start: usize, end: usize): bool {
  if (!ring) return false;
  if (next != written && written - next <= RING_BYTES) {
    const entry = changetype<Entry>(ring + (next & (RING_BYTES - 1))); // an unmanaged view
    if (isOf(entry, preset, keyStart, keyEnd, start, end)) return true;
  }
  const expected = next;
  let hash: u64 = 0;
  let p = keyStart;
  for (; p + 8 <= keyEnd; p += 8) hash = (hash ^ load<u64>(p)) * GOLDEN;
  hash = (hash ^ (load<u64>(p) & ~lanesFrom(keyEnd - p))) * GOLDEN;
  set = sets + <usize>(hash >> SETS_SHIFT) * SET_BYTES;
  for (let row = set; row < set + SET_BYTES; row += 4) {
    const place = load<usize>(row);
    if (written - place > RING_BYTES) break; // there is none, or it and those behind it are written over
    const entry = changetype<Entry>(ring + (place & (RING_BYTES - 1))); // an unmanaged view
    next = place;
    if (isOf(entry, preset, keyStart, keyEnd, start, end)) return true;
  }
  next = expected;
  const tag = tags + ((<usize>(hash >> TAGS_SHIFT)) << 1);
  cameBefore = load<u16>(tag) == <u16>(hash >> 32);
  store<u16>(tag, <u16>(hash >> 32));
  return false;
}

/** Lays the bytes down at `to`; returns the next word's address. */
function lay(to: usize, p: usize, end: usize): usize {
  memory.copy(to, p, end - p);
  return to + inWords(end - p);
}

/**
 * Keeps the state that was asked for last, whose record was found to hold no secret. `time` and `duration` are the
 * spans of these two values in its object, 0 where there is none.
 */
export function keepClean(
  preset: u32,
  keyStart: usize,
  keyEnd: usize,
  start: usize,
  end: usize,
  time: Span,
  duration: Span,
): void {
  const bytes = ENTRY_BYTES + 32 + (keyEnd - keyStart) + (end - start);
  if (!ring || bytes > LARGEST) return;
  let first = time && pass(spanStart(time), end) == spanEnd(time) ? time : 0;
  let second = duration && pass(spanStart(duration), end) == spanEnd(duration) ? duration : 0;
  if (!first || (second && spanStart(second) < spanStart(first))) {
    const other = first;
    first = second;
    second = other;
  }
  const rest = written & (RING_BYTES - 1);
  if (rest + bytes > RING_BYTES) {
    store<u64>(ring + rest, NO_ENTRY);
    written += RING_BYTES - rest;
  }
  if (written > <usize>i32.MAX_VALUE) {
    memory.fill(sets, 0, SETS * SET_BYTES);
    written = 2 * RING_BYTES;
    next = 0;
  }
  const entry = changetype<Entry>(ring + (written & (RING_BYTES - 1))); // an unmanaged view
  const firstEnd = first ? spanStart(first) : end;
  const secondStart = first ? spanEnd(first) : end;
  const secondEnd = second ? spanStart(second) : end;
  const thirdStart = second ? spanEnd(second) : end;
  entry.preset = preset;
  entry.keyLength = keyEnd - keyStart;
  entry.first = firstEnd - start;
  entry.second = secondEnd - secondStart;
  entry.third = end - thirdStart;
  entry.passed = <u32>(first != 0) + <u32>(second != 0);
  let to = lay(changetype<usize>(entry) + ENTRY_BYTES, keyStart, keyEnd); // behind its fields
  to = lay(to, start, firstEnd);
  to = lay(to, secondStart, secondEnd);
  to = lay(to, thirdStart, end);
  memory.copy(set + 4, set, SET_BYTES - 4);
  store<usize>(set, written);
  written += to - changetype<usize>(entry); // its address
}
