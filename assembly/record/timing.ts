// When a state ran, in UTC: from the minion's time of day and the moment the return reached the master (docs/ecs.md,
// Time).
import { arenaTop, takeTo } from "../bytes/arena";
import { QUOTE } from "../bytes/chars";
import { IS_DROPPED, IS_STATE, IS_SUSPECT, memberAt } from "../json/object";
import { DAY, HOUR, MINUTE, NO_TIME, floorDiv, readStamp, readWholeTime } from "../salt/clock";
import { NO_DURATION, readDuration } from "../salt/duration";
import { Own } from "../salt/own";
import { State, lookInto, ownEnd, ownStart } from "../salt/state";
import { Slot, endOf, startOf } from "../event/slots";
import { Job, partAt } from "../job/part";

const QUARTER: i64 = 15 * MINUTE;
/** How late a return may reach the master; the rest of a quarter is for clocks that differ. */
const LATE: i64 = 13 * MINUTE;

/** `_stamp`, since 1970. */
let stamp: i64 = NO_TIME;
/** The first state's time of day at the minion, and where it lies in UTC, since 1970. */
let firstOfDay: i64 = NO_TIME;
let firstUtc: i64 = NO_TIME;

/** The open state's `start_time`, since midnight at the minion. */
function readStart(state: State): i64 {
  const start = ownStart(state, Own.START_TIME);
  const end = ownEnd(state, Own.START_TIME);
  return !start || load<u8>(start) != QUOTE ? NO_TIME : readWholeTime(start + 1, end - 1);
}

/**
 * How long after the first state another one started, over midnight too; one that started just before it counts below
 * 0.
 */
function sinceFirst(ofDay: i64): i64 {
  let since = ofDay - firstOfDay;
  if (since < -HOUR) since += DAY;
  return since >= DAY - HOUR ? since - DAY : since;
}

/** Where the latest state of the job ended, since the start of the first. */
let jobEnd: i64 = 0;

/** Takes the open state into account. */
function addState(state: State): void {
  const start = readStart(state);
  const duration = readDuration(ownStart(state, Own.DURATION));
  if (start == NO_TIME || duration == NO_DURATION) return;
  if (firstOfDay == NO_TIME) firstOfDay = start;
  jobEnd = max(jobEnd, sinceFirst(start) + <i64>(duration / 1000));
}

/**
 * Finds out where the states of all parts of the job lie in time; `state` is room for one. False when memory runs out.
 */
export function readTimes(job: Job, state: State): bool {
  stamp = readStamp(startOf(job.event, Slot.STAMP), endOf(job.event, Slot.STAMP));
  firstOfDay = NO_TIME;
  firstUtc = NO_TIME;
  jobEnd = 0;
  if (stamp == NO_TIME) return true;
  const keep = arenaTop();
  for (let i: usize = 0; i < job.count; i++) {
    const part = partAt(job, i);
    if (part.isBare) {
      if (!lookInto(state, part.valueStart, true)) return false;
      takeTo(keep);
      addState(state);
    }
    for (let j: usize = 0; j < part.count; j++) {
      const member = memberAt(part.table, j);
      if ((member.flags & (IS_DROPPED | IS_STATE)) != IS_STATE) continue;
      if (!lookInto(state, member.valueStart, (member.flags & IS_SUSPECT) != 0)) return false;
      takeTo(keep);
      addState(state);
    }
  }
  if (firstOfDay == NO_TIME) return true;
  // The job's end at the minion's clock, and at the master's: what is between them is the zone, but for a rest.
  const zone = firstOfDay + jobEnd - (stamp % DAY);
  const rounded = floorDiv(zone + LATE, QUARTER) * QUARTER;
  firstUtc = stamp - (stamp % DAY) + firstOfDay - rounded;
  // The day that brings the end nearest to the stamp.
  firstUtc += floorDiv(stamp - (firstUtc + jobEnd) + DAY / 2, DAY) * DAY;
  if (firstUtc < DAY) firstUtc = NO_TIME;
  return true;
}

/** When the open state, which took `duration`, started, since 1970 in UTC; NO_TIME too where it has none. */
export function stateStart(state: State, duration: u64): i64 {
  if (firstUtc == NO_TIME || duration == NO_DURATION) return NO_TIME;
  const start = readStart(state);
  return start == NO_TIME ? NO_TIME : firstUtc + sinceFirst(start);
}

/** When the return reached the master. */
export function stampTime(): i64 {
  return stamp;
}
