// The record that is being made: what it is about. `records.ts` sets it, the presets write it down.
import { take } from "../bytes/arena";
import { QUOTE } from "../bytes/chars";
import { spanLength, spanStart } from "../bytes/span";
import { IS_CAUSED, IS_ESCAPED, IS_NESTED, IS_SUSPECT, IS_TRIMMED, Member } from "../json/object";
import { scanKeyId } from "../salt/key";
import { Own } from "../salt/own";
import { Outcome, State, lookInto, openState, outcomeOfState, ownEnd, ownStart } from "../salt/state";
import { redactState } from "../redact/around";
import { Job, Part } from "../job/part";
import { Summary } from "./totals";
import { isReturnTrimmed } from "./trimmed";

export const enum Body {
  STATE,
  FUN_RETURN,
  SUMMARY,
}

/** The record that is being made. Spans are half-open. */
@unmanaged
export class Subject {
  job: Job;
  part: Part;
  body: Body;
  /** Salt cut something that the record has. */
  isTrimmed: bool;
  /** The state's object, brackets included. */
  objectStart: usize;
  objectEnd: usize;
  /** What is known of the state: flags of its row (`json/object.ts`). */
  flags: u32;
  /** The state's key as it stands in the input, without quotes; start 0 for the bare result of `state.low`. */
  keyStart: usize;
  keyEnd: usize;
  keyIsEscaped: bool;
  /** The row of the state that holds this one, 0 where none does. */
  parent: usize;
  /** The node of a state that others caused (`causes.ts`), else 0. */
  causes: usize;
  /** `state_id` as a JSON string, start 0 for null. */
  idStart: usize;
  idEnd: usize;
  /** The state, once it was looked into, and what it came to. */
  state: State;
  outcome: Outcome;
  /** What the states of the part came to so far. */
  summary: Summary;
}

/** Of what kind the next record is. */
export function setBody(subject: Subject, to: Body): void {
  subject.body = to;
  if (to == Body.STATE) redactState(subject.keyStart, subject.keyEnd);
  else redactState(0, 0);
  if (to == Body.FUN_RETURN) subject.isTrimmed = isReturnTrimmed(subject.part);
  else if (to == Body.SUMMARY) subject.isTrimmed = subject.part.isTrimmed;
}

/**
 * Takes a state of the part, as far as its row in the return's table tells: `state` is its member, null for a bare
 * result.
 */
export function setState(subject: Subject, state: Member | null): void {
  const part = subject.part;
  subject.objectStart = state ? state.valueStart : part.valueStart;
  subject.objectEnd = state ? state.valueEnd : part.valueEnd;
  subject.keyStart = state ? state.keyStart : 0;
  subject.keyEnd = state ? state.keyEnd : 0;
  subject.keyIsEscaped = state ? (state.flags & IS_ESCAPED) != 0 : false;
  subject.flags = state ? state.flags : IS_SUSPECT | (part.isBareTrimmed ? IS_TRIMMED : 0);
  subject.isTrimmed = (subject.flags & IS_TRIMMED) != 0;
  subject.causes = subject.flags & IS_CAUSED ? state!.causes : 0;
  subject.parent = state && state.flags & IS_NESTED ? changetype<usize>(state.parent) : 0; // its address
  subject.idStart = state ? state.idStart : 0;
  subject.idEnd = state ? state.idEnd : 0;
}

/** Looks into the state that was taken, for its known members alone. False when memory runs out. */
export function lookIntoStateOf(subject: Subject): bool {
  if (!lookInto(subject.state, subject.objectStart, (subject.flags & IS_SUSPECT) != 0)) return false;
  subject.outcome = outcomeOfState(subject.state);
  return readId(subject);
}

/** Opens the state that was taken, with all of its members. False when memory runs out. */
export function openStateOf(subject: Subject): bool {
  if (!openState(subject.state, subject.objectStart, (subject.flags & IS_SUSPECT) != 0)) return false;
  subject.outcome = outcomeOfState(subject.state);
  return readId(subject);
}

/** The state's `__id__`, else the second part of its key, else its name. */
function readId(subject: Subject): bool {
  let start = stringOf(subject.state, Own.ID);
  let end = ownEnd(subject.state, Own.ID);
  const keyStart = subject.keyStart;
  if (!start && !keyStart) {
    start = stringOf(subject.state, Own.NAME);
    end = ownEnd(subject.state, Own.NAME);
  } else if (!start) {
    const id = scanKeyId(keyStart, subject.keyEnd, subject.keyIsEscaped);
    const length = spanLength(id);
    start = take(length + 2);
    if (!start) return false;
    end = start + length + 2;
    store<u8>(start, QUOTE);
    memory.copy(start + 1, spanStart(id), length);
    store<u8>(end - 1, QUOTE);
  }
  subject.idStart = start;
  subject.idEnd = end;
  return true;
}

/** Where a known member's value begins if it is a string, else 0. */
function stringOf(state: State, own: Own): usize {
  const start = ownStart(state, own);
  return start && load<u8>(start) == QUOTE ? start : 0;
}
