// The module's exports: the presets with the agent's C filter signature, and the memory they work in.
//
// The rule of every file beside this one: no managed allocation between receiving a record and returning. What a call
// leaves behind is reset by `run`, or set before it is read by the stage that owns it.
import "./bytes/packed"; // unpacks what all others read
import { ErrorCode, clearError, errorAt, errorCode, fail, moveError } from "./error";
import { isReadable, resetArena } from "./bytes/arena";
import { seedHash } from "./bytes/hash";
import { spanEnd, spanStart } from "./bytes/span";
import { repairUtf8 } from "./bytes/utf8";
import { forgetCopies, originOf } from "./json/leaving";
import { clearDeepest, clearFalses, clearSeen, falses } from "./json/scan";
import { beginInput, clearBadUtf8, clearTrimmed, inputEnd, inputStart, sawBadUtf8 } from "./json/string";
import { readOptions } from "./options/file";
import { newList, settings } from "./options/settings";
import { takeNames } from "./salt/known";
import { clearNotes, keepOwn } from "./salt/notes";
import { beginFiles } from "./redact/around";
import { beginClasses } from "./redact/cursor";
import { beginMasking } from "./redact/names";
import { beginClean } from "./redact/clean";
import { Check, addNames, addText } from "./redact/literals";
import { beginPrograms } from "./redact/programs";
import { beginSecrets } from "./redact/secrets";
import { beginShapes } from "./redact/shapes";
import { search } from "./redact/value";
import { Kind, beginDocuments, forgetFailed, readEvent } from "./event/event";
import { keepEvidence, newEvidence, trimEvidence } from "./event/evidence";
import { Event } from "./event/slots";
import { keepLine, restoreLine } from "./event/line";
import { Job } from "./job/part";
import { splitJob } from "./job/split";
import { Ecs } from "./presets/ecs/ecs";
import { Frame, closeFrame } from "./presets/frame";
import { beginChunk, beginJoined, endJoined, joinRecords, keepChunk } from "./presets/joined";
import { makeMalformed } from "./presets/malformed";
import { keepInput, passEvent } from "./presets/passed";
import { askForPlaces, clearPlaces, movePlaces } from "./presets/places";
import { emitJob } from "./presets/plain/copy";
import { Plain, beginPlain } from "./presets/plain/plain";
import { Preset } from "./presets/preset";
import { looksInto, makeJob } from "./records";

export { free, malloc } from "./bytes/arena";

/** The event of the call, and the job return that it is. Allocated at start-up, for ever. */
const event = changetype<Event>(heap.alloc(offsetof<Event>()));
const job = changetype<Job>(heap.alloc(offsetof<Job>()));

/** How what is read begins. */
const evidence = newEvidence();

/** The presets, one filter each. */
const FLATTEN: Preset = new Plain(Frame.ROOTS);
const FLATTEN_ARRAY: Preset = new Plain(Frame.ARRAY);
const FLATTEN_ECS: Preset = new Ecs(Frame.ROOTS);

/** The records with all bytes that are not UTF-8 replaced: their new address, or 0 after `fail`. */
function repair(records: usize): usize {
  const copy = repairUtf8(records);
  if (!copy) return fail(ErrorCode.NO_MEMORY, 0);
  movePlaces(records, copy);
  return copy;
}

/** The record of what is malformed. */
function refuseEvent(preset: Preset): usize {
  let at = originOf(errorAt);
  // What was put together has no place of its own in the input.
  if (at && errorCode != ErrorCode.NO_MEMORY && (at < inputStart || at > inputEnd))
    at = originOf(event.rootIsText || event.tagIsOutside ? event.rootStart : event.sourceStart);
  moveError(at);
  return makeMalformed(preset, evidence);
}

/**
 * The records of what was read last: their address, or 0 where there are none. `repairs`: their UTF-8, where it is
 * broken.
 */
function makeRecords(preset: Preset, kind: Kind, sec: u32, nsec: u32, repairs: bool): usize {
  if (kind == Kind.OTHER && !settings.passesOthers) return 0;
  if (kind == Kind.MALFORMED || (kind != Kind.OTHER && !splitJob(job, event, kind))) return refuseEvent(preset);
  let records: usize = 0;
  if (kind == Kind.OTHER || (!job.count && !job.isJobReturn)) {
    if (settings.passesOthers) records = passEvent(preset, event);
  } else if (job.count) {
    records =
      settings.shapes || (settings.causes && falses) || !preset.isCopied()
        ? makeJob(job, preset, sec, nsec)
        : emitJob(job, preset.frame, sec, nsec);
  }
  if (records && sawBadUtf8 && repairs) records = repair(records);
  return records || (errorCode ? refuseEvent(preset) : 0);
}

/** The call has failed as a whole, for want of memory: one record. */
function refuseAll(preset: Preset): usize {
  closeFrame();
  clearPlaces();
  clearError();
  fail(ErrorCode.NO_MEMORY, 0);
  return makeMalformed(preset, evidence);
}

