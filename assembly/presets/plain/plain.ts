// Records as the contract has them, with what the options add and take away.
import { CLOSE_BRACE, OPEN_BRACE } from "../../bytes/chars";
import { emitAscii, emitByte, out, setOut } from "../../json/emit";
import { IS_DROPPED, IS_EMPTY, Member, memberAt } from "../../json/object";
import { hasRoom, isFull, putAscii, putByte, putName, putQuoted, putSpan } from "../../json/put";
import { isAscii } from "../../json/string";
import { Diffs, listCount, rowEnd, rowStart, settings } from "../../options/settings";
import { Own } from "../../salt/own";
import { ownOfMember } from "../../salt/state";
import { isMaskedMember, isSearching, masksOwn, putAsText, putMask, putRedacted } from "../../redact/value";
import { Evidence } from "../../event/evidence";
import { extraEnd, extraStart } from "../../event/extras";
import { Slot, endOf, startOf } from "../../event/slots";
import { putCauses } from "../../record/causes";
import { Body, Subject, openStateOf, setBody } from "../../record/current";
import {
  Fragment,
  beginFragment,
  beginFragments,
  endFragment,
  endFragments,
  fragmentEnd,
  fragmentStart,
} from "../../record/fragments";
import { hashRecord, hashState, putIds } from "../../record/id";
import {
  closeMember,
  hasTruncated,
  openMember,
  openMemberOf,
  putTruncated,
  setTruncatedSize,
} from "../../record/limits";
import { isTaken } from "../../record/names";
import { putReturned } from "../../record/returned";
import { putSummary } from "../../record/summary";
import { Shared, closeShared, putCopy } from "../../record/shares";
import { copySpan, putEventIdKey, putStateIdKey, putStateNameKey } from "./keys";
import { emitError, emitId, emitRecord } from "../malformed";
import { Preset } from "../preset";

/** A member with the value `[start, end)`, or null. */
function putMember(name: string, start: usize, end: usize): void {
  openMember(name);
  if (start) putRedacted(start, end, false);
  else putAscii("null");
  closeMember();
}

/** The same of a member that all records of the part share. */
function putShared(subject: Subject, name: string, which: Shared, start: usize, end: usize): void {
  openMember(name);
  if (putCopy(subject, which)) return;
  if (!start) putAscii("null");
  else if (which == Shared.ARGS && settings.argsText) putAsText(start, end, false);
  else putRedacted(start, end, false);
  closeShared(subject, which);
}

/**
 * Whether the members of a state that is not suspect are one span to be masked: none is treated by itself. Set at
 * start-up.
 */
let isOneSpan: bool = false;
export function beginPlain(): void {
  isOneSpan = !settings.changesText && settings.diffs == Diffs.KEEP && !masksOwn();
}

/** Drops the open state's members that give way. Before the record is begun: names are decoded where it will stand. */
function dropTaken(subject: Subject): void {
  const stamped = startOf(subject.job.event, Slot.STAMP) != 0;
  for (let i: usize = 0; i < subject.state.count; i++) {
    const member = memberAt(subject.state.table, i);
    if (isTaken(member, stamped, subject.flags)) member.flags |= IS_DROPPED;
  }
}

function putOwnMembers(subject: Subject): void {
  for (let i: usize = 0; i < subject.state.count; i++) {
    const member = memberAt(subject.state.table, i);
    if (member.flags & IS_DROPPED) continue;
    const own = ownOfMember(member);
    openMemberOf(member.keyStart, member.keyEnd);
    if (own == Own.CHANGES && settings.changesText) putAsText(member.valueStart, member.valueEnd, true);
    else if (own == Own.NONE && isMaskedMember(member)) putMask();
    else putRedacted(member.valueStart, member.valueEnd, own == Own.CHANGES);
    closeMember();
  }
}

/** What a `fun_return` holds: all of the return, or its members that are no state results. */
function putReturn(subject: Subject): void {
  openMember("fun_return");
  putReturned(subject);
  closeMember();
}

/** The members after those of the record's own kind: who, which job and when, and what the options add. */
function putTail(subject: Subject, eventType: string): void {
  const event = subject.job.event;
  const part = subject.part;
  putShared(subject, "minion_id", Shared.MINION, part.minionStart, part.minionEnd);
  putShared(subject, "jid", Shared.JID, startOf(event, Slot.JID), endOf(event, Slot.JID));
  putShared(subject, "fun", Shared.FUN, part.funStart, part.funEnd);
  putShared(subject, "fun_args", Shared.ARGS, part.argsStart, part.argsEnd);
  putName("event_type");
  putQuoted(eventType);
  const stamp = startOf(event, Slot.STAMP);
  if (stamp) putShared(subject, "_stamp", Shared.STAMP, stamp, endOf(event, Slot.STAMP));
  if (subject.isTrimmed) {
    putName("trimmed");
    putAscii("true");
  }
  for (let i: usize = 0; i < listCount(settings.jobMembers); i++) {
    if (!extraStart(i) || (subject.body == Body.SUMMARY && isSummaryName(i))) continue;
    openMemberOf(rowStart(settings.jobMembers, i), rowEnd(settings.jobMembers, i));
    if (putCopy(subject, <usize>Shared.JOB + i)) continue;
    putRedacted(extraStart(i), extraEnd(i), false);
    closeShared(subject, <usize>Shared.JOB + i);
  }
  putAdded();
}

/** Makes what the records of the part's states share. False when memory runs out. */
function sharePlain(subject: Subject): bool {
  if (!beginFragments(subject)) return false;
  setBody(subject, Body.STATE);
  subject.isTrimmed = false; // such states have no use for what is shared
  beginFragment();
  putTail(subject, "state_return");
  if (!endFragment(Fragment.HEAD)) return false;
  endFragments(subject);
  return true;
}

