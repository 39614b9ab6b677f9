// States that the options leave out by name: `states.exclude`.
import { arenaTop, takeTo } from "../bytes/arena";
import { QUOTE } from "../bytes/chars";
import { readText, textEnd } from "../event/event";
import { matchesAny } from "../options/glob";
import { settings } from "../options/settings";
import { idEnd, idStart, keyEnd, keyStart } from "./current";
import { Own, ownEnd, ownStart } from "../salt/state";

/** Whether a glob takes the JSON string `[start, end)`, quotes included; false for what is none. */
function matches(start: usize, end: usize): bool {
  if (!start || load<u8>(start) != QUOTE) return false;
  const text = readText(start, end);
  return text != 0 && matchesAny(settings.statesExclude, text, textEnd);
}

/** Whether `states.exclude` takes the open state's `state_name`, `state_id` or `__sls__`. */
export function isExcluded(): bool {
  if (!settings.statesExclude) return false;
  const keep = arenaTop();
  const isOut =
    matches(keyStart ? keyStart - 1 : 0, keyEnd + 1) ||
    matches(idStart, idEnd) ||
    matches(ownStart(Own.SLS), ownEnd(Own.SLS));
  takeTo(keep);
  return isOut;
}
