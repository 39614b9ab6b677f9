// One pass over the objects whose members matter: the event, its return, a state. Values that do not matter are only
// scanned. Each `walk*` takes the address of the opening brace and returns the address past the closing one, or 0.
import { ErrorCode, fail } from "../error";
import { arenaTop, takeTo } from "../bytes/arena";
import { CLOSE_BRACE, CLOSE_BRACKET, COMMA, OPEN_BRACE, OPEN_BRACKET, QUOTE, SPACE } from "../bytes/chars";
import { GOLDEN, hashSeed, hashWord } from "../bytes/hash";
import { firstLane, lanesFrom, pipeMarks, stringMarks } from "../bytes/words";
import { HAS_FALSE, IS_EMPTY, IS_ESCAPED, IS_STATE, IS_SUSPECT, MEMBER_BYTES, Member, newMember } from "../json/object";
import { falses, scanAnyScalar, scanColon, scanContainer, scanValue, skipSpace } from "../json/scan";
import { TRIMMED_START, failAt, noteTrimmed, scanString, skipPlain } from "../json/string";
import { isEscapedStateKey, isSeparator } from "./key";
import { ID_KEY_WORD, RECORD_BUCKETS, bucketOfNew } from "./known";
import { noteAt } from "./notes";

/** Set by `scanKey`: the name is not plain ASCII, it may hold an escape. */
let keyIsEscaped: bool = false;

/** As `scanString`, for a member's name. */
// @ts-ignore: decorator
@inline
function scanKey(p: usize): usize {
  p = skipPlain(p);
  keyIsEscaped = load<u8>(p) != QUOTE;
  return keyIsEscaped ? scanString(p) : p;
}

/** Past a comma to the next member's name, or past the closing brace; `memberFollows` says which. */
let memberFollows: bool = false;

// @ts-ignore: decorator
@inline
function scanNext(p: usize): usize {
  p = skipSpace(p);
  const c = load<u8>(p);
  if (c == COMMA) {
    p = skipSpace(p + 1);
    if (load<u8>(p) != QUOTE) return failAt(ErrorCode.EXPECTED_KEY, p);
    memberFollows = true;
    return p;
  }
  if (c != CLOSE_BRACE) return failAt(ErrorCode.EXPECTED_COMMA, p);
  memberFollows = false;
  return p + 1;
}

/** Past the opening brace to the first member's name, or past the closing brace. */
// @ts-ignore: decorator
@inline
function scanFirst(p: usize): usize {
  p = skipSpace(p + 1);
  const c = load<u8>(p);
  if (c == QUOTE) {
    memberFollows = true;
    return p;
  }
  if (c != CLOSE_BRACE) return failAt(ErrorCode.EXPECTED_KEY, p);
  memberFollows = false;
  return p + 1;
}

/**
 * Names of states' members seen before, by their first eight bytes: most states have the same ten. An entry holds the
 * name from its opening quote to the value, up to 16 bytes, so that two words compare all of it, colon and space
 * included. It speeds up, no more: what is not found here is scanned, and put here. 64 entries of 64 bytes.
 */
const KNOWN_BYTES: usize = 64;
const KNOWN_MASK: usize = 63 * KNOWN_BYTES; // offsets of the 64 entries
const knownNames: usize = memory.data(64 * <i32>KNOWN_BYTES, 8);
const KNOWN_WORD: usize = 0; // bytes 0-7, those past the name set to 0xff; no input equals an empty entry's 0
const KNOWN_REST: usize = 8; // 0xff in the lanes past the name
const KNOWN_WORD2: usize = 16; // the same for bytes 8-15
const KNOWN_REST2: usize = 24;
const KNOWN_BUCKET: usize = 32; // `bucketOf` the name; 0 for one to be looked at again
const KNOWN_LENGTH: usize = 40; // bytes from the opening quote to the value

