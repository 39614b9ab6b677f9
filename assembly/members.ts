// Members of an object as a table of spans, in the arena: what `walk.ts` fills and `record.ts` reads.
import { arenaTop, need, take, takeTo } from "./arena";
import { lanesFrom } from "./chars";
import { ErrorCode, fail } from "./error";
import { decodeName, isAscii } from "./string";

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
  /** Of the name as a JSON string; an escaped name has it from `dropDuplicates`. */
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
/** The name is not plain ASCII: it may hold an escape. */
export const IS_ESCAPED: u32 = 8;
/** The value is an object without members. */
export const IS_EMPTY: u32 = 16;

// @ts-ignore: decorator
@inline
export function memberAt(table: usize, index: usize): Member {
  return changetype<Member>(table + index * MEMBER_BYTES); // an unmanaged view of the arena
}

/** A new member at `at`, the end of a growing table; null when memory would pass its limit. */
// @ts-ignore: decorator
@inline
export function newMember(at: usize, keyStart: usize): Member | null {
  if (!need(at, MEMBER_BYTES)) return null;
  const member = changetype<Member>(at); // an unmanaged view of the arena
  member.keyStart = keyStart;
  member.keyEnd = keyStart;
  member.idStart = 0;
  member.flags = 0;
  return member;
}

/** Makes the hashes of an event's names unpredictable for who writes the names: the event's nanoseconds. */
export let hashSeed: u64 = 0;

export function seedHash(nsec: u32): void {
  hashSeed = (<u64>nsec + 1) * 0x9e3779b97f4a7c15;
}

/** One step of a name's hash: its next eight bytes, zeros behind the last. A name ends with a word that is not full. */
// @ts-ignore: decorator
@inline
export function hashWord(hash: u64, word: u64): u64 {
  return rotl((hash ^ word) * 0x9fb21c651e98df25, 32);
}

/** The hash of a whole name, as `walkMembers` has it of a plain one. */
function hashName(p: usize, end: usize): u32 {
  let hash = hashSeed;
  for (; p + 8 <= end; p += 8) hash = hashWord(hash, load<u64>(p));
  const rest: u64 = ~lanesFrom(end - p);
  return <u32>hashWord(hash, load<u64>(p) & rest);
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
  nameEnd = decodeName(member.keyStart, member.keyEnd, out);
  nameStart = out;
  return true;
}

/**
 * The last of several members with one name wins, in the place of the first (as in Python's and JavaScript's parsers).
 * Names are compared as JSON strings. False after `fail`, when memory runs out.
 */
export function dropDuplicates(table: usize, count: usize): bool {
  if (count < 2) return true;
  let slots: usize = 4;
  while (slots < count * 2) slots <<= 1;
  const mask = (slots - 1) << 2;
  const keep = arenaTop();
  const buckets = take(slots << 2);
  if (!buckets) return fail(ErrorCode.NO_MEMORY, 0) != 0;
  memory.fill(buckets, 0, slots << 2);
  const tableEnd = table + count * MEMBER_BYTES;
  for (let at = table; at < tableEnd; at += MEMBER_BYTES) {
    const member = changetype<Member>(at); // an unmanaged view of the arena
    let start = member.keyStart;
    let end = member.keyEnd;
    if (member.flags & (IS_DROPPED | IS_ESCAPED)) {
      if (member.flags & IS_DROPPED) continue;
      if (!readName(member)) return fail(ErrorCode.NO_MEMORY, 0) != 0;
      start = nameStart;
      end = nameEnd;
      takeTo(end); // kept while others are decoded behind it
      member.hash = hashName(start, end);
    }
    const hash = member.hash;
    let offset = (<usize>hash) << 2;
    while (true) {
      offset &= mask;
      const first = changetype<Member>(<usize>load<u32>(buckets + offset)); // the address in the bucket, or null
      if (!changetype<usize>(first)) {
        store<u32>(buckets + offset, <u32>at);
        break;
      }
      if (first.hash == hash) {
        if (!readName(first)) return fail(ErrorCode.NO_MEMORY, 0) != 0;
        if (sameBytes(start, end, nameStart, nameEnd)) {
          replaceValue(first, member);
          break;
        }
      }
      offset += 4;
    }
  }
  takeTo(keep);
  return true;
}

/** Gives a later member's value to the first of that name. */
function replaceValue(first: Member, later: Member): void {
  first.valueStart = later.valueStart;
  first.valueEnd = later.valueEnd;
  first.idStart = later.idStart;
  first.idEnd = later.idEnd;
  // The value's kind goes with it; how the first name is spelled stays.
  first.flags = (first.flags & IS_ESCAPED) | (later.flags & ~IS_ESCAPED);
  later.flags |= IS_DROPPED;
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
