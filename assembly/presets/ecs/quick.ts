// The record of an ordinary state in the Elastic Common Schema, each byte written once: texts that never change, what
// the part's records share, spans of the input. What is not ordinary is written by the functions that any record is
// made by.
import { CLOSE_BRACE, LINE_FEED, OPEN_BRACE, PIPE, POINT, QUOTE } from "../../bytes/chars";
import { emitLong } from "../../bytes/digits";
import { spanEnd, spanStart } from "../../bytes/span";
import { out, setOut } from "../../json/emit";
import { hasRoom, isFull, setFull } from "../../json/put";
import { TRUE_WORD } from "../../json/scan";
import { List, rowEnd, rowStart, settings } from "../../options/settings";
import { NO_TIME, emitTime } from "../../salt/clock";
import { NO_DURATION, readDuration } from "../../salt/duration";
import { isSeparator } from "../../salt/key";
import { Own } from "../../salt/own";
import { Outcome, hasChanges, isNull, ownEnd, ownStart } from "../../salt/state";
import { isSearching, putRedacted } from "../../redact/value";
import { Part } from "../../job/part";
import { putCauses } from "../../record/causes";
import { Subject, openStateOf } from "../../record/current";
import { Fragment, fragmentEnd, fragmentStart } from "../../record/fragments";
import { hashState } from "../../record/id";
import { stateStart } from "../../record/timing";
import { isBoolean, isEmptyString, isLong, isNothing, putRecordIds, putText } from "./field";
import { flattenTail } from "./flattened";
import { putChanges, putExtra } from "./salt";
import { Strings, categoryOf, readKey } from "./strings";

/**
 * Texts with a bar behind each, as a list for ever; line feeds are left out. One string takes less room than many.
 * Allocates: for start-up only.
 */
function newTexts(texts: string): usize {
  const list = changetype<List>(heap.alloc(offsetof<List>())); // an unmanaged view
  list.count = Text.ERROR + 1;
  list.rows = heap.alloc(list.count << 3);
  let at = heap.alloc(<usize>texts.length);
  let row = list.rows;
  store<usize>(row, at);
  for (let i = 0; i < texts.length; i++) {
    const c = <u8>texts.charCodeAt(i);
    if (c == LINE_FEED) continue;
    if (c != PIPE) {
      store<u8>(at++, c);
      continue;
    }
    store<usize>(row, at, 4);
    row += 8;
    if (row < list.rows + (list.count << 3)) store<usize>(row, at);
  }
  return changetype<usize>(list); // an unmanaged view
}

/** Rows of `TEXTS`. Those of an outcome stand in its order, those of a category in the order of categories. */
const enum Text {
  FAILED,
  CHANGED,
  UNCHANGED,
  SKIPPED,
  WOULD_CHANGE,
  MODULE,
  FUNCTION,
  ID,
  NAME,
  SLS,
  RUN_NUM,
  RESULT,
  CHANGES,
  START_TIME,
  CATEGORIES,
  PACKAGE,
  FILE,
  IAM,
  CHANGE,
  INFO,
  SUCCESS,
  FAILURE,
  UNKNOWN,
  DURATION,
  START,
  END,
  EVENT_ID,
  MESSAGE,
  ERROR,
}
// prettier-ignore
const TEXTS = newTexts(`{"salt":{"kind":"failed"|{"salt":{"kind":"changed"|{"salt":{"kind":"unchanged"|{"salt":{"kind":"skipped"|
{"salt":{"kind":"would_change"|,"module":"|","function":"|","id":|,"name":|,"sls":|,"run_num":|,"result":|
,"changes":|,"extra":{"start_time":|,"category":["configuration"]|,"category":["configuration","package"]|
,"category":["configuration","file"]|,"category":["configuration","iam"]|,"type":["change"],"action":"|
,"type":["info"],"action":"|","outcome":"success"|","outcome":"failure"|","outcome":"unknown"|,"duration":|
,"start":|,"end":|,"id":"|,"message":|,"error":{"message":|`);

/** Bytes of all texts together, of what else is written around values, and to spare. */
const OVERHEAD: usize = 1024;

