// Which member of an event is where, and what kind of event it is: contract section 1.
import { ErrorCode, clearError, errorAt, errorCode, fail } from "../error";
import { arenaTop, need, take, takeTo } from "../bytes/arena";
import { CLOSE_BRACE, COMMA, OPEN_BRACE, QUOTE, TAB } from "../bytes/chars";
import { out } from "../json/emit";
import { Gap, copyEnd, copyLeaving, dropBreaks } from "../json/leaving";
import { beginPutting, isFull, putByte, putName, putSpan } from "../json/put";
import { sawBreak, sawNull, scanColon, scanValue, skipAround, skipSpace } from "../json/scan";
import { beginInput, failAt, inputEnd, inputStart, isAscii, readText, scanString, textEnd } from "../json/string";
import { settings } from "../options/settings";
import { clearNotes } from "../salt/notes";
import {
  TagKind,
  isOrchestration,
  isRunner,
  isStateRun,
  readTag,
  tagIdEnd,
  tagIdStart,
  tagJidEnd,
  tagJidStart,
} from "../salt/tags";
import { tableCount, tableStart, walkMembers } from "../salt/walk";
import { clearExtras, noteExtra, openExtras } from "./extras";
import { forgetLine, lineEnd } from "./line";
import { decodeText, textQuote } from "./log";
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
let logStart: usize = 0;
let logEnd: usize = 0;
let messageStart: usize = 0;
let messageEnd: usize = 0;

/** What decoding wrote over in the object that is read, in order; the last of them. */
let firstGap: Gap | null = null;
let lastGap: Gap | null = null;
/** From where on the object is as it came, outside of strings; past all of it while text is decoded. */
let intact: usize = 0;

/** Where the next document or what is none begins; `inputEnd` where nothing follows. */
export let restStart: usize = 0;

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
      const end = decodeOver(valueStart + 1, at - 1);
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

/** Decodes the text whose content starts at `p` to `to`, and notes what it writes over: its end, or 0 after `fail`. */
function decodeOver(p: usize, to: usize): usize {
  const gap = changetype<Gap>(take(offsetof<Gap>())); // an unmanaged view of the arena
  if (!changetype<usize>(gap)) return fail(ErrorCode.NO_MEMORY, p);
  gap.start = to;
  gap.first = load<u8>(to);
  gap.next = null;
  if (lastGap) lastGap!.next = gap;
  else firstGap = gap;
  lastGap = gap;
  intact = usize.MAX_VALUE;
  const end = decodeText(p, to);
  if (!end) return 0;
  // Whole words are written: where nothing was shorter than in the source, the last reached the byte before the quote.
  if (end + 8 == textQuote) store<u8>(textQuote - 1, load<u8>(end - 1));
  gap.end = textQuote + 1;
  intact = gap.end;
  return end;
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
 * What stands at `start`, where the text begins, or where the document before it has ended: an object or `TAG<TAB>` and an object.
 * `restStart` is where the next begins; behind what is no JSON, where one is found.
 */
export function readEvent(event: Event, start: usize, isText: bool): Kind {
  clearError();
  event.rootStart = 0;
  event.rootIsText = isText;
  event.tagStart = 0;
  event.tagJidStart = 0;
  event.tagIdStart = 0;
  event.walkedReturn = 0;
  logStart = 0;
  messageStart = 0;
  firstGap = null;
  lastGap = null;
  intact = 0;
  restStart = inputEnd;
  if (!isText) clearNotes();
  let p = start;
  if (p == inputStart && (load<u32>(p) & 0xffffff) == BOM) p += 3;
  p = skipAround(p);
  if (p == inputEnd && isText) return Kind.OTHER; // a blank line
  let brace = p;
  event.tagIsOutside = load<u8>(p) != OPEN_BRACE;
  if (event.tagIsOutside) {
    event.tagStart = p;
    event.tagEnd = lineEnd(p);
    event.tagAt = p;
    brace = skipAround(event.tagEnd);
    if (p == event.tagEnd || load<u8>(event.tagEnd) != TAB || load<u8>(brace) != OPEN_BRACE) {
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
  restStart = skipAround(end);
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
  event.rootStart = copy;
  event.rootEnd = copyEnd;
  return walkEvent(event, copy, slots, 1, false) ? kindOfRoot(event) : Kind.MALFORMED;
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
 * What begins at `start` stopped being JSON: looks for the next event. `open` as in `nextEvent`; past everything where it began with
 * what may be no tag, and an event may stand anywhere in it.
 */
function broken(event: Event, start: usize, open: usize): Kind {
  const code = errorCode;
  const at = errorAt;
  if (code == ErrorCode.NO_MEMORY) return Kind.MALFORMED;
  const next = nextEvent(start, open, open == usize.MAX_VALUE && event.tagIsOutside ? start : at);
  clearError();
  if (!next) return malformed(code, at);
  restStart = next;
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
  // What has a `cmd` is Salt's data, and no wrapper: what a minion sends by `event.send` has `tag` and `data` as it likes.
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
      event.tagStart = readText(tag, slotEnd(outerSlots, Slot.TAG));
      if (!event.tagStart) return Kind.MALFORMED;
      event.tagEnd = textEnd;
      event.tagAt = tag;
      if (!isObject && readTag(event.tagStart, event.tagEnd) != TagKind.OTHER)
        return malformed(ErrorCode.BAD_DATA, data);
    }
    return isObject ? kindOfData(event) : Kind.OTHER;
  }
  const kind = kindOfData(event);
  if (hasReturn || kind != Kind.OTHER) return kind;
  if (slotStart(outerSlots, Slot.STAMP)) return Kind.OTHER; // an event without a return: its `message` is no event
  event.textStart = logStart ? logStart : messageStart;
  event.textEnd = logStart ? logEnd : messageEnd;
  return event.textStart ? Kind.TEXT : Kind.OTHER;
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
    funIsRunner = isRunner(name, textEnd);
    funRunsStates = isStateRun(name, textEnd);
    funIsOrchestration = !funIsRunner && isOrchestration(name, textEnd);
  }
  const cmd = startOf(event, Slot.CMD);
  if (cmd) {
    if (load<u8>(cmd) != QUOTE) return Kind.OTHER;
    const name = readText(cmd, endOf(event, Slot.CMD));
    if (!name) return Kind.MALFORMED;
    if (!isAscii(name, textEnd, "_return")) return Kind.OTHER;
  }
  let kind = Kind.OTHER;
  event.isCertain = true;
  if (event.tagStart) {
    const tag = readTag(event.tagStart, event.tagEnd);
    if (tag == TagKind.JOB) kind = Kind.JOB;
    else if (tag == TagKind.SCHEDULE && cmd) kind = Kind.SCHEDULE;
    else if (tag == TagKind.RUN && funIsRunner) kind = Kind.RUN;
    event.tagJidStart = tagJidStart;
    event.tagJidEnd = tagJidEnd;
    event.tagIdStart = tagIdStart;
    event.tagIdEnd = tagIdEnd;
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
