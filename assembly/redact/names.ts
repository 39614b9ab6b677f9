// Which names have values to be masked. Most globs are `*word*`: those are found by their word's first byte, so that a name costs
// little more than a look at each of its bytes.
import { GOLDEN } from "../bytes/hash";
import { lanesFrom } from "../bytes/words";
import { foldByte, matchesGlob } from "../options/glob";
import { listCount, rowEnd, rowStart, settings } from "../options/settings";

const STAR: u8 = 0x2a;
const QUESTION: u8 = 0x3f;

/** A word: its span, and the next word that begins with the same byte. */
@unmanaged
class Word {
  start: usize;
  end: usize;
  next: usize;
}

/** The first word for each byte, 0 where there is none; globs that are not `*word*`, as spans. */
const words: usize = memory.data(1024, 4);
let globs: usize = 0;
let globsEnd: usize = 0;

function isWord(glob: usize, end: usize): bool {
  if (end - glob < 3 || load<u8>(glob) != STAR || load<u8>(end - 1) != STAR) return false;
  for (let p = glob + 1; p < end - 1; p++) if (load<u8>(p) == STAR || load<u8>(p) == QUESTION) return false;
  return true;
}

/** Sorts the globs of `redact.members`. Allocates: for start-up only. */
export function beginMasking(): void {
  const list = settings.redactNames;
  globs = heap.alloc(listCount(list) << 3);
  globsEnd = globs;
  for (let i: usize = 0; i < listCount(list); i++) {
    const start = rowStart(list, i);
    const end = rowEnd(list, i);
    if (!isWord(start, end)) {
      store<usize>(globsEnd, start);
      store<usize>(globsEnd, end, 4);
      globsEnd += 8;
      continue;
    }
    const word = changetype<Word>(heap.alloc(offsetof<Word>())); // an unmanaged view
    const head = words + ((<usize>load<u8>(start + 1)) << 2);
    word.start = start + 1;
    word.end = end - 1;
    word.next = load<usize>(head);
    store<usize>(head, changetype<usize>(word)); // its address
  }
}

function isAt(word: Word, p: usize, end: usize): bool {
  if (end - p < word.end - word.start) return false;
  for (let w = word.start; w < word.end; w++, p++) if (foldByte(load<u8>(p)) != load<u8>(w)) return false;
  return true;
}

function isKept(start: usize, end: usize): bool {
  const list = settings.keepNames;
  for (let i: usize = 0; i < listCount(list); i++) {
    if (matchesGlob(rowStart(list, i), rowEnd(list, i), start, end, true)) return true;
  }
  return false;
}

/**
 * Names asked for before, up to 16 bytes: most are the same few. An entry holds the name's two words and what is to be said of it; it
 * speeds up, no more.
 */
const KNOWN_BYTES: usize = 24;
const KNOWN_SECOND: usize = 8; // behind the first word
const KNOWN_ANSWER: usize = 16; // the name's length and the answer, as `2 * length + answer`; 0 in an empty entry
const known: usize = memory.data(64 * <i32>KNOWN_BYTES, 8);

/** Whether the values of a name, decoded, are masked. Up to 16 bytes are read. */
export function isMaskedName(start: usize, end: usize): bool {
  const length = end - start;
  if (length > 16) return isMasked(start, end);
  const first = load<u64>(start) & ~lanesFrom(length);
  const second = length > 8 ? load<u64>(start, 8) & ~lanesFrom(length - 8) : 0;
  const entry = known + <usize>(((first ^ second) * GOLDEN) >> 58) * KNOWN_BYTES;
  const answer = load<usize>(entry, KNOWN_ANSWER);
  if (load<u64>(entry) == first && load<u64>(entry, KNOWN_SECOND) == second && answer >> 1 == length)
    return (answer & 1) != 0;
  const masked = isMasked(start, end);
  store<u64>(entry, first);
  store<u64>(entry, second, KNOWN_SECOND);
  store<usize>(entry, (length << 1) | (<usize>masked), KNOWN_ANSWER);
  return masked;
}

function isMasked(start: usize, end: usize): bool {
  for (let p = start; p < end; p++) {
    let word = load<usize>(words + ((<usize>foldByte(load<u8>(p))) << 2));
    while (word) {
      if (isAt(changetype<Word>(word), p, end)) return !isKept(start, end); // an unmanaged view
      word = changetype<Word>(word).next; // an unmanaged view
    }
  }
  for (let row = globs; row < globsEnd; row += 8) {
    if (matchesGlob(load<usize>(row), load<usize>(row, 4), start, end, true)) return !isKept(start, end);
  }
  return false;
}
