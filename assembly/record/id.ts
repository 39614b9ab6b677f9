// `event_id`: the same for the same result, whichever way it came (docs/options.md).
import { need } from "../bytes/arena";
import {
  addByteToHash,
  addToHash,
  beginHash,
  endHash,
  fillBlock,
  restoreHash,
  saveHash,
  state,
} from "../bytes/blake2b";
import { NUL, OPEN_BRACKET, QUOTE, UNDERSCORE, isDigit } from "../bytes/chars";
import { spanEnd, spanStart } from "../bytes/span";
import { out } from "../json/emit";
import { IS_NESTED, Member } from "../json/object";
import { putAscii, putByte, putHash, putHex, setFull } from "../json/put";
import { skipSpace } from "../json/scan";
import { decodeName, hasBackslash, readText, sawBadUtf8, scanString } from "../json/string";
import { settings } from "../options/settings";
import { Slot, endOf, startOf } from "../event/slots";
import { Body, Subject } from "./current";

/** Adds bytes, a zero byte as c0 80, which no UTF-8 holds. */
function addText(p: usize, end: usize): void {
  let run = p;
  for (; p < end; p++) {
    if (load<u8>(p)) continue;
    addToHash(run, p);
    addByteToHash(0xc0);
    addByteToHash(0x80);
    run = p + 1;
  }
  addToHash(run, end);
}

/** Adds the content `[start, end)` of a JSON string, decoded. Work area: above `out`. */
function addContent(start: usize, end: usize): void {
  if (!hasBackslash(start, end) && !sawBadUtf8) {
    addToHash(start, end);
    return;
  }
  const text = (out + 63) & ~7;
  if (need(text, 3 * (end - start) + 8)) addText(text, decodeName(start, end, text));
  else setFull();
}

/** Adds a string, or the strings of a list with commas between them; nothing for null. */
function addStrings(start: usize, end: usize): void {
  if (!start) return;
  if (load<u8>(start) == QUOTE) {
    addContent(start + 1, end - 1);
    return;
  }
  if (load<u8>(start) != OPEN_BRACKET) return;
  let isFirst = true;
  for (let p = skipSpace(start + 1); p < end; p = skipSpace(p + 1)) {
    if (load<u8>(p) != QUOTE) continue;
    const close = scanString(p + 1);
    if (!isFirst) addByteToHash(0x2c);
    addContent(p + 1, close);
    isFirst = false;
    p = close;
  }
}

/** Adds what a text's units are, all of them ASCII. */
export function addAscii(text: string): void {
  for (let i = 0; i < text.length; i++) addByteToHash(<u8>text.charCodeAt(i));
}

/** The facts that all records of the part begin with, once for all of them. */
export function beginIds(subject: Subject): void {
  const event = subject.job.event;
  const part = subject.part;
  if (!settings.id) return;
  beginHash();
  addStrings(startOf(event, Slot.JID), endOf(event, Slot.JID));
  addByteToHash(NUL);
  addStrings(part.minionStart, part.minionEnd);
  addByteToHash(NUL);
  addStrings(part.funStart, part.funEnd);
  fillBlock(); // so that most records take one block more
  saveHash();
  const jid = readText(startOf(event, Slot.JID), endOf(event, Slot.JID));
  needsStamp = !jid || !isMasters(spanStart(jid), spanEnd(jid));
  if (settings.trace) hashTrace(subject);
}

/** Whether the text `[p, end)` is what a master calls a job: 20 digits, and perhaps `_` and digits. */
function isMasters(p: usize, end: usize): bool {
  const start = p;
  while (p < end && isDigit(load<u8>(p))) p++;
  if (p - start != 20) return false;
  if (p == end) return true;
  if (load<u8>(p++) != UNDERSCORE || p == end) return false;
  while (p < end && isDigit(load<u8>(p))) p++;
  return p == end;
}

/** Whether `_stamp` is one more fact: `jid` does not tell one run from another. */
let needsStamp: bool = false;

/** `_stamp` as one more fact. */
function addStamp(subject: Subject): void {
  const event = subject.job.event;
  const stamp = startOf(event, Slot.STAMP);
  addByteToHash(NUL);
  if (stamp && load<u8>(stamp) == QUOTE) addContent(stamp + 1, endOf(event, Slot.STAMP) - 1);
}

/** A constant of `add`: a string's text, else its JSON. */
function addConstant(start: usize, end: usize): void {
  if (load<u8>(start) == QUOTE) addContent(start + 1, end - 1);
  else addToHash(start, end);
}

/** The id of the trace that the part's job is. */
const trace: usize = memory.data(16, 8);

function hashTrace(subject: Subject): void {
  const event = subject.job.event;
  const master = settings.masterRow;
  beginHash();
  addStrings(startOf(event, Slot.JID), endOf(event, Slot.JID));
  addByteToHash(NUL);
  if (master) addConstant(load<usize>(master), load<usize>(master, 4));
  if (needsStamp) {
    addByteToHash(NUL);
    addStrings(subject.part.minionStart, subject.part.minionEnd);
    addStamp(subject);
  }
  endHash();
  memory.copy(trace, state, 16);
}

/**
 * Writes a record's id and the quote behind it; where they are asked for, the ids of its trace and of its span as well:
 * that of the span is the first half of the record's. The texts stand before the two.
 */
export function putIds(traceText: string, spanText: string): void {
  putHash();
  putByte(QUOTE);
  if (!settings.trace) return;
  putAscii(traceText);
  putHex(trace, 16);
  putAscii(spanText);
  putHex(state, 8);
  putByte(QUOTE);
}

/**
 * What else a record's id is made of: the place in a list of returns, where there is one, since a function may stand
 * there twice; `_stamp`; the states that hold this one.
 */
function endPart(subject: Subject): void {
  let place = subject.part.place;
  if (place) {
    addByteToHash(NUL);
    place--;
    let scale: u32 = 1;
    while (place / scale >= 10) scale *= 10;
    for (; scale; scale /= 10) addByteToHash(0x30 + <u8>((place / scale) % 10));
  }
  if (needsStamp) addStamp(subject);
  let parent = subject.body == Body.STATE ? subject.parent : 0;
  while (parent) {
    const state = changetype<Member>(parent); // an unmanaged view of the arena
    addByteToHash(NUL);
    addContent(state.keyStart, state.keyEnd);
    parent = state.flags & IS_NESTED ? changetype<usize>(state.parent) : 0; // its address
  }
  endHash();
}

/** The id of a state: of its key, if it has one. `putHash` writes it. */
export function hashState(subject: Subject): void {
  restoreHash();
  addByteToHash(NUL);
  if (subject.keyIsEscaped) addContent(subject.keyStart, subject.keyEnd);
  else addToHash(subject.keyStart, subject.keyEnd);
  endPart(subject);
}

/** The id of another record of the part. */
export function hashRecord(subject: Subject, eventType: string): void {
  restoreHash();
  addByteToHash(NUL);
  addByteToHash(NUL);
  addAscii(eventType);
  endPart(subject);
}
