// A job return taken apart: one part for each function and minion whose states it holds (contract sections 1 and 2).
import { ErrorCode, errorCode, refuse } from "../error";
import { take } from "../bytes/arena";
import { OPEN_BRACE, OPEN_BRACKET, QUOTE } from "../bytes/chars";
import { dropDuplicates } from "../json/duplicates";
import { IS_DROPPED, IS_ESCAPED, IS_STATE, MEMBER_BYTES, findMember, memberAt } from "../json/object";
import { isAscii, readText, textEnd } from "../json/string";
import { settings } from "../options/settings";
import { isOrchestration, isStateRun } from "../salt/tags";
import { tableCount, tableStart, walkElements, walkMembers } from "../salt/walk";
import { Kind, hasGoodTypes, isCertain, walkedCount, walkedReturn, walkedTable } from "../event/event";
import { Slot, slotEnd, slotStart, slots } from "../event/slots";
import { isIgnoredFunction, isWantedFunction } from "./functions";
import { Part, clearParts, newParts, partAt, partCount, setValue } from "./part";

/** Whether a member's or an element's string (quotes included) names a function that runs states. */
function namesStateRun(start: usize, end: usize): bool {
  if (load<u8>(start) != QUOTE) return false;
  const name = readText(start, end);
  return name != 0 && isStateRun(name, textEnd);
}

/** The members of an object: those the event's walk left, or walked now. False after `fail`. */
function openObject(start: usize): bool {
  let table = walkedTable;
  let count = walkedCount;
  if (start != walkedReturn) {
    if (!walkMembers(start, 1, true)) return false;
    table = tableStart;
    count = tableCount;
  }
  if (!dropDuplicates(table, count)) return false;
  openTable = table;
  openCount = count;
  return true;
}
let openTable: usize = 0;
let openCount: usize = 0;

function namesStateLow(part: Part): bool {
  const name = readText(part.funStart, part.funEnd);
  return name != 0 && isAscii(name, textEnd, "state.low");
}

