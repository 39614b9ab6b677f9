// Which records say that Salt cut something in them: those that hold its mark, at any depth.
import { arenaTop, takeTo } from "../bytes/arena";
import { dropDuplicates } from "../json/duplicates";
import { IS_DROPPED, IS_STATE, IS_SUSPECT, IS_TRIMMED, memberAt } from "../json/object";
import { mayBeTrimmed } from "../json/string";
import { listCount, settings } from "../options/settings";
import { holdsTrimmed } from "../salt/trimmed";
import { tableCount, tableStart, walkMembers } from "../salt/walk";
import { extraEnd, extraStart } from "../event/extras";
import { Slot, startOf } from "../event/slots";
import { Job, Part, partAt } from "../job/part";
import { isTaken } from "./names";

/** Whether something is cut that all records of the part have. */
function isCommonTrimmed(part: Part): bool {
  if (holdsTrimmed(part.argsStart, part.argsEnd)) return true;
  for (let i: usize = 0; i < listCount(settings.jobMembers); i++) {
    if (holdsTrimmed(extraStart(i), extraEnd(i))) return true;
  }
  return false;
}

/** Whether a state holds the mark in a member that leaves. `flags`: those of its row. */
function isStateTrimmed(job: Job, start: usize, end: usize, flags: u32): bool {
  if (!holdsTrimmed(start, end)) return false;
  if (!(flags & IS_SUSPECT)) return true;
  const keep = arenaTop();
  let is = true; // for want of memory, which will be seen
  if (walkMembers(start, 1, false) && dropDuplicates(tableStart, tableCount)) {
    const stamped = startOf(job.event, Slot.STAMP) != 0;
    const table = tableStart;
    const count = tableCount;
    is = false;
    for (let i: usize = 0; i < count; i++) {
      const member = memberAt(table, i);
      if (member.flags & IS_DROPPED || isTaken(member, stamped, flags)) continue;
      if (holdsTrimmed(member.valueStart, member.valueEnd)) is = true;
    }
  }
  takeTo(keep);
  return is;
}

function markPart(job: Job, part: Part): void {
  part.isTrimmed = isCommonTrimmed(part);
  if (part.isBare) {
    part.isBareTrimmed = part.isTrimmed || isStateTrimmed(job, part.valueStart, part.valueEnd, IS_SUSPECT);
  }
  for (let i: usize = 0; i < part.count; i++) {
    const row = memberAt(part.table, i);
    if ((row.flags & (IS_DROPPED | IS_STATE)) != IS_STATE) continue;
    if (part.isTrimmed || isStateTrimmed(job, row.valueStart, row.valueEnd, row.flags)) {
      row.flags |= IS_TRIMMED | IS_SUSPECT; // its record has a member more
    }
  }
}

/** Marks what of the job's parts Salt cut. Costs nothing where no string looks like its mark. */
export function markTrimmed(job: Job): void {
  if (!mayBeTrimmed) return;
  for (let i: usize = 0; i < job.count; i++) if (partAt(job, i).speaks) markPart(job, partAt(job, i));
}

/** Whether Salt cut what a part returned: all of it, or a member that is no state result. */
export function isReturnTrimmed(part: Part): bool {
  if (!mayBeTrimmed) return false;
  if (part.isTrimmed) return true;
  if (!part.states) return holdsTrimmed(part.valueStart, part.valueEnd);
  for (let i: usize = 0; i < part.count; i++) {
    const member = memberAt(part.table, i);
    if (!(member.flags & (IS_DROPPED | IS_STATE)) && holdsTrimmed(member.valueStart, member.valueEnd)) return true;
  }
  return false;
}
