// All records of a job return, as the options have them. Each is made above its own tables, then moved down behind the
// one before: the room it takes is not known beforehand.
import { ErrorCode, clearError, fail } from "./error";
import { arenaTop, need, takeTo } from "./bytes/arena";
import { Span, spanOf } from "./bytes/span";
import { out, setOut } from "./json/emit";
import { IS_DROPPED, IS_STATE, IS_SUSPECT, Member, memberAt } from "./json/object";
import { beginPutting, hasRoom, isFull } from "./json/put";
import { Only, settings } from "./options/settings";
import { Own } from "./salt/own";
import { lookInto, newState, ownEnd, ownStart } from "./salt/state";
import { cameBefore, isKnownClean, keepClean } from "./redact/clean";
import { clearMasked, hasMasked, search } from "./redact/value";
import { isShallow } from "./job/depth";
import { Job, Part, partAt } from "./job/part";
import { findCauses } from "./record/causes";
import { Body, Subject, lookIntoStateOf, openStateOf, setBody, setState } from "./record/current";
import { smallestLimit } from "./record/fragments";
import { beginIds } from "./record/id";
import { kindOfRecord } from "./record/kind";
import { beginMembers, beginRows, beginWithoutRows, tightenMembers } from "./record/limits";
import { isExcluded, isWanted } from "./record/only";
import { beginShares, hasReturn } from "./record/shares";
import { markTrimmed } from "./record/trimmed";
import { countState, endSummary, shareSummary } from "./record/summary";
import { beginSummary, newSummary } from "./record/totals";
import { FRAME_BYTES, beginFrame, beginRecord, finish, shareOpener, uncountRecord } from "./presets/frame";
import { keepPlace, keepsPlaces, reservePlaces } from "./presets/places";
import { Preset } from "./presets/preset";

/** The record that is being made, and the preset it is made for. */
const subject = changetype<Subject>(heap.alloc(offsetof<Subject>())); // for ever
subject.state = newState();
subject.summary = newSummary();
let preset: Preset = changetype<Preset>(0); // set before it is used

/** End of what was made so far. */
let madeEnd: usize = 0;

/**
 * A record, with what stands before it, was made at `start` and lies at `madeEnd` now; `at` is where it began itself.
 */
function endRecord(start: usize, at: usize): void {
  if (keepsPlaces) keepPlace(madeEnd + (at - start), madeEnd + (out - start), kindOfRecord(subject));
  madeEnd += out - start;
}

/**
 * Makes the record that `current.ts` holds, member by member, and moves it to `madeEnd`. False when memory runs out.
 */
function makeRecord(ownMembers: usize): bool {
  if (!beginRows(ownMembers)) return false;
  const start = arenaTop();
  beginPutting(start);
  if (!hasRoom(FRAME_BYTES)) return false;
  beginRecord();
  const at = out;
  beginMembers();
  preset.put(subject, true);
  const limit = settings.recordBytes;
  if (limit && out - at > limit) {
    const withOwn = tightenMembers(out - at);
    setOut(at);
    preset.put(subject, withOwn);
  }
  if (isFull) return false;
  memory.copy(madeEnd, start, out - start);
  endRecord(start, at);
  return true;
}

/** Where the arena ends while no state is open. */
let emptyTop: usize = 0;
/** A longer record is made member by member. */
let mostQuickly: usize = 0;

/** The same from what the part's states share. False where something has to be cut, or memory runs out. */
function putTogether(): bool {
  if (!preset.prepareQuickly(subject)) return false;
  const start = arenaTop() == emptyTop ? madeEnd : arenaTop(); // above what is open
  beginPutting(start);
  if (!hasRoom(FRAME_BYTES)) return false;
  beginRecord();
  const at = out;
  beginWithoutRows();
  preset.putQuickly(subject);
  if (isFull || out - at > mostQuickly) {
    uncountRecord();
    return false;
  }
  if (start != madeEnd) memory.copy(madeEnd, start, out - start);
  endRecord(start, at);
  return true;
}

/** Where the looked-into state's known member has its value; 0 where it has none. */
function spanOfOwn(own: Own): Span {
  return spanOf(ownStart(subject.state, own), ownEnd(subject.state, own));
}