/** Opens a part's value: its table, its state results. */
function openPart(part: Part): bool {
  if (!part.valueStart || load<u8>(part.valueStart) != OPEN_BRACE) return true;
  if (!openObject(part.valueStart)) return false;
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
function splitSingle(): bool {
  if (!newParts(1)) return false;
  const part = partAt(0);
  setValue(part, slotStart(slots, Slot.RETURN), slotEnd(slots, Slot.RETURN));
  part.runsStates = namesStateRun(part.funStart, part.funEnd);
  return openPart(part);
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
function splitFunctions(): bool {
  const args = slotStart(slots, Slot.FUN_ARGS);
  let argsTable: usize = 0;
  let argsCount: usize = 0;
  if (args && load<u8>(args) == OPEN_BRACKET) {
    if (!walkElements(args, 1)) return false;
    argsTable = tableStart;
    argsCount = tableCount;
  }
  const value = slotStart(slots, Slot.RETURN);
  const c = load<u8>(value);
  if (c != OPEN_BRACE && c != OPEN_BRACKET) {
    // The job failed as a whole: one part, with the list of functions as it is.
    if (!newParts(1)) return false;
    setValue(partAt(0), value, slotEnd(slots, Slot.RETURN));
    for (let i: usize = 0; i < funCount; i++) {
      const element = memberAt(funs, i);
      if (namesStateRun(element.valueStart, element.valueEnd)) partAt(0).runsStates = true;
    }
    return true;
  }
  let values: usize;
  let valueCount: usize;
  if (c == OPEN_BRACE) {
    if (!openObject(value)) return false;
    values = openTable;
    valueCount = openCount;
  } else {
    if (!walkElements(value, 1)) return false;
    values = tableStart;
    valueCount = tableCount;
  }
  if (!newParts(c == OPEN_BRACE ? funCount + valueCount : valueCount)) return false;
  if (c == OPEN_BRACKET) {
    for (let i: usize = 0; i < valueCount; i++) {
      const element = memberAt(values, i);
      const part = partAt(i);
      setValue(part, element.valueStart, element.valueEnd);
      part.place = <u32>i + 1;
      if (i < funCount)
        nameFunction(part, memberAt(funs, i).valueStart, memberAt(funs, i).valueEnd, argsTable, argsCount, i);
      if (!openPart(part)) return false;
    }
    return true;
  }
  return joinFunctions(values, valueCount, argsTable, argsCount);
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
function joinFunctions(values: usize, valueCount: usize, argsTable: usize, argsCount: usize): bool {
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
    nameFunction(partAt(i), fun.valueStart, fun.valueEnd, argsTable, argsCount, last.tag);
  }
  const rest = all + funCount * MEMBER_BYTES;
  memory.copy(rest, values, valueCount * MEMBER_BYTES);
  for (let i: usize = 0; i < valueCount; i++) memberAt(rest, i).flags &= ~IS_STATE;
  if (!dropDuplicates(all, funCount + valueCount)) return false;
  for (let i: usize = 0; i < funCount + valueCount; i++) {
    const member = memberAt(all, i);
    const part = partAt(i);
    if (member.flags & IS_DROPPED || !member.valueStart) continue;
    setValue(part, member.valueStart, member.valueEnd);
    if (i >= funCount) nameFunction(part, member.keyStart - 1, member.keyEnd + 1, 0, 0, 0);
    if (!openPart(part)) return false;
  }
  return true;
}

/**
 * A runner. An orchestration's `return.data.MASTER_ID` holds what ran on the master; `state.orchestrate_single` and other
 * runners may leave `data` out. Any other return is one part without a minion.
 */
function splitRun(): bool {
  const fun = readText(slotStart(slots, Slot.FUN), slotEnd(slots, Slot.FUN));
  if (!fun) return false;
  const runsStates = isOrchestration(fun, textEnd);
  const value = slotStart(slots, Slot.RETURN);
  if (load<u8>(value) == OPEN_BRACE) {
    if (!openObject(value)) return false;
    let isKeyed = !runsStates && !openHoldsStates();
    const data = findMember(openTable, openCount, "data");
    if (data && load<u8>(data.valueStart) == OPEN_BRACE) {
      if (!openObject(data.valueStart)) return false;
      isKeyed = true;
    }
    if (isKeyed) {
      if (!splitMasters(runsStates)) return false;
      if (runsStates || !settings.returnsAll || holdStates()) return true;
    }
  }
  if (!newParts(1)) return false;
  const part = partAt(0);
  setValue(part, value, slotEnd(slots, Slot.RETURN));
  part.minionStart = 0;
  part.runsStates = runsStates;
  return openPart(part);
}

/** Whether any part holds state results. */
function holdStates(): bool {
  for (let i: usize = 0; i < partCount; i++) if (partAt(i).states) return true;
  return false;
}

function openHoldsStates(): bool {
  for (let i: usize = 0; i < openCount; i++) {
    if ((memberAt(openTable, i).flags & (IS_DROPPED | IS_STATE)) == IS_STATE) return true;
  }
  return false;
}

/** One part for each member of the open object, which is keyed by minion. */
function splitMasters(runsStates: bool): bool {
  const masters = openTable;
  const count = openCount;
  if (!newParts(count)) return false;
  for (let i: usize = 0; i < count; i++) {
    const master = memberAt(masters, i);
    if (master.flags & IS_DROPPED) continue;
    const part = partAt(i);
    setValue(part, master.valueStart, master.valueEnd);
    part.minionStart = master.keyStart - 1;
    part.minionEnd = master.keyEnd + 1;
    part.runsStates = runsStates;
    if (!openPart(part)) return false;
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

/**
 * Takes the job return in `slots` apart. False after `fail`; `partCount` is 0 where there is nothing to say. `isJobReturn` is set.
 */
export function splitJob(kind: Kind): bool {
  clearParts();
  funsRunStates = false;
  isJobReturn = isCertain;
  if (isCertain && !hasGoodTypes(kind)) return false;
  const fun = slotStart(slots, Slot.FUN);
  const c = load<u8>(fun);
  if (c != QUOTE && (c != OPEN_BRACKET || !listsFunctions(fun))) {
    return isCertain ? refuse(ErrorCode.BAD_FUN, fun) : errorCode == ErrorCode.NONE;
  }
  if (!(kind == Kind.RUN ? splitRun() : c == QUOTE ? splitSingle() : splitFunctions())) return false;
  let any = false;
  for (let i: usize = 0; i < partCount; i++) {
    const part = partAt(i);
    part.speaks = isHeard(part);
    if (part.speaks) any = true;
    if (part.states || part.runsStates) isJobReturn = true;
  }
  if (any || settings.returnsAll || funsRunStates) isJobReturn = true;
  if (!any) clearParts();
  return !any || isCertain || hasGoodTypes(kind);
}

/** Whether the event that `splitJob` took apart last is a job return, whether or not it has something to say. */
export let isJobReturn: bool = false;
