// A state's own members, as far as options and the Elastic Common Schema ask for them, and what kind of result it is.
import { ErrorCode, refuse } from "../error";
import { arenaTop, takeTo } from "../bytes/arena";
import { CLOSE_BRACE, CLOSE_BRACKET, COMMA, OPEN_BRACE, OPEN_BRACKET, QUOTE } from "../bytes/chars";
import { spanEnd, spanStart } from "../bytes/span";
import { dropDuplicates } from "../json/duplicates";
import { IS_DROPPED, MEMBER_BYTES, Member, memberAt, newMember, readMemberName } from "../json/object";
import { FALS_WORD, NULL_WORD, TRUE_WORD, scanColon, scanValue, skipSpace } from "../json/scan";
import { skipPlain } from "../json/string";
import { Note, noteOf } from "./notes";
import { OWN_BYTES, Own, ownOf } from "./own";
import { tableCount, tableStart, walkMembers } from "./walk";

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
 * spans, start 0 where absent, with a row for the last of those that are not.
 */
@unmanaged
export class State {
  table: usize;
  count: usize;
}
const STATE_BYTES: usize = offsetof<State>() + OWN_BYTES;

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

/** Which of the known members a member of the open state is. */
// @ts-ignore: decorator
@inline
export function ownOfMember(member: Member): Own {
  return <Own>member.tag; // `setOwn`
}

/**
 * Looks into a state for its known members alone: `table` is 0 where no other was needed, for they were noted while the
 * state was decoded. False after `fail`.
 */
export function lookInto(state: State, objectStart: usize, isSuspect: bool): bool {
  let note: Note | null = null;
  if (!isSuspect) note = noteOf(objectStart);
  if (!note) return openState(state, objectStart, isSuspect);
  state.table = 0;
  state.count = 0;
  memory.copy(changetype<usize>(state) + offsetof<State>(), note.own, OWN_BYTES); // its address
  return true;
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
