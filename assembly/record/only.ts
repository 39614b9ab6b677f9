// States that the options leave out by name: `states.exclude`.
import { arenaTop, takeTo } from "../bytes/arena";
import { QUOTE } from "../bytes/chars";
import { readText } from "../json/string";
import { matchesAny } from "../options/glob";
import { Only, settings } from "../options/settings";
import { Own } from "../salt/own";
import { Outcome, hasChanges, ownEnd, ownStart } from "../salt/state";
import { Subject } from "./current";

/** Whether a glob takes the JSON string `[start, end)`, quotes included; false for what is none. */
function matches(start: usize, end: usize): bool {
  if (!start || load<u8>(start) != QUOTE) return false;
  const text = readText(start, end);
  return text != 0 && matchesAny(settings.statesExclude, text);
}

/** Whether `states.exclude` takes the open state's `state_name`, `state_id` or `__sls__`. */
export function isExcluded(subject: Subject): bool {
  if (!settings.statesExclude) return false;
  const keep = arenaTop();
  const isOut =
    matches(subject.keyStart ? subject.keyStart - 1 : 0, subject.keyEnd + 1) ||
    matches(subject.idStart, subject.idEnd) ||
    matches(ownStart(subject.state, Own.SLS), ownEnd(subject.state, Own.SLS));
  takeTo(keep);
  return isOut;
}

/** Whether `only` lets the open state leave. */
export function isWanted(subject: Subject): bool {
  const outcome = subject.outcome;
  const only = settings.only;
  if (only == Only.ALL) return true;
  if (outcome == Outcome.FAILED) return only != Only.CHANGED || hasChanges(subject.state);
  if (outcome == Outcome.CHANGED || outcome == Outcome.WOULD_CHANGE) return only != Only.FAILED;
  return false;
}
