// A job return taken apart: one part for each function and minion whose states it holds (contract sections 1 and 2).
import { ErrorCode, errorCode, refuse } from "../error";
import { take } from "../bytes/arena";
import { OPEN_BRACE, OPEN_BRACKET, QUOTE } from "../bytes/chars";
import { dropDuplicates } from "../json/duplicates";
import { IS_DROPPED, IS_ESCAPED, IS_STATE, MEMBER_BYTES, findMember, memberAt } from "../json/object";
import { isSpanAscii, readText } from "../json/string";
import { settings } from "../options/settings";
import { isOrchestration, isStateRun } from "../salt/tags";
import { tableCount, tableStart, walkElements, walkMembers } from "../salt/walk";
import { agreesWithTag, hasGoodTypes, isFound } from "../event/checks";
import { Kind } from "../event/event";
import { Event, Slot, endOf, startOf } from "../event/slots";
import { openNested } from "./nested";
import { isIgnoredFunction, isWantedFunction } from "./functions";
import { Job, Part, newParts, partAt, setValue } from "./part";

/** Whether a member's or an element's string (quotes included) names a function that runs states. */
function namesStateRun(start: usize, end: usize): bool {
  if (load<u8>(start) != QUOTE) return false;
  const name = readText(start, end);
  return name != 0 && isStateRun(name);
}

/** The members of an object: those the event's walk left, or walked now. False after `fail`. */
function openObject(job: Job, start: usize): bool {
  let table = job.event.walkedTable;
  let count = job.event.walkedCount;
  if (start != job.event.walkedReturn) {
    if (!walkMembers(start, 1, true)) return false;
    table = tableStart;
    count = tableCount;
  }
  if (!dropDuplicates(table, count)) return false;
  openTable = table;
  openCount = count;
  return true;
}
/** What `openObject` found, to be taken at once. */
let openTable: usize = 0;
let openCount: usize = 0;

function namesStateLow(part: Part): bool {
  return isSpanAscii(readText(part.funStart, part.funEnd), "state.low");
}

/** Opens a part's value: its table, its state results. */
function openPart(job: Job, part: Part): bool {
  if (!part.valueStart || load<u8>(part.valueStart) != OPEN_BRACE) return true;
  if (!openObject(job, part.valueStart)) return false;
  part.table = openTable;
  part.count = openCount;
  for (let i: usize = 0; i < openCount; i++) {
    const flags = memberAt(openTable, i).flags;
    if (flags & IS_DROPPED) continue;
    if (flags & IS_STATE) part.states++;
    else part.others++;
  }
  if (!part.states && part.others && part.runsStates && namesStateLow(part)) {
    part.isBare = findMember(openTable, openCount, "result") != null;
  }
  return true;
}

/** One function: one part. */
function splitSingle(job: Job): bool {
  if (!newParts(job, 1)) return false;
  const part = partAt(job, 0);
  setValue(part, startOf(job.event, Slot.RETURN), endOf(job.event, Slot.RETURN));
  part.runsStates = namesStateRun(part.funStart, part.funEnd);
  return openPart(job, part);
}

/** What the command line found: no function. A text or a list in place of state results says why there are none. */
function splitFound(job: Job): bool {
  if (!splitSingle(job)) return false;
  const part = partAt(job, 0);
  const c = load<u8>(part.valueStart);
  part.funStart = 0;
  part.runsStates = c == QUOTE || c == OPEN_BRACKET;
  return true;
}

let funs: usize = 0;
let funCount: usize = 0;
/** One of them runs states. */
let funsRunStates: bool = false;

/** Whether `fun` is a list of strings; its elements are then in `funs`. False too after `fail`, for want of memory. */
function listsFunctions(start: usize): bool {
  if (!walkElements(start, 1)) return false;
  funs = tableStart;
  funCount = tableCount;
  for (let i: usize = 0; i < funCount; i++) {
    const fun = memberAt(funs, i);
    if (load<u8>(fun.valueStart) != QUOTE) return false;
    if (settings.passesOthers && namesStateRun(fun.valueStart, fun.valueEnd)) funsRunStates = true;
  }
  return true;
}

/**
 * Several functions in one job: `return` is keyed by function, or a list where the minion is configured with
 * `multifunc_ordered`. `fun_args` is a list of lists. A function that stands twice has one return, of its last run.
 */
