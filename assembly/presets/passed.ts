// Events that are no job returns, where the options let them pass.
import { ErrorCode, fail } from "../error";
import { arenaTop, need, take, takeTo } from "../bytes/arena";
import { CLOSE_BRACE } from "../bytes/chars";
import { Span, spanEnd, spanOf, spanStart } from "../bytes/span";
import { out } from "../json/emit";
import { putEncoded } from "../json/escape";
import { copyLeaving } from "../json/leaving";
import { beginPutting, hasRoom, isFull, putAscii, putByte, putSpan } from "../json/put";
import { sawBreak, sawNull } from "../json/scan";
import { settings } from "../options/settings";
import { redactState } from "../redact/around";
import { putRedacted } from "../redact/value";
import { Event } from "../event/slots";
import { isShallowValue } from "../job/depth";
import { RecordKind } from "../record/kind";
import { FRAME_BYTES, beginFrame, beginRecord, finish } from "./frame";
import { keepOnly } from "./places";
import { Preset } from "./preset";

/** The input as it came: reading text writes over it. */
let copyStart: usize = 0;
/** Where it stands itself. */
let keptFrom: usize = 0;

/** Keeps a copy of the input. False when memory runs out. */
export function keepInput(start: usize, length: usize): bool {
  copyStart = take(length + 8);
  if (!copyStart) return false;
  keptFrom = start;
  memory.copy(copyStart, start, length);
  store<u64>(copyStart + length, 0); // scanners stop here
  return true;
}

/** The event with its tag, which stood in front of it, as an object; 0 when memory runs out. */
function tagged(event: Event): Span {
  const at = arenaTop();
  beginPutting(at);
  putAscii('{"tag":"');
  putEncoded(spanStart(event.tag), spanEnd(event.tag));
  putAscii('","data":');
  putSpan(event.rootStart, event.rootEnd);
  putByte(CLOSE_BRACE);
  if (isFull || !need(out, 8)) return 0;
  store<u64>(out, 0);
  takeTo(out + 8);
  return spanOf(at, out);
}

/** The event as one record, NUL-terminated: its address, or 0 where there is none (a blank line), and after `fail`. */
export function passEvent(preset: Preset, event: Event): usize {
  if (!event.rootStart) return 0;
  let span = spanOf(event.rootStart, event.rootEnd);
  // A text that is one event leaves in what it stood in.
  const isBare = event.rootIsText && (settings.redacts || !event.isAlone);
  if (event.tagIsOutside && (isBare || !event.rootIsText)) {
    span = tagged(event);
  } else if (!isBare) {
    const from = event.sourceStart - keptFrom + copyStart;
    const to = event.sourceEnd - keptFrom + copyStart;
    span = sawBreak || sawNull ? copyLeaving(from, to, null) : spanOf(from, to);
  }
  if (!span) return fail(ErrorCode.NO_MEMORY, 0);
  const start = spanStart(span);
  const end = spanEnd(span);
  if (!isShallowValue(start, end)) return 0;
  const at = arenaTop();
  beginFrame(preset.frame);
  beginPutting(at);
  if (!hasRoom(FRAME_BYTES)) return fail(ErrorCode.NO_MEMORY, 0);
  beginRecord();
  const record = out;
  redactState(0, 0);
  putRedacted(start, end, false);
  keepOnly(record, out, RecordKind.PASSED);
  if (!hasRoom(FRAME_BYTES)) return fail(ErrorCode.NO_MEMORY, 0);
  finish();
  takeTo(out + 1);
  return at;
}
