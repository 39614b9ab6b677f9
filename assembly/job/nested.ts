// States that other states hold: where `module.run` or `module.wait` ran functions that run states, their results stand
// in its `changes`, and no event of their own ever comes.
import { ErrorCode, refuse } from "../error";
import { arenaTop, take, takeTo } from "../bytes/arena";
import { OPEN_BRACE } from "../bytes/chars";
import { spanEnd, spanStart } from "../bytes/span";
import { dropDuplicates } from "../json/duplicates";
import {
  IS_DROPPED,
  IS_ESCAPED,
  IS_NESTED,
  IS_STATE,
  IS_SUSPECT,
  MEMBER_BYTES,
  Member,
  findMember,
  memberAt,
  readMemberName,
} from "../json/object";
import { isAscii, startsWith } from "../json/string";
import { tableCount, tableStart, walkMembers } from "../salt/walk";
import { RECORD_DEPTH } from "./depth";
import { Part } from "./part";

/** `module_|` in memory. */
const MODULE: u64 = 0x7c5f656c75646f6d;

/** The fewest bytes of a state that another holds: `"_|-_|-_|-":{}`. */
const LEAST: usize = 14;

/** Levels of states in states: each is three of a record's, which is malformed where it nests deeper than those. */
const LEVELS: usize = <usize>RECORD_DEPTH / 3 + 1;

/** A state that is open: what is left of its `changes`, and of the states in the member that was opened last. */
@unmanaged
class Frame {
  state: Member;
  members: usize;
  membersEnd: usize;
  rows: usize;
  rowsEnd: usize;
  /** The arena before the state was opened, and behind its `changes`. */
  keep: usize;
  top: usize;
}
const frames: usize = memory.data(<i32>(LEVELS * offsetof<Frame>()), 4);

// @ts-ignore: decorator
@inline
function frameAt(level: usize): Frame {
  return changetype<Frame>(frames + level * offsetof<Frame>()); // an unmanaged view of static memory
}

/** Whether a row is a state of `module.run` or `module.wait`. */
// @ts-ignore: decorator
@inline
function mayHold(row: Member): bool {
  return (load<u64>(row.keyStart) == MODULE || (row.flags & IS_ESCAPED) != 0) && callsFunctions(row);
}

function callsFunctions(row: Member): bool {
  if ((row.flags & (IS_DROPPED | IS_STATE)) != IS_STATE) return false;
  const name = readMemberName(row);
  const start = spanStart(name);
  const end = spanEnd(name);
  return startsWith(start, end, "module_|-") && (isAscii(end - 6, end, "_|-run") || isAscii(end - 7, end, "_|-wait"));
}

/** The members of an object as a table, the last of a name. False after `fail`. */
function openObject(start: usize, findStates: bool): bool {
  return walkMembers(start, 1, findStates) && dropDuplicates(tableStart, tableCount);
}

/** Opens the `changes` of a state. False after `fail`. */
function openFrame(frame: Frame, state: Member): bool {
  frame.state = state;
  frame.keep = arenaTop();
  frame.members = 0;
  frame.membersEnd = 0;
  frame.rows = 0;
  frame.rowsEnd = 0;
  if (!openObject(state.valueStart, false)) return false;
  const changes = findMember(tableStart, tableCount, "changes");
  if (changes && load<u8>(changes.valueStart) == OPEN_BRACE) {
    if (!openObject(changes.valueStart, false)) return false;
    frame.members = tableStart;
    frame.membersEnd = tableStart + tableCount * MEMBER_BYTES;
  }
  frame.top = arenaTop();
  return true;
}

/**
 * Puts the states that a state holds to `to`, each before those that it holds. Returns the end of what was put, 0 after
 * `fail`.
 */
function putHeld(state: Member, to: usize): usize {
  let level: usize = 0;
  if (!openFrame(frameAt(0), state)) return 0;
  while (true) {
    const frame = frameAt(level);
    if (frame.rows < frame.rowsEnd) {
      const held = changetype<Member>(to); // an unmanaged view of the arena
      memory.copy(to, frame.rows, MEMBER_BYTES);
      frame.rows += MEMBER_BYTES;
      if ((held.flags & (IS_DROPPED | IS_STATE)) != IS_STATE) continue;
      to += MEMBER_BYTES;
      held.flags |= IS_NESTED | IS_SUSPECT; // its record has a member more
      held.parent = frame.state;
      if (level + 1 < LEVELS && mayHold(held) && !openFrame(frameAt(++level), held)) return 0;
    } else if (frame.members < frame.membersEnd) {
      const member = changetype<Member>(frame.members); // an unmanaged view of the arena
      frame.members += MEMBER_BYTES;
      if (member.flags & IS_DROPPED || load<u8>(member.valueStart) != OPEN_BRACE) continue;
      takeTo(frame.top);
      if (!openObject(member.valueStart, true)) return 0;
      frame.rows = tableStart;
      frame.rowsEnd = tableStart + tableCount * MEMBER_BYTES;
    } else {
      takeTo(frame.keep);
      if (!level) return to;
      level--;
    }
  }
}

/**
 * Puts the states that states of the part hold into its table, each behind the one that holds it. False after `fail`.
 */
export function openNested(part: Part): bool {
  let bytes: usize = 0;
  for (let i: usize = 0; i < part.count; i++) {
    const row = memberAt(part.table, i);
    if (mayHold(row)) bytes += row.valueEnd - row.valueStart;
  }
  if (!bytes) return true;
  const table = take((part.count + bytes / LEAST) * MEMBER_BYTES);
  if (!table) return refuse(ErrorCode.NO_MEMORY, 0);
  let to = table;
  for (let i: usize = 0; i < part.count; i++) {
    const row = changetype<Member>(to); // an unmanaged view of the arena
    memory.copy(to, part.table + i * MEMBER_BYTES, MEMBER_BYTES);
    to += MEMBER_BYTES;
    if (!mayHold(row)) continue;
    const first = to;
    to = putHeld(row, to);
    if (!to) return false;
    part.states += (to - first) / MEMBER_BYTES;
  }
  takeTo(to);
  part.isNested = true;
  part.table = table;
  part.count = (to - table) / MEMBER_BYTES;
  return true;
}
