// Which member of an event is where, and what kind of event it is: contract section 1.
import { ErrorCode, clearError, errorAt, errorCode, fail } from "../error";
import { arenaTop, need, take, takeTo } from "../bytes/arena";
import { CLOSE_BRACE, COMMA, OPEN_BRACE, QUOTE, TAB } from "../bytes/chars";
import { Span, spanEnd, spanOf, spanStart } from "../bytes/span";
import { out } from "../json/emit";
import { Gap, copyLeaving, dropBreaks } from "../json/leaving";
import { beginPutting, isFull, putByte, putName, putSpan } from "../json/put";
import { sawBreak, sawNull, scanColon, scanValue, skipAround, skipSpace } from "../json/scan";
import { beginInput, failAt, inputEnd, inputStart, isSpanAscii, readText, scanString } from "../json/string";
import { settings } from "../options/settings";
import { clearNotes } from "../salt/notes";
import { TagKind, idOfTag, isOrchestration, isRunner, isStateRun, jidOfTag, kindOfTag } from "../salt/tags";
import { tableCount, tableStart, walkMembers } from "../salt/walk";
import { clearExtras, noteExtra, openExtras } from "./extras";
import { forgetLine, lineEnd } from "./line";
import { decodeText } from "./log";
import { nextEvent } from "./resync";
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
let logText: Span = 0;
let messageText: Span = 0;

/** What decoding wrote over in the object that is read, in order; the last of them. */
let firstGap: Gap | null = null;
let lastGap: Gap | null = null;
/** From where on the object is as it came, outside of strings; past all of it while text is decoded. */
let intact: usize = 0;

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
    const slot = slotOf(spanStart(name), spanEnd(name));
    const c = load<u8>(valueStart);
    if (slot == Slot.RETURN && c == OPEN_BRACE) {
      p = walkMembers(valueStart, depth + 1, true);
      event.walkedReturn = valueStart;
      event.walkedTable = tableStart;
      event.walkedCount = tableCount;
    } else if (slot == Slot.DATA && c == OPEN_BRACE && isOuter) {
      p = walkEvent(event, valueStart, dataSlots, depth + 1, false);
    } else if ((slot == Slot.LOG || slot == Slot.MESSAGE) && c == QUOTE && mayHoldText && !hasEvent(slots)) {
      const gap = decodeOver(valueStart + 1, at - 1);
      if (!gap) return 0;
      const text = spanOf(at - 1, spanStart(gap));
      if (slot == Slot.LOG) logText = text;
      else messageText = text;
      p = spanEnd(gap) + 1;
    } else {
      // The last of a name wins, whatever it is.
      if (isOuter && slot == Slot.LOG) logText = 0;
      if (isOuter && slot == Slot.MESSAGE) messageText = 0;
      p = scanValue(valueStart, depth);
    }
    if (!p) return 0;
    if (settings.shapes) noteExtra(isOuter, name, valueStart, p);
    if (slot != Slot.NONE) setSlot(slots, slot, valueStart, p);
    p = skipSpace(p);
    if (load<u8>(p) == CLOSE_BRACE) return p + 1;
    if (load<u8>(p) != COMMA) return failAt(ErrorCode.EXPECTED_COMMA, p);
    p = skipSpace(p + 1);
  }
}

/**
 * Decodes the text whose content starts at `p` to `to`, and notes what it writes over. Returns what `decodeText` does.
 */
function decodeOver(p: usize, to: usize): Span {
  const gap = changetype<Gap>(take(offsetof<Gap>())); // an unmanaged view of the arena
  if (!changetype<usize>(gap)) return fail(ErrorCode.NO_MEMORY, p);
  gap.start = to;
  gap.first = load<u8>(to);
  gap.next = null;
  if (lastGap) lastGap!.next = gap;
  else firstGap = gap;
  lastGap = gap;
  intact = usize.MAX_VALUE;
  const rest = decodeText(p, to);
  if (!rest) return 0;
  const end = spanStart(rest);
  const quote = spanEnd(rest);
  // Whole words are written: where nothing was shorter than in the source, the last reached the byte before the quote.
  if (end + 8 == quote) store<u8>(quote - 1, load<u8>(end - 1));
  gap.end = quote + 1;
  intact = gap.end;
  return rest;
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
  /** The return of what the master's own scheduler ran. */
  SCHEDULE,
  /** Text in `log` or `message`, to be read in turn. */
  TEXT,
  MALFORMED,
}

function malformed(code: ErrorCode, at: usize): Kind {
  fail(code, at);
  return Kind.MALFORMED;
}

