// How the records of one event are put together: contract section 3.
import { take } from "../bytes/arena";
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

export let frame: Frame = Frame.ROOTS;
export let recordCount: usize = 0;

/** What stands between two records, `][TS,` or `,`: written once for an event. */
export let openerStart: usize = 0;
export let openerEnd: usize = 0;

export function beginFrame(as: Frame): void {
  frame = as;
  recordCount = 0;
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
  if (frame == Frame.ARRAY) emitAscii("]}");
  else if (recordCount > 1) emitByte(CLOSE_BRACKET);
  store<u8>(out, 0);
}

/** Writes what stands between two records. False when memory runs out. */
export function shareOpener(sec: u32, nsec: u32): bool {
  openerStart = take(FRAME_BYTES);
  if (!openerStart) return false;
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
  return true;
}
