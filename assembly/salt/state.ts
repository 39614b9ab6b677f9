// A state's own members, as far as options and the Elastic Common Schema ask for them, and what kind of result it is.
import { ErrorCode, refuse } from "../error";
import { arenaTop, takeTo } from "../bytes/arena";
import { CLOSE_BRACE, CLOSE_BRACKET, COMMA, OPEN_BRACE, OPEN_BRACKET, QUOTE } from "../bytes/chars";
import { spanEnd, spanStart } from "../bytes/span";
import { dropDuplicates } from "../json/duplicates";
import { IS_DROPPED, MEMBER_BYTES, Member, memberAt, newMember, readMemberName } from "../json/object";
import { FALS_WORD, NULL_WORD, TRUE_WORD, scanColon, scanValue, skipSpace } from "../json/scan";
import { skipPlain } from "../json/string";
import { tableCount, tableStart, walkMembers } from "./walk";

/** Members that are known by name. They are never masked as a whole. */
export const enum Own {
  NAME,
  COMMENT,
  CHANGES,
  RESULT,
  SLS,
  ID,
  RUN_NUM,
  START_TIME,
  DURATION,
  STATE_RAN,
  SKIP_WATCH,
  COUNT,
  NONE,
}

/** What a state came to; each is exactly one (docs/options.md). */
export const enum Outcome {
  FAILED,
  CHANGED,
  UNCHANGED,
  SKIPPED,
  WOULD_CHANGE,
  COUNT,
}

/** The open state's members, and the values of those known by name: half-open spans, start 0 where absent. */
export let stateTable: usize = 0;
export let stateCount: usize = 0;
const values: usize = memory.data((<i32>Own.NONE + 1) << 3, 8); // with a row for `NONE`, which nobody reads

// @ts-ignore: decorator
@inline
export function ownStart(own: Own): usize {
  return load<usize>(values + ((<usize>own) << 3));
}

// @ts-ignore: decorator
@inline
export function ownEnd(own: Own): usize {
  return load<usize>(values + ((<usize>own) << 3), 4);
}

/** Which of the known members a name is; up to 16 bytes are read. */
export function ownOf(start: usize, end: usize): Own {
  const w = load<u64>(start);
  switch (<i32>(end - start)) {
    case 4:
      if (<u32>w == NAME) return Own.NAME;
      break;
    case 6:
      if ((w & BYTES_6) == RESULT) return Own.RESULT;
      if ((w & BYTES_6) == ID) return Own.ID;
      break;
    case 7:
      if ((w & BYTES_7) == COMMENT) return Own.COMMENT;
      if ((w & BYTES_7) == CHANGES) return Own.CHANGES;
      if ((w & BYTES_7) == SLS) return Own.SLS;
      break;
    case 8:
      if (w == DURATION) return Own.DURATION;
      break;
    case 10:
      if (w == START_TIME && load<u16>(start, 8) == START_TIME_END) return Own.START_TIME;
      if (w == SKIP_WATCH && load<u16>(start, 8) == SKIP_WATCH_END) return Own.SKIP_WATCH;
      break;
    case 11:
      if (w == RUN_NUM && load<u32>(start, 7) == RUN_NUM_END) return Own.RUN_NUM;
      break;
    case 13:
      if (w == STATE_RAN && load<u64>(start, 5) == STATE_RAN_END) return Own.STATE_RAN;
      break;
  }
  return Own.NONE;
}
/** The first six, the first seven bytes of a word. */
const BYTES_6: u64 = 0xffffffffffff;
const BYTES_7: u64 = 0xffffffffffffff;

/** The names as the little-endian words that stand in memory; of those longer than eight bytes, the first word and the last. */
const NAME: u32 = 0x656d616e;
const RESULT: u64 = 0x746c75736572;
const ID: u64 = 0x5f5f64695f5f; // __id__
const COMMENT: u64 = 0x746e656d6d6f63;
const CHANGES: u64 = 0x7365676e616863;
const SLS: u64 = 0x5f5f736c735f5f; // __sls__
const DURATION: u64 = 0x6e6f697461727564;
const START_TIME: u64 = 0x69745f7472617473;
const START_TIME_END: u16 = 0x656d;
const SKIP_WATCH: u64 = 0x7461775f70696b73;
const SKIP_WATCH_END: u16 = 0x6863;
const RUN_NUM: u64 = 0x756e5f6e75725f5f; // __run_num__
const RUN_NUM_END: u32 = 0x5f5f6d75;
const STATE_RAN: u64 = 0x5f65746174735f5f; // __state_ran__
const STATE_RAN_END: u64 = 0x5f5f6e61725f6574;