// @ts-ignore: decorator
@inline
function knownName(word: u64): usize {
  return knownNames + ((<usize>((word * GOLDEN) >> 52)) & KNOWN_MASK);
}

/** Puts a plain name of four bytes or more in its entry; `p` is its opening quote. */
function learnName(entry: usize, p: usize, valueStart: usize, bucket: u64): void {
  const length = valueStart - p;
  if (length > 16) return;
  const rest = lanesFrom(length);
  const rest2 = length > 8 ? lanesFrom(length - 8) : ~0;
  store<u64>(entry, load<u64>(p) | rest, KNOWN_WORD);
  store<u64>(entry, rest, KNOWN_REST);
  store<u64>(entry, load<u64>(p, 8) | rest2, KNOWN_WORD2);
  store<u64>(entry, rest2, KNOWN_REST2);
  store<u64>(entry, bucket, KNOWN_BUCKET);
  store<usize>(entry, length, KNOWN_LENGTH);
}

/**
 * A state's object: notes its `__id__`, and whether a member needs a second look (`IS_SUSPECT`): an escaped or very
 * short name, one that the record sets itself, one that may stand twice.
 */
function walkState(p: usize, state: Member, depth: u32): usize {
  const before = falses;
  let seen: u64 = RECORD_BUCKETS;
  p = scanFirst(p);
  if (!p) return 0;
  if (!memberFollows) {
    state.flags |= IS_EMPTY;
    return p;
  }
  while (true) {
    const word = load<u64>(p);
    const entry = knownName(word);
    let bucket: u64;
    let valueStart: usize;
    if (
      (((word | load<u64>(entry, KNOWN_REST)) ^ load<u64>(entry, KNOWN_WORD)) |
        ((load<u64>(p, 8) | load<u64>(entry, KNOWN_REST2)) ^ load<u64>(entry, KNOWN_WORD2))) ==
      0
    ) {
      bucket = load<u64>(entry, KNOWN_BUCKET);
      valueStart = p + load<usize>(entry, KNOWN_LENGTH);
    } else {
      const keyStart = p + 1;
      const keyEnd = scanKey(keyStart);
      if (!keyEnd) return 0;
      valueStart = scanColon(keyEnd + 1);
      if (!valueStart) return 0;
      if (keyEnd - keyStart < 4 || keyIsEscaped) bucket = ~0;
      else {
        bucket = bucketOfNew(keyStart, keyEnd);
        learnName(entry, p, valueStart, bucket);
      }
    }
    if (seen & bucket) state.flags |= IS_SUSPECT;
    seen |= bucket;
    const c = load<u8>(valueStart);
    if (c == QUOTE) {
      if (load<u32>(valueStart, 1) == TRIMMED_START) noteTrimmed();
      p = skipPlain(valueStart + 1);
      if (load<u8>(p) != QUOTE) {
        p = scanString(p);
        if (!p) return 0;
      }
      p++;
      if (word == ID_KEY_WORD) {
        state.idStart = valueStart;
        state.idEnd = p;
      }
    } else if (c == OPEN_BRACE || c == OPEN_BRACKET) {
      p = load<u8>(valueStart, 1) == c + 2 ? valueStart + 2 : scanContainer(valueStart, depth);
      if (!p) return 0;
    } else if (c > SPACE) {
      p = scanAnyScalar(valueStart);
      if (!p) return 0;
    } else {
      // The name was learned where no space stood behind its colon.
      valueStart = skipSpace(valueStart);
      p = scanValue(valueStart, depth);
      if (!p) return 0;
      if (word == ID_KEY_WORD && load<u8>(valueStart) == QUOTE) {
        state.idStart = valueStart;
        state.idEnd = p;
      }
    }
    let next = load<u8>(p);
    if (next <= SPACE) {
      p = skipSpace(p);
      next = load<u8>(p);
    }
    if (next != COMMA) {
      if (falses != before) state.flags |= HAS_FALSE;
      if (next == CLOSE_BRACE) return p + 1;
      return failAt(ErrorCode.EXPECTED_COMMA, p);
    }
    p++;
    if (load<u8>(p) != QUOTE) {
      p = skipSpace(p);
      if (load<u8>(p) != QUOTE) return failAt(ErrorCode.EXPECTED_KEY, p);
    }
  }
}

