// What the records of a part's states have in common, written once: most records are then a few copies.
import { arenaTop, take, takeTo } from "../bytes/arena";
import { out } from "../json/emit";
import { beginPutting, isFull } from "../json/put";
import { settings } from "../options/settings";
import { Part } from "../job/part";
import { Subject } from "./current";
import { beginCopies, endCopies, hasCopies } from "./shares";

export const enum Fragment {
  /**
   * Plain: the members from `minion_id` to those of `add`. ECS: the members of `salt` from `event_type` to `fun_args`,
   * and the beginning of `state`.
   */
  HEAD,
  /** ECS: `salt.job`, and on to the `dataset` of `event`. */
  JOB,
  /** ECS: `event.created`. */
  CREATED,
  /** ECS: the end of `event`, `host`. */
  HOST,
  /** ECS: `labels`, and the end of the record. */
  LABELS,
  COUNT,
}

let rows: usize = 0;
let isLong: bool = false;

/** Begins the fragments of the part; spans of two addresses each. False when memory runs out. */
export function beginFragments(subject: Subject): bool {
  rows = take((<usize>Fragment.COUNT) << 3);
  isLong = false;
  return rows != 0 && beginCopies(subject.part);
}

/** Begins one: what is put from here on is in it. */
export function beginFragment(): void {
  beginPutting(arenaTop() + 8); // behind a byte that is no bracket: a comma is due
  store<u8>(out - 1, 0);
}

/** Ends it. False when memory runs out. */
export function endFragment(fragment: Fragment): bool {
  const start = arenaTop() + 8;
  const row = rows + ((<usize>fragment) << 3);
  store<usize>(row, start);
  store<usize>(row, out, 4);
  if (out - start > smallestLimit()) isLong = true;
  takeTo(out);
  return !isFull;
}

/** Gives the fragments to the part, unless a member in them may be too long: then each record is made by itself. */
export function endFragments(subject: Subject): void {
  endCopies();
  subject.part.shared = isLong || hasCopies(subject.part) ? 0 : rows;
}

/** Records that are no longer than this have nothing to be cut. */
export function smallestLimit(): usize {
  const member = settings.memberBytes ? <usize>settings.memberBytes : ~0;
  return settings.recordBytes ? min(member, <usize>settings.recordBytes) : member;
}

// @ts-ignore: decorator
@inline
export function fragmentStart(part: Part, fragment: Fragment): usize {
  return load<usize>(part.shared + ((<usize>fragment) << 3));
}

// @ts-ignore: decorator
@inline
export function fragmentEnd(part: Part, fragment: Fragment): usize {
  return load<usize>(part.shared + ((<usize>fragment) << 3), 4);
}