function splitFunctions(job: Job): bool {
  const args = startOf(job.event, Slot.FUN_ARGS);
  let argsTable: usize = 0;
  let argsCount: usize = 0;
  if (args && load<u8>(args) == OPEN_BRACKET) {
    if (!walkElements(args, 1)) return false;
    argsTable = tableStart;
    argsCount = tableCount;
  }
  const value = startOf(job.event, Slot.RETURN);
  const c = load<u8>(value);
  if (c != OPEN_BRACE && c != OPEN_BRACKET) {
    // The job failed as a whole: one part, with the list of functions as it is.
    if (!newParts(job, 1)) return false;
    setValue(partAt(job, 0), value, endOf(job.event, Slot.RETURN));
    for (let i: usize = 0; i < funCount; i++) {
      const element = memberAt(funs, i);
      if (namesStateRun(element.valueStart, element.valueEnd)) partAt(job, 0).runsStates = true;
    }
    return true;
  }
  let values: usize;
  let valueCount: usize;
  if (c == OPEN_BRACE) {
    if (!openObject(job, value)) return false;
    values = openTable;
    valueCount = openCount;
  } else {
    if (!walkElements(value, 1)) return false;
    values = tableStart;
    valueCount = tableCount;
  }
  if (!newParts(job, c == OPEN_BRACE ? funCount + valueCount : valueCount)) return false;
  if (c == OPEN_BRACKET) {
    for (let i: usize = 0; i < valueCount; i++) {
      const element = memberAt(values, i);
      const part = partAt(job, i);
      setValue(part, element.valueStart, element.valueEnd);
      part.place = <u32>i + 1;
      if (i < funCount)
        nameFunction(part, memberAt(funs, i).valueStart, memberAt(funs, i).valueEnd, argsTable, argsCount, i);
      if (!openPart(job, part)) return false;
    }
    return true;
  }
  return joinFunctions(job, values, valueCount, argsTable, argsCount);
}

function nameFunction(part: Part, start: usize, end: usize, argsTable: usize, argsCount: usize, index: usize): void {
  part.funStart = start;
  part.funEnd = end;
  part.runsStates = namesStateRun(start, end);
  part.argsStart = index < argsCount ? memberAt(argsTable, index).valueStart : 0;
  part.argsEnd = index < argsCount ? memberAt(argsTable, index).valueEnd : 0;
}

/**
 * Finds each function's return by name, in linear time: names of functions and of the return's members go into one
 * table, and the later of two equal names gives its value to the earlier. Parts stand in the order of `fun`; members of
 * the return that `fun` does not list come after, as functions of their own.
 */
function joinFunctions(job: Job, values: usize, valueCount: usize, argsTable: usize, argsCount: usize): bool {
  const all = take((funCount + valueCount) * MEMBER_BYTES);
  if (!all) return refuse(ErrorCode.NO_MEMORY, 0);
  memory.copy(all, funs, funCount * MEMBER_BYTES);
  for (let i: usize = 0; i < funCount; i++) {
    const member = memberAt(all, i);
    member.keyStart = member.valueStart + 1;
    member.keyEnd = member.valueEnd - 1;
    member.flags = IS_ESCAPED; // may be: compare decoded
    member.valueStart = 0;
    member.tag = <u32>i; // the last run's index wins with it
  }
  if (!dropDuplicates(all, funCount)) return false;
  for (let i: usize = 0; i < funCount; i++) {
    const fun = memberAt(funs, i);
    const last = memberAt(all, i);
    nameFunction(partAt(job, i), fun.valueStart, fun.valueEnd, argsTable, argsCount, last.tag);
  }
  const rest = all + funCount * MEMBER_BYTES;
  memory.copy(rest, values, valueCount * MEMBER_BYTES);
  for (let i: usize = 0; i < valueCount; i++) memberAt(rest, i).flags &= ~IS_STATE;
  if (!dropDuplicates(all, funCount + valueCount)) return false;
  for (let i: usize = 0; i < funCount + valueCount; i++) {
    const member = memberAt(all, i);
    const part = partAt(job, i);
    if (member.flags & IS_DROPPED || !member.valueStart) continue;
    setValue(part, member.valueStart, member.valueEnd);
    if (i >= funCount) nameFunction(part, member.keyStart - 1, member.keyEnd + 1, 0, 0, 0);
    if (!openPart(job, part)) return false;
  }
  return true;
}

/**
 * A runner, or what the master's scheduler ran. An orchestration's `return.data.MASTER_ID` holds what ran on the
 * master; older Salt leaves `data` out, or writes `retcode` beside the master. Any other return is one part, of no
 * minion where `isRun`; it only repeats what arrived in its own event, and no states are looked for in it.
 */
