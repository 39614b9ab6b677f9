// Fields of the Elastic Common Schema that several of its objects have: each of one type, whatever stood in the input.
import { CLOSE_BRACE, MINUS, OPEN_BRACE, QUOTE, isDigit } from "../../bytes/chars";
import { out, setOut } from "../../json/emit";
import { escapeTail } from "../../json/escape";
import { putByte, putName } from "../../json/put";
import { FALS_WORD, NULL_WORD, TRUE_WORD } from "../../json/scan";
import { putAsText, putRedacted } from "../../redact/value";
import { Subject } from "../../record/current";
import { putIds } from "../../record/id";
import { closeMember, openMember } from "../../record/limits";
import { putReturned } from "../../record/returned";
import { Shared, closeShared, putCopy } from "../../record/shares";

export function isNothing(start: usize): bool {
  return !start || load<u32>(start) == NULL_WORD;
}

/** A string as it is, any other value as its JSON; nothing for null. */
export function putKeyword(name: string, start: usize, end: usize): void {
  if (isNothing(start)) return;
  openMember(name);
  putText(start, end);
  closeMember();
}

/** The same of a member that all records of the part share. */
export function putShared(subject: Subject, name: string, which: Shared, start: usize, end: usize): void {
  if (isNothing(start)) return;
  openMember(name);
  if (putCopy(subject, which)) return;
  putText(start, end);
  closeShared(subject, which);
}

export function putText(start: usize, end: usize): void {
  if (load<u8>(start) == QUOTE) putRedacted(start, end, false);
  else putAsText(start, end, false);
}

/** Opens an object that is a member. */
export function openObject(name: string): void {
  putName(name);
  putByte(OPEN_BRACE);
}

/** Closes it; one without members, which began at `at`, is taken back. */
export function closeObject(at: usize): void {
  if (load<u8>(out - 1) == OPEN_BRACE) setOut(at);
  else putByte(CLOSE_BRACE);
}

/** Whether a value is a whole number of at most 15 digits. */
export function isLong(p: usize, end: usize): bool {
  if (p && load<u8>(p) == MINUS) p++;
  if (!p || end - p > 15) return false;
  for (; p < end; p++) if (!isDigit(load<u8>(p))) return false;
  return true;
}

export function isBoolean(p: usize): bool {
  return p != 0 && (load<u32>(p) == TRUE_WORD || load<u32>(p) == FALS_WORD);
}

/** Two quotes in memory. */
const EMPTY_STRING: u16 = 0x2222;

export function isEmptyString(start: usize): bool {
  return start != 0 && load<u16>(start) == EMPTY_STRING;
}

export function putReturnText(subject: Subject): void {
  putByte(QUOTE);
  const text = out;
  putReturned(subject);
  escapeTail(text);
  putByte(QUOTE);
}

/** The ids of the event, its trace and its span. With the two it closes `event`, and leaves `span` to be closed. */
export function putRecordIds(): void {
  putIds('},"trace":{"id":"', '"},"span":{"id":"');
}
