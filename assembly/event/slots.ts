// The members of an event that matter, by name, and where their values are.
import { Span } from "../bytes/span";
import { isAscii } from "../json/string";

/** The members that matter, of the outer object and of Salt's data alike. */
export const enum Slot {
  TAG,
  DATA,
  LOG,
  MESSAGE,
  CMD,
  ID,
  JID,
  FUN,
  FUN_ARGS,
  STAMP,
  RETURN,
  RUN_NUM,
  STDOUT,
  STDERR,
  RETCODE,
  COUNT,
  NONE,
}

/**
 * Byte spans of the values, `[start, end)`, start 0 where the member is absent. Two sets: outer object, Salt's data.
 */
export const SET_BYTES: usize = (<usize>Slot.COUNT) << 3;
export const outerSlots: usize = memory.data(<i32>SET_BYTES, 4);
export const dataSlots: usize = memory.data(<i32>SET_BYTES, 4);

// @ts-ignore: decorator
@inline
export function slotStart(slots: usize, slot: Slot): usize {
  return load<usize>(slots + ((<usize>slot) << 3));
}

// @ts-ignore: decorator
@inline
export function slotEnd(slots: usize, slot: Slot): usize {
  return load<usize>(slots + ((<usize>slot) << 3), 4);
}

export function setSlot(slots: usize, slot: Slot, start: usize, end: usize): void {
  store<usize>(slots + ((<usize>slot) << 3), start);
  store<usize>(slots + ((<usize>slot) << 3), end, 4);
}

/** The slot of a member's plain name. */
export function slotOf(start: usize, end: usize): Slot {
  switch (<i32>(end - start)) {
    case 2:
      if (isAscii(start, end, "id")) return Slot.ID;
      break;
    case 3:
      if (isAscii(start, end, "fun")) return Slot.FUN;
      if (isAscii(start, end, "jid")) return Slot.JID;
      if (isAscii(start, end, "tag")) return Slot.TAG;
      if (isAscii(start, end, "cmd")) return Slot.CMD;
      if (isAscii(start, end, "log")) return Slot.LOG;
      break;
    case 4:
      if (isAscii(start, end, "data")) return Slot.DATA;
      break;
    case 6:
      if (isAscii(start, end, "return")) return Slot.RETURN;
      if (isAscii(start, end, "_stamp")) return Slot.STAMP;
      if (isAscii(start, end, "stdout")) return Slot.STDOUT;
      if (isAscii(start, end, "stderr")) return Slot.STDERR;
      break;
    case 7:
      if (isAscii(start, end, "message")) return Slot.MESSAGE;
      if (isAscii(start, end, "retcode")) return Slot.RETCODE;
      break;
    case 8:
      if (isAscii(start, end, "fun_args")) return Slot.FUN_ARGS;
      break;
    case 11:
      if (isAscii(start, end, "__run_num__")) return Slot.RUN_NUM;
      break;
  }
  return Slot.NONE;
}

/** An event that was read: what it is, and where its members lie. Spans are half-open, start 0 where there is none. */
@unmanaged
export class Event {
  /** Salt's data: the set of slots with the members of the job return. */
  slots: usize;
  /** False where only its members make it look like a job return: it is one only if it has something to say. */
  isCertain: bool;
  /** Salt's tag, decoded, 0 where there is none; it stands in front of the object, not in it. */
  tag: Span;
  tagIsOutside: bool;
  /** Whose return the tag says it is; 0 where it does not. */
  tagJid: Span;
  tagId: Span;
  /** Where the tag begins in the input or the text. */
  tagAt: usize;
  /** The text in `log` or `message` that is to be read in turn. */
  text: Span;
  /** Where the next document, or what is none, begins; the end of the text where nothing follows. */
  restStart: usize;
  /** The object in the input: the event, or what its text stands in. Reading text writes over it. */
  sourceStart: usize;
  sourceEnd: usize;
  /** Nothing else stands in the text. */
  isAlone: bool;
  /** The object that was read last: Salt's event or its data. */
  rootStart: usize;
  rootEnd: usize;
  /** It stood as text in `log` or `message`, and was decoded over the start of the record. */
  rootIsText: bool;
  /** The `return` that was walked last: the address of its value, the table of its members. */
  walkedReturn: usize;
  walkedTable: usize;
  walkedCount: usize;
}

// @ts-ignore: decorator
@inline
export function startOf(event: Event, slot: Slot): usize {
  return slotStart(event.slots, slot);
}

// @ts-ignore: decorator
@inline
export function endOf(event: Event, slot: Slot): usize {
  return slotEnd(event.slots, slot);
}