/** A `start_time` that is no longer stands in a flattened field as it is. */
const START_TIME_BYTES: usize = 64;

// @ts-ignore: decorator
@inline
function copySpan(at: usize, start: usize, end: usize): usize {
  memory.copy(at, start, end - start);
  return at + (end - start);
}

// @ts-ignore: decorator
@inline
function copyText(at: usize, text: usize): usize {
  return copySpan(at, rowStart(TEXTS, text), rowEnd(TEXTS, text));
}

// @ts-ignore: decorator
@inline
function copyFragment(at: usize, part: Part, fragment: Fragment): usize {
  return copySpan(at, fragmentStart(part, fragment), fragmentEnd(part, fragment));
}

/** The most bytes of the record, but for what options make longer; asked for again behind what they may have. */
let room: usize = 0;

/** Goes on behind what was written through `out`. */
function goOn(): usize {
  hasRoom(room);
  return out;
}

/** A member with the value `[start, end)`: a string as it is, any other value as its JSON; nothing for null. */
function copyKeyword(at: usize, text: usize, start: usize, end: usize): usize {
  if (isNothing(start)) return at;
  at = copyText(at, text);
  if (!isSearching && load<u8>(start) == QUOTE) return copySpan(at, start, end);
  setOut(at);
  putText(start, end);
  return goOn();
}

/**
 * Looks for what cannot be written from the rows of the state's known members alone: further members, a `start_time`
 * that is none. The state is opened then. False when memory runs out.
 */
export function prepareQuickly(subject: Subject, strings: Strings): bool {
  const state = subject.state;
  if (subject.keyIsEscaped) {
    setFull();
    return true;
  }
  if (!state.table) {
    const start = ownStart(state, Own.START_TIME);
    const isShort = !start || (load<u8>(start) == QUOTE && ownEnd(state, Own.START_TIME) - start <= START_TIME_BYTES);
    const others = ownStart(state, Own.NONE) | ownStart(state, Own.STATE_RAN) | ownStart(state, Own.SKIP_WATCH);
    if ((others || !isShort) && !openStateOf(subject)) return false;
  }
  return !isSearching || readKey(strings, subject);
}

