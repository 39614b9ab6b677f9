// A job return's summary: what its states came to, and how long they took.
import { take } from "../bytes/arena";
import { CLOSE_BRACKET, OPEN_BRACKET, QUOTE } from "../bytes/chars";
import { dropDuplicates } from "../json/duplicates";
import { IS_DROPPED, IS_ESCAPED, MEMBER_BYTES, memberAt, newMember } from "../json/object";
import { putAscii, putByte, putComma, putName } from "../json/put";
import { settings } from "../options/settings";
import { NO_DURATION, putLong, putMilliseconds, readDuration } from "../salt/duration";
import { Own } from "../salt/own";
import { Outcome, hasChanges, isNull, ownEnd, ownStart } from "../salt/state";
import { putRedacted } from "../redact/value";
import { RETCODE_ROW, SUCCESS_ROW, extraEnd, extraStart } from "../event/extras";
import { Subject } from "./current";
import { closeMember, openMember } from "./limits";
import { Summary, addCount, countOf } from "./totals";

/** A total of nanoseconds stays at what a long in an index holds. */
const MOST: u64 = 9_000_000_000_000_000_000;

/** Makes room for the `sls` of parts with `states` states at most. False when memory runs out. */
export function shareSummary(summary: Summary, states: usize): bool {
  if (!settings.summary) return true;
  summary.slsTable = take(states * MEMBER_BYTES);
  return summary.slsTable != 0;
}

/** Whether the open state made changes: a skipped one did not, one of `test=True` would. */
export function isChange(subject: Subject): bool {
  return hasChanges(subject.state) && subject.outcome != Outcome.SKIPPED && !isNull(subject.state, Own.RESULT);
}

/** Counts the state that is open. */
export function countState(subject: Subject): void {
  const summary = subject.summary;
  if (isChange(subject)) summary.sawChange = true;
  addCount(summary, subject.outcome);
  if (subject.causes) summary.followers++;
  // What a nested state took is part of what the state that holds it took.
  const duration = subject.parent ? NO_DURATION : readDuration(ownStart(subject.state, Own.DURATION));
  if (duration != NO_DURATION) {
    summary.totalDuration = min(summary.totalDuration + duration, MOST);
    if (!summary.isTimed || duration > summary.longestDuration) {
      summary.longestDuration = duration;
      summary.slowestStart = subject.keyStart;
      summary.slowestEnd = subject.keyEnd;
    }
    summary.isTimed = true;
  }
  const sls = ownStart(subject.state, Own.SLS);
  if (!sls || load<u8>(sls) != QUOTE) return;
  const name = newMember(summary.slsTable + summary.slsCount * MEMBER_BYTES, sls + 1);
  if (!name) return;
  name.keyEnd = ownEnd(subject.state, Own.SLS) - 1;
  name.flags = IS_ESCAPED; // may be: compare decoded
  summary.slsCount++;
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
export function putCounts(summary: Summary): void {
  const changed = countOf(summary, Outcome.CHANGED);
  const succeeded = changed + countOf(summary, Outcome.UNCHANGED);
  const failed = countOf(summary, Outcome.FAILED);
  const skipped = countOf(summary, Outcome.SKIPPED);
  const wouldChange = countOf(summary, Outcome.WOULD_CHANGE);
  putCount("states", succeeded + failed + skipped + wouldChange);
  putCount("succeeded", succeeded);
  putCount("changed", changed);
  putCount("failed", failed);
  if (settings.causes) {
    putCount("failed_roots", failed - summary.followers);
    putCount("failed_followers", summary.followers);
  }
  putCount("skipped", skipped);
  putCount("would_change", wouldChange);
  putDuration("total_duration", summary.totalDuration);
  putDuration("longest_duration", summary.longestDuration);
}

/** Writes the slowest state's key; there has to be one. */
export function putSlowest(summary: Summary): void {
  putRedacted(summary.slowestStart - 1, summary.slowestEnd + 1, false);
}

/** Ends the summary: each `__sls__` once. False when memory runs out. */
export function endSummary(summary: Summary): bool {
  return dropDuplicates(summary.slsTable, summary.slsCount);
}

export function putSls(summary: Summary): void {
  putByte(OPEN_BRACKET);
  for (let i: usize = 0; i < summary.slsCount; i++) {
    const name = memberAt(summary.slsTable, i);
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
export function putSummary(summary: Summary): void {
  putCounts(summary);
  openMember("slowest_state");
  if (summary.slowestStart) putSlowest(summary);
  else putAscii("null");
  closeMember();
  openMember("sls");
  putSls(summary);
  closeMember();
  putExtra("success", SUCCESS_ROW);
  putExtra("retcode", RETCODE_ROW);
}
