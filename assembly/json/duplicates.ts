// Members of one name: the last one wins.
import { ErrorCode, refuse } from "../error";
import { arenaTop, take, takeTo } from "../bytes/arena";
import { hashName } from "../bytes/hash";
import { spanEnd, spanLength, spanStart } from "../bytes/span";
import { sameBytes } from "../bytes/words";
import { IS_DROPPED, IS_ESCAPED, MEMBER_BYTES, Member, memberAt, readMemberName } from "./object";

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
  if (!buckets) return refuse(ErrorCode.NO_MEMORY, 0);
  memory.fill(buckets, 0, slots << 2);
  const tableEnd = table + count * MEMBER_BYTES;
  let probes: usize = 16 * count; // names chosen to collide use them up; ordinary ones need about one each
  for (let at = table; at < tableEnd; at += MEMBER_BYTES) {
    const member = changetype<Member>(at); // an unmanaged view of the arena
    let start = member.keyStart;
    let end = member.keyEnd;
    if (member.flags & (IS_DROPPED | IS_ESCAPED)) {
      if (member.flags & IS_DROPPED) continue;
      const name = readMemberName(member);
      if (!name) return refuse(ErrorCode.NO_MEMORY, 0);
      start = spanStart(name);
      end = spanEnd(name);
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
        const name = readMemberName(first);
        if (!name) return refuse(ErrorCode.NO_MEMORY, 0);
        if (sameBytes(start, end, spanStart(name), spanEnd(name))) {
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
  const aName = readMemberName(a);
  if (!aName) return 2;
  if (a.flags & IS_ESCAPED) takeTo(spanEnd(aName));
  const bName = readMemberName(b);
  if (!bName) return 2;
  takeTo(keep);
  let p = spanStart(aName);
  for (let q = spanStart(bName); p < spanEnd(aName) && q < spanEnd(bName); p++, q++) {
    const difference = <i32>load<u8>(p) - <i32>load<u8>(q);
    if (difference) return difference < 0 ? -1 : 1;
  }
  const difference = <i32>spanLength(aName) - <i32>spanLength(bName);
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
  if (!rows) return refuse(ErrorCode.NO_MEMORY, 0);
  let left: usize = 0;
  for (let i: usize = 0; i < count; i++) {
    const member = memberAt(table, i);
    if (member.flags & IS_DROPPED) continue;
    if (member.flags & IS_ESCAPED) {
      const name = readMemberName(member);
      if (!name) return refuse(ErrorCode.NO_MEMORY, 0);
      member.hash = hashName(spanStart(name), spanEnd(name));
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
    if (order == 2) return refuse(ErrorCode.NO_MEMORY, 0);
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
