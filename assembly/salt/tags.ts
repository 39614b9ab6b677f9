// Salt's own facts: which tags are job returns, which functions run states.
import { POINT, SLASH, SPACE } from "../bytes/chars";
import { isAscii, startsWith } from "../json/string";

/** The address of the next slash, or `end`. */
function scanSegment(p: usize, end: usize): usize {
  while (p < end && load<u8>(p) != SLASH) p++;
  return p;
}

export const enum TagKind {
  /** Not a job return's. */
  OTHER,
  /** `salt/job/JID/ret/ID` (Salt's `salt/utils/event.py`, `tagify`). */
  JOB,
  /** `salt/run/JID/ret`. */
  RUN,
  /** `__schedule_return`: what the master's own scheduler ran. */
  SCHEDULE,
}

/** Whose return a tag names, as `readTag` found it: half-open spans, start 0 where it names none. */
export let tagJidStart: usize = 0;
export let tagJidEnd: usize = 0;
export let tagIdStart: usize = 0;
export let tagIdEnd: usize = 0;

export function readTag(start: usize, end: usize): TagKind {
  tagJidStart = 0;
  tagIdStart = 0;
  const isJob = startsWith(start, end, "salt/job/");
  if (!isJob && !startsWith(start, end, "salt/run/")) {
    return isAscii(start, end, "__schedule_return") ? TagKind.SCHEDULE : TagKind.OTHER;
  }
  const jid = start + 9;
  const jidEnd = scanSegment(jid, end);
  if (jidEnd == jid) return TagKind.OTHER;
  if (isJob) {
    const id = jidEnd + 5;
    if (id >= end || !startsWith(jidEnd, end, "/ret/") || scanSegment(id, end) != end) return TagKind.OTHER;
    tagIdStart = id;
    tagIdEnd = end;
  } else if (!isAscii(jidEnd, end, "/ret")) return TagKind.OTHER;
  tagJidStart = jid;
  tagJidEnd = jidEnd;
  return isJob ? TagKind.JOB : TagKind.RUN;
}

/** Whether a span is one of the words of an ASCII list, with one space between them. */
function isListed(start: usize, end: usize, list: string): bool {
  const units = changetype<usize>(list); // a static string: its UTF-16 units lie there
  const length = <usize>list.length;
  let p = start;
  for (let i: usize = 0; i <= length; i++) {
    const c: u8 = i < length ? load<u8>(units + (i << 1)) : SPACE;
    if (c == SPACE) {
      if (p == end) return true;
      p = start;
    } else if (p) p = p < end && load<u8>(p) == c ? p + 1 : 0;
  }
  return false;
}

/** Functions whose return holds state results (or says why there are none). */
export function isStateRun(start: usize, end: usize): bool {
  let dot = start;
  while (dot < end && load<u8>(dot) != POINT) dot++;
  if (dot == end) return false;
  const name = dot + 1;
  if (isAscii(start, dot, "state")) {
    return isListed(
      name,
      end,
      "apply sls highstate test request run_request single sls_id top high low template template_str pkg",
    );
  }
  if (isAscii(start, dot, "transactional_update")) return isListed(name, end, "apply sls highstate single");
  if (isListed(start, dot, "chroot dockermod docker")) return isListed(name, end, "apply sls highstate");
  return isAscii(start, end, "mgractionchains.start");
}

/**
 * Runners whose return is `{"data": {MASTER_ID: state results}}` (Salt's `salt/runners/state.py`). The master's scheduler leaves
 * `runner.` out.
 */
export function isOrchestration(start: usize, end: usize): bool {
  const fun = isRunner(start, end) ? start + 7 : start;
  return (
    startsWith(fun, end, "state.") && isListed(fun + 6, end, "orchestrate orch sls orchestrate_single orchestrate_high")
  );
}

export function isRunner(start: usize, end: usize): bool {
  return startsWith(start, end, "runner.");
}
