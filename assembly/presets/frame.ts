// How the records of one event are put together: contract section 3.
import { CLOSE_BRACKET, COMMA, OPEN_BRACKET, POINT } from "../bytes/chars";
import { emitAscii, emitByte, emitDecimal, emitSpan, out, setOut } from "../json/emit";

/** How the records of one event are put together. */
export const enum Frame {
  /** `{first}[TS,{second}]…`: JSON roots, each but the first an event in Forward form. */
  ROOTS,
  /** `{"states":[{first},{second}…]}` */
  ARRAY,
}

/** Room for what a frame writes around one record. */
export const FRAME_BYTES: usize = 64;

let frame: Frame = Frame.ROOTS;

/** Records of the call so far. Hot: asked and counted for each record. */
export let recordCount: usize = 0;

/** What stands between two records, `][TS,` or `,`: written once for an event. Hot: copied for each record. */
export const openerStart: usize = memory.data(<i32>FRAME_BYTES);
export let openerEnd: usize = 0;

/** Records of earlier events of the call, and whether further events follow: then nothing is closed. */
let carried: usize = 0;
let staysOpen: bool = false;

export function beginFrame(as: Frame): void {
  frame = as;
  recordCount = carried;
}

/** For a new call. */
export function closeFrame(): void {
  carried = 0;
  staysOpen = false;
}

/** Another event follows, whose records stand behind those made so far. */
export function keepFrameOpen(): void {
  staysOpen = true;
}

/** The records of an event are made. */
export function carryRecords(): void {
  carried = recordCount;
}

/** Ends a frame that was kept open. */
export function endFrame(): void {
  staysOpen = false;
  finish();
}

/** For a record whose beginning was written by other means. */
// @ts-ignore: decorator
@inline
export function countRecord(): void {
  recordCount++;
}

/** Takes the last record back, before it is made anew. */
export function uncountRecord(): void {
  recordCount--;
}

/** What stands before a record. The first of several roots is not wrapped, so the second has no `]` before it. */
export function beginRecord(): void {
  if (recordCount) emitSpan(frame == Frame.ROOTS && recordCount == 1 ? openerStart + 1 : openerStart, openerEnd);
  else if (frame == Frame.ARRAY) emitAscii('{"states":[');
  recordCount++;
}

/** Ends the event's output; the terminator is not part of it. */
export function finish(): void {
  if (staysOpen) {
    store<u8>(out, 0);
    return;
  }
  if (frame == Frame.ARRAY) emitAscii("]}");
  else if (recordCount > 1) emitByte(CLOSE_BRACKET);
  store<u8>(out, 0);
}

/** Writes what stands between two records. */
export function shareOpener(sec: u32, nsec: u32): void {
  setOut(openerStart);
  if (frame == Frame.ROOTS) {
    emitByte(CLOSE_BRACKET);
    emitByte(OPEN_BRACKET);
    emitDecimal(sec, 1);
    if (nsec) {
      emitByte(POINT);
      emitDecimal(nsec, 9);
    }
  }
  emitByte(COMMA);
  openerEnd = out;
}
