// A state's key: four parts with `_|-` between them.
import { BACKSLASH, LOWER_U, MINUS, PIPE, UNDERSCORE } from "../bytes/chars";
import { Span, spanEnd, spanOf, spanStart } from "../bytes/span";
import { firstLane, pipeMarks } from "../bytes/words";
import { readUnit } from "../json/string";

/** `_|-` in memory, and the bytes of a word that hold it. */
const SEPARATOR: u32 = 0x2d7c5f;
const BYTES_3: u32 = 0xffffff;

/** True where `_|-` stands at `p`. */
// @ts-ignore: decorator
@inline
export function isSeparator(p: usize): bool {
  return (load<u32>(p) & BYTES_3) == SEPARATOR;
}

/** The next `_|-` at or behind `p`, or 0. The raw bytes of a key without escapes are searched by the word. */
function scanPlainSeparator(p: usize, end: usize): Span {
  while (p + 2 <= end) {
    const marks = pipeMarks(load<u64>(p));
    if (!marks) {
      p += 8;
      continue;
    }
    p += firstLane(marks) + 1;
    if (p + 1 <= end && isSeparator(p - 2)) return spanOf(p - 2, p + 1);
  }
  return 0;
}

/** The same in a key with escapes, where each of the three characters may be spelled as `\uXXXX`. */
function scanEscapedSeparator(p: usize, end: usize): Span {
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
    else if (matched == 2 && unit == MINUS) return spanOf(start, p);
    else matched = 0;
  }
  return 0;
}

// @ts-ignore: decorator
@inline
export function scanSeparator(p: usize, end: usize, isEscaped: bool): Span {
  return isEscaped ? scanEscapedSeparator(p, end) : scanPlainSeparator(p, end);
}

/** The second part of a state's key. */
export function scanKeyId(p: usize, end: usize, isEscaped: bool): Span {
  const start = spanEnd(scanSeparator(p, end, isEscaped));
  return spanOf(start, spanStart(scanSeparator(start, end, isEscaped)));
}

/**
 * True for a key of four parts, `module_|-id_|-name_|-function`, that may hold escapes; an id may hold the separator
 * itself. `walk.ts` counts the separators of plain keys while it looks for their end.
 */
export function isEscapedStateKey(start: usize, end: usize): bool {
  for (let parts = 0; parts < 3; parts++) {
    const separator = scanEscapedSeparator(start, end);
    if (!separator) return false;
    start = spanEnd(separator);
  }
  return true;
}
