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

/**
 * A state that was looked into: its members as a table. Behind it lie the values of those known by name: half-open
 * spans, start 0 where absent, with a row for `NONE`, which nobody reads.
 */
@unmanaged
export class State {
  table: usize;
  count: usize;
}
const STATE_BYTES: usize = offsetof<State>() + ((<usize>Own.NONE + 1) << 3);

/** Room for a state, for ever: for start-up only. */
export function newState(): State {
  return changetype<State>(heap.alloc(STATE_BYTES)); // an unmanaged view
}

// @ts-ignore: decorator
@inline
export function ownStart(state: State, own: Own): usize {
  return load<usize>(changetype<usize>(state) + ((<usize>own) << 3), offsetof<State>()); // behind its fields
}

// @ts-ignore: decorator
@inline
export function ownEnd(state: State, own: Own): usize {
  return load<usize>(changetype<usize>(state) + ((<usize>own) << 3), offsetof<State>() + 4); // behind its fields
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

/**
 * The names as the little-endian words that stand in memory; of those longer than eight bytes, the first word and the
 * last.
 */
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
 * Opens a state's object: its table, duplicates dropped, and its known members. `isSuspect`: a name may stand twice or
 * hold an escape. False after `fail`.
 */
export function openState(state: State, objectStart: usize, isSuspect: bool): bool {
  memory.fill(changetype<usize>(state), 0, STATE_BYTES); // its address
  if (!isSuspect) return openPlainState(state, objectStart);
  if (!walkMembers(objectStart, 1, false)) return false;
  const table = tableStart;
  const count = tableCount;
  state.table = table;
  state.count = count;
  if (!dropDuplicates(table, count)) return false;
  for (let i: usize = 0; i < count; i++) {
    const member = memberAt(table, i);
    if (member.flags & IS_DROPPED) continue;
    member.tag = Own.NONE;
    const name = readMemberName(member);
    if (name) setOwn(state, member, ownOf(spanStart(name), spanEnd(name)));
  }
  return true;
}

// @ts-ignore: decorator
@inline
function setOwn(state: State, member: Member, own: Own): void {
  member.tag = own;
  const row = changetype<usize>(state) + ((<usize>own) << 3); // behind its fields
  store<usize>(row, member.valueStart, offsetof<State>());
  store<usize>(row, member.valueEnd, offsetof<State>() + 4);
}

/** The same where names are plain and stand once: one pass over what was checked before. */
function openPlainState(state: State, p: usize): bool {
  const table = arenaTop();
  let at = table;
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
    setOwn(state, member, ownOf(member.keyStart, member.keyEnd));
    p = skipSpace(p);
    if (load<u8>(p) == COMMA) p = skipSpace(p + 1);
  }
  state.table = table;
  state.count = (at - table) / MEMBER_BYTES;
  takeTo(at);
  return true;
}

function isTrue(state: State, own: Own): bool {
  const start = ownStart(state, own);
  return start != 0 && load<u32>(start) == TRUE_WORD;
}

function isFalse(state: State, own: Own): bool {
  const start = ownStart(state, own);
  return start != 0 && load<u32>(start) == FALS_WORD;
}

export function isNull(state: State, own: Own): bool {
  const start = ownStart(state, own);
  return start != 0 && load<u32>(start) == NULL_WORD;
}

/** Whether `changes` is an object, a list or a string, and not an empty one. */
export function hasChanges(state: State): bool {
  const start = ownStart(state, Own.CHANGES);
  if (!start) return false;
  const c = load<u8>(start);
  if (c == QUOTE) return load<u8>(start, 1) != QUOTE;
  if (c != OPEN_BRACE && c != OPEN_BRACKET) return false;
  const next = load<u8>(skipSpace(start + 1));
  return next != CLOSE_BRACE && next != CLOSE_BRACKET;
}

export function outcomeOfState(state: State): Outcome {
  if (isFalse(state, Own.RESULT)) return Outcome.FAILED;
  if (isFalse(state, Own.STATE_RAN) || isTrue(state, Own.SKIP_WATCH)) return Outcome.SKIPPED;
  if (isNull(state, Own.RESULT)) return Outcome.WOULD_CHANGE;
  return hasChanges(state) ? Outcome.CHANGED : Outcome.UNCHANGED;
}
