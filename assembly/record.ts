// The records that leave: contract section 2, and how several leave through one return value, section 3.
import { CLOSE_BRACE, CLOSE_BRACKET, COLON, COMMA, OPEN_BRACE, OPEN_BRACKET, POINT, QUOTE } from "./chars";
import { arenaTop, take, takeTo } from "./arena";
import { emitAscii, emitByte, emitDecimal, emitSpan, emitValue, out, setOut } from "./emit";
import { ErrorCode, fail } from "./error";
import { Slot, readText, slotEnd, slotStart, slots, textEnd } from "./event";
import { Part, hasRecords, partAt, partCount } from "./job";
import { IS_DROPPED, IS_ESCAPED, IS_STATE, IS_SUSPECT, Member, dropDuplicates, findMember, isRecordName, memberAt } from "./members";
import { scanSeparator, separatorEnd } from "./salt";
import { skipSpace } from "./scan";
import { isAscii } from "./string";
import { tableCount, tableStart, walkMembers } from "./walk";

/** How the records of one event are put together. */
export const enum Frame {
  /** `{first}[TS,{second}]…`: JSON roots, each but the first an event in Forward form. */
  ROOTS,
  /** `{"states":[{first},{second}…]}` */
  ARRAY,
}

/** Room for what the module itself writes around one record: names, brackets, the time, `"state_name":null`. */
const OVERHEAD: u64 = 256;

let frame: Frame = Frame.ROOTS;
let recordCount: usize = 0;

/** Written once for an event or a part, and copied for each record: half-open spans in the arena. */
let openerStart: usize = 0; // what stands before a record that is not the first
let openerEnd: usize = 0;
let nameStart: usize = 0; // ,"state_name":
let nameEnd: usize = 0;
let idStart: usize = 0; // ,"state_id":
let idEnd: usize = 0;
let tailStart: usize = 0; // what ends every state record of the part
let tailEnd: usize = 0;

function beginRecord(): void {
  if (recordCount) emitSpan(openerStart, openerEnd);
  else if (frame == Frame.ARRAY) emitAscii('{"states":[');
}

function endRecord(): void {
  if (recordCount++ && frame == Frame.ROOTS) emitByte(CLOSE_BRACKET);
}

/** Ends the event's output; the terminator is not part of it. */
function finish(): void {
  if (frame == Frame.ARRAY) emitAscii("]}");
  store<u8>(out, 0);
}

/** The bytes that a part's own members take in each of its records. */
function tailBytes(part: Part): u64 {
  return (
    <u64>(part.minionEnd - part.minionStart) + (part.funEnd - part.funStart) + (part.argsEnd - part.argsStart) +
    (slotEnd(slots, Slot.JID) - slotStart(slots, Slot.JID)) + (slotEnd(slots, Slot.STAMP) - slotStart(slots, Slot.STAMP))
  );
}

function emitTail(part: Part, eventType: string): void {
  emitAscii(',"minion_id":');
  emitValue(part.minionStart, part.minionEnd);
  emitAscii(',"jid":');
  emitSpan(slotStart(slots, Slot.JID), slotEnd(slots, Slot.JID));
  emitAscii(',"fun":');
  emitValue(part.funStart, part.funEnd);
  emitAscii(',"fun_args":');
  emitValue(part.argsStart, part.argsEnd);
  emitAscii(',"event_type":"');
  emitAscii(eventType);
  emitByte(QUOTE);
  const stamp = slotStart(slots, Slot.STAMP);
  if (stamp) {
    emitAscii(',"_stamp":');
    emitSpan(stamp, slotEnd(slots, Slot.STAMP));
  }
}

/** Writes what the part's state records share to the arena. False when memory runs out. */
function shareTail(part: Part): bool {
  const keep = out;
  const room = tailBytes(part) + OVERHEAD;
  const at = room < 0x80000000 ? take(<usize>room) : 0;
  if (!at) return false;
  setOut(at);
  nameStart = out;
  emitAscii(',"state_name":');
  nameEnd = out;
  idStart = out;
  emitAscii(',"state_id":');
  idEnd = out;
  tailStart = out;
  emitTail(part, "state_return");
  emitByte(CLOSE_BRACE);
  tailEnd = out;
  setOut(keep);
  return true;
}

/**
 * The members of a state that needs a second look: duplicates and the names that the record sets itself left out. The
 * table stays open for `findMember`. Returns the number written, or -1 when memory runs out.
 */
