// The members of an event that matter, by name, and where their values are.
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
  COUNT,
  NONE,
}

/** Byte spans of the values, `[start, end)`, start 0 where the member is absent. Two sets: outer object, Salt's data. */
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
      break;
    case 7:
      if (isAscii(start, end, "message")) return Slot.MESSAGE;
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

/** Salt's data: the slots that hold the members of the job return. */
export let slots: usize = 0;

/** Of two sets, takes the one that holds the members of the job return. */
export function openSlots(set: usize): void {
  slots = set;
}
