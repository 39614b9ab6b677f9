// Private keys that a title announces: PEM, OpenVPN's static keys, PuTTY's files.
import { BACKSLASH, COMMA, LINE_FEED, LOWER_N, LOWER_R, MINUS, QUOTE } from "../bytes/chars";
import { startsWith } from "../json/string";

import {
  RETURN,
  SINGLE_QUOTE,
  byteAt,
  isBlank,
  isDigitAt,
  isLineEnd,
  isMark,
  skipBackslashes,
  skipBlanks,
  textEnd,
} from "./cursor";
import { isBase64 } from "./shapes";
import { addSpan } from "./spans";

/** Past a line's end, or an escaped one with any number of backslashes; `p` where none stands there. */
function skipBreak(p: usize): usize {
  const c = byteAt(p);
  if (isLineEnd(c)) return p + 1;
  if (c != BACKSLASH) return p;
  const letter = skipBackslashes(p);
  return byteAt(letter) == LOWER_N || byteAt(letter) == LOWER_R ? letter + 1 : p;
}

/** Whether a header of PEM begins at `p`. */
function isHeader(p: usize): bool {
  return (
    startsWith(p, textEnd, "Proc-Type:") ||
    startsWith(p, textEnd, "DEK-Info:") ||
    startsWith(p, textEnd, "Comment:") ||
    startsWith(p, textEnd, "Version:")
  );
}

/** The hyphens behind the title that goes on at `p`; 0 where there are none. */
function toTitleEnd(p: usize): usize {
  while (p < textEnd && load<u8>(p) != MINUS && !isLineEnd(load<u8>(p))) p++;
  return startsWith(p, textEnd, "-----") ? p : 0;
}

/**
 * Where the private key ends that begins at `p`: behind its end line, and where that is missing, with the first line
 * that cannot be part of it. 0 where none begins.
 */
export function toPemEnd(p: usize): usize {
  if (!startsWith(p, textEnd, "-----BEGIN ")) return 0;
  const title = p + 11;
  p = toTitleEnd(title);
  if (!p) return 0;
  let name = title;
  while (!startsWith(name, p, "PRIVATE KEY") && !startsWith(name, p, "OpenVPN Static key")) if (name++ >= p) return 0;
  p += 5;
  if (byteAt(p) != 0x20 && skipBreak(p) == p) return 0;
  for (let q = p; q < textEnd; q++) {
    if (!startsWith(q, textEnd, "-----")) continue;
    if (startsWith(q, textEnd, "-----END ")) {
      const end = toTitleEnd(q + 9);
      if (end) return end + 5;
    } else if (!startsWith(q, textEnd, "-----END") && !startsWith(q, textEnd, "-----BEGIN")) continue;
    break;
  }
  while (p < textEnd) {
    if (isMark(byteAt(p))) p++;
    const header = skipBlanks(p);
    let isOfKey = true;
    let next = p;
    while (p < textEnd && (next = skipBreak(p)) == p) {
      const c = load<u8>(p++);
      if (!isBase64(c) && !isBlank(c) && c != QUOTE && c != SINGLE_QUOTE && c != COMMA && c != BACKSLASH)
        isOfKey = false;
    }
    if (!isOfKey && !isHeader(header)) return p;
    if (p < textEnd) p = next;
  }
  return p;
}

/** Past a line feed, perhaps with a carriage return before it; `p` where none stands there. */
export function skipFeed(p: usize): usize {
  const feed = byteAt(p) == RETURN ? p + 1 : p;
  return byteAt(feed) == LINE_FEED ? feed + 1 : p;
}

/** The lines of base64 behind `Private-Lines: n`; `p` is behind the colon. */
export function maskPutty(p: usize): void {
  p = skipBlanks(p);
  if (!isDigitAt(p)) return;
  while (isDigitAt(p)) p++;
  let start: usize = 0;
  let last = p;
  while (p < textEnd) {
    const next = skipFeed(p);
    if (next == p) break;
    p = next;
    if (isMark(byteAt(p))) p++;
    const line = p;
    while (p < textEnd && isBase64(load<u8>(p))) p++;
    if (p == line || (p < textEnd && skipFeed(p) == p)) break;
    if (!start) start = line;
    last = p;
  }
  if (start) addSpan(start, last);
}