/** Which of the known members a member of the open state is. */
// @ts-ignore: decorator
@inline
export function ownOfMember(member: Member): Own {
  return <Own>member.tag; // `setOwn`
}

/**
 * Opens a state's object: its table, duplicates dropped, and its known members. `isSuspect`: a name may stand twice or hold an escape.
 * False after `fail`.
 */
export function openState(objectStart: usize, isSuspect: bool): bool {
  memory.fill(values, 0, (<usize>Own.COUNT) << 3);
  if (!isSuspect) return openPlainState(objectStart);
  if (!walkMembers(objectStart, 1, false)) return false;
  stateTable = tableStart;
  stateCount = tableCount;
  if (!dropDuplicates(stateTable, stateCount)) return false;
  for (let i: usize = 0; i < stateCount; i++) {
    const member = memberAt(stateTable, i);
    if (member.flags & IS_DROPPED) continue;
    member.tag = Own.NONE;
    const name = readMemberName(member);
    if (name) setOwn(member, ownOf(spanStart(name), spanEnd(name)));
  }
  return true;
}

// @ts-ignore: decorator
@inline
function setOwn(member: Member, own: Own): void {
  member.tag = own;
  store<usize>(values + ((<usize>own) << 3), member.valueStart);
  store<usize>(values + ((<usize>own) << 3), member.valueEnd, 4);
}

/** The same where names are plain and stand once: one pass over what was checked before. */
function openPlainState(p: usize): bool {
  stateTable = arenaTop();
  let at = stateTable;
  p = skipSpace(p + 1);
  while (load<u8>(p) == QUOTE) {
    const member = newMember(at, p + 1);
    if (!member) return refuse(ErrorCode.NO_MEMORY, p);
    at += MEMBER_BYTES;
    member.keyEnd = skipPlain(p + 1);
    p = scanColon(member.keyEnd + 1);
    member.valueStart = p;
    p = scanValue(p, 1);
    member.valueEnd = p;
    setOwn(member, ownOf(member.keyStart, member.keyEnd));
    p = skipSpace(p);
    if (load<u8>(p) == COMMA) p = skipSpace(p + 1);
  }
  stateCount = (at - stateTable) / MEMBER_BYTES;
  takeTo(at);
  return true;
}

export function isTrue(own: Own): bool {
  const start = ownStart(own);
  return start != 0 && load<u32>(start) == TRUE_WORD;
}

export function isFalse(own: Own): bool {
  const start = ownStart(own);
  return start != 0 && load<u32>(start) == FALS_WORD;
}

export function isNull(own: Own): bool {
  const start = ownStart(own);
  return start != 0 && load<u32>(start) == NULL_WORD;
}

/** Whether `changes` is an object, a list or a string, and not an empty one. */
export function hasChanges(): bool {
  const start = ownStart(Own.CHANGES);
  if (!start) return false;
  const c = load<u8>(start);
  if (c == QUOTE) return load<u8>(start, 1) != QUOTE;
  if (c != OPEN_BRACE && c != OPEN_BRACKET) return false;
  const next = load<u8>(skipSpace(start + 1));
  return next != CLOSE_BRACE && next != CLOSE_BRACKET;
}

export function outcomeOfState(): Outcome {
  if (isFalse(Own.RESULT)) return Outcome.FAILED;
  if (isFalse(Own.STATE_RAN) || isTrue(Own.SKIP_WATCH)) return Outcome.SKIPPED;
  if (isNull(Own.RESULT)) return Outcome.WOULD_CHANGE;
  return hasChanges() ? Outcome.CHANGED : Outcome.UNCHANGED;
}
