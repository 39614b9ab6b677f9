// Salt's own facts: which tags are job returns, which functions run states, what a state's key is made of.
import { BACKSLASH, LOWER_U, MINUS, PIPE, SLASH, UNDERSCORE, firstLane, pipeMarks } from "../bytes/chars";
import { isAscii, readUnit, startsWith } from "../json/string";

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

/** True where `_|-` stands at `p`. */
// @ts-ignore: decorator
@inline
export function isSeparator(p: usize): bool {
  return (load<u32>(p) & 0xffffff) == 0x2d7c5f;
}

/** Where the separator that `scanSeparator` found ends. */
export let separatorEnd: usize = 0;

/**
 * The address of the next `_|-` at or behind `p`, or 0; `separatorEnd` is the address past it. The raw bytes of a key
 * without escapes are searched by the word.
 */
function scanPlainSeparator(p: usize, end: usize): usize {
  while (p + 2 <= end) {
    const marks = pipeMarks(load<u64>(p));
    if (!marks) {
      p += 8;
      continue;
    }
    p += firstLane(marks) + 1;
    if (p + 1 <= end && isSeparator(p - 2)) {
      separatorEnd = p + 1;
      return p - 2;
    }
  }
  return 0;
}

/** The same in a key with escapes, where each of the three characters may be spelled as `\uXXXX`. */
function scanEscapedSeparator(p: usize, end: usize): usize {
  let start: usize = 0; // address of the '_' that may begin a separator
  let matched = 0;
  while (p < end) {
    const at = p;
    let unit: u32 = load<u8>(p++);
    if (unit == BACKSLASH) {
      unit = load<u8>(p++);
      if (unit == LOWER_U) {
        unit = readUnit(at);
        p += 4;
      } else unit = 0; // no other escape spells one of the three
    }
    if (unit == UNDERSCORE) {
      start = at;
      matched = 1;
    } else if (matched == 1 && unit == PIPE) matched = 2;
    else if (matched == 2 && unit == MINUS) {
      separatorEnd = p;
      return start;
    } else matched = 0;
  }
  return 0;
}

// @ts-ignore: decorator
@inline
export function scanSeparator(p: usize, end: usize, isEscaped: bool): usize {
  return isEscaped ? scanEscapedSeparator(p, end) : scanPlainSeparator(p, end);
}

/**
 * True for a key of four parts, `module_|-id_|-name_|-function`, that may hold escapes; an id may hold the separator itself.
 * `walk.ts` counts the separators of plain keys while it looks for their end.
 */
export function isEscapedStateKey(start: usize, end: usize): bool {
  for (let parts = 0; parts < 3; parts++) {
    if (!scanEscapedSeparator(start, end)) return false;
    start = separatorEnd;
  }
  return true;
}
