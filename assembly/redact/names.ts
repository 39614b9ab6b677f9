// Which names have values to be masked. Nearly all globs are one word with or without stars around it: those are found
// by the word's first byte, so that a name costs little more than a look at each of its bytes.
import { MINUS } from "../bytes/chars";
import { GOLDEN } from "../bytes/hash";
import { lanesFrom } from "../bytes/words";
import { NO_NAMES } from "../options/defaults";
import { foldByte, matchesGlob } from "../options/glob";
import { listCount, newList, rowEnd, rowStart, settings } from "../options/settings";

const STAR: u8 = 0x2a;
const QUESTION: u8 = 0x3f;

/** What a name is. */
export const enum Masked {
  NO,
  /** By a built-in name: some values stay. */
  BUILT_IN,
  /** By a name of `members`. */
  OWN,
}

/** A glob's word: its span, what may stand around it, and the next word that begins with the same byte. */
@unmanaged
class Word {
  start: usize;
  end: usize;
  next: usize;
  isOpenBefore: bool;
  isOpenBehind: bool;
  answer: Masked;
}

/** The first word for each byte, 0 where there is none. */
const words: usize = memory.data(1024, 4);

/** Globs that are no such words: rows of two addresses and the answer. */
const GLOB_BYTES: usize = 12;
let globs: usize = 0;
let globsEnd: usize = 0;

/** Names that built-in globs match, and that are none. */
let exceptions: usize = 0;

function isPlain(p: usize, end: usize): bool {
  if (p >= end) return false;
  for (; p < end; p++) if (load<u8>(p) == STAR || load<u8>(p) == QUESTION) return false;
  return true;
}

function addGlob(start: usize, end: usize, answer: Masked): void {
  let first = start;
  let last = end;
  while (first < last && load<u8>(first) == STAR) first++;
  while (first < last && load<u8>(last - 1) == STAR) last--;
  if (!isPlain(first, last)) {
    store<usize>(globsEnd, start);
    store<usize>(globsEnd, end, 4);
    store<u32>(globsEnd, <u32>answer, 8);
    globsEnd += GLOB_BYTES;
    return;
  }
  const word = changetype<Word>(heap.alloc(offsetof<Word>())); // an unmanaged view
  const head = words + ((<usize>load<u8>(first)) << 2);
  word.start = first;
  word.end = last;
  word.isOpenBefore = first != start;
  word.isOpenBehind = last != end;
  word.answer = answer;
  word.next = load<usize>(head);
  store<usize>(head, changetype<usize>(word)); // its address
}

function addGlobs(list: usize, answer: Masked): void {
  for (let i: usize = 0; i < listCount(list); i++) addGlob(rowStart(list, i), rowEnd(list, i), answer);
}

/** Sorts the globs of names. Allocates: for start-up only. */
export function beginMasking(): void {
  globs = heap.alloc((listCount(settings.redactNames) + listCount(settings.memberNames)) * GLOB_BYTES + 1);
  globsEnd = globs;
  exceptions = newList(NO_NAMES);
  addGlobs(settings.redactNames, Masked.BUILT_IN);
  addGlobs(settings.memberNames, Masked.OWN);
}

function isAt(word: Word, p: usize, end: usize): bool {
  const behind = p + (word.end - word.start);
  if (behind > end || (behind < end && !word.isOpenBehind)) return false;
  for (let w = word.start; w < word.end; w++, p++) if (foldByte(load<u8>(p)) != load<u8>(w)) return false;
  return true;
}

function isIn(list: usize, start: usize, end: usize): bool {
  for (let i: usize = 0; i < listCount(list); i++) {
    if (matchesGlob(rowStart(list, i), rowEnd(list, i), start, end, true)) return true;
  }
  return false;
}

/**
 * Names asked for before, up to 16 bytes: most are the same few. An entry holds the name's two words and what is to be
 * said of it; it speeds up, no more.
 */
const KNOWN_BYTES: usize = 24;
const KNOWN_SECOND: usize = 8; // behind the first word
const KNOWN_ANSWER: usize = 16; // the name's length and the answer, as `4 * length + answer`; 0 in an empty entry
const known: usize = memory.data(64 * <i32>KNOWN_BYTES, 8);

/** Whether the values of a name, decoded, are masked. Up to 16 bytes are read. */
export function isMaskedName(start: usize, end: usize): Masked {
  const length = end - start;
  if (length > 16) return findMasked(start, end);
  const first = load<u64>(start) & ~lanesFrom(length);
  const second = length > 8 ? load<u64>(start, 8) & ~lanesFrom(length - 8) : 0;
  const entry = known + <usize>(((first ^ second) * GOLDEN) >> 58) * KNOWN_BYTES;
  const answer = load<usize>(entry, KNOWN_ANSWER);
  if (load<u64>(entry) == first && load<u64>(entry, KNOWN_SECOND) == second && answer >> 2 == length)
    return <Masked>(answer & 3);
  const masked = findMasked(start, end);
  store<u64>(entry, first);
  store<u64>(entry, second, KNOWN_SECOND);
  store<usize>(entry, (length << 2) | (<usize>masked), KNOWN_ANSWER);
  return masked;
}

function findMasked(start: usize, end: usize): Masked {
  const answer = match(start, end);
  if (answer == Masked.NO || isIn(settings.keepNames, start, end)) return Masked.NO;
  return answer == Masked.BUILT_IN && isIn(exceptions, start, end) ? Masked.NO : answer;
}

function match(start: usize, end: usize): Masked {
  let answer = Masked.NO;
  for (let p = start; p < end; p++) {
    let at = load<usize>(words + ((<usize>foldByte(load<u8>(p))) << 2));
    while (at) {
      const word = changetype<Word>(at); // an unmanaged view
      if (word.answer > answer && (p == start || word.isOpenBefore) && isAt(word, p, end)) answer = word.answer;
      at = word.next;
    }
    if (answer == Masked.OWN) return answer;
  }
  for (let row = globs; row < globsEnd; row += GLOB_BYTES) {
    if (matchesGlob(load<usize>(row), load<usize>(row, 4), start, end, true)) {
      answer = max(answer, <Masked>load<u32>(row, 8));
    }
  }
  return answer;
}

/** The word that `isName` was asked for, without hyphens before it and what is not ASCII around it. */
export let bareStart: usize = 0;
export let bareEnd: usize = 0;

/** Whether the word `[start, end)` of a text is masked by its name. */
export function isName(start: usize, end: usize): bool {
  let p = start;
  let last = end;
  while (p < end && (load<u8>(p) == MINUS || load<u8>(p) >= 0x80)) p++;
  while (last > p && load<u8>(last - 1) >= 0x80) last--;
  bareStart = p;
  bareEnd = last;
  if (isMaskedName(p, last)) return true;
  if (p == start && last == end) return false;
  return isMaskedName(start, end) && !isIn(settings.keepNames, p, last) && !isIn(exceptions, p, last);
}
