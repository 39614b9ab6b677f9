// Plain records where no option shapes them: copied from the input, span by span (contract section 2).
import { ErrorCode, fail } from "../../error";
import { arenaTop, take, takeTo } from "../../bytes/arena";
import { CLOSE_BRACE, COLON, COMMA, OPEN_BRACE, QUOTE } from "../../bytes/chars";
import { Span, spanEnd, spanOf, spanStart } from "../../bytes/span";
import { dropDuplicates } from "../../json/duplicates";
import { emitAscii, emitByte, emitSpan, emitValue, out, setOut } from "../../json/emit";
import {
  IS_DROPPED,
  IS_EMPTY,
  IS_ESCAPED,
  IS_NESTED,
  IS_STATE,
  IS_SUSPECT,
  IS_TRIMMED,
  MEMBER_BYTES,
  Member,
  findMember,
  memberAt,
  readMemberName,
} from "../../json/object";
import { scanKeyId } from "../../salt/key";
import { lookInto, newState, outcomeOfState } from "../../salt/state";
import { tableCount, tableStart, walkMembers } from "../../salt/walk";
import { Event, Slot, endOf, startOf } from "../../event/slots";
import { isShallow } from "../../job/depth";
import { Job, Part, partAt } from "../../job/part";
import { RecordKind, kindOfReturn } from "../../record/kind";
import { isRecordName } from "../../record/names";
import { isReturnTrimmed, markTrimmed } from "../../record/trimmed";
import {
  Frame,
  beginFrame,
  beginRecord,
  countRecord,
  finish,
  openerEnd,
  openerStart,
  recordCount,
  shareOpener,
} from "../frame";
import { keepPlace, keepsPlaces, reservePlaces } from "../places";
import { copySpan, putStateIdKey, putStateNameKey } from "./keys";

/** Room for what the module itself writes around one record: names, brackets, the time, `"state_name":null`. */
const OVERHEAD: u64 = 256;

/** Output that is surely smaller is not counted member by member. */
const LOOSE_LIMIT: u64 = 4 << 20;

/** Written once for a part, and copied for each record: half-open spans in the arena. */
let tailStart: usize = 0; // what ends every state record of the part, its bracket included;
let tailEnd: usize = 0; // behind it the opener and the bracket of the next
let nextEnd: usize = 0;

/** The bytes that a part's own members take in each of its records. */
function tailBytes(event: Event, part: Part): u64 {
  return (
    <u64>(part.minionEnd - part.minionStart) +
    (part.funEnd - part.funStart) +
    (part.argsEnd - part.argsStart) +
    (endOf(event, Slot.JID) - startOf(event, Slot.JID)) +
    (endOf(event, Slot.STAMP) - startOf(event, Slot.STAMP))
  );
}

function emitTail(event: Event, part: Part, eventType: string): void {
  emitAscii(',"minion_id":');
  emitValue(part.minionStart, part.minionEnd);
  emitAscii(',"jid":');
  emitSpan(startOf(event, Slot.JID), endOf(event, Slot.JID));
  emitAscii(',"fun":');
  emitValue(part.funStart, part.funEnd);
  emitAscii(',"fun_args":');
  emitValue(part.argsStart, part.argsEnd);
  emitAscii(',"event_type":"');
  emitAscii(eventType);
  emitByte(QUOTE);
  const stamp = startOf(event, Slot.STAMP);
  if (stamp) {
    emitAscii(',"_stamp":');
    emitSpan(stamp, endOf(event, Slot.STAMP));
  }
}

/** Writes what the part's state records share to the arena. False when memory runs out. */
function shareTail(event: Event, part: Part): bool {
  const keep = out;
  const room = tailBytes(event, part) + OVERHEAD;
  const at = room < 0x80000000 ? take(<usize>room) : 0;
  if (!at) return false;
  setOut(at);
  tailStart = at;
  emitTail(event, part, "state_return");
  emitByte(CLOSE_BRACE);
  tailEnd = out;
  emitSpan(openerStart, openerEnd);
  emitByte(OPEN_BRACE);
  nextEnd = out;
  setOut(keep);
  return true;
}

/**
 * The members of a state that needs a second look: duplicates and the names that the record sets itself left out. The
 * table stays open for `findMember`. Returns the number written, or -1 when memory runs out.
 */
