// Members of an object as a table of spans, in the arena: what `walk.ts` fills and `record.ts` reads.
import { arenaTop, need, take, takeTo } from "../bytes/arena";
import { lanesFrom } from "../bytes/chars";
import { ErrorCode, fail } from "../error";
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

/** Differs from event to event: the event's nanoseconds, where the agent has them. */
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
export function hashName(p: usize, end: usize): u32 {
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

/** The span that `readMemberName` set. */
export let nameStart: usize = 0;
export let nameEnd: usize = 0;

/** Sets the span of a member's name; an escaped one is decoded to the top of the arena. False when memory runs out. */
export function readMemberName(member: Member): bool {
  nameStart = member.keyStart;
  nameEnd = member.keyEnd;
  if (!(member.flags & IS_ESCAPED)) return true;
  const out = arenaTop();
  if (!need(out, 3 * (member.keyEnd - member.keyStart) + 8)) return false;
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
  let probes: usize = 16 * count; // names chosen to collide use them up; ordinary ones need about one each
  for (let at = table; at < tableEnd; at += MEMBER_BYTES) {
    const member = changetype<Member>(at); // an unmanaged view of the arena
    let start = member.keyStart;
    let end = member.keyEnd;
    if (member.flags & (IS_DROPPED | IS_ESCAPED)) {
      if (member.flags & IS_DROPPED) continue;
      if (!readMemberName(member)) return fail(ErrorCode.NO_MEMORY, 0) != 0;
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
        if (!readMemberName(first)) return fail(ErrorCode.NO_MEMORY, 0) != 0;
        if (sameBytes(start, end, nameStart, nameEnd)) {
          replaceValue(first, member);
          break;
        }
      }
      offset += 4;
      if (!--probes) {
        takeTo(keep);
        return dropSortedDuplicates(table, count);
      }
    }
  }
  takeTo(keep);
  return true;
}

/** -1, 0 or 1: the order of two members' names, by hash and then by their bytes; 2 when memory runs out. */
function compareNames(a: Member, b: Member): i32 {
  if (a.hash != b.hash) return a.hash < b.hash ? -1 : 1;
  const keep = arenaTop();
  if (!readMemberName(a)) return 2;
  let p = nameStart;
  const end = nameEnd;
  if (p != a.keyStart) takeTo(end);
  if (!readMemberName(b)) return 2;
  takeTo(keep);
  for (let q = nameStart; p < end && q < nameEnd; p++, q++) {
    const difference = <i32>load<u8>(p) - <i32>load<u8>(q);
    if (difference) return difference < 0 ? -1 : 1;
  }
  const difference = <i32>(end - (a.flags & IS_ESCAPED ? keep : a.keyStart)) - <i32>(nameEnd - nameStart);
  return difference < 0 ? -1 : difference > 0 ? 1 : 0;
}

/** A row of the sorted list: the address of a member. */
// @ts-ignore: decorator
@inline
function rowAt(rows: usize, index: usize): Member {
  return changetype<Member>(<usize>load<u32>(rows + (index << 2))); // an unmanaged view of the arena
}

/** The order of the list: by name, then by place. */
function isBefore(a: Member, b: Member): bool {
  const order = compareNames(a, b);
  return order < 0 || (order == 0 && changetype<usize>(a) < changetype<usize>(b));
}

/** Lets the row at `root` sink to its place in the heap of `count` rows. */
function sink(rows: usize, root: usize, count: usize): void {
  while (true) {
    let child: usize = 2 * root + 1;
    if (child >= count) return;
    if (child + 1 < count && isBefore(rowAt(rows, child), rowAt(rows, child + 1))) child++;
    const above = load<u32>(rows + (root << 2));
    if (!isBefore(changetype<Member>(<usize>above), rowAt(rows, child))) return;
    store<u32>(rows + (root << 2), load<u32>(rows + (child << 2)));
    store<u32>(rows + (child << 2), above);
    root = child;
  }
}

/** As `dropDuplicates`, by sorting: slower, but no choice of names makes it slow. */
function dropSortedDuplicates(table: usize, count: usize): bool {
  const keep = arenaTop();
  const rows = take(count << 2);
  if (!rows) return fail(ErrorCode.NO_MEMORY, 0) != 0;
  let left: usize = 0;
  for (let i: usize = 0; i < count; i++) {
    const member = memberAt(table, i);
    if (member.flags & IS_DROPPED) continue;
    if (member.flags & IS_ESCAPED) {
      if (!readMemberName(member)) return fail(ErrorCode.NO_MEMORY, 0) != 0;
      member.hash = hashName(nameStart, nameEnd);
    }
    store<u32>(rows + (left++ << 2), <u32>changetype<usize>(member));
  }
  for (let root = left >> 1; root; root--) sink(rows, root - 1, left);
  for (let last = left - 1; last; last--) {
    const largest = load<u32>(rows);
    store<u32>(rows, load<u32>(rows + (last << 2)));
    store<u32>(rows + (last << 2), largest);
    sink(rows, 0, last);
  }
  let first = rowAt(rows, 0);
  for (let i: usize = 1; i < left; i++) {
    const member = rowAt(rows, i);
    const order = compareNames(first, member);
    if (order == 2) return fail(ErrorCode.NO_MEMORY, 0) != 0;
    if (order == 0) replaceValue(first, member);
    else first = member;
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
    if (!(member.flags & IS_DROPPED) && readMemberName(member) && isAscii(nameStart, nameEnd, name)) return member;
  }
  return null;
}

/** True for the names that a state record sets itself; `_stamp` only where the event has one. */
export function isRecordName(member: Member, stamped: bool): bool {
  if (!readMemberName(member)) return false;
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
