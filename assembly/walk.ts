// One pass over the objects whose members matter: the event, its return, a state. Values that do not matter are only
// scanned. Each `walk*` takes the address of the opening brace and returns the address past the closing one, or 0.
import { CLOSE_BRACE, CLOSE_BRACKET, COMMA, ID_KEY_WORD, OPEN_BRACE, QUOTE, firstLane, stringMarks } from "./chars";
import { arenaTop, takeTo } from "./arena";
import { ErrorCode, fail } from "./error";
import { IS_ESCAPED, IS_STATE, IS_SUSPECT, MEMBER_BYTES, Member, newMember } from "./members";
import { isStateKey } from "./salt";
import { scanColon, scanValue, skipSpace } from "./scan";
import { failAt, scanString } from "./string";

/** Set by `scanKey`: the name is not plain ASCII, it may hold an escape. */
let keyIsEscaped: bool = false;

/** As `scanString`, for a member's name; plain names of a few words take the short way. */
// @ts-ignore: decorator
@inline
function scanKey(p: usize): usize {
  while (true) {
    const marks = stringMarks(load<u64>(p));
    if (marks) {
      p += firstLane(marks);
      if (load<u8>(p) == QUOTE) {
        keyIsEscaped = false;
        return p;
      }
      keyIsEscaped = true;
      return scanString(p);
    }
    p += 8;
  }
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
 * One of 64 buckets for a member's name, from its first four bytes and its length. The multiplier keeps apart the names
 * that Salt's states have and those the record sets (a test holds it to that); a clash costs a second look, no more.
 */
// @ts-ignore: decorator
@inline
function bucketOf(keyStart: usize, keyEnd: usize): u64 {
  return <u64>1 << (((load<u32>(keyStart) + <u32>(keyEnd - keyStart)) * BUCKET_MULTIPLIER) >> 26);
}
const BUCKET_MULTIPLIER: u32 = 0xb4e27f5d;

/** Buckets of the names that a record sets itself: state_name state_id minion_id fun_args event_type _stamp. */
const RECORD_BUCKETS: u64 = 0x100000004040020c;

/**
 * A state's object: notes its `__id__`, and whether a member needs a second look (`IS_SUSPECT`): an escaped or very
 * short name, one that the record sets itself, one that may stand twice.
 */
function walkState(p: usize, state: Member, depth: u32): usize {
  let seen: u64 = RECORD_BUCKETS;
  p = scanFirst(p);
  while (p && memberFollows) {
    const keyStart = p + 1;
    const keyEnd = scanKey(keyStart);
    if (!keyEnd) return 0;
    const bucket = bucketOf(keyStart, keyEnd);
    if ((seen & bucket) != 0 || keyEnd - keyStart < 4 || keyIsEscaped) state.flags |= IS_SUSPECT;
    seen |= bucket;
    const valueStart = scanColon(keyEnd + 1);
    if (!valueStart) return 0;
    p = scanValue(valueStart, depth);
    if (!p) return 0;
    if (load<u64>(keyStart - 1) == ID_KEY_WORD && load<u8>(valueStart) == QUOTE) {
      state.idStart = valueStart;
      state.idEnd = p;
    }
    p = scanNext(p);
  }
  return p;
}

/** What `walkMembers` found: the table's address and the number of its members, state results among them. */
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
    const keyEnd = scanKey(keyStart);
    if (!keyEnd) return 0;
    const member = newMember(at, keyStart, keyEnd);
    if (!member) return fail(ErrorCode.NO_MEMORY, keyStart);
    if (keyIsEscaped) member.flags = IS_ESCAPED;
    const valueStart = scanColon(keyEnd + 1);
    if (!valueStart) return 0;
    member.valueStart = valueStart;
    if (findStates && load<u8>(valueStart) == OPEN_BRACE && isStateKey(keyStart, keyEnd, (member.flags & IS_ESCAPED) != 0)) {
      member.flags |= IS_STATE;
      p = walkState(valueStart, member, depth + 1);
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
      const member = newMember(at, 0, 0);
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
