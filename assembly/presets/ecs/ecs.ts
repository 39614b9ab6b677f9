// Records in the Elastic Common Schema (docs/ecs.md): every member has one type, whatever a state returned.
import { need } from "../../bytes/arena";
import { CLOSE_BRACE, OPEN_BRACE, QUOTE } from "../../bytes/chars";
import { Span, spanEnd, spanStart } from "../../bytes/span";
import { emitAscii, emitByte, out } from "../../json/emit";
import { putAscii, putByte, putName, putQuoted, putSpan, setFull } from "../../json/put";
import { TRUE_WORD } from "../../json/scan";
import { listCount, rowEnd, rowStart, settings } from "../../options/settings";
import { NO_TIME, putTime } from "../../salt/clock";
import { NO_DURATION, putLong, readDuration } from "../../salt/duration";
import { Own } from "../../salt/own";
import { Outcome, ownEnd, ownStart } from "../../salt/state";
import { Evidence } from "../../event/evidence";
import { Slot, endOf, startOf } from "../../event/slots";
import { Part } from "../../job/part";
import { Body, Subject, setBody } from "../../record/current";
import { Fragment, beginFragment, beginFragments, endFragment, endFragments } from "../../record/fragments";
import { hashRecord, hashState } from "../../record/id";
import { RecordKind, kindOfRecord } from "../../record/kind";
import {
  closeMember,
  hasTruncated,
  openMember,
  openMemberOf,
  putTruncated,
  setTruncatedSize,
} from "../../record/limits";
import { isChange } from "../../record/summary";
import { countOf } from "../../record/totals";
import { Shared } from "../../record/shares";
import { readTimes, stampTime, stateStart } from "../../record/timing";
import {
  closeObject,
  isBoolean,
  isEmptyString,
  isNothing,
  openObject,
  putKeyword,
  putRecordIds,
  putReturnText,
  putShared,
} from "./field";
import { putArgs, putJobMembers, putState, putSummary } from "./salt";
import { prepareQuickly, putStateQuickly } from "./quick";
import { Category, Strings, newStrings, readFun, readKey, readReturned } from "./strings";
import { emitError, emitId, emitRecord } from "../malformed";
import { Preset } from "../preset";