/** The same, without a search for secrets where none was found in the same state before. */
function makeQuickly(): bool {
  if (!settings.redacts) return putTogether();
  const as = <u32>changetype<usize>(preset); // its address tells it from others
  const isClean = isKnownClean(as, subject.keyStart, subject.keyEnd, subject.objectStart, subject.objectEnd);
  search(!isClean);
  clearMasked();
  const isMade = putTogether();
  search(true);
  if (isClean || !isMade || hasMasked || !cameBefore) return isMade;
  takeTo(madeEnd);
  if (!isLookedInto && !lookInto(subject.state, subject.objectStart, false)) {
    clearError(); // there is no memory: it is searched again next time
    return true;
  }
  keepClean(
    as,
    subject.keyStart,
    subject.keyEnd,
    subject.objectStart,
    subject.objectEnd,
    spanOfOwn(Own.START_TIME),
    spanOfOwn(Own.DURATION),
  );
  return true;
}

/** Whether every state has to be looked into: for the preset, for what the options ask of it, and for its kind. */
export function looksInto(as: Preset): bool {
  return as.looksInto() || keepsPlaces || settings.summary || settings.only != Only.ALL || settings.statesExclude != 0;
}

/** The same, of the job that is being made. */
let isLookedInto: bool = false;

/** The record of a state, or none where the options leave it out; `state` is null for a bare result. */
function makeState(state: Member | null): bool {
  takeTo(madeEnd);
  emptyTop = arenaTop();
  setState(subject, state);
  const isQuick = state ? subject.part.shared != 0 && !(state.flags & IS_SUSPECT) && subject.idStart != 0 : false;
  if (!isQuick || isLookedInto || subject.causes) {
    if (!lookIntoStateOf(subject)) return false;
    if (settings.summary) countState(subject);
    if (!isWanted(subject) || isExcluded(subject)) return true;
  }
  setBody(subject, Body.STATE);
  if (isQuick && makeQuickly()) return true;
  takeTo(madeEnd);
  if (!openStateOf(subject) || !preset.prepareState(subject)) return false;
  preset.dropMembers(subject);
  return makeRecord(subject.state.count);
}

/** Another record of the part. */
function makeOther(body: Body): bool {
  takeTo(madeEnd);
  setBody(subject, body);
  if (body == Body.SUMMARY && !endSummary(subject.summary)) return false;
  if (!preset.prepareOther(subject)) return false;
  return makeRecord(0);
}

function makePart(made: Part): bool {
  subject.part = made;
  beginSummary(subject.summary);
  takeTo(madeEnd);
  beginPutting(madeEnd);
  beginIds(subject);
  if (made.isBare) {
    if (!makeState(null)) return false;
  } else {
    for (let i: usize = 0; i < made.count; i++) {
      const member = memberAt(made.table, i);
      if ((member.flags & (IS_DROPPED | IS_STATE)) == IS_STATE && !makeState(member)) return false;
    }
    if ((made.states ? made.others != 0 : hasReturn(made)) && !makeOther(Body.FUN_RETURN)) return false;
  }
  return !settings.summary || !(made.states || made.runsStates) || makeOther(Body.SUMMARY);
}

/**
 * All records of the job return that `split.ts` took apart, NUL-terminated: their address, or 0 where the options leave
 * none, and after `fail`.
 */
export function makeJob(job: Job, as: Preset, sec: u32, nsec: u32): usize {
  beginFrame(as.frame);
  preset = as;
  isLookedInto = looksInto(as);
  mostQuickly = smallestLimit();
  subject.job = job;
  if (!findCauses(subject)) return fail(ErrorCode.NO_MEMORY, 0);
  markTrimmed(job);
  let most: usize = 1;
  let records: usize = 0;
  for (let i: usize = 0; i < job.count; i++) {
    if (!partAt(job, i).speaks) continue;
    if (!isShallow(job.event, partAt(job, i))) return 0;
    most = max(most, partAt(job, i).states);
    records += partAt(job, i).states + 3; // a bare state, what else was returned, a summary
  }
  shareOpener(sec, nsec);
  if (!reservePlaces(records) || !shareSummary(subject.summary, most) || !preset.begin(subject))
    return fail(ErrorCode.NO_MEMORY, 0);
  beginShares(subject, records);
  for (let i: usize = 0; i < job.count; i++) {
    const each = partAt(job, i);
    if (!each.speaks || !each.states) continue;
    subject.part = each;
    beginWithoutRows();
    if (!preset.share(subject)) return fail(ErrorCode.NO_MEMORY, 0);
  }
  const start = arenaTop();
  madeEnd = start;
  for (let i: usize = 0; i < job.count; i++) {
    if (partAt(job, i).speaks && !makePart(partAt(job, i))) return fail(ErrorCode.NO_MEMORY, 0);
  }
  if (madeEnd == start) return 0;
  if (!need(madeEnd, 8)) return fail(ErrorCode.NO_MEMORY, 0);
  setOut(madeEnd);
  finish();
  takeTo(out + 1);
  return start;
}