function run(preset: Preset, sec: u32, nsec: u32, record: usize, recordLen: u32): usize {
  clearError();
  clearBadUtf8();
  clearTrimmed();
  clearDeepest();
  clearSeen();
  clearFalses();
  clearPlaces();
  forgetCopies();
  forgetFailed();
  closeFrame();
  resetArena();
  seedHash(nsec);
  keepOwn(looksInto(preset) || settings.redacts);
  if (!record || !isReadable(record, recordLen)) {
    beginInput(0, 0);
    keepEvidence(evidence, 0, 0, false);
    fail(ErrorCode.NOT_ALLOCATED, 0);
    return makeMalformed(preset, evidence);
  }
  const end = record + recordLen;
  keepEvidence(evidence, record, recordLen, false);
  beginDocuments(record, end);
  if ((settings.passesOthers && !keepInput(record, recordLen)) || !beginJoined()) return refuseAll(preset);
  // Nearly always one event and no more. Each further one is read once the records of those before it are made.
  let made: usize = 0;
  let at = record;
  let rest = record;
  let isText = false;
  let isJoined = false;
  while (true) {
    let kind = readEvent(event, at, isText);
    if (kind == Kind.TEXT) {
      rest = event.restStart;
      isText = true;
      at = spanStart(event.text);
      const textEnd = spanEnd(event.text);
      keepEvidence(evidence, at, textEnd - at, true);
      keepLine();
      beginDocuments(at, textEnd);
      kind = readEvent(event, at, true);
    }
    if (!isText) rest = event.restStart;
    const next = event.restStart;
    const isTextRead = isText && next == inputEnd;
    event.isAlone = isTextRead && at == inputStart;
    trimEvidence(evidence, next - at);
    const isLast = rest == end && (!isText || isTextRead);
    if (!isLast && !isJoined) {
      isJoined = true;
      joinRecords(preset.frame, sec, nsec);
    }
    made = makeRecords(preset, kind, sec, nsec, !isJoined);
    if (!isJoined) return made;
    if ((made && !keepChunk(made)) || !beginChunk()) return refuseAll(preset);
    if (isLast) break;
    at = next;
    if (isTextRead) {
      isText = false;
      beginDocuments(record, end);
      restoreLine();
      at = rest;
    }
    clearNotes();
    keepEvidence(evidence, at, inputEnd - at, isText);
  }
  clearError();
  const records = endJoined();
  if (!records) return errorCode ? refuseAll(preset) : 0;
  if (!sawBadUtf8) return records;
  return repair(records) || refuseAll(preset);
}

/**
 * One Salt event in, its records out: `{first}[TS,{second}][TS,{third}]`, NUL-terminated, or 0 where the event has
 * none.
 *
 * `record` is the address of `recordLen` bytes of JSON from `malloc`, with room for a terminator; it is written over.
 * `sec` and `nsec` are the event's time, copied to every record but the first. `tag` is not read. Never traps: bad
 * input gives one `malformed` record. The result is valid until the next `malloc`.
 * Signature: Fluent Bit 5.1.1, `plugins/filter_wasm`, `event_format json`.
 */
export function flatten(tag: usize, tagLen: u32, sec: u32, nsec: u32, record: usize, recordLen: u32): usize {
  return run(FLATTEN, sec, nsec, record, recordLen);
}

/** As `flatten`, in one record: `{"states":[{first},{second},…]}`, for a filter behind it to split. */
export function flatten_array(tag: usize, tagLen: u32, sec: u32, nsec: u32, record: usize, recordLen: u32): usize {
  return run(FLATTEN_ARRAY, sec, nsec, record, recordLen);
}

/** As `flatten`, with records in the Elastic Common Schema (docs/ecs.md). */
export function flatten_ecs(tag: usize, tagLen: u32, sec: u32, nsec: u32, record: usize, recordLen: u32): usize {
  return run(FLATTEN_ECS, sec, nsec, record, recordLen);
}

/**
 * Where the records of the last call lie, for a host that counts them: the address of a table of little-endian u32.
 * First how many records there are, then for each, in turn, the address of its opening brace, the address past its
 * closing one, and its kind (`record/kind.ts`). Valid as long as the records. Asked for once after start-up, by a host
 * that wants it, it is kept from the next call on; the table is empty before. The agent never asks.
 */
export function places(): usize {
  return askForPlaces();
}

/**
 * WASI reactor entry: reads `saltflat.json` from the folders that the host opens (docs/options.md). Traps where that
 * has a mistake, which is on standard error then: the agent does not start.
 */
export function _initialize(): void {
  if (!readOptions()) unreachable();
  beginShaping();
}

/** Works out once what the options mean for the way records are made. Allocates. */
function beginShaping(): void {
  if (settings.redacts) {
    beginMasking();
    beginFiles();
    beginClasses();
    addNames();
    addText("\\u00", false, Check.ESCAPED);
    addText("\\/", false, Check.NONE);
    if (settings.redactStrings) {
      beginShapes();
      beginPrograms();
      beginSecrets();
    }
    beginClean();
    search(true);
  }
  if (settings.id) takeNames(newList(["event_id"]));
  if (settings.trace) takeNames(newList(["trace_id", "span_id"]));
  if (settings.causes) takeNames(newList(["caused_by", "caused_by_text"]));
  if (settings.memberBytes || settings.recordBytes) takeNames(newList(["truncated"]));
  takeNames(settings.jobMembers);
  takeNames(settings.addNames);
  beginPlain();
}
