// Which functions' returns are wanted: `functions`, `returns_ignore`.
import { arenaTop, need } from "../bytes/arena";
import { COMMA, QUOTE } from "../bytes/chars";
import { skipSpace } from "../json/scan";
import { decodeName, readText, scanPlainString, textEnd } from "../json/string";
import { matchesAny } from "../options/glob";
import { settings } from "../options/settings";

/** A function's name as text, empty for none: its address, 0 when memory runs out; `funEnd` is its end. A list is joined with commas. */
let funEnd: usize = 0;
function readFunction(start: usize, end: usize): usize {
  if (!start) {
    funEnd = arenaTop();
    return funEnd;
  }
  if (load<u8>(start) == QUOTE) {
    const text = readText(start, end);
    funEnd = textEnd;
    return text;
  }
  const text = arenaTop();
  if (!need(text, 3 * (end - start) + 8)) return 0;
  let out = text;
  let isFirst = true;
  for (let p = skipSpace(start + 1); p < end; p = skipSpace(p + 1)) {
    if (load<u8>(p) != QUOTE) continue;
    const close = scanPlainString(p + 1);
    if (!isFirst) store<u8>(out++, COMMA);
    isFirst = false;
    out = decodeName(p + 1, close, out);
    p = close;
  }
  funEnd = out;
  return text;
}

/** Whether `functions` lets the returns of a function through. `[start, end)`: the value of `fun`, start 0 for none. */
export function isWantedFunction(start: usize, end: usize): bool {
  if (!settings.functionsInclude && !settings.functionsExclude) return true;
  const text = readFunction(start, end);
  if (!text) return true;
  if (settings.functionsInclude && !matchesAny(settings.functionsInclude, text, funEnd)) return false;
  return !matchesAny(settings.functionsExclude, text, funEnd);
}

/** Whether `returns: all` passes over a function. */
export function isIgnoredFunction(start: usize, end: usize): bool {
  if (!settings.returnsIgnore) return false;
  const text = readFunction(start, end);
  return text != 0 && matchesAny(settings.returnsIgnore, text, funEnd);
}
