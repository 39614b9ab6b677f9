// Members of an object as a table of spans, in the arena: what `salt/walk.ts` fills.
import { arenaTop, need } from "../bytes/arena";
import { Span, spanOf } from "../bytes/span";
import { decodeName, isSpanAscii } from "./string";

/** A member: half-open byte spans of its name (without quotes), its value, and what is known of it. */
@unmanaged
export class Member {
  keyStart: usize;
  keyEnd: usize;
  valueStart: usize;
  valueEnd: usize;
  /** Of a state result: the value of its `__id__` with its quotes, or 0. */
  idStart: usize;
  idEnd: usize;
  flags: u32;
  /** Of the name as a JSON string; an escaped name has it from `dropDuplicates`. */
  hash: u32;

  /**
   * Of what is no state result: a number that whoever fills the table gives it. It lies where a state has its `__id__`.
   */
  get tag(): u32 {
    return <u32>this.idStart;
  }

  set tag(value: u32) {
    this.idStart = value;
  }

  /** Of a nested state: the row of the state that holds it. It lies where the hash was needed before. */
  get parent(): Member {
    return changetype<Member>(<usize>this.hash); // an unmanaged view of the arena
  }

  set parent(row: Member) {
    this.hash = <u32>changetype<usize>(row); // its address
  }

  /**
   * Of a state that others caused: its node (`record/causes.ts`). It lies where the `__id__` was, which is read anew.
   */
  get causes(): usize {
    return this.idStart;
  }

  set causes(node: usize) {
    this.idStart = node;
  }
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
/** Another state holds this one: `parent` is its row (`job/nested.ts`). */
export const IS_NESTED: u32 = 32;
/** The state's record is to say that Salt cut something (`record/trimmed.ts`). */
export const IS_TRIMMED: u32 = 64;
/** The state holds a `false`, at any depth: it may have failed. */
export const HAS_FALSE: u32 = 128;
/** Salt did not run the state, because of others: its record is to say of which (`record/causes.ts`). */
export const IS_CAUSED: u32 = 256;

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

/** A member's name; an escaped one is decoded to the top of the arena. 0 when memory runs out. */
export function readMemberName(member: Member): Span {
  if (!(member.flags & IS_ESCAPED)) return spanOf(member.keyStart, member.keyEnd);
  const out = arenaTop();
  if (!need(out, 3 * (member.keyEnd - member.keyStart) + 8)) return 0;
  return spanOf(out, decodeName(member.keyStart, member.keyEnd, out));
}

/** The member with an ASCII name, or null. */
export function findMember(table: usize, count: usize, name: string): Member | null {
  for (let i: usize = 0; i < count; i++) {
    const member = memberAt(table, i);
    if (!(member.flags & IS_DROPPED) && isSpanAscii(readMemberName(member), name)) return member;
  }
  return null;
}
