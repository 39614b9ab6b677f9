// The module's exports: the presets with the agent's C filter signature, and the memory they work in.
//
// The rule of every file beside this one: no managed allocation between receiving a record and returning. All state
// that a call leaves behind is reset by `run` before the next.
import { isReadable, resetArena } from "./arena";
import { ErrorCode, clearError, fail } from "./error";
import { Kind, readEvent } from "./event";
import { partCount, splitJob } from "./job";
import { keepEvidence } from "./evidence";
import { emitMalformed } from "./malformed";
import { seedHash } from "./members";
import { Frame, emitJob } from "./record";
import { clearDeepest } from "./scan";
import { beginInput, clearBadUtf8, sawBadUtf8 } from "./string";
import { repairUtf8 } from "./utf8";

export { free, malloc } from "./arena";

function run(frame: Frame, sec: u32, nsec: u32, record: usize, recordLen: u32): usize {
  clearError();
  clearBadUtf8();
  clearDeepest();
  resetArena();
  seedHash(nsec);
  if (!record || !isReadable(record, recordLen)) {
    beginInput(0, 0);
    keepEvidence(0, 0, false);
    fail(ErrorCode.NOT_ALLOCATED, 0);
    return emitMalformed(frame);
  }
  keepEvidence(record, recordLen, false);
  const kind = readEvent(record, record + recordLen, false);
  if (kind == Kind.OTHER) return 0;
  if (kind == Kind.MALFORMED || !splitJob(kind)) return emitMalformed(frame);
  if (!partCount) return 0;
  let records = emitJob(frame, sec, nsec);
  if (records && sawBadUtf8) records = repairUtf8(records) || fail(ErrorCode.NO_MEMORY, 0);
  return records || emitMalformed(frame);
}

/**
 * One Salt event in, its records out: `{first}[TS,{second}][TS,{third}]`, NUL-terminated, or 0 where the event has none.
 *
 * `record` is the address of `recordLen` bytes of JSON from `malloc`, with room for a terminator; it is written over.
 * `sec` and `nsec` are the event's time, copied to every record but the first. `tag` is not read. Never traps: bad input
 * gives one `malformed` record. The result is valid until the next `malloc`.
 * Signature: Fluent Bit 5.1.1, `plugins/filter_wasm`, `event_format json`.
 */
export function flatten(tag: usize, tagLen: u32, sec: u32, nsec: u32, record: usize, recordLen: u32): usize {
  return run(Frame.ROOTS, sec, nsec, record, recordLen);
}

/** As `flatten`, in one record: `{"states":[{first},{second},…]}`, for a filter behind it to split. */
export function flatten_array(tag: usize, tagLen: u32, sec: u32, nsec: u32, record: usize, recordLen: u32): usize {
  return run(Frame.ARRAY, sec, nsec, record, recordLen);
}

/** WASI reactor entry: nothing to prepare; the arena begins with the first `malloc`. */
export function _initialize(): void {}
