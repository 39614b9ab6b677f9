// What all records of a return share, where there are so many of them that the copies would not fit: each copy is cut
// to its share.
import { arenaTop, take, takeTo } from "../bytes/arena";
import { OPEN_BRACE } from "../bytes/chars";
import { capTail } from "../json/cut";
import { out } from "../json/emit";
import { IS_DROPPED, IS_STATE, memberAt } from "../json/object";
import { putSpan } from "../json/put";
import { JOB_MEMBERS } from "../options/defaults";
import { Only, listCount, settings } from "../options/settings";
import { Slot, endOf, startOf } from "../event/slots";
import { extraEnd, extraStart } from "../event/extras";
import { Job, Part, partAt } from "../job/part";
import { Subject, lookIntoStateOf, setState } from "./current";
import { closeMemberCut, closeMemberWithin, memberStart } from "./limits";
import { isExcluded, isWanted } from "./only";

/** Members that are shared; those of `job_members` stand behind them. */
export const enum Shared {
  MINION,
  JID,
  FUN,
  ARGS,
  STAMP,
  JOB,
}

/** What the copies of a member may take together, and what each may at least. */
const ALL_BYTES: usize = 16 << 20;
const LEAST_BYTES: usize = 256;

/** A copy that was cut: its span, and the bytes it had; start 0 where it was not. */
@unmanaged
class Copy {
  start: usize;
  end: usize;
  cutFrom: usize;
}
const COPY_BYTES: usize = offsetof<Copy>();

/** The most bytes of a copy. */
let share: usize = ~0;
/** The most bytes of what is no copy, and treated like one: `closeWithinShare`. */
let ownBytes: usize = 0;

export function setOwnBytes(bytes: usize): void {
  ownBytes = bytes;
}

/** Copies are being made, for all of a part's records. */
let isSharing: bool = false;

function longest(job: Job, part: Part): usize {
  const event = job.event;
  let bytes = max(part.argsEnd - part.argsStart, part.minionEnd - part.minionStart);
  bytes = max(bytes, max(part.funEnd - part.funStart, endOf(event, Slot.JID) - startOf(event, Slot.JID)));
  bytes = max(bytes, endOf(event, Slot.STAMP) - startOf(event, Slot.STAMP));
  for (let i: usize = 0; i < listCount(settings.jobMembers); i++) bytes = max(bytes, extraEnd(i) - extraStart(i));
  return bytes;
}

/** The states of a part that leave. */
function countLeaving(subject: Subject, part: Part): usize {
  if (settings.only == Only.ALL && !settings.statesExclude) return part.isBare ? 1 : part.states;
  const keep = arenaTop();
  let count: usize = 0;
  subject.part = part;
  if (part.isBare) {
    setState(subject, null);
    if (lookIntoStateOf(subject) && isWanted(subject) && !isExcluded(subject)) count++;
    takeTo(keep);
    return count;
  }
  for (let i: usize = 0; i < part.count; i++) {
    const row = memberAt(part.table, i);
    if ((row.flags & (IS_DROPPED | IS_STATE)) != IS_STATE) continue;
    setState(subject, row);
    if (lookIntoStateOf(subject) && isWanted(subject) && !isExcluded(subject)) count++;
    takeTo(keep);
  }
  return count;
}

/** Sets the share of the job's records. `most`: no more leave. The records are only counted where they may not fit. */
export function beginShares(subject: Subject, most: usize): void {
  share = ~0;
  if (!settings.memberBytes && !settings.recordBytes) return;
  const job = subject.job;
  let bytes = ownBytes;
  for (let i: usize = 0; i < job.count; i++)
    if (partAt(job, i).speaks) bytes = max(bytes, longest(job, partAt(job, i)));
  // A mask or a text may be longer than what it stands for.
  if (<u64>bytes * most < <u64>(ALL_BYTES >> 3)) return;
  let count: usize = 0;
  for (let i: usize = 0; i < job.count; i++) {
    const part = partAt(job, i);
    if (!part.speaks) continue;
    count += countLeaving(subject, part);
    if (!part.isBare && (part.states ? part.others != 0 : hasReturn(part))) count++;
    if (settings.summary && (part.states || part.runsStates)) count++;
  }
  share = max(LEAST_BYTES, ALL_BYTES / max<usize>(count, 1));
}

/** Begins the copies of a part's records. False when memory runs out. */
export function beginCopies(part: Part): bool {
  if (share == ~0) return true;
  const bytes = (<usize>Shared.JOB + <usize>JOB_MEMBERS) * COPY_BYTES;
  part.copies = take(bytes);
  if (!part.copies) return false;
  memory.fill(part.copies, 0, bytes);
  isSharing = true;
  return true;
}

export function endCopies(): void {
  isSharing = false;
}

// @ts-ignore: decorator
@inline
function copyAt(part: Part, which: usize): Copy {
  return changetype<Copy>(part.copies + which * COPY_BYTES); // an unmanaged view of the arena
}

/** Writes the value of the open member and ends it, where it was cut for all of the part's records. */
export function putCopy(subject: Subject, which: usize): bool {
  if (!subject.part.copies || isSharing) return false;
  const copy = copyAt(subject.part, which);
  if (!copy.start) return false;
  putSpan(copy.start, copy.end);
  closeMemberCut(copy.cutFrom);
  return true;
}

/** Ends the open member, whose value was just written: cuts it where it is longer than its share. */
export function closeShared(subject: Subject, which: usize): void {
  if (!isSharing) {
    closeMemberWithin(share);
    return;
  }
  const start = memberStart();
  const size = capTail(start, share);
  if (!size) return;
  const copy = copyAt(subject.part, which);
  copy.start = start;
  copy.end = out;
  copy.cutFrom = size;
}

/** Ends the open member, which most of the job's records may have: no more than with those that they share. */
export function closeWithinShare(): void {
  closeMemberWithin(share);
}

/** Whether any member that the part's records share was cut. */
export function hasCopies(part: Part): bool {
  if (!part.copies) return false;
  for (let i: usize = 0; i < <usize>Shared.JOB + <usize>JOB_MEMBERS; i++) if (copyAt(part, i).start) return true;
  return false;
}

/** Whether a part without state results gives a `fun_return`. */
export function hasReturn(part: Part): bool {
  return !part.runsStates || part.others != 0 || load<u8>(part.valueStart) != OPEN_BRACE;
}