/** Whether a summary has the job member anyway. */
function isSummaryName(index: usize): bool {
  const start = rowStart(settings.jobMembers, index);
  const end = rowEnd(settings.jobMembers, index);
  return isAscii(start, end, "success") || isAscii(start, end, "retcode");
}

function putRecordIds(): void {
  putIds(',"trace_id":"', '","span_id":"');
}

/** The constants of `add`. */
function putAdded(): void {
  for (let i: usize = 0; i < listCount(settings.addNames); i++) {
    openMemberOf(rowStart(settings.addNames, i), rowEnd(settings.addNames, i));
    putSpan(rowStart(settings.addValues, i), rowEnd(settings.addValues, i));
    closeMember();
  }
}

/**
 * The record that `current.ts` holds; without `withOwn` the state's own members are left out, with
 * `isQuick` what the part's states share is copied.
 */
function putPlain(subject: Subject, withOwn: bool, isQuick: bool): void {
  const body = subject.body;
  const keyStart = subject.keyStart;
  const keyEnd = subject.keyEnd;
  putByte(OPEN_BRACE);
  if (body == Body.STATE) {
    if (withOwn) putOwnMembers(subject);
    if (keyStart) putMember("state_name", keyStart - 1, keyEnd + 1);
    else putMember("state_name", 0, 0);
    putMember("state_id", subject.idStart, subject.idEnd);
    if (subject.parent) {
      const parent = changetype<Member>(subject.parent); // an unmanaged view of the arena
      putMember("parent_state", parent.keyStart - 1, parent.keyEnd + 1);
    }
    putCauses(subject);
    if (isQuick) putSpan(fragmentStart(subject.part, Fragment.HEAD), fragmentEnd(subject.part, Fragment.HEAD));
    else putTail(subject, "state_return");
  } else if (body == Body.FUN_RETURN) {
    putReturn(subject);
    putTail(subject, "fun_return");
  } else {
    putSummary(subject.summary);
    putTail(subject, "job_return");
  }
  if (settings.id) {
    if (body == Body.STATE) hashState(subject);
    else hashRecord(subject, body == Body.FUN_RETURN ? "fun_return" : "job_return");
    putAscii(',"event_id":"');
    putRecordIds();
  }
  if (hasTruncated()) {
    const at = out;
    putName("truncated");
    putTruncated();
    setTruncatedSize(out - at);
  }
  putByte(CLOSE_BRACE);
}

/**
 * What stands in the input as `[start, end)`, masked where the options mask, at `at`. Returns the address past it,
 * where there is room for `room` more bytes, or `isFull`.
 */
function putPiece(at: usize, start: usize, end: usize, room: usize): usize {
  if (!isSearching) return copySpan(at, start, end);
  setOut(at);
  putRedacted(start, end, false);
  hasRoom(room);
  return out;
}

/** The record of an ordinary state whose own members are one span. */
function putState(subject: Subject): void {
  const head = fragmentStart(subject.part, Fragment.HEAD);
  const headEnd = fragmentEnd(subject.part, Fragment.HEAD);
  const keyStart = subject.keyStart - 1;
  const keyEnd = subject.keyEnd + 1;
  const room =
    subject.objectEnd -
    subject.objectStart +
    (keyEnd - keyStart) +
    (subject.idEnd - subject.idStart) +
    (headEnd - head) +
    OVERHEAD;
  if (!hasRoom(room)) return;
  const brace = out;
  let at = brace;
  if (!(subject.flags & IS_EMPTY)) {
    at = putPiece(at + 1, subject.objectStart + 1, subject.objectEnd - 1, room);
    if (isFull) return;
  }
  at = putStateNameKey(at);
  store<u8>(brace, OPEN_BRACE); // where nothing stood before the name, its comma has taken this place
  at = putPiece(at, keyStart, keyEnd, room);
  if (isFull) return;
  at = putStateIdKey(at);
  at = putPiece(at, subject.idStart, subject.idEnd, room);
  if (isFull) return;
  if (subject.causes) {
    setOut(at);
    putCauses(subject);
    if (!hasRoom(room)) return;
    at = out;
  }
  at = copySpan(at, head, headEnd);
  if (settings.id) {
    at = putEventIdKey(at);
    setOut(at);
    hashState(subject);
    putRecordIds();
    at = out;
  }
  store<u8>(at++, CLOSE_BRACE);
  setOut(at);
}
/** What the module itself writes around it. */
const OVERHEAD: usize = 256;

export class Plain extends Preset {
  isCopied(): bool {
    return true;
  }

  looksInto(): bool {
    return !isOneSpan;
  }

  begin(subject: Subject): bool {
    return true;
  }

  share(subject: Subject): bool {
    return sharePlain(subject);
  }

  prepareQuickly(subject: Subject): bool {
    return isOneSpan || openStateOf(subject);
  }

  putQuickly(subject: Subject): void {
    if (isOneSpan) putState(subject);
    else putPlain(subject, true, true);
  }

  prepareState(subject: Subject): bool {
    return true;
  }

  prepareOther(subject: Subject): bool {
    return true;
  }

  dropMembers(subject: Subject): void {
    dropTaken(subject);
  }

  put(subject: Subject, withOwn: bool): void {
    putPlain(subject, withOwn, false);
  }

  putMalformed(evidence: Evidence): void {
    emitAscii('{"event_type":"malformed","error":');
    emitError(evidence);
    emitAscii(',"record":');
    emitRecord(evidence);
    putAdded();
    emitId(evidence, ',"event_id":"');
    emitByte(CLOSE_BRACE);
  }
}
