// Records in the Elastic Common Schema (docs/ecs.md): every member has one type, whatever a state returned.
import { need } from "../../bytes/arena";
import { CLOSE_BRACE, OPEN_BRACE, QUOTE } from "../../bytes/chars";
import { emitAscii, emitByte, out } from "../../json/emit";
import { putAscii, putByte, putHash, putName, putQuoted, putSpan, setFull } from "../../json/put";
import { TRUE_WORD } from "../../json/scan";
import { listCount, rowEnd, rowStart, settings } from "../../options/settings";
import { NO_TIME, putTime } from "../../salt/clock";
import { NO_DURATION, putLong, readDuration } from "../../salt/duration";
import { Outcome, Own, ownEnd, ownStart } from "../../salt/state";
import { Slot, slotEnd, slotStart, slots } from "../../event/slots";
import { Part } from "../../job/part";
import { Body, body, isQuick, isTrimmed, keyEnd, keyStart, outcome, part, setBody } from "../../record/current";
import {
  Fragment,
  beginFragment,
  beginFragments,
  endFragment,
  endFragments,
  putFragment,
} from "../../record/fragments";
import { hashRecord, hashState } from "../../record/id";
import {
  closeMember,
  hasTruncated,
  openMember,
  openMemberOf,
  putTruncated,
  setTruncatedSize,
} from "../../record/limits";
import { countOf, isChange, sawChange, totalDuration } from "../../record/summary";
import { readTimes, stampTime, stateStart } from "../../record/timing";
import { closeObject, isBoolean, isEmptyString, isNothing, openObject, putKeyword, putReturnText } from "./field";
import { putArgs, putJobMembers, putState, putSummary } from "./salt";
import {
  Category,
  actionEnd,
  actionStart,
  category,
  funEnd,
  funStart,
  joinStrings,
  joinedEnd,
  joinedStart,
  readFun,
  readKey,
} from "./strings";
import { emitError, emitId, emitRecord } from "../malformed";
import { Preset } from "../preset";
import { RecordKind, kindOfRecord } from "../../record/kind";

/** `salt.kind` */
function kindOf(): string {
  switch (kindOfRecord()) {
    case RecordKind.FAILED:
      return "failed";
    case RecordKind.CHANGED:
      return "changed";
    case RecordKind.SKIPPED:
      return "skipped";
    case RecordKind.WOULD_CHANGE:
      return "would_change";
    case RecordKind.RETURNED:
      return "returned";
    case RecordKind.JOB_RETURN:
      return "job_return";
    default:
      return "unchanged";
  }
}

function eventType(): string {
  return body == Body.STATE ? "state_return" : body == Body.FUN_RETURN ? "fun_return" : "job_return";
}

/** Whether something else than state results came from a function that runs states. */
function isFailedJob(part: Part): bool {
  if (!part.runsStates || part.isBare) return false;
  return part.others != 0 || (!part.states && load<u8>(part.valueStart) != OPEN_BRACE);
}

/** `event.outcome` */
function outcomeOf(): string {
  if (body == Body.SUMMARY) return countOf(Outcome.FAILED) || isFailedJob(part) ? "failure" : "success";
  if (body == Body.FUN_RETURN) return part.runsStates ? "failure" : "unknown";
  const result = ownStart(Own.RESULT);
  return !isBoolean(result) ? "unknown" : load<u32>(result) == TRUE_WORD ? "success" : "failure";
}

/** Whether a record's outcome is a failure that its message tells of. */
function isError(): bool {
  return body == Body.FUN_RETURN ? part.runsStates : body == Body.STATE && outcome == Outcome.FAILED;
}

function putCategory(): void {
  putAscii(',"category":["configuration"');
  if (body == Body.STATE) {
    if (category == Category.PACKAGE) putAscii(',"package"');
    else if (category == Category.FILE) putAscii(',"file"');
    else if (category == Category.IAM) putAscii(',"iam"');
  }
  const isMade = body == Body.STATE ? isChange() : sawChange;
  putAscii(isMade && body != Body.FUN_RETURN ? '],"type":["change"]' : '],"type":["info"]');
}

function putMoment(name: string, time: i64): void {
  if (time == NO_TIME) return;
  putName(name);
  putTime(time);
}

function putEvent(): void {
  putAscii(',"event":{"kind":"event","module":"salt","dataset":"salt.');
  putAscii(body == Body.STATE ? "state" : body == Body.FUN_RETURN ? "return" : "job");
  putByte(QUOTE);
  putCategory();
  if (body == Body.STATE) putKeyword("action", actionStart, actionEnd);
  else putKeyword("action", funStart, funEnd);
  putName("outcome");
  putQuoted(outcomeOf());
  const duration = body == Body.STATE ? readDuration(ownStart(Own.DURATION)) : totalDuration;
  if (duration != NO_DURATION && body != Body.FUN_RETURN) {
    putName("duration");
    putLong(duration);
  }
  if (isQuick) putFragment(Fragment.CREATED);
  else putMoment("created", stampTime());
  const start = body == Body.STATE ? stateStart() : NO_TIME;
  if (start != NO_TIME) {
    putMoment("start", start);
    putMoment("end", start + <i64>(duration / 1000));
  }
  if (settings.id) {
    if (body == Body.STATE) hashState(keyStart, keyEnd);
    else hashRecord(eventType());
    putAscii(',"id":"');
    putHash();
    putByte(QUOTE);
  }
  putByte(CLOSE_BRACE);
}