/** Begins a text, the input or that of a `log` or `message`; documents stand in it one behind the other. */
export function beginDocuments(start: usize, end: usize): void {
  beginInput(start, end);
  forgetLine();
}

/**
 * What stands at `start`, where the text begins, or where the document before it has ended: an object or `TAG<TAB>` and
 * an object. `event.restStart` is where the next begins; behind what is no JSON, where one is found.
 */
export function readEvent(event: Event, start: usize, isText: bool): Kind {
  clearError();
  event.rootStart = 0;
  event.rootIsText = isText;
  event.tag = 0;
  event.tagJid = 0;
  event.tagId = 0;
  event.walkedReturn = 0;
  logText = 0;
  messageText = 0;
  firstGap = null;
  lastGap = null;
  intact = 0;
  event.restStart = inputEnd;
  if (!isText) clearNotes();
  let p = start;
  if (p == inputStart && (load<u32>(p) & 0xffffff) == BOM) p += 3;
  p = skipAround(p);
  if (p == inputEnd && isText) return Kind.OTHER; // a blank line
  let brace = p;
  event.tagIsOutside = load<u8>(p) != OPEN_BRACE;
  if (event.tagIsOutside) {
    const tagEnd = lineEnd(p);
    event.tag = spanOf(p, tagEnd);
    event.tagAt = p;
    brace = skipAround(tagEnd);
    if (p == tagEnd || load<u8>(tagEnd) != TAB || load<u8>(brace) != OPEN_BRACE) {
      fail(ErrorCode.NOT_OBJECT, p);
      return broken(event, p, usize.MAX_VALUE);
    }
  }
  const slots = event.tagIsOutside ? dataSlots : outerSlots;
  // What is no document may lie in front of the same object again and again.
  const isKnown = event.tagIsOutside && brace == failedBrace;
  if (isKnown) fail(failedCode, failedAt);
  const end = isKnown ? <usize>0 : walkEvent(event, brace, slots, 1, !isText && !event.tagIsOutside);
  if (!end && event.tagIsOutside) {
    failedBrace = brace;
    failedCode = errorCode;
    failedAt = errorAt;
    return broken(event, p, usize.MAX_VALUE);
  }
  if (!end) return broken(event, p, max(intact, brace));
  event.restStart = skipAround(end);
  event.rootStart = brace;
  event.rootEnd = end;
  if (!isText) {
    event.sourceStart = brace;
    event.sourceEnd = end;
  }
  const kind = kindOfRoot(event);
  if (!(sawBreak || sawNull) || kind == Kind.TEXT || kind == Kind.MALFORMED) return kind;
  if (!sawNull) {
    dropBreaks(brace, end);
    return kind;
  }
  const copy = copyLeaving(brace, end, firstGap);
  if (!copy) return malformed(ErrorCode.NO_MEMORY, brace);
  clearNotes();
  event.rootStart = spanStart(copy);
  event.rootEnd = spanEnd(copy);
  return walkEvent(event, spanStart(copy), slots, 1, false) ? kindOfRoot(event) : Kind.MALFORMED;
}
const BOM: u32 = 0xbfbbef;

/** The object behind a tag that was found to be none, and why. */
let failedBrace: usize = 0;
let failedCode: ErrorCode = ErrorCode.NONE;
let failedAt: usize = 0;

/** For a new call. */
export function forgetFailed(): void {
  failedBrace = 0;
}

/**
 * What begins at `start` stopped being JSON: looks for the next event. `open` as in `nextEvent`; past everything where
 * it began with what may be no tag, and an event may stand anywhere in it.
 */
function broken(event: Event, start: usize, open: usize): Kind {
  const code = errorCode;
  const at = errorAt;
  if (code == ErrorCode.NO_MEMORY) return Kind.MALFORMED;
  const next = nextEvent(start, open, open == usize.MAX_VALUE && event.tagIsOutside ? start : at);
  clearError();
  if (!next) return malformed(code, at);
  event.restStart = next;
  return at < next ? malformed(code, at) : malformed(ErrorCode.UNEXPECTED_END, next);
}

function kindOfRoot(event: Event): Kind {
  if (!event.tagIsOutside) return kindOfOuter(event);
  event.slots = dataSlots;
  openExtras(false);
  return kindOfData(event);
}

