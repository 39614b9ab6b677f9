// Members of an object as a table of spans, in the arena: what `walk.ts` fills and `record.ts` reads.
import { arenaTop, need, take, takeTo } from "./arena";
import { ErrorCode, fail } from "./error";
import { decodeString, isAscii } from "./string";

/** A member: half-open byte spans of its name (without quotes), its value, and what is known of it. */
@unmanaged
export class Member {
  keyStart: usize;
  keyEnd: usize;
  valueStart: usize;
  valueEnd: usize;
  /** A state's `__id__` string with its quotes, or 0. */
  idStart: usize;
  idEnd: usize;
  flags: u32;
  /** `hash` of the name as a JSON string; filled by `dropDuplicates`. */
  hash: u32;
}

/** `offsetof<Member>()`, named for its use. */
export const MEMBER_BYTES: usize = offsetof<Member>();

/** The member is a state result: its name has the four parts of a state, its value is an object. */
export const IS_STATE: u32 = 1;
/** The state's members need a second look: a name the record sets itself, a possible duplicate, an escaped name. */
export const IS_SUSPECT: u32 = 2;
/** An earlier member of the same name has taken this one's value. */
export const IS_DROPPED: u32 = 4;
/** The name holds an escape. */
export const IS_ESCAPED: u32 = 8;

// @ts-ignore: decorator
@inline
export function memberAt(table: usize, index: usize): Member {
  return changetype<Member>(table + index * MEMBER_BYTES); // an unmanaged view of the arena
}

/** A new member at `at`, the end of a growing table; null when memory would pass its limit. */
export function newMember(at: usize, keyStart: usize, keyEnd: usize): Member | null {
  if (!need(at, MEMBER_BYTES)) return null;
  const member = changetype<Member>(at); // an unmanaged view of the arena
  member.keyStart = keyStart;
  member.keyEnd = keyEnd;
  member.idStart = 0;
  member.flags = 0;
  return member;
}

/** Makes the hash of a table unpredictable for who writes the names: the event's nanoseconds. */
let seed: u64 = 0;

export function seedHash(nsec: u32): void {
  seed = (<u64>nsec + 1) * 0x9e3779b97f4a7c15;
}

function hashBytes(p: usize, end: usize): u32 {
  let h: u64 = seed ^ <u64>(end - p);
  for (; p + 8 <= end; p += 8) {
    h = (h ^ load<u64>(p)) * 0x9fb21c651e98df25;
    h ^= h >> 29;
  }
  for (; p < end; p++) h = (h ^ load<u8>(p)) * 0x9fb21c651e98df25;
  return <u32>(h ^ (h >> 32));
}

function sameBytes(a: usize, aEnd: usize, b: usize, bEnd: usize): bool {
  if (aEnd - a != bEnd - b) return false;
  for (; a + 8 <= aEnd; a += 8, b += 8) if (load<u64>(a) != load<u64>(b)) return false;
  for (; a < aEnd; a++, b++) if (load<u8>(a) != load<u8>(b)) return false;
  return true;
}

let nameStart: usize = 0;
let nameEnd: usize = 0;

/** Sets the span of a member's name; an escaped one is decoded to the top of the arena. False when memory runs out. */
function readName(member: Member): bool {
  nameStart = member.keyStart;
  nameEnd = member.keyEnd;
  if (!(member.flags & IS_ESCAPED)) return true;
  const out = arenaTop();
  if (!need(out, member.keyEnd - member.keyStart + 8)) return false;
  nameEnd = decodeString(member.keyStart, out, true);
  nameStart = out;
  return true;
}

/**
 * The last of several members with one name wins, in the place of the first (as in Python's and JavaScript's parsers).
 * Names are compared as JSON strings. False when memory runs out.
 */
export function dropDuplicates(table: usize, count: usize): bool {
  if (count < 2) return true;
  let slots: usize = 4;
  while (slots < count * 2) slots <<= 1;
  const keep = arenaTop();
  const buckets = take(slots << 2);
  if (!buckets) return fail(ErrorCode.NO_MEMORY, 0) != 0;
  memory.fill(buckets, 0, slots << 2);
  for (let i: usize = 0; i < count; i++) {
    const member = memberAt(table, i);
    if (member.flags & IS_DROPPED) continue;
    if (!readName(member)) return fail(ErrorCode.NO_MEMORY, 0) != 0;
    const start = nameStart;
    const end = nameEnd;
    const hash = hashBytes(start, end);
    member.hash = hash;
    // An escaped name's bytes lie at the top of the arena: keep them while others are decoded behind them.
    if (start != member.keyStart) takeTo(end);
    let slot: usize = hash & (slots - 1);
    while (true) {
      const bucket = buckets + (slot << 2);
      const taken = load<u32>(bucket);
      if (!taken) {
        store<u32>(bucket, i + 1);
        break;
      }
      const first = memberAt(table, taken - 1);
      if (first.hash == hash) {
        if (!readName(first)) return fail(ErrorCode.NO_MEMORY, 0) != 0;
        if (sameBytes(start, end, nameStart, nameEnd)) {
          first.valueStart = member.valueStart;
          first.valueEnd = member.valueEnd;
          first.idStart = member.idStart;
          first.idEnd = member.idEnd;
          // The value's kind goes with it; how the first name is spelled stays.
          first.flags = (first.flags & IS_ESCAPED) | (member.flags & ~IS_ESCAPED);
          member.flags |= IS_DROPPED;
          break;
        }
      }
      slot = (slot + 1) & (slots - 1);
    }
    takeTo(buckets + (slots << 2));
  }
  takeTo(keep);
  return true;
}

/** The member with an ASCII name, or null. */
export function findMember(table: usize, count: usize, name: string): Member | null {
  for (let i: usize = 0; i < count; i++) {
    const member = memberAt(table, i);
    if (!(member.flags & IS_DROPPED) && readName(member) && isAscii(nameStart, nameEnd, name)) return member;
  }
  return null;
}

/** True for the names that a state record sets itself; `_stamp` only where the event has one. */
export function isRecordName(member: Member, stamped: bool): bool {
  if (!readName(member)) return false;
  const start = nameStart;
  const end = nameEnd;
  switch (<i32>(end - start)) {
    case 3:
      return isAscii(start, end, "jid") || isAscii(start, end, "fun");
    case 6:
      return stamped && isAscii(start, end, "_stamp");
    case 8:
      return isAscii(start, end, "state_id") || isAscii(start, end, "fun_args");
    case 9:
      return isAscii(start, end, "minion_id");
    case 10:
      return isAscii(start, end, "state_name") || isAscii(start, end, "event_type");
  }
  return false;
}
