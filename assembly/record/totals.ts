// What the states of a part came to, as numbers: what a summary writes down.
import { Outcome } from "../salt/state";

/** What the states of a part came to. Behind it lies how many there were of each outcome, four bytes each. */
@unmanaged
export class Summary {
  /** Nanoseconds. */
  totalDuration: u64;
  longestDuration: u64;
  /** The slowest state's key, without quotes; start 0 where no state has a duration, and a key. */
  slowestStart: usize;
  slowestEnd: usize;
  /** Of those that failed: how many Salt did not run because of others. */
  followers: u32;
  isTimed: bool;
  /** Some state made changes. */
  sawChange: bool;
  /** `__sls__` strings as names in a table that all parts of the job use in turn, so that each is kept once. */
  slsCount: usize;
  slsTable: usize;
}
const SUMMARY_BYTES: usize = offsetof<Summary>() + ((<usize>Outcome.COUNT) << 2);

/** Room for a summary, for ever: for start-up only. */
export function newSummary(): Summary {
  return changetype<Summary>(heap.alloc(SUMMARY_BYTES)); // an unmanaged view
}

// @ts-ignore: decorator
@inline
export function countOf(summary: Summary, outcome: Outcome): u32 {
  return load<u32>(changetype<usize>(summary) + ((<usize>outcome) << 2), offsetof<Summary>()); // behind its fields
}

export function addCount(summary: Summary, outcome: Outcome): void {
  const at = changetype<usize>(summary) + ((<usize>outcome) << 2); // behind its fields
  store<u32>(at, load<u32>(at, offsetof<Summary>()) + 1, offsetof<Summary>());
}

/** Begins the summary of a part. */
export function beginSummary(summary: Summary): void {
  const table = summary.slsTable;
  memory.fill(changetype<usize>(summary), 0, SUMMARY_BYTES); // its address
  summary.slsTable = table;
}
