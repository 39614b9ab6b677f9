// A job return's summary: what its states came to, and how long they took.
import { take } from "../bytes/arena";
import { CLOSE_BRACKET, OPEN_BRACKET, QUOTE } from "../bytes/chars";
import { dropDuplicates } from "../json/duplicates";
import { IS_DROPPED, IS_ESCAPED, MEMBER_BYTES, memberAt, newMember } from "../json/object";
import { putAscii, putByte, putComma, putName } from "../json/put";
import { settings } from "../options/settings";
import { NO_DURATION, putLong, putMilliseconds, readDuration } from "../salt/duration";
import { Outcome, Own, hasChanges, isNull, ownEnd, ownStart } from "../salt/state";
import { putRedacted } from "../redact/value";
import { RETCODE_ROW, SUCCESS_ROW, extraEnd, extraStart } from "../event/extras";
import { Subject } from "./current";
import { closeMember, openMember } from "./limits";

/** How many states there were of each outcome. */
const COUNTS_BYTES: usize = (<usize>Outcome.COUNT) << 2;
const counts: usize = memory.data(<i32>COUNTS_BYTES, 4);

/** Nanoseconds; a total stays at what a long in an index holds. */
const MOST: u64 = 9_000_000_000_000_000_000;
export let totalDuration: u64 = 0;
let longestDuration: u64 = 0;
let slowestStart: usize = 0; // the slowest state's key, without quotes
let slowestEnd: usize = 0;
let isTimed: bool = false;

/** `__sls__` strings as a table of names, so that each is kept once. */
let slsTable: usize = 0;
let slsCount: usize = 0;

// @ts-ignore: decorator
@inline
export function countOf(outcome: Outcome): u32 {
  return load<u32>(counts + ((<usize>outcome) << 2));
}

/** Makes room for the `sls` of parts with `states` states at most. False when memory runs out. */
export function shareSummary(states: usize): bool {
  if (!settings.summary) return true;
  slsTable = take(states * MEMBER_BYTES);
  return slsTable != 0;
}

/** Begins the summary of a part. */
export function beginSummary(): void {
  memory.fill(counts, 0, COUNTS_BYTES);
  totalDuration = 0;
  longestDuration = 0;
  slowestStart = 0;
  isTimed = false;
  sawChange = false;
  slsCount = 0;
}

/** Some state made changes. */
export let sawChange: bool = false;

/** Whether the open state made changes: a skipped one did not, one of `test=True` would. */
export function isChange(subject: Subject): bool {
  return hasChanges() && subject.outcome != Outcome.SKIPPED && !isNull(Own.RESULT);
}

/** Counts the state that is open. */
export function countState(subject: Subject): void {
  if (isChange(subject)) sawChange = true;
  const at = counts + ((<usize>subject.outcome) << 2);
  store<u32>(at, load<u32>(at) + 1);
  // What a nested state took is part of what the state that holds it took.
  const duration = subject.parent ? NO_DURATION : readDuration(ownStart(Own.DURATION));
  if (duration != NO_DURATION) {
    totalDuration = min(totalDuration + duration, MOST);
    if (!isTimed || duration > longestDuration) {
      longestDuration = duration;
      slowestStart = subject.keyStart;
      slowestEnd = subject.keyEnd;
    }
    isTimed = true;
  }
  const sls = ownStart(Own.SLS);
  if (!sls || load<u8>(sls) != QUOTE) return;
  const name = newMember(slsTable + slsCount * MEMBER_BYTES, sls + 1);
  if (!name) return;
  name.keyEnd = ownEnd(Own.SLS) - 1;
  name.flags = IS_ESCAPED; // may be: compare decoded
  slsCount++;
}

function putCount(name: string, value: u32): void {
  putName(name);
  putLong(value);
}

function putDuration(name: string, value: u64): void {
  putName(name);
  putMilliseconds(value);
}

/** Writes the counts, from `states` to `longest_duration`. */
export function putCounts(): void {
  const changed = countOf(Outcome.CHANGED);
  const succeeded = changed + countOf(Outcome.UNCHANGED);
  const failed = countOf(Outcome.FAILED);
  const skipped = countOf(Outcome.SKIPPED);
  const wouldChange = countOf(Outcome.WOULD_CHANGE);
  putCount("states", succeeded + failed + skipped + wouldChange);
  putCount("succeeded", succeeded);
  putCount("changed", changed);
  putCount("failed", failed);
  putCount("skipped", skipped);
  putCount("would_change", wouldChange);
  putDuration("total_duration", totalDuration);
  putDuration("longest_duration", longestDuration);
}

/** Whether any state has a duration, and a key. */
export function hasSlowest(): bool {
  return slowestStart != 0;
}

export function putSlowest(): void {
  putRedacted(slowestStart - 1, slowestEnd + 1, false);
}

/** Ends the summary: each `__sls__` once. False when memory runs out. */
export function endSummary(): bool {
  return dropDuplicates(slsTable, slsCount);
}

export function putSls(): void {
  putByte(OPEN_BRACKET);
  for (let i: usize = 0; i < slsCount; i++) {
    const name = memberAt(slsTable, i);
    if (name.flags & IS_DROPPED) continue;
    putComma();
    putRedacted(name.keyStart - 1, name.keyEnd + 1, false);
  }
  putByte(CLOSE_BRACKET);
}

function putExtra(name: string, row: usize): void {
  openMember(name);
  if (extraStart(row)) putRedacted(extraStart(row), extraEnd(row), false);
  else putAscii("null");
  closeMember();
}

/** The members of a plain summary, from `states` to `retcode`. */
export function putSummary(): void {
  putCounts();
  openMember("slowest_state");
  if (hasSlowest()) putSlowest();
  else putAscii("null");
  closeMember();
  openMember("sls");
  putSls();
  closeMember();
  putExtra("success", SUCCESS_ROW);
  putExtra("retcode", RETCODE_ROW);
}
