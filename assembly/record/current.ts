// The record that is being made: what it is about. `records.ts` sets it, the presets write it down.
import { take } from "../bytes/arena";
import { QUOTE } from "../bytes/chars";
import { IS_ESCAPED, IS_SUSPECT, Member } from "../json/object";
import { scanSeparator, separatorEnd } from "../salt/key";
import { Outcome, Own, openState, outcomeOfState, ownEnd, ownStart } from "../salt/state";
import { Part, isPartTrimmed } from "../job/part";

export const enum Body {
  STATE,
  FUN_RETURN,
  SUMMARY,
}

export let body: Body = Body.STATE;
export let part: Part = changetype<Part>(0); // an unmanaged view, set before it is used

/** A state's key as it stands in the input, without quotes; start 0 for the bare result of `state.low`. */
export let keyStart: usize = 0;
export let keyEnd: usize = 0;
export let keyIsEscaped: bool = false;

/** `state_id` as a JSON string, start 0 for null. */
export let idStart: usize = 0;
export let idEnd: usize = 0;

export let outcome: Outcome = Outcome.UNCHANGED;

/** Salt cut the part's return. */
export let isTrimmed: bool = false;

/** Of what kind the next record is. */
export function setBody(to: Body): void {
  body = to;
  if (to == Body.FUN_RETURN) isTrimmed = isPartTrimmed(part);
}

export function setPart(to: Part): void {
  part = to;
}

/** The state's object, brackets included. */
export let objectStart: usize = 0;
export let objectEnd: usize = 0;

/** The record is made of what its part shares and what needs no table; the first attempt. */
export let isQuick: bool = false;

export function setQuick(to: bool): void {
  isQuick = to;
}

/** Takes a state of the part, as far as its row in the return's table tells: `state` is its member, null for a bare result. */
export function setState(state: Member | null): void {
  objectStart = state ? state.valueStart : part.valueStart;
  objectEnd = state ? state.valueEnd : part.valueEnd;
  keyStart = state ? state.keyStart : 0;
  keyEnd = state ? state.keyEnd : 0;
  keyIsEscaped = state ? (state.flags & IS_ESCAPED) != 0 : false;
  isSuspect = state ? (state.flags & IS_SUSPECT) != 0 : true;
  idStart = state ? state.idStart : 0;
  idEnd = state ? state.idEnd : 0;
}
let isSuspect: bool = false;

/** Looks into the state that was taken. False when memory runs out. */
export function openStateOf(): bool {
  if (!openState(objectStart, isSuspect)) return false;
  outcome = outcomeOfState();
  return readId();
}

/** The state's `__id__`, else the second part of its key, else its name. */
function readId(): bool {
  idStart = stringOf(Own.ID);
  idEnd = ownEnd(Own.ID);
  if (idStart) return true;
  if (!keyStart) {
    idStart = stringOf(Own.NAME);
    idEnd = ownEnd(Own.NAME);
    return true;
  }
  scanSeparator(keyStart, keyEnd, keyIsEscaped);
  const start = separatorEnd;
  const length = scanSeparator(start, keyEnd, keyIsEscaped) - start;
  idStart = take(length + 2);
  if (!idStart) return false;
  idEnd = idStart + length + 2;
  store<u8>(idStart, QUOTE);
  memory.copy(idStart + 1, start, length);
  store<u8>(idEnd - 1, QUOTE);
  return true;
}

/** Where a known member's value begins if it is a string, else 0. */
function stringOf(own: Own): usize {
  const start = ownStart(own);
  return start && load<u8>(start) == QUOTE ? start : 0;
}
