// XML: the text of an element that a NAME names.
import { COLON, LOWER_N, LOWER_R, LOWER_T, MINUS, PLUS, POINT, SLASH } from "../bytes/chars";
import {
  GREATER,
  LESS,
  beginsWith,
  byteAt,
  isBlank,
  isLineEnd,
  isWhite,
  isWordByte,
  skipBackslashes,
  skipBlanks,
  textEnd,
  toWordEnd,
} from "./cursor";
import { isNameAt } from "./readings";
import { addSpan } from "./spans";
import { stays } from "./stays";

/** Past white space, escaped line ends and tabs, and then the mark of a diff. */
function skipBetween(p: usize): usize {
  while (true) {
    const c = byteAt(p);
    if (isBlank(c) || isLineEnd(c)) p++;
    else {
      const letter = skipBackslashes(p);
      const l = byteAt(letter);
      if (letter == p || (l != LOWER_N && l != LOWER_R && l != LOWER_T)) break;
      p = letter + 1;
    }
  }
  return skipBlanks(byteAt(p) == PLUS || byteAt(p) == MINUS ? p + 1 : p);
}

/** Past the `>` of the start tag whose name ends at `p`; 0 where none ends there. */
function toTagEnd(p: usize): usize {
  if (byteAt(p) != GREATER && (!isWhite(p) || p >= textEnd)) return 0;
  while (p < textEnd && load<u8>(p) != LESS && load<u8>(p) != GREATER) p++;
  return byteAt(p) == GREATER ? p + 1 : 0;
}

/** Masks the text at `p`, where an end tag follows it. */
function maskText(p: usize): void {
  let end = p;
  while (end < textEnd && load<u8>(end) != LESS) end++;
  if (byteAt(end + 1) == SLASH && !stays(p, end, false)) addSpan(p, end);
}

/** Past the name of an element, with points and a name space. */
function toTagName(p: usize): usize {
  while (isWordByte(byteAt(p)) || byteAt(p) == POINT || byteAt(p) == COLON) p++;
  return p;
}

/**
 * The start tag at `p`: `<NAME>text</`, `<NAME attributes>text</`, `<NAME><Value>text</`, `<x name="a.NAME">text</`.
 */
export function maskTag(p: usize): void {
  let name = ++p;
  p = toTagName(p);
  const end = toTagEnd(p);
  if (!end || p == name || load<u8>(end - 2) == SLASH) return;
  for (let q = name; q < p; q++) {
    if (load<u8>(q) == COLON) {
      name = q + 1;
      break;
    }
  }
  if (toWordEnd(name) == p && isNameAt(name, p)) {
    const nested = skipBetween(end);
    if (byteAt(nested) == LESS) {
      const behind = toTagName(nested + 1);
      const inner = behind > nested + 1 ? toTagEnd(behind) : 0;
      if (inner) maskText(inner);
    }
    maskText(end);
    return;
  }
  for (; p < end - 1; p++) {
    const quote = skipBackslashes(p);
    if (
      (byteAt(quote) != 0x22 && byteAt(quote) != 0x27) ||
      !(isWhite(quote + 1) || quote + 2 == end || byteAt(quote + 1) == SLASH)
    )
      continue;
    let word = p;
    while (isWordByte(load<u8>(word - 1))) word--;
    if (word == p || !isNameAt(word, p)) {
      p = quote;
      continue;
    }
    maskText(end);
    return;
  }
}

/** `NAME</key>`, white space, `<string>text</`; the name ends at `p`. */
export function maskNextElement(p: usize): void {
  if (byteAt(p) != LESS || byteAt(p + 1) != SLASH) return;
  p += 2;
  while (p < textEnd && load<u8>(p) != LESS && load<u8>(p) != GREATER) p++;
  if (byteAt(p) != GREATER) return;
  p = skipBetween(p + 1);
  if (beginsWith(p, "<value>")) maskText(p + 7);
  else if (beginsWith(p, "<string>")) maskText(p + 8);
}
