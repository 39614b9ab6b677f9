// XML: the text of an element that a name names.
import { BACKSLASH, LOWER_N, LOWER_R, LOWER_T, MINUS, PLUS, SLASH } from "../bytes/chars";
import { Rule } from "../options/settings";
import {
  GREATER,
  IS_LETTER,
  LESS,
  beginsWith,
  byteAt,
  classOf,
  isBlank,
  isLineEnd,
  skipBackslashes,
  textEnd,
  toWordEnd,
} from "./cursor";
import { addSpan } from "./spans";

/** How far a start tag may go on behind the name. */
const TAG_BYTES: usize = 256;

/** Past white space, escaped line ends and marks of a diff. */
function skipBetween(p: usize): usize {
  while (p < textEnd) {
    const c = load<u8>(p);
    if (isBlank(c) || isLineEnd(c) || c == PLUS || c == MINUS) p++;
    else if (c == BACKSLASH) {
      const letter = byteAt(skipBackslashes(p));
      if (letter != LOWER_N && letter != LOWER_R && letter != LOWER_T) return p;
      p = skipBackslashes(p) + 1;
    } else return p;
  }
  return p;
}

/** The `>` of the start tag that goes on at `p`; 0 where there is none. */
function toTagEnd(p: usize): usize {
  const stop = min(p + TAG_BYTES, textEnd);
  for (; p < stop; p++) {
    const c = load<u8>(p);
    if (c == LESS || isLineEnd(c)) return 0;
    if (c == GREATER) return load<u8>(p - 1) == SLASH ? 0 : p;
  }
  return 0;
}

/** The text behind the `>` at `bracket`, where an end tag follows it; 0 where none does. */
function maskText(bracket: usize): usize {
  const start = bracket + 1;
  let p = start;
  while (p < textEnd && load<u8>(p) != LESS) p++;
  if (p >= textEnd || byteAt(skipBackslashes(p + 1)) != SLASH) return 0;
  return addSpan(start, p, Rule.XML);
}

/** `<NAME>text</`, `<NAME attributes>text</`, `<NAME><Value>text</`; the name ends at `p`. Returns where to go on, 0 where it is none. */
export function maskElement(p: usize): usize {
  const bracket = toTagEnd(p);
  if (!bracket) return 0;
  const inner = skipBetween(bracket + 1);
  if (byteAt(inner) == LESS && classOf(byteAt(inner + 1)) & IS_LETTER) {
    const second = toTagEnd(inner + 1);
    return second ? maskText(second) : 0;
  }
  return maskText(bracket);
}

/** `NAME</key>`, white space, `<string>text</`; the name ends at `p`. Returns where to go on, 0 where it is none. */
export function maskNextElement(p: usize): usize {
  if (byteAt(p) != LESS || byteAt(skipBackslashes(p + 1)) != SLASH) return 0;
  const tag = skipBackslashes(p + 1) + 1;
  const end = toWordEnd(tag);
  if (byteAt(end) != GREATER) return 0;
  const next = skipBetween(end + 1);
  if (byteAt(next) != LESS) return 0;
  if (!beginsWith(next + 1, "value>") && !beginsWith(next + 1, "string>")) return 0;
  return maskText(toWordEnd(next + 1));
}