/**
 * What `walkMembers` found: the table's address and the number of its members, state results among them. To be taken at
 * once. Hot: the walk itself returns the address past the object.
 */
export let tableStart: usize = 0;
export let tableCount: usize = 0;

/**
 * An object's members as a table at the top of the arena. With `findStates`, a member whose name is a state's key and
 * whose value is an object is walked as a state. `depth` counts the object itself.
 */
export function walkMembers(p: usize, depth: u32, findStates: bool): usize {
  const table = arenaTop();
  let at = table;
  p = scanFirst(p);
  while (p && memberFollows) {
    const keyStart = p + 1;
    const member = newMember(at, keyStart);
    if (!member) return fail(ErrorCode.NO_MEMORY, keyStart);
    // One loop finds the name's end, its hash, and the separators of a state's key.
    let hash = hashSeed;
    let separators = 0;
    let keyEnd = keyStart;
    while (true) {
      let word = load<u64>(keyEnd);
      const marks = stringMarks(word);
      if (marks) word &= ((marks & (0 - marks)) >> 7) - 1; // the lanes before the mark
      let pipes = pipeMarks(word);
      while (pipes) {
        if (isSeparator(keyEnd + firstLane(pipes) - 1)) separators++;
        pipes &= pipes - 1;
      }
      hash = hashWord(hash, word);
      if (marks) {
        keyEnd += firstLane(marks);
        break;
      }
      keyEnd += 8;
    }
    member.hash = <u32>hash;
    let isStateName = separators >= 3;
    if (load<u8>(keyEnd) != QUOTE) {
      keyEnd = scanString(keyEnd);
      if (!keyEnd) return 0;
      member.flags = IS_ESCAPED;
      isStateName = isEscapedStateKey(keyStart, keyEnd);
    }
    member.keyEnd = keyEnd;
    const valueStart = scanColon(keyEnd + 1);
    if (!valueStart) return 0;
    member.valueStart = valueStart;
    if (isStateName && findStates && load<u8>(valueStart) == OPEN_BRACE) {
      member.flags |= IS_STATE;
      const note = noteAt(valueStart, depth);
      if (note) {
        p = note.end;
        member.idStart = note.idStart;
        member.idEnd = note.idEnd;
        member.flags |= note.flags;
      } else p = walkState(valueStart, member, depth + 1);
    } else p = scanValue(valueStart, depth);
    if (!p) return 0;
    member.valueEnd = p;
    at += MEMBER_BYTES;
    p = scanNext(p);
  }
  if (!p) return 0;
  tableStart = table;
  tableCount = (at - table) / MEMBER_BYTES;
  takeTo(at);
  return p;
}

/** An array's elements as such a table, without names. `depth` counts the array itself. */
export function walkElements(p: usize, depth: u32): usize {
  const table = arenaTop();
  let at = table;
  p = skipSpace(p + 1);
  if (load<u8>(p) == CLOSE_BRACKET) p++;
  else {
    while (true) {
      const member = newMember(at, 0);
      if (!member) return fail(ErrorCode.NO_MEMORY, p);
      member.valueStart = p;
      p = scanValue(p, depth);
      if (!p) return 0;
      member.valueEnd = p;
      at += MEMBER_BYTES;
      p = skipSpace(p);
      const c = load<u8>(p++);
      if (c == CLOSE_BRACKET) break;
      if (c != COMMA) return failAt(ErrorCode.EXPECTED_COMMA, p - 1);
      p = skipSpace(p);
    }
  }
  tableStart = table;
  tableCount = (at - table) / MEMBER_BYTES;
  takeTo(at);
  return p;
}
