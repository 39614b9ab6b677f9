// Salt's own facts: which tags are job returns, which functions run states.
import { POINT, SLASH, SPACE } from "../bytes/chars";
import { Span, spanEnd, spanOf, spanStart } from "../bytes/span";
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

/** Bytes of `salt/job/` and of `salt/run/`, and of `/ret/`. */
const PREFIX_BYTES: usize = 9;
const RET_BYTES: usize = 5;

export function kindOfTag(tag: Span): TagKind {
  const start = spanStart(tag);
  const end = spanEnd(tag);
  const isJob = startsWith(start, end, "salt/job/");
  if (!isJob && !startsWith(start, end, "salt/run/")) {
    return isAscii(start, end, "__schedule_return") ? TagKind.SCHEDULE : TagKind.OTHER;
  }
  const jid = start + PREFIX_BYTES;
  const jidEnd = scanSegment(jid, end);
  if (jidEnd == jid) return TagKind.OTHER;
  if (!isJob) return isAscii(jidEnd, end, "/ret") ? TagKind.RUN : TagKind.OTHER;
  const id = jidEnd + RET_BYTES;
  return id < end && startsWith(jidEnd, end, "/ret/") && scanSegment(id, end) == end ? TagKind.JOB : TagKind.OTHER;
}

/** The job that a tag of kind JOB or RUN names. */
export function jidOfTag(tag: Span): Span {
  const jid = spanStart(tag) + PREFIX_BYTES;
  return spanOf(jid, scanSegment(jid, spanEnd(tag)));
}

/** The minion that a tag of kind JOB names. */
export function idOfTag(tag: Span): Span {
  return spanOf(spanEnd(jidOfTag(tag)) + RET_BYTES, spanEnd(tag));
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
export function isStateRun(fun: Span): bool {
  const start = spanStart(fun);
  const end = spanEnd(fun);
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
 * Runners whose return is `{"data": {MASTER_ID: state results}}` (Salt's `salt/runners/state.py`). The master's
 * scheduler leaves `runner.` out.
 */
export function isOrchestration(fun: Span): bool {
  const start = spanStart(fun) + (isRunner(fun) ? 7 : 0);
  const end = spanEnd(fun);
  return (
    startsWith(start, end, "state.") &&
    isListed(start + 6, end, "orchestrate orch sls orchestrate_single orchestrate_high")
  );
}

export function isRunner(fun: Span): bool {
  return startsWith(spanStart(fun), spanEnd(fun), "runner.");
}
