// The return of one function on one minion: what a job return is taken apart into.
import { ErrorCode, refuse } from "../error";
import { take } from "../bytes/arena";
import { Event, Slot, endOf, startOf } from "../event/slots";

/** The return of one function on one minion. Spans are half-open; start 0 means null. */
@unmanaged
export class Part {
  valueStart: usize;
  valueEnd: usize;
  /** The value's members, where it is an object, and how many of them are state results, and how many are not. */
  table: usize;
  count: usize;
  states: usize;
  others: usize;
  minionStart: usize;
  minionEnd: usize;
  funStart: usize;
  funEnd: usize;
  argsStart: usize;
  argsEnd: usize;
  /** The function runs states: a return without state results is a failure worth a record. */
  runsStates: bool;
  /** The value is one state result with no key around it (`state.low`). */
  isBare: bool;
  /** The part has something to say. */
  speaks: bool;
  /** Fragments that its states' records share, 0 where there are none (`record/fragments.ts`). */
  shared: usize;
  /** Its shared members, as far as they were cut, 0 where none was (`record/shares.ts`). */
  copies: usize;
  /** Some of its states are held by others (`nested.ts`). */
  isNested: bool;
  /** Salt cut something that all of its records have; something in the bare state. */
  isTrimmed: bool;
  isBareTrimmed: bool;
  /** From 1: where the value stands in a list of returns (`multifunc_ordered`), which may run a function twice. */
  place: u32;
}
const PART_BYTES: usize = offsetof<Part>();

/** A job return that was taken apart. */
@unmanaged
export class Job {
  event: Event;
  /** Whether the event is a job return, whether or not it has something to say. */
  isJobReturn: bool;
  /** The parts, in the arena; 0 where there is nothing to say. */
  parts: usize;
  count: usize;
}

// @ts-ignore: decorator
@inline
export function partAt(job: Job, index: usize): Part {
  return changetype<Part>(job.parts + index * PART_BYTES); // an unmanaged view of the arena
}

/** Room for `count` parts, each with the event's own minion, function and arguments. */
export function newParts(job: Job, count: usize): bool {
  job.parts = take(count * PART_BYTES);
  job.count = count;
  if (!job.parts) return refuse(ErrorCode.NO_MEMORY, 0);
  memory.fill(job.parts, 0, count * PART_BYTES);
  const event = job.event;
  for (let i: usize = 0; i < count; i++) {
    const part = partAt(job, i);
    part.minionStart = startOf(event, Slot.ID);
    part.minionEnd = endOf(event, Slot.ID);
    part.funStart = startOf(event, Slot.FUN);
    part.funEnd = endOf(event, Slot.FUN);
    part.argsStart = startOf(event, Slot.FUN_ARGS);
    part.argsEnd = endOf(event, Slot.FUN_ARGS);
  }
  return true;
}

export function setValue(part: Part, start: usize, end: usize): void {
  part.valueStart = start;
  part.valueEnd = end;
}