function emitMembers(event: Event, objectStart: usize, objectEnd: usize, flags: u32): i32 {
  if (!walkMembers(objectStart, 1, false)) return -1;
  const table = tableStart;
  const count = tableCount;
  if (!dropDuplicates(table, count)) return -1;
  const stamped = startOf(event, Slot.STAMP) != 0;
  let written = 0;
  // A state that was only marked stays as it stands.
  let isWhole = count != 0 && (flags & (IS_NESTED | IS_TRIMMED)) != 0;
  for (let i: usize = 0; i < count; i++) {
    const member = memberAt(table, i);
    if (isRecordName(readMemberName(member), stamped, flags)) member.flags |= IS_DROPPED;
    if (member.flags & IS_DROPPED) isWhole = false;
  }
  if (isWhole) {
    emitSpan(objectStart + 1, objectEnd - 1);
    return <i32>count;
  }
  for (let i: usize = 0; i < count; i++) {
    const member = memberAt(table, i);
    if (member.flags & IS_DROPPED) continue;
    if (written++) emitByte(COMMA);
    emitMember(member);
  }
  return written;
}

function emitMember(member: Member): void {
  emitSpan(member.keyStart - 1, member.keyEnd + 1);
  emitByte(COLON);
  emitSpan(member.valueStart, member.valueEnd);
}

/** The value of the open table's member, if it is a string, else 0. */
function findString(name: string): Span {
  const member = findMember(tableStart, tableCount, name);
  return member && load<u8>(member.valueStart) == QUOTE ? spanOf(member.valueStart, member.valueEnd) : 0;
}

/** The second part of a state's key, in quotes. */
function emitKeyId(state: Member): void {
  const isEscaped = (state.flags & IS_ESCAPED) != 0;
  const id = scanKeyId(state.keyStart, state.keyEnd, isEscaped);
  emitByte(QUOTE);
  emitSpan(spanStart(id), spanEnd(id));
  emitByte(QUOTE);
}

/** The members of a state that needs a second look, which then knows its `__id__`. False when memory runs out. */
function emitSuspect(event: Event, state: Member): bool {
  const keep = arenaTop();
  const written = emitMembers(event, state.valueStart, state.valueEnd, state.flags);
  if (written < 0) return false;
  if (!written) setOut(out - 1); // the comma that follows goes where the bracket stands; `emitStates` puts it back
  const id = findString("__id__");
  state.idStart = spanStart(id);
  state.idEnd = spanEnd(id);
  takeTo(keep);
  return true;
}

/** The state whose place is kept. */
const looked = newState();

/**
 * Keeps the place of a state's record, which `rest` bytes of the tail are to end at `at`. False when memory runs out.
 */
function keepState(objectStart: usize, flags: u32, start: usize, at: usize, rest: usize): bool {
  const keep = arenaTop();
  if (!lookInto(looked, objectStart, (flags & IS_SUSPECT) != 0)) return false;
  takeTo(keep);
  keepPlace(start, at + rest, <RecordKind>outcomeOfState(looked));
  return true;
}

/** The tail of a record that Salt cut something in, without its bracket. */
function emitTrimmed(): void {
  emitSpan(tailStart, tailEnd - 1);
  emitAscii(',"trimmed":true');
}

/** The records of a part's state results. False when memory runs out. */
function emitStates(event: Event, part: Part): bool {
  let isFirst = true;
  let at = out; // the cursor, kept local in this loop
  let tail = tailStart; // what of the tail the record before still lacks
  const end = part.table + part.count * MEMBER_BYTES;
  for (let row = part.table; row < end; row += MEMBER_BYTES) {
    const state = changetype<Member>(row); // an unmanaged view of the arena
    const flags = state.flags;
    if ((flags & (IS_DROPPED | IS_STATE)) != IS_STATE) continue;
    if (isFirst || recordCount == 1) {
      if (!isFirst) at = copySpan(at, tail, tailEnd);
      setOut(at);
      beginRecord();
      emitByte(OPEN_BRACE);
      at = out;
      isFirst = false;
    } else {
      at = copySpan(at, tail, nextEnd);
      countRecord();
    }
    tail = tailStart;
    const brace = at - 1;
    if (flags & (IS_SUSPECT | IS_EMPTY)) {
      if (flags & IS_SUSPECT) {
        setOut(at);
        if (!emitSuspect(event, state)) return false;
        at = out;
      } else at = brace;
    } else at = copySpan(at, state.valueStart + 1, state.valueEnd - 1);
    at = putStateNameKey(at);
    store<u8>(brace, OPEN_BRACE); // where nothing stood before the name, its comma has taken this place
    at = copySpan(at, state.keyStart - 1, state.keyEnd + 1);
    at = putStateIdKey(at);
    if (state.idStart) at = copySpan(at, state.idStart, state.idEnd);
    else {
      setOut(at);
      emitKeyId(state);
      at = out;
    }
    if (flags & (IS_NESTED | IS_TRIMMED)) {
      setOut(at);
      if (flags & IS_NESTED) {
        emitAscii(',"parent_state":');
        emitSpan(state.parent.keyStart - 1, state.parent.keyEnd + 1);
      }
      if (flags & IS_TRIMMED) {
        tail = tailEnd - 1; // its bracket
        emitTrimmed();
      }
      at = out;
    }
    if (keepsPlaces && !keepState(state.valueStart, flags, brace, at, tailEnd - tail)) return false;
  }
  setOut(copySpan(at, tail, tailEnd));
  return true;
}

