// Which functions' returns are wanted: `functions`, `returns_ignore`.
import { arenaTop, need } from "../bytes/arena";
import { COMMA, QUOTE } from "../bytes/chars";
import { Span, spanOf } from "../bytes/span";
import { skipSpace } from "../json/scan";
import { decodeName, readText, scanString } from "../json/string";
import { matchesAny } from "../options/glob";
import { settings } from "../options/settings";

/** A function's name as text, empty for none, a list joined with commas; 0 when memory runs out. */
function readFunction(start: usize, end: usize): Span {
  if (!start) return spanOf(arenaTop(), arenaTop());
  if (load<u8>(start) == QUOTE) return readText(start, end);
  const text = arenaTop();
  if (!need(text, 3 * (end - start) + 8)) return 0;
  let out = text;
  let isFirst = true;
  for (let p = skipSpace(start + 1); p < end; p = skipSpace(p + 1)) {
    if (load<u8>(p) != QUOTE) continue;
    const close = scanString(p + 1);
    if (!isFirst) store<u8>(out++, COMMA);
    isFirst = false;
    out = decodeName(p + 1, close, out);
    p = close;
  }
  return spanOf(text, out);
}

/** Whether `functions` lets the returns of a function through. `[start, end)`: the value of `fun`, start 0 for none. */
export function isWantedFunction(start: usize, end: usize): bool {
  if (!settings.functionsInclude && !settings.functionsExclude) return true;
  const text = readFunction(start, end);
  if (!text) return true;
  if (settings.functionsInclude && !matchesAny(settings.functionsInclude, text)) return false;
  return !matchesAny(settings.functionsExclude, text);
}

/** Whether `returns: all` passes over a function. */
export function isIgnoredFunction(start: usize, end: usize): bool {
  if (!settings.returnsIgnore) return false;
  const text = readFunction(start, end);
  return text != 0 && matchesAny(settings.returnsIgnore, text);
}