function splitRun(job: Job, isRun: bool): bool {
  let runsStates = false;
  if (load<u8>(startOf(job.event, Slot.FUN)) == QUOTE) {
    const fun = readText(startOf(job.event, Slot.FUN), endOf(job.event, Slot.FUN));
    if (!fun) return false;
    runsStates = isOrchestration(fun);
  }
  const value = startOf(job.event, Slot.RETURN);
  if (runsStates && load<u8>(value) == OPEN_BRACE) {
    if (!openObject(job, value)) return false;
    const data = findMember(openTable, openCount, "data");
    const isInData = data != null && load<u8>(data.valueStart) == OPEN_BRACE;
    if (isInData && !openObject(job, data!.valueStart)) return false;
    if (isInData || !openHoldsStates()) {
      if (!splitMasters(job, isRun)) return false;
      for (let i: usize = 0; i < job.count; i++) if (partAt(job, i).valueStart) return true;
      if (isInData && !openCount) return true;
    }
  }
  if (!newParts(job, 1)) return false;
  const part = partAt(job, 0);
  setValue(part, value, endOf(job.event, Slot.RETURN));
  if (isRun) part.minionStart = 0;
  part.runsStates = runsStates;
  return !runsStates || openPart(job, part);
}

function openHoldsStates(): bool {
  for (let i: usize = 0; i < openCount; i++) {
    if ((memberAt(openTable, i).flags & (IS_DROPPED | IS_STATE)) == IS_STATE) return true;
  }
  return false;
}

/**
 * One part for each object or list in the open object, which is keyed by minion. Of what the master's scheduler ran,
 * the event has the same id itself, and that is the sender's: any minion can return such an object.
 */
function splitMasters(job: Job, isRun: bool): bool {
  const masters = openTable;
  const count = openCount;
  if (!newParts(job, count)) return false;
  for (let i: usize = 0; i < count; i++) {
    const master = memberAt(masters, i);
    const c = load<u8>(master.valueStart);
    if (master.flags & IS_DROPPED || (c != OPEN_BRACE && c != OPEN_BRACKET)) continue;
    const part = partAt(job, i);
    setValue(part, master.valueStart, master.valueEnd);
    if (isRun) {
      part.minionStart = master.keyStart - 1;
      part.minionEnd = master.keyEnd + 1;
    }
    part.runsStates = true;
    if (!openPart(job, part)) return false;
  }
  return true;
}

/** Whether a part has something to say, as far as it and the options go. */
function isHeard(part: Part): bool {
  if (!part.valueStart) return false;
  if (settings.shapes) {
    if (!isWantedFunction(part.funStart, part.funEnd)) return false;
    if (!part.states && !part.runsStates) return settings.returnsAll && !isIgnoredFunction(part.funStart, part.funEnd);
    if (settings.summary) return true;
  }
  return part.states != 0 || (part.runsStates && !isEmptyObject(part));
}

function isEmptyObject(part: Part): bool {
  return load<u8>(part.valueStart) == OPEN_BRACE && part.others == 0;
}

/** Takes a job return apart, into `job`. False after `fail`. */
export function splitJob(job: Job, event: Event, kind: Kind): bool {
  job.event = event;
  job.count = 0;
  funsRunStates = false;
  job.isJobReturn = job.event.isCertain;
  if (job.event.isCertain && !hasGoodTypes(job.event, kind)) return false;
  const fun = startOf(job.event, Slot.FUN);
  const c = load<u8>(fun);
  const hasNoFunction = isFound(job.event);
  if (c != QUOTE && !hasNoFunction && (c != OPEN_BRACKET || !listsFunctions(fun))) {
    return job.event.isCertain ? refuse(ErrorCode.BAD_FUN, fun) : errorCode == ErrorCode.NONE;
  }
  if (job.event.isCertain && !agreesWithTag(job.event)) return false;
  if (kind != Kind.JOB) {
    if (!splitRun(job, kind == Kind.RUN)) return false;
  } else if (!(hasNoFunction ? splitFound(job) : c == QUOTE ? splitSingle(job) : splitFunctions(job))) return false;
  let any = false;
  for (let i: usize = 0; i < job.count; i++) {
    const part = partAt(job, i);
    part.speaks = isHeard(part);
    if (part.speaks) any = true;
    if (part.speaks && part.states && kind == Kind.JOB && !openNested(part)) return false;
    if (part.states || part.runsStates) job.isJobReturn = true;
  }
  if (any || settings.returnsAll || funsRunStates) job.isJobReturn = true;
  if (!any) job.count = 0;
  return !any || job.event.isCertain || hasGoodTypes(job.event, kind);
}