/** A return that is one state result itself. */
function emitBare(event: Event, part: Part): bool {
  const keep = arenaTop();
  beginRecord();
  const brace = out;
  emitByte(OPEN_BRACE);
  if (emitMembers(event, part.valueStart, part.valueEnd, part.isBareTrimmed ? IS_TRIMMED : 0) < 0) return false;
  let id = findString("__id__");
  if (!id) id = findString("name");
  setOut(putStateNameKey(out)); // `result` stands before it
  emitAscii("null");
  setOut(putStateIdKey(out));
  emitValue(spanStart(id), spanEnd(id));
  takeTo(keep);
  let tail = tailStart;
  if (part.isBareTrimmed) {
    emitTrimmed();
    tail = tailEnd - 1;
  }
  if (keepsPlaces && !keepState(part.valueStart, IS_SUSPECT, brace, out, tailEnd - tail)) return false;
  emitSpan(tail, tailEnd);
  return true;
}

/** What a return holds besides state results: all of it, or the members that are none. */
function emitFunReturn(event: Event, part: Part): void {
  beginRecord();
  const brace = out;
  emitAscii('{"fun_return":');
  if (part.states) {
    let opener = OPEN_BRACE;
    for (let i: usize = 0; i < part.count; i++) {
      const member = memberAt(part.table, i);
      if (member.flags & (IS_DROPPED | IS_STATE)) continue;
      emitByte(opener);
      emitMember(member);
      opener = COMMA;
    }
    emitByte(CLOSE_BRACE);
  } else emitSpan(part.valueStart, part.valueEnd);
  emitTail(event, part, "fun_return");
  if (isReturnTrimmed(part)) emitAscii(',"trimmed":true');
  emitByte(CLOSE_BRACE);
  if (keepsPlaces) keepPlace(brace, out, kindOfReturn(part.runsStates));
}

/** An upper bound of what a part's records take. */
function partBytes(event: Event, part: Part): u64 {
  const each = tailBytes(event, part) + OVERHEAD;
  const value = <u64>(part.valueEnd - part.valueStart);
  if (!part.states) return each + value + (part.isBare ? value : 0); // a bare state's id stands twice
  const loose = 2 * value + each * (part.states + 1);
  if (loose < LOOSE_LIMIT && !part.isNested) return loose;
  let bytes = part.others ? each : 0;
  for (let i: usize = 0; i < part.count; i++) {
    const member = memberAt(part.table, i);
    if (member.flags & IS_DROPPED) continue;
    const key = <u64>(member.keyEnd - member.keyStart);
    const value = <u64>(member.valueEnd - member.valueStart);
    bytes += key + value + 4;
    if (!(member.flags & IS_STATE)) continue;
    if (member.flags & IS_NESTED) bytes += member.parent.keyEnd - member.parent.keyStart;
    bytes +=
      each + (member.flags & IS_SUSPECT ? max(key, value) : member.idStart ? member.idEnd - member.idStart : key);
  }
  return bytes;
}

function emitPart(event: Event, part: Part): bool {
  if (!part.states && !part.isBare) {
    emitFunReturn(event, part);
    return true;
  }
  const keep = arenaTop();
  if (!shareTail(event, part)) return false;
  if (!(part.isBare ? emitBare(event, part) : emitStates(event, part))) return false;
  if (part.others && !part.isBare) emitFunReturn(event, part);
  takeTo(keep);
  return true;
}

/** All records of the job return that `split.ts` took apart, NUL-terminated: their address, or 0 after `fail`. */
export function emitJob(job: Job, as: Frame, sec: u32, nsec: u32): usize {
  const event = job.event;
  beginFrame(as);
  markTrimmed(job);
  let bytes = OVERHEAD;
  let records: usize = 0;
  for (let i: usize = 0; i < job.count; i++) {
    if (!partAt(job, i).speaks) continue;
    if (!isShallow(event, partAt(job, i))) return 0;
    bytes += partBytes(event, partAt(job, i));
    records += partAt(job, i).states + 2; // a bare state, what else was returned
  }
  shareOpener(sec, nsec);
  if (!reservePlaces(records)) return fail(ErrorCode.NO_MEMORY, 0);
  const start = bytes < 0x80000000 ? take(<usize>bytes) : 0;
  if (!start) return fail(ErrorCode.NO_MEMORY, 0);
  setOut(start);
  for (let i: usize = 0; i < job.count; i++) {
    if (partAt(job, i).speaks && !emitPart(event, partAt(job, i))) return fail(ErrorCode.NO_MEMORY, 0);
  }
  finish();
  return start;
}