/** The record. Room for it is asked for once. */
export function putStateQuickly(subject: Subject, strings: Strings): void {
  const state = subject.state;
  const part = subject.part;
  const keyStart = subject.keyStart;
  const keyEnd = subject.keyEnd;
  room =
    2 * (subject.objectEnd - subject.objectStart) +
    3 * (keyEnd - keyStart) +
    (fragmentEnd(part, Fragment.LABELS) - fragmentStart(part, Fragment.HEAD)) +
    OVERHEAD;
  if (subject.keyIsEscaped || !hasRoom(room)) {
    setFull();
    return;
  }
  const redacts = isSearching;
  const outcome = subject.outcome;
  let at = copyText(out, Text.FAILED + outcome);
  at = copyFragment(at, part, Fragment.HEAD);
  // The first and the last separator of the key: it has three at least.
  let first = keyStart;
  while (load<u8>(first + 1) != PIPE || !isSeparator(first)) first++;
  let last = keyEnd - 3;
  while (load<u8>(last + 1) != PIPE || !isSeparator(last)) last--;
  last += 3;
  if (redacts) {
    setOut(at);
    putRedacted(keyStart - 1, keyEnd + 1, false);
    at = copyText(goOn(), Text.MODULE) - 1;
    setOut(at);
    putRedacted(spanStart(strings.module), spanEnd(strings.module), false);
    at = copyText(goOn() - 1, Text.FUNCTION) - 1;
    setOut(at);
    putRedacted(spanStart(strings.stateFunction), spanEnd(strings.stateFunction), false);
    at = copyText(goOn() - 1, Text.ID);
    setOut(at);
    putRedacted(subject.idStart, subject.idEnd, false);
    at = goOn();
  } else {
    at = copySpan(at, keyStart - 1, keyEnd + 1);
    at = copyText(at, Text.MODULE);
    at = copySpan(at, keyStart, first);
    at = copyText(at, Text.FUNCTION);
    at = copySpan(at, last, keyEnd);
    at = copyText(at, Text.ID);
    at = copySpan(at, subject.idStart, subject.idEnd);
  }
  at = copyKeyword(at, Text.NAME, ownStart(state, Own.NAME), ownEnd(state, Own.NAME));
  at = copyKeyword(at, Text.SLS, ownStart(state, Own.SLS), ownEnd(state, Own.SLS));
  if (isFull) return;
  const number = ownStart(state, Own.RUN_NUM);
  if (isLong(number, ownEnd(state, Own.RUN_NUM))) {
    at = copyText(at, Text.RUN_NUM);
    at = copySpan(at, number, ownEnd(state, Own.RUN_NUM));
  }
  const result = ownStart(state, Own.RESULT);
  const hasResult = isBoolean(result);
  if (hasResult) {
    at = copyText(at, Text.RESULT);
    at = copySpan(at, result, ownEnd(state, Own.RESULT));
  }
  store<u8>(at++, CLOSE_BRACE);
  if (subject.causes) {
    setOut(at);
    putCauses(subject);
    at = goOn();
  }
  const isChanged = hasChanges(state);
  const changes = ownStart(state, Own.CHANGES);
  if (!isNothing(changes) && (isChanged || load<u8>(changes) != OPEN_BRACE)) {
    if (settings.changesText) {
      setOut(at);
      putChanges(state);
    } else {
      at = copyText(at, Text.CHANGES);
      setOut(at);
      putRedacted(changes, ownEnd(state, Own.CHANGES), true);
      if (flattenTail(at)) setFull(); // a record that is cut is made member by member
    }
    at = goOn();
  }
  const startTime = ownStart(state, Own.START_TIME);
  if (state.table) {
    setOut(at);
    putExtra(state);
    at = goOn();
  } else if (startTime) {
    at = copyText(at, Text.START_TIME);
    setOut(at);
    putRedacted(startTime, ownEnd(state, Own.START_TIME), false);
    at = goOn();
    store<u8>(at++, CLOSE_BRACE);
  }
  if (isFull) return;
  at = copyFragment(at, part, Fragment.JOB);
  at = copyText(at, Text.CATEGORIES + categoryOf(keyStart, first));
  at = copyText(at, isChanged && outcome != Outcome.SKIPPED && !isNull(state, Own.RESULT) ? Text.CHANGE : Text.INFO);
  if (redacts) {
    setOut(at - 1);
    putRedacted(spanStart(strings.action), spanEnd(strings.action), false);
    at = goOn() - 1;
  } else {
    at = copySpan(at, keyStart, first);
    store<u8>(at++, POINT);
    at = copySpan(at, last, keyEnd);
  }
  at = copyText(at, !hasResult ? Text.UNKNOWN : load<u32>(result) == TRUE_WORD ? Text.SUCCESS : Text.FAILURE);
  const duration = readDuration(ownStart(state, Own.DURATION));
  if (duration != NO_DURATION) {
    at = copyText(at, Text.DURATION);
    at = emitLong(at, duration);
  }
  at = copyFragment(at, part, Fragment.CREATED);
  const start = stateStart(state, duration);
  if (start != NO_TIME) {
    at = copyText(at, Text.START);
    at = emitTime(at, start);
    at = copyText(at, Text.END);
    at = emitTime(at, start + <i64>(duration / 1000));
  }
  if (settings.id) {
    at = copyText(at, Text.EVENT_ID);
    setOut(at);
    hashState(subject);
    putRecordIds();
    at = out;
  }
  at = copyFragment(at, part, Fragment.HOST);
  const comment = ownStart(state, Own.COMMENT);
  if (!isEmptyString(comment) && !isNothing(comment)) {
    const message = at + 11; // behind its name
    at = copyKeyword(at, Text.MESSAGE, comment, ownEnd(state, Own.COMMENT));
    if (outcome == Outcome.FAILED) {
      const end = at;
      setOut(at);
      if (!hasRoom(room + (end - message))) return;
      at = copyText(at, Text.ERROR);
      at = copySpan(at, message, end);
      store<u8>(at++, CLOSE_BRACE);
    }
  }
  at = copyFragment(at, part, Fragment.LABELS);
  setOut(at);
}
