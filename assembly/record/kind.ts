// What a record tells of; each is exactly one of these (docs/options.md). A host counts them, ECS writes them down.
import { Body, Subject } from "./current";

/** In the order of the host's `KINDS`; those of states are `Outcome`'s. */
export const enum RecordKind {
  FAILED,
  CHANGED,
  UNCHANGED,
  SKIPPED,
  WOULD_CHANGE,
  MALFORMED,
  RETURNED,
  JOB_RETURN,
  PASSED,
}

/** What else than states came back: a failure, where states were to be run. */
export function kindOfReturn(runsStates: bool): RecordKind {
  return runsStates ? RecordKind.FAILED : RecordKind.RETURNED;
}

/** The kind of the record that `current.ts` holds; of a state, it is open. */
export function kindOfRecord(subject: Subject): RecordKind {
  if (subject.body == Body.SUMMARY) return RecordKind.JOB_RETURN;
  return subject.body == Body.FUN_RETURN ? kindOfReturn(subject.part.runsStates) : <RecordKind>subject.outcome;
}