/** Whether the record has a message; if so it is written as the member `message`. */
function putMessage(withOwn: bool): void {
  if (body == Body.STATE) {
    if (withOwn && !isEmptyString(ownStart(Own.COMMENT))) {
      putKeyword("message", ownStart(Own.COMMENT), ownEnd(Own.COMMENT));
    }
    return;
  }
  if (body == Body.SUMMARY) return;
  if (!part.states && (isEmptyString(joinedStart) || isEmptyString(part.valueStart))) return;
  if (joinedStart && !part.states) {
    putKeyword("message", joinedStart, joinedEnd);
  } else if (!part.states && load<u8>(part.valueStart) == QUOTE) {
    putKeyword("message", part.valueStart, part.valueEnd);
  } else {
    openMember("message");
    putReturnText();
    closeMember();
  }
}

/** The constants of `add`, each as a string. */
function putLabels(): void {
  const at = out;
  openObject("labels");
  for (let i: usize = 0; i < listCount(settings.addNames); i++) {
    const value = rowStart(settings.addValues, i);
    openMemberOf(rowStart(settings.addNames, i), rowEnd(settings.addNames, i));
    if (load<u8>(value) != QUOTE) putByte(QUOTE);
    putSpan(value, rowEnd(settings.addValues, i));
    if (load<u8>(value) != QUOTE) putByte(QUOTE);
    closeMember();
  }
  closeObject(at);
}

/** Puts `salt.truncated` in at `at`, the end of `salt`, which stands before some of what it tells of. */
function insertTruncated(at: usize): void {
  const end = out;
  putAscii(',"truncated":');
  putTruncated();
  const size = out - end;
  setTruncatedSize(size);
  if (!need(out, size)) {
    setFull();
    return;
  }
  memory.copy(out, end, size);
  memory.copy(at + size, at, end - at);
  memory.copy(at, out, size);
}

/** The members of `salt` that all records of the part have. */
function putHead(): void {
  putName("event_type");
  putQuoted(eventType());
  putKeyword("jid", slotStart(slots, Slot.JID), slotEnd(slots, Slot.JID));
  putKeyword("minion_id", part.minionStart, part.minionEnd);
  putKeyword("fun", funStart, funEnd);
  putArgs();
}

function putHost(): void {
  if (isNothing(part.minionStart)) return;
  openObject("host");
  putKeyword("name", part.minionStart, part.minionEnd);
  putByte(CLOSE_BRACE);
}

/** Makes what the records of the part's states share. False when memory runs out. */
function shareEcs(): bool {
  if (!beginFragments() || !readFun()) return false;
  setBody(Body.STATE);
  beginFragment();
  putHead();
  if (!endFragment(Fragment.HEAD)) return false;
  beginFragment();
  putJobMembers();
  if (!endFragment(Fragment.JOB)) return false;
  beginFragment();
  putMoment("created", stampTime());
  if (!endFragment(Fragment.CREATED)) return false;
  beginFragment();
  putHost();
  if (!endFragment(Fragment.HOST)) return false;
  beginFragment();
  putLabels();
  if (!endFragment(Fragment.LABELS)) return false;
  endFragments();
  return true;
}

/** The record that `current.ts` holds; without `withOwn` the state's own members are left out. */
function putEcs(withOwn: bool): void {
  putAscii('{"salt":{"kind":"');
  putAscii(kindOf());
  putByte(QUOTE);
  if (isQuick) putFragment(Fragment.HEAD);
  else putHead();
  if (body == Body.STATE) putState(withOwn);
  if (isQuick) putFragment(Fragment.JOB);
  else putJobMembers();
  if (body == Body.SUMMARY) putSummary();
  if (body == Body.FUN_RETURN) {
    openMember("return");
    putReturnText();
    closeMember();
    if (isTrimmed) putAscii(',"trimmed":true');
  }
  const saltEnd = out;
  putAscii('},"ecs":{"version":"8.11.0"}');
  putEvent();
  if (isQuick) putFragment(Fragment.HOST);
  else putHost();
  putMessage(withOwn);
  if (isError()) {
    const at = out;
    openObject("error");
    putMessage(withOwn);
    closeObject(at);
  }
  if (isQuick) putFragment(Fragment.LABELS);
  else putLabels();
  if (hasTruncated()) insertTruncated(saltEnd);
  putByte(CLOSE_BRACE);
}

export class Ecs extends Preset {
  isCopied(): bool {
    return false;
  }

  looksInto(): bool {
    return true;
  }

  begin(): bool {
    return readTimes();
  }

  share(): bool {
    return shareEcs();
  }

  prepareState(): bool {
    return readFun() && readKey();
  }

  prepareOther(): bool {
    return readFun() && joinStrings(part.valueStart, part.valueEnd, true);
  }

  dropMembers(): void {}

  put(withOwn: bool): void {
    putEcs(withOwn);
  }

  putMalformed(): void {
    emitAscii('{"salt":{"kind":"malformed","event_type":"malformed"},"ecs":{"version":"8.11.0"},');
    emitAscii(
      '"event":{"kind":"pipeline_error","module":"salt","dataset":"salt.malformed","type":["error"],"outcome":"failure"',
    );
    emitId(',"id":"');
    emitAscii(',"original":');
    emitRecord();
    emitAscii('},"message":');
    emitError();
    emitAscii(',"error":{"message":');
    emitError();
    emitByte(CLOSE_BRACE);
    putLabels();
    emitByte(CLOSE_BRACE);
  }
}