/** The shapes of contract section 1, by the members of the outer object. */
function kindOfOuter(event: Event): Kind {
  const data = slotStart(outerSlots, Slot.DATA);
  const tag = slotStart(outerSlots, Slot.TAG);
  const hasReturn = slotStart(outerSlots, Slot.RETURN) != 0;
  event.slots = outerSlots;
  openExtras(true);
  // What has a `cmd` is Salt's data, and no wrapper: what a minion sends by `event.send` has `tag` and `data` as it
  // likes.
  if (slotStart(outerSlots, Slot.CMD)) return kindOfData(event);
  if (data && (tag || !hasReturn)) {
    const isObject = load<u8>(data) == OPEN_BRACE;
    event.slots = dataSlots;
    openExtras(false);
    if (tag) {
      if (load<u8>(tag) != QUOTE) {
        if (!isObject || !slotStart(dataSlots, Slot.RETURN)) return Kind.OTHER;
        return malformed(ErrorCode.BAD_TAG, tag);
      }
      event.tag = readText(tag, slotEnd(outerSlots, Slot.TAG));
      if (!event.tag) return Kind.MALFORMED;
      event.tagAt = tag;
      if (!isObject && kindOfTag(event.tag) != TagKind.OTHER) return malformed(ErrorCode.BAD_DATA, data);
    }
    return isObject ? kindOfData(event) : Kind.OTHER;
  }
  const kind = kindOfData(event);
  if (hasReturn || kind != Kind.OTHER) return kind;
  if (slotStart(outerSlots, Slot.STAMP)) return Kind.OTHER; // an event without a return: its `message` is no event
  event.text = logText ? logText : messageText;
  return event.text ? Kind.TEXT : Kind.OTHER;
}

/** Whether Salt's data in `slots`, with or without a tag, is a job return. */
function kindOfData(event: Event): Kind {
  const fun = startOf(event, Slot.FUN);
  const jid = startOf(event, Slot.JID);
  const id = startOf(event, Slot.ID);
  if (!fun || !jid) return Kind.OTHER;
  let funIsRunner = false;
  let funIsOrchestration = false;
  let funRunsStates = false;
  if (load<u8>(fun) == QUOTE) {
    const name = readText(fun, endOf(event, Slot.FUN));
    if (!name) return Kind.MALFORMED;
    funIsRunner = isRunner(name);
    funRunsStates = isStateRun(name);
    funIsOrchestration = !funIsRunner && isOrchestration(name);
  }
  const cmd = startOf(event, Slot.CMD);
  if (cmd) {
    if (load<u8>(cmd) != QUOTE) return Kind.OTHER;
    const name = readText(cmd, endOf(event, Slot.CMD));
    if (!name) return Kind.MALFORMED;
    if (!isSpanAscii(name, "_return")) return Kind.OTHER;
  }
  let kind = Kind.OTHER;
  event.isCertain = true;
  if (event.tag) {
    const tag = kindOfTag(event.tag);
    if (tag == TagKind.JOB) kind = Kind.JOB;
    else if (tag == TagKind.SCHEDULE && cmd) kind = Kind.SCHEDULE;
    else if (tag == TagKind.RUN && funIsRunner) kind = Kind.RUN;
    if (tag == TagKind.JOB || tag == TagKind.RUN) event.tagJid = jidOfTag(event.tag);
    if (tag == TagKind.JOB) event.tagId = idOfTag(event.tag);
  } else if (cmd) {
    // The engines send no tag. `state.sls` is a minion's, the other names are those of runners alone.
    kind = funIsOrchestration && !funRunsStates ? Kind.SCHEDULE : Kind.JOB;
  } else if (!startOf(event, Slot.RUN_NUM)) {
    event.isCertain = false;
    kind = id ? Kind.JOB : funIsRunner ? Kind.RUN : Kind.OTHER;
  }
  if (kind != Kind.RUN && !id) return Kind.OTHER;
  if (startOf(event, Slot.RETURN)) return kind;
  if (kind != Kind.JOB || !funRunsStates) return Kind.OTHER;
  return giveReturn(event);
}

/** What `salt-ssh` has in place of a return where it could not log in becomes the return. */
function giveReturn(event: Event): Kind {
  const at = arenaTop();
  beginPutting(at);
  putByte(OPEN_BRACE);
  let count = 0;
  for (let slot = Slot.STDOUT; slot <= Slot.RETCODE; slot++) {
    const start = startOf(event, slot);
    if (!start) continue;
    putName(slot == Slot.STDOUT ? "stdout" : slot == Slot.STDERR ? "stderr" : "retcode");
    putSpan(start, endOf(event, slot));
    count++;
  }
  if (count < (event.isCertain ? 1 : 3)) return Kind.OTHER;
  putByte(CLOSE_BRACE);
  if (isFull || !need(out, 16)) return malformed(ErrorCode.NO_MEMORY, 0);
  store<u64>(out, 0); // scanners stop here
  if (sawBreak) dropBreaks(at, out);
  setSlot(event.slots, Slot.RETURN, at, out);
  takeTo(out + 16);
  return Kind.JOB;
}
