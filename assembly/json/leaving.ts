// JSON as it leaves: line feeds and carriage returns between tokens are spaces, for a line of output is a record; `NaN`
// and the like, and numbers that no double holds, are null. Text without any of these is never copied.
import { arenaTop, need, takeTo } from "../bytes/arena";
import { CARRIAGE_RETURN, LINE_FEED, MINUS, QUOTE, SPACE, isDigit } from "../bytes/chars";
import { Span, spanOf } from "../bytes/span";
import { out } from "./emit";
import { beginPutting, isFull, putAscii, putByte, putSpan } from "./put";
import { clearSeen, sawBreak, sawNull, scanAnyScalar, setSeen } from "./scan";
import { scanString } from "./string";

/** A stretch of a text that was written over: it held a member that does not matter, the byte before it included. */
@unmanaged
export class Gap {
  start: usize;
  /** Where the text goes on. */
  end: usize;
  /** The byte that stood at `start`. */
  first: u8;
  next: Gap | null;
}

export function isBreak(c: u8): bool {
  return c == LINE_FEED || c == CARRIAGE_RETURN;
}

/** Replaces line feeds and carriage returns in `[p, end)`, valid JSON, by spaces. */
export function dropBreaks(p: usize, end: usize): void {
  for (; p < end; p++) if (isBreak(load<u8>(p))) store<u8>(p, SPACE);
}

/**
 * Writes `[p, end)` as it leaves, up to the address `until`: returns where the byte came from that would stand there.
 */
function put(p: usize, end: usize, gap: Gap | null, until: usize): usize {
  const hadBreak = sawBreak;
  const hadNull = sawNull;
  const origin = putSpans(p, end, gap, until);
  setSeen(hadBreak, hadNull);
  return origin;
}

function putSpans(p: usize, end: usize, gap: Gap | null, until: usize): usize {
  let run = p;
  while (true) {
    while (gap && gap.start < p) gap = gap.next;
    const c = load<u8>(p);
    let next = p;
    const isGap = gap != null && gap.start == p;
    if (p < end && !isGap) {
      if (c == QUOTE) {
        p = scanString(p + 1) + 1;
        continue;
      }
      if (isBreak(c)) next++;
      else if (c == MINUS || isDigit(c) || c == 0x4e || c == 0x49) {
        clearSeen();
        next = scanAnyScalar(p);
        if (!sawNull) {
          p = next;
          continue;
        }
      } else {
        p++;
        continue;
      }
    }
    if (out + (p - run) > until) return run + (until - out);
    putSpan(run, p);
    if (p >= end) return end;
    if (isGap) {
      putByte(isBreak(gap!.first) ? SPACE : gap!.first);
      putAscii('"":""');
      next = gap!.end;
    } else if (isBreak(c)) putByte(SPACE);
    else putAscii("null");
    if (isFull || out > until) return p;
    p = next;
    run = p;
  }
}

/** The last copy, and what it was made of: for `originOf`. */
let sourceStart: usize = 0;
let sourceEnd: usize = 0;
let sourceGap: Gap | null = null;
let copyStart: usize = 0;
let copyEnd: usize = 0;

/** Before the copies of a call. */
export function forgetCopies(): void {
  copyStart = 0;
  copyEnd = 0;
}

/** Copies `[start, end)`, valid JSON, as it leaves: the copy, NUL-terminated, or 0 when memory runs out. */
export function copyLeaving(start: usize, end: usize, gap: Gap | null): Span {
  const at = arenaTop();
  beginPutting(at);
  put(start, end, gap, usize.MAX_VALUE);
  if (isFull || !need(out, 16)) return 0;
  store<u64>(out, 0); // scanners stop here
  takeTo(out + 16);
  sourceStart = start;
  sourceEnd = end;
  sourceGap = gap;
  copyStart = at;
  copyEnd = out;
  return spanOf(at, out);
}

/** Where a byte of the last copy came from; the address itself where it lies elsewhere. */
export function originOf(at: usize): usize {
  if (at < copyStart || at >= copyEnd) return at;
  const end = copyEnd;
  beginPutting(copyStart); // writes the same anew
  const origin = put(sourceStart, sourceEnd, sourceGap, at);
  copyEnd = end;
  return origin;
}
