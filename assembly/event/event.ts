// Which member of an event is where, and what kind of event it is: contract section 1.
import { ErrorCode, fail, refuse } from "../error";
import { CLOSE_BRACE, COMMA, OPEN_BRACE, QUOTE, TAB } from "../bytes/chars";
import { scanColon, scanValue, skipSpace } from "../json/scan";
import { beginInput, failAt, inputEnd, isAscii, readText, scanString, textEnd } from "../json/string";
import { settings } from "../options/settings";
import { clearNotes } from "../salt/notes";
import { isJobReturnTag, isRunReturnTag, isRunner } from "../salt/tags";
import { tableCount, tableStart, walkMembers } from "../salt/walk";
import { keepEvidence } from "./evidence";
import { clearExtras, noteExtra, openExtras } from "./extras";
import { decodeText, textQuote } from "./log";
import {
  Event,
  SET_BYTES,
  Slot,
  dataSlots,
  endOf,
  outerSlots,
  setSlot,
  slotEnd,
  slotOf,
  slotStart,
  startOf,
} from "./slots";

/** The text in `log` or `message`, decoded over the start of the record; 0 where there is none. */
let logStart: usize = 0;
let logEnd: usize = 0;
let messageStart: usize = 0;
let messageEnd: usize = 0;

/**
 * The event's own members, into `slots`; the last of a name wins. In the outer object `data` is walked the same way and
 * text in `log`/`message` is decoded on the spot, to just before its own name: nothing read later lies there.
 */
function walkEvent(event: Event, p: usize, slots: usize, depth: u32, mayHoldText: bool): usize {
  memory.fill(slots, 0, SET_BYTES);
  const isOuter = slots == outerSlots;
  if (settings.shapes) clearExtras(isOuter);
  p = skipSpace(p + 1);
  if (load<u8>(p) == CLOSE_BRACE) return p + 1;
  while (true) {
    const at = p;
    if (load<u8>(p) != QUOTE) return failAt(ErrorCode.EXPECTED_KEY, p);
    const keyEnd = scanString(p + 1);
    if (!keyEnd) return 0;
    const valueStart = scanColon(keyEnd + 1);
    if (!valueStart) return 0;
    const name = readText(p, keyEnd + 1);
    if (!name) return 0;
    const nameEnd = textEnd;
    const slot = slotOf(name, nameEnd);
    const c = load<u8>(valueStart);
    if (slot == Slot.RETURN && c == OPEN_BRACE) {
      p = walkMembers(valueStart, depth + 1, true);
      event.walkedReturn = valueStart;
      event.walkedTable = tableStart;
      event.walkedCount = tableCount;
    } else if (slot == Slot.DATA && c == OPEN_BRACE && isOuter) {
      p = walkEvent(event, valueStart, dataSlots, depth + 1, false);
    } else if ((slot == Slot.LOG || slot == Slot.MESSAGE) && c == QUOTE && mayHoldText && !hasEvent(slots)) {
      const end = decodeText(valueStart + 1, at - 1);
      if (!end) return 0;
      if (slot == Slot.LOG) {
        logStart = at - 1;
        logEnd = end;
      } else {
        messageStart = at - 1;
        messageEnd = end;
      }
      p = textQuote + 1;
    } else {
      // The last of a name wins, whatever it is.
      if (isOuter && slot == Slot.LOG) logStart = 0;
      if (isOuter && slot == Slot.MESSAGE) messageStart = 0;
      p = scanValue(valueStart, depth);
    }
    if (!p) return 0;
    if (settings.shapes) noteExtra(isOuter, name, nameEnd, valueStart, p);
    if (slot != Slot.NONE) setSlot(slots, slot, valueStart, p);
    p = skipSpace(p);
    if (load<u8>(p) == CLOSE_BRACE) return p + 1;
    if (load<u8>(p) != COMMA) return failAt(ErrorCode.EXPECTED_COMMA, p);
    p = skipSpace(p + 1);
  }
}

/**
 * True once the outer object has shown that it is an event itself, and its text is not. Every event on Salt's bus has a
 * `_stamp`; the `logstash` engine puts the event's tag into `message` beside it.
 */
function hasEvent(slots: usize): bool {
  return (slotStart(slots, Slot.DATA) | slotStart(slots, Slot.RETURN) | slotStart(slots, Slot.STAMP)) != 0;
}

/** What an event is. */
export const enum Kind {
  /** Not a job return: no record. */
  OTHER,
  /** A minion's job return. */
  JOB,
  /** A runner's return. */
  RUN,
  MALFORMED,
}

function malformed(code: ErrorCode, at: usize): Kind {
  fail(code, at);
  return Kind.MALFORMED;
}

