// Further members of the event: those that `job_members` names, and two that a summary has.
import { Span, spanEnd, spanStart } from "../bytes/span";
import { sameBytes } from "../bytes/words";
import { isAscii } from "../json/string";
import { JOB_MEMBERS } from "../options/defaults";
import { listCount, rowEnd, rowStart, settings } from "../options/settings";

/** Rows behind those of `job_members`. */
export const SUCCESS_ROW: usize = JOB_MEMBERS;
export const RETCODE_ROW: usize = JOB_MEMBERS + 1;
const ROWS: usize = JOB_MEMBERS + 2;

/** Spans of values, start 0 where absent; two sets: outer object, Salt's data. */
const outer: usize = memory.data((<i32>ROWS) << 3, 8);
const inner: usize = memory.data((<i32>ROWS) << 3, 8);
let open: usize = 0;

// @ts-ignore: decorator
@inline
function setOf(isOuter: bool): usize {
  return isOuter ? outer : inner;
}

export function clearExtras(isOuter: bool): void {
  memory.fill(setOf(isOuter), 0, ROWS << 3);
}

function setRow(set: usize, row: usize, start: usize, end: usize): void {
  store<usize>(set + (row << 3), start);
  store<usize>(set + (row << 3), end, 4);
}

/** Notes a member of the event, its name decoded, if it is asked for; the last of a name wins. */
export function noteExtra(isOuter: bool, name: Span, start: usize, end: usize): void {
  const set = setOf(isOuter);
  const nameStart = spanStart(name);
  const nameEnd = spanEnd(name);
  for (let i: usize = 0; i < listCount(settings.jobMembers); i++) {
    if (sameBytes(nameStart, nameEnd, rowStart(settings.jobMembers, i), rowEnd(settings.jobMembers, i)))
      setRow(set, i, start, end);
  }
  if (isAscii(nameStart, nameEnd, "success")) setRow(set, SUCCESS_ROW, start, end);
  else if (isAscii(nameStart, nameEnd, "retcode")) setRow(set, RETCODE_ROW, start, end);
}

/** Which set the event's members are in. */
export function openExtras(isOuter: bool): void {
  open = setOf(isOuter);
}

/** The value of the job member `index`; 0 where the event has none. */
export function extraStart(index: usize): usize {
  return load<usize>(open + (index << 3));
}

export function extraEnd(index: usize): usize {
  return load<usize>(open + (index << 3), 4);
}
