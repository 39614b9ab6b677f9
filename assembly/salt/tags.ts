// Salt's own facts: which tags are job returns, which functions run states, what a state's key is made of.
import { SLASH } from "../bytes/chars";
import { isAscii, startsWith } from "../json/string";

/** The address of the next slash, or `end`. */
function scanSegment(p: usize, end: usize): usize {
  while (p < end && load<u8>(p) != SLASH) p++;
  return p;
}

/** `salt/job/JID/ret/ID` (Salt's `salt/utils/event.py`, `tagify`). */
export function isJobReturnTag(start: usize, end: usize): bool {
  if (!startsWith(start, end, "salt/job/")) return false;
  const jid = start + 9;
  const jidEnd = scanSegment(jid, end);
  if (jidEnd == jid || !startsWith(jidEnd, end, "/ret/")) return false;
  const id = jidEnd + 5;
  return id < end && scanSegment(id, end) == end;
}

/** `salt/run/JID/ret`. */
export function isRunReturnTag(start: usize, end: usize): bool {
  if (!startsWith(start, end, "salt/run/")) return false;
  const jid = start + 9;
  const jidEnd = scanSegment(jid, end);
  return jidEnd != jid && isAscii(jidEnd, end, "/ret");
}

/** Functions of the `state` module whose return holds state results (or says why there are none). */
export function isStateRun(start: usize, end: usize): bool {
  if (!startsWith(start, end, "state.")) return false;
  const name = start + 6;
  switch (<i32>(end - name)) {
    case 3:
      return (
        isAscii(name, end, "sls") || isAscii(name, end, "top") || isAscii(name, end, "low") || isAscii(name, end, "pkg")
      );
    case 4:
      return isAscii(name, end, "high");
    case 5:
      return isAscii(name, end, "apply");
    case 6:
      return isAscii(name, end, "single") || isAscii(name, end, "sls_id");
    case 8:
      return isAscii(name, end, "template");
    case 9:
      return isAscii(name, end, "highstate");
    case 12:
      return isAscii(name, end, "template_str");
  }
  return false;
}

/** Runners whose return is `{"data": {MASTER_ID: state results}}` (Salt's `salt/runners/state.py`). */
export function isOrchestration(start: usize, end: usize): bool {
  return (
    isAscii(start, end, "runner.state.orchestrate") ||
    isAscii(start, end, "runner.state.orch") ||
    isAscii(start, end, "runner.state.sls")
  );
}

export function isRunner(start: usize, end: usize): bool {
  return startsWith(start, end, "runner.");
}