/** The text between `start` and the terminator at `end`: one event, JSON or `TAG<TAB>JSON`. */
export function readEvent(event: Event, start: usize, end: usize, isText: bool): Kind {
  beginInput(start, end);
  event.rootStart = 0;
  event.rootIsText = isText;
  event.tagStart = 0;
  logStart = 0;
  messageStart = 0;
  event.walkedReturn = 0;
  if (!isText) clearNotes();
  let p = start;
  if ((load<u32>(p) & 0xffffff) == BOM) p += 3;
  p = skipSpace(p);
  if (load<u8>(p) == OPEN_BRACE) {
    event.rootStart = p;
    p = walkEvent(event, p, outerSlots, 1, !isText);
    event.rootEnd = p;
    event.tagIsOutside = false;
    if (!p || !atEnd(p)) return Kind.MALFORMED;
    return kindOfOuter(event);
  }
  if (p == end && isText) return Kind.OTHER; // a blank line
  let tab = p;
  while (tab < end && load<u8>(tab) != TAB) tab++;
  const brace = skipSpace(tab);
  if (tab == end || load<u8>(brace) != OPEN_BRACE) return malformed(ErrorCode.NOT_OBJECT, p);
  event.tagStart = p;
  event.tagEnd = tab;
  p = walkEvent(event, brace, dataSlots, 1, false);
  event.rootStart = brace;
  event.rootEnd = p;
  event.tagIsOutside = true;
  if (!p || !atEnd(p)) return Kind.MALFORMED;
  event.slots = dataSlots;
  openExtras(false);
  return kindOfData(event);
}
const BOM: u32 = 0xbfbbef;

/** True when only whitespace lies between `p` and the terminator; else fails. */
function atEnd(p: usize): bool {
  p = skipSpace(p);
  return p == inputEnd || refuse(ErrorCode.TRAILING, p);
}

/** The shapes of contract section 1, by the members of the outer object. */
function kindOfOuter(event: Event): Kind {
  const data = slotStart(outerSlots, Slot.DATA);
  const tag = slotStart(outerSlots, Slot.TAG);
  const hasReturn = slotStart(outerSlots, Slot.RETURN) != 0;
  if (data && (tag || !hasReturn)) {
    const isObject = load<u8>(data) == OPEN_BRACE;
    event.slots = dataSlots;
    openExtras(false);
    if (tag) {
      if (load<u8>(tag) != QUOTE) {
        if (!isObject || !slotStart(dataSlots, Slot.RETURN)) return Kind.OTHER;
        return malformed(ErrorCode.BAD_TAG, tag);
      }
      event.tagStart = readText(tag, slotEnd(outerSlots, Slot.TAG));
      if (!event.tagStart) return Kind.MALFORMED;
      event.tagEnd = textEnd;
      if (!isObject && (isJobReturnTag(event.tagStart, event.tagEnd) || isRunReturnTag(event.tagStart, event.tagEnd))) {
        return malformed(ErrorCode.BAD_DATA, data);
      }
    }
    return isObject ? kindOfData(event) : Kind.OTHER;
  }
  if (hasReturn) {
    event.slots = outerSlots;
    openExtras(true);
    return kindOfData(event);
  }
  if (slotStart(outerSlots, Slot.STAMP)) return Kind.OTHER; // an event without a return: its `message` is no event
  const start = logStart ? logStart : messageStart;
  if (!start) return Kind.OTHER;
  const end = logStart ? logEnd : messageEnd;
  keepEvidence(start, end - start, true);
  return readEvent(event, start, end, true);
}

/** Whether Salt's data in `slots`, with or without a tag, is a job return. */
function kindOfData(event: Event): Kind {
  const fun = startOf(event, Slot.FUN);
  const jid = startOf(event, Slot.JID);
  const id = startOf(event, Slot.ID);
  if (!startOf(event, Slot.RETURN) || !fun || !jid) return Kind.OTHER;
  let funIsRunner = false;
  if (load<u8>(fun) == QUOTE) {
    const name = readText(fun, endOf(event, Slot.FUN));
    if (!name) return Kind.MALFORMED;
    funIsRunner = isRunner(name, textEnd);
  }
  let kind = Kind.OTHER;
  event.isCertain = true;
  if (event.tagStart) {
    if (isJobReturnTag(event.tagStart, event.tagEnd)) kind = id ? Kind.JOB : Kind.OTHER;
    else if (isRunReturnTag(event.tagStart, event.tagEnd) && funIsRunner) kind = Kind.RUN;
  } else {
    const cmd = startOf(event, Slot.CMD);
    if (cmd) {
      if (id && load<u8>(cmd) == QUOTE) {
        const name = readText(cmd, endOf(event, Slot.CMD));
        if (!name) return Kind.MALFORMED;
        if (isAscii(name, textEnd, "_return")) kind = Kind.JOB;
      }
    } else if (!startOf(event, Slot.RUN_NUM)) {
      event.isCertain = false;
      kind = id ? Kind.JOB : funIsRunner ? Kind.RUN : Kind.OTHER;
    }
  }
  return kind;
}

/** Fails where a job return's member has the wrong type; `jid` and `id` are strings. */
export function hasGoodTypes(event: Event, kind: Kind): bool {
  const jid = startOf(event, Slot.JID);
  if (load<u8>(jid) != QUOTE) return refuse(ErrorCode.BAD_JID, jid);
  const id = startOf(event, Slot.ID);
  return kind == Kind.RUN || load<u8>(id) == QUOTE || refuse(ErrorCode.BAD_ID, id);
}