/** `salt.kind` */
function kindOf(subject: Subject): string {
  switch (kindOfRecord(subject)) {
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

function eventType(subject: Subject): string {
  return subject.body == Body.STATE ? "state_return" : subject.body == Body.FUN_RETURN ? "fun_return" : "job_return";
}

/** Whether something else than state results came from a function that runs states. */
function isFailedJob(part: Part): bool {
  if (!part.runsStates || part.isBare) return false;
  return part.others != 0 || (!part.states && load<u8>(part.valueStart) != OPEN_BRACE);
}

/** `event.outcome` */
function outcomeOf(subject: Subject): string {
  if (subject.body == Body.SUMMARY)
    return countOf(subject.summary, Outcome.FAILED) || isFailedJob(subject.part) ? "failure" : "success";
  if (subject.body == Body.FUN_RETURN) return subject.part.runsStates ? "failure" : "unknown";
  const result = ownStart(subject.state, Own.RESULT);
  return !isBoolean(result) ? "unknown" : load<u32>(result) == TRUE_WORD ? "success" : "failure";
}

/** Whether a record's outcome is a failure that its message tells of. */
function isError(subject: Subject): bool {
  return subject.body == Body.FUN_RETURN
    ? subject.part.runsStates
    : subject.body == Body.STATE && subject.outcome == Outcome.FAILED;
}

function putCategory(subject: Subject, category: Category): void {
  const body = subject.body;
  putAscii(',"category":["configuration"');
  if (body == Body.STATE) {
    if (category == Category.PACKAGE) putAscii(',"package"');
    else if (category == Category.FILE) putAscii(',"file"');
    else if (category == Category.IAM) putAscii(',"iam"');
  }
  const isMade = body == Body.STATE ? isChange(subject) : subject.summary.sawChange;
  putAscii(isMade && body != Body.FUN_RETURN ? '],"type":["change"]' : '],"type":["info"]');
}

function putMoment(name: string, time: i64): void {
  if (time == NO_TIME) return;
  putName(name);
  putTime(time);
}

function putEvent(subject: Subject, strings: Strings): void {
  const body = subject.body;
  putAscii(',"event":{"kind":"event","module":"salt","dataset":"salt.');
  putAscii(body == Body.STATE ? "state" : body == Body.FUN_RETURN ? "return" : "job");
  putByte(QUOTE);
  putCategory(subject, strings.category);
  const action = body == Body.STATE ? strings.action : strings.fun;
  putKeyword("action", spanStart(action), spanEnd(action));
  putName("outcome");
  putQuoted(outcomeOf(subject));
  const duration =
    body == Body.STATE ? readDuration(ownStart(subject.state, Own.DURATION)) : subject.summary.totalDuration;
  if (duration != NO_DURATION && body != Body.FUN_RETURN) {
    putName("duration");
    putLong(duration);
  }
  putMoment("created", stampTime());
  const start = body == Body.STATE ? stateStart(subject.state, duration) : NO_TIME;
  if (start != NO_TIME) {
    putMoment("start", start);
    putMoment("end", start + <i64>(duration / 1000));
  }
  if (settings.id) {
    if (body == Body.STATE) hashState(subject);
    else hashRecord(subject, eventType(subject));
    putAscii(',"id":"');
    putRecordIds();
  }
  putByte(CLOSE_BRACE);
}

/** Whether the record has a message; if so it is written as the member `message`. */
function putMessage(subject: Subject, strings: Strings, withOwn: bool): void {
  const body = subject.body;
  const part = subject.part;
  if (body == Body.STATE) {
    if (withOwn && !isEmptyString(ownStart(subject.state, Own.COMMENT))) {
      putKeyword("message", ownStart(subject.state, Own.COMMENT), ownEnd(subject.state, Own.COMMENT));
    }
    return;
  }
  if (body == Body.SUMMARY) return;
  const joined = strings.joined;
  if (!part.states && (isEmptyString(spanStart(joined)) || isEmptyString(part.valueStart))) return;
  if (joined && !part.states) {
    putKeyword("message", spanStart(joined), spanEnd(joined));
  } else if (!part.states && load<u8>(part.valueStart) == QUOTE) {
    putKeyword("message", part.valueStart, part.valueEnd);
  } else {
    openMember("message");
    putReturnText(subject);
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
function putHead(subject: Subject, fun: Span): void {
  const event = subject.job.event;
  const part = subject.part;
  putName("event_type");
  putQuoted(eventType(subject));
  putShared(subject, "jid", Shared.JID, startOf(event, Slot.JID), endOf(event, Slot.JID));
  putShared(subject, "minion_id", Shared.MINION, part.minionStart, part.minionEnd);
  putShared(subject, "fun", Shared.FUN, spanStart(fun), spanEnd(fun));
  putArgs(subject);
}

function putHost(subject: Subject): void {
  const part = subject.part;
  if (isNothing(part.minionStart)) return;
  openObject("host");
  putShared(subject, "name", Shared.MINION, part.minionStart, part.minionEnd);
  putByte(CLOSE_BRACE);
}

/** Makes what the records of the part's states share. False when memory runs out. */
function shareEcs(subject: Subject, strings: Strings): bool {
  if (!beginFragments(subject) || !readFun(strings, subject)) return false;
  setBody(subject, Body.STATE);
  subject.isTrimmed = false;
  beginFragment();
  putHead(subject, strings.fun);
  putAscii(',"state":{"key":');
  if (!endFragment(Fragment.HEAD)) return false;
  beginFragment();
  putJobMembers(subject);
  putAscii('},"ecs":{"version":"8.11.0"},"event":{"kind":"event","module":"salt","dataset":"salt.state"');
  if (!endFragment(Fragment.JOB)) return false;
  beginFragment();
  putMoment("created", stampTime());
  if (!endFragment(Fragment.CREATED)) return false;
  beginFragment();
  putByte(CLOSE_BRACE); // that of `event`
  putHost(subject);
  if (!endFragment(Fragment.HOST)) return false;
  beginFragment();
  putLabels();
  putByte(CLOSE_BRACE);
  if (!endFragment(Fragment.LABELS)) return false;
  endFragments(subject);
  return true;
}

/** The record that `current.ts` holds; without `withOwn` the state's own members are left out. */
function putEcs(subject: Subject, strings: Strings, withOwn: bool): void {
  const body = subject.body;
  putAscii('{"salt":{"kind":"');
  putAscii(kindOf(subject));
  putByte(QUOTE);
  putHead(subject, strings.fun);
  if (body == Body.STATE) putState(subject, strings, withOwn);
  putJobMembers(subject);
  if (body == Body.SUMMARY) putSummary(subject.summary);
  if (body == Body.FUN_RETURN) {
    openMember("return");
    putReturnText(subject);
    closeMember();
  }
  if (subject.isTrimmed) putAscii(',"trimmed":true');
  const saltEnd = out;
  putAscii('},"ecs":{"version":"8.11.0"}');
  putEvent(subject, strings);
  putHost(subject);
  putMessage(subject, strings, withOwn);
  if (isError(subject)) {
    const at = out;
    openObject("error");
    putMessage(subject, strings, withOwn);
    closeObject(at);
  }
  putLabels();
  if (hasTruncated()) insertTruncated(saltEnd);
  putByte(CLOSE_BRACE);
}

export class Ecs extends Preset {
  private readonly strings: Strings = newStrings();

  isCopied(): bool {
    return false;
  }

  looksInto(): bool {
    return true;
  }

  begin(subject: Subject): bool {
    return readTimes(subject.job, subject.state);
  }

  share(subject: Subject): bool {
    return shareEcs(subject, this.strings);
  }

  prepareQuickly(subject: Subject): bool {
    return prepareQuickly(subject, this.strings);
  }

  putQuickly(subject: Subject): void {
    putStateQuickly(subject, this.strings);
  }

  prepareState(subject: Subject): bool {
    return readFun(this.strings, subject) && readKey(this.strings, subject);
  }

  prepareOther(subject: Subject): bool {
    return readFun(this.strings, subject) && readReturned(this.strings, subject);
  }

  dropMembers(subject: Subject): void {}

  put(subject: Subject, withOwn: bool): void {
    putEcs(subject, this.strings, withOwn);
  }

  putMalformed(evidence: Evidence): void {
    emitAscii('{"salt":{"kind":"malformed","event_type":"malformed"},"ecs":{"version":"8.11.0"},');
    emitAscii('"event":{"kind":"pipeline_error","module":"salt","dataset":"salt.malformed",');
    emitAscii('"type":["error"],"outcome":"failure"');
    emitId(evidence, ',"id":"');
    emitAscii(',"original":');
    emitRecord(evidence);
    emitAscii('},"message":');
    emitError(evidence);
    emitAscii(',"error":{"message":');
    emitError(evidence);
    emitByte(CLOSE_BRACE);
    putLabels();
    emitByte(CLOSE_BRACE);
  }
}