function emitMembers(objectStart: usize): i32 {
  if (!walkMembers(objectStart, 1, false)) return -1;
  const table = tableStart;
  const count = tableCount;
  if (!dropDuplicates(table, count)) return -1;
  const stamped = slotStart(slots, Slot.STAMP) != 0;
  let written = 0;
  for (let i: usize = 0; i < count; i++) {
    const member = memberAt(table, i);
    if (member.flags & IS_DROPPED || isRecordName(member, stamped)) continue;
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

/** The value of the open table's member, if it is a string: its address, else 0; `foundEnd` is its end. */
let foundEnd: usize = 0;
function findString(name: string): usize {
  const member = findMember(tableStart, tableCount, name);
  if (!member || load<u8>(member.valueStart) != QUOTE) return 0;
  foundEnd = member.valueEnd;
  return member.valueStart;
}

/** The second part of a state's key, in quotes. */
function emitKeyId(state: Member): void {
  const isEscaped = (state.flags & IS_ESCAPED) != 0;
  scanSeparator(state.keyStart, state.keyEnd, isEscaped);
  const start = separatorEnd;
  emitByte(QUOTE);
  emitSpan(start, scanSeparator(start, state.keyEnd, isEscaped));
  emitByte(QUOTE);
}

/** One state record. False when memory runs out. */
function emitState(state: Member): bool {
  let id = state.idStart;
  let idValueEnd = state.idEnd;
  let isEmpty = false;
  beginRecord();
  emitByte(OPEN_BRACE);
  if (state.flags & IS_SUSPECT) {
    const keep = arenaTop();
    const written = emitMembers(state.valueStart);
    if (written < 0) return false;
    isEmpty = written == 0;
    id = findString("__id__");
    idValueEnd = foundEnd;
    takeTo(keep);
  } else {
    isEmpty = skipSpace(state.valueStart + 1) == state.valueEnd - 1;
    if (!isEmpty) emitSpan(state.valueStart + 1, state.valueEnd - 1);
  }
  emitSpan(isEmpty ? nameStart + 1 : nameStart, nameEnd);
  emitSpan(state.keyStart - 1, state.keyEnd + 1);
  emitSpan(idStart, idEnd);
  if (id) emitSpan(id, idValueEnd);
  else emitKeyId(state);
  emitSpan(tailStart, tailEnd);
  endRecord();
  return true;
}

/** A return that is one state result itself. */
function emitBare(part: Part): bool {
  const keep = arenaTop();
  beginRecord();
  emitByte(OPEN_BRACE);
  const written = emitMembers(part.valueStart);
  if (written < 0) return false;
  let id = findString("__id__");
  if (!id) id = findString("name");
  emitSpan(written ? nameStart : nameStart + 1, nameEnd);
  emitAscii("null");
  emitSpan(idStart, idEnd);
  emitValue(id, foundEnd);
  emitSpan(tailStart, tailEnd);
  endRecord();
  takeTo(keep);
  return true;
}

/** True for the string that Salt puts where it cut a value (`salt/utils/dicttrim.py`). */
function isTrimmed(start: usize, end: usize): bool {
  if (load<u8>(start) != QUOTE) return false;
  const text = readText(start, end);
  return text != 0 && isAscii(text, textEnd, "VALUE_TRIMMED");
}

/** What a return holds besides state results: all of it, or the members that are none. */
function emitFunReturn(part: Part): void {
  let trimmed = false;
  beginRecord();
  emitAscii('{"fun_return":');
  if (part.states) {
    let first = true;
    for (let i: usize = 0; i < part.count; i++) {
      const member = memberAt(part.table, i);
      if (member.flags & (IS_DROPPED | IS_STATE)) continue;
      emitByte(first ? OPEN_BRACE : COMMA);
      first = false;
      emitMember(member);
      if (isTrimmed(member.valueStart, member.valueEnd)) trimmed = true;
    }
    emitByte(CLOSE_BRACE);
  } else {
    emitSpan(part.valueStart, part.valueEnd);
    trimmed = isTrimmed(part.valueStart, part.valueEnd);
  }
  emitTail(part, "fun_return");
  if (trimmed) emitAscii(',"trimmed":true');
  emitByte(CLOSE_BRACE);
  endRecord();
}

/** An upper bound of what a part's records take. */
function partBytes(part: Part): u64 {
  const each = tailBytes(part) + OVERHEAD;
  if (!part.states) return each + 2 * <u64>(part.valueEnd - part.valueStart);
  let bytes = each;
  for (let i: usize = 0; i < part.count; i++) {
    const member = memberAt(part.table, i);
    if (member.flags & IS_DROPPED) continue;
    const key = <u64>(member.keyEnd - member.keyStart);
    const value = <u64>(member.valueEnd - member.valueStart);
    bytes += key + value + 4;
    if (!(member.flags & IS_STATE)) continue;
    bytes += each + (member.flags & IS_SUSPECT ? max(key, value) : member.idStart ? member.idEnd - member.idStart : key);
  }
  return bytes;
}

function emitPart(part: Part): bool {
  if (!part.states && !part.isBare) {
    emitFunReturn(part);
    return true;
  }
  const keep = arenaTop();
  if (!shareTail(part)) return false;
  if (part.isBare) {
    if (!emitBare(part)) return false;
  } else {
    for (let i: usize = 0; i < part.count; i++) {
      const member = memberAt(part.table, i);
      if ((member.flags & (IS_DROPPED | IS_STATE)) == IS_STATE && !emitState(member)) return false;
    }
    if (part.others) emitFunReturn(part);
  }
  takeTo(keep);
  return true;
}

function shareOpener(sec: u32, nsec: u32): bool {
  openerStart = take(<usize>OVERHEAD);
  if (!openerStart) return false;
  setOut(openerStart);
  if (frame == Frame.ROOTS) {
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

/** All records of the job return that `job.ts` took apart, NUL-terminated: their address, or 0 after `fail`. */
export function emitJob(as: Frame, sec: u32, nsec: u32): usize {
  frame = as;
  recordCount = 0;
  let bytes = OVERHEAD;
  for (let i: usize = 0; i < partCount; i++) if (hasRecords(partAt(i))) bytes += partBytes(partAt(i));
  if (!shareOpener(sec, nsec)) return fail(ErrorCode.NO_MEMORY, 0);
  const start = bytes < 0x80000000 ? take(<usize>bytes) : 0;
  if (!start) return fail(ErrorCode.NO_MEMORY, 0);
  setOut(start);
  for (let i: usize = 0; i < partCount; i++) {
    if (hasRecords(partAt(i)) && !emitPart(partAt(i))) return fail(ErrorCode.NO_MEMORY, 0);
  }
  finish();
  return start;
}

/** One `malformed` record in the same frame, around what `emit` writes. */
export function emitFramed(as: Frame, start: usize, emit: () => void): usize {
  frame = as;
  recordCount = 0;
  setOut(start);
  beginRecord();
  emit();
  endRecord();
  finish();
  return start;
}
