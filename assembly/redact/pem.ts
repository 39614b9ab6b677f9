// Private keys that a title announces: PEM, OpenVPN's static keys, PuTTY's files.
import { BACKSLASH, COLON, COMMA, LOWER_N, LOWER_R, LOWER_T, MINUS, PLUS, SPACE } from "../bytes/chars";
import { startsWith } from "../json/string";
import { Rule } from "../options/settings";
import {
  IS_TOKEN,
  beginsWith,
  byteAt,
  classOf,
  isBlank,
  isDigitAt,
  isLineEnd,
  isQuote,
  skipBackslashes,
  skipBlanks,
  textEnd,
  toLineEnd,
} from "./cursor";
import { addSpan } from "./spans";

const HYPHENS = "-----";

// @ts-ignore: decorator
@inline
export function isPem(p: usize): bool {
  return startsWith(p, textEnd, "-----BEGIN");
}

/** Past a line's end, or an escaped one with any number of backslashes; `p` where none stands there. */
function skipBreak(p: usize): usize {
  if (p >= textEnd) return p;
  if (isLineEnd(load<u8>(p))) return p + 1;
  if (load<u8>(p) != BACKSLASH) return p;
  const letter = skipBackslashes(p);
  const c = byteAt(letter);
  return c == LOWER_N || c == LOWER_R || c == LOWER_T ? letter + 1 : p;
}

/** Where a line ends, escaped ends too. */
function toBreak(p: usize): usize {
  while (p < textEnd && skipBreak(p) == p) p++;
  return p;
}

/** Whether the line `[p, end)` may stand in a key: base64, with what programs put around it, a header, or nothing. */
function isOfKey(p: usize, end: usize): bool {
  if (beginsWith(p, "proc-type:") || beginsWith(p, "dek-info:")) return true;
  if (beginsWith(p, "comment:") || beginsWith(p, "version:")) return true;
  for (; p < end; p++) {
    const c = load<u8>(p);
    if (!(classOf(c) & IS_TOKEN) && c != PLUS && c != COMMA && c != BACKSLASH && c != SPACE && !isQuote(c))
      return false;
    if (c == SPACE && byteAt(p + 1) > SPACE && classOf(byteAt(p + 1)) & IS_TOKEN && !isLong(p + 1)) return false;
  }
  return true;
}

/** Whether no prose, but base64 begins at `p`. */
function isLong(p: usize): bool {
  const start = p;
  while (p < textEnd && classOf(load<u8>(p)) & IS_TOKEN) p++;
  return p - start >= 16 || startsWith(start, textEnd, HYPHENS) || byteAt(p - 1) == 0x3d;
}

/** Whether a key may begin at `p`, behind a title: a title that is only mentioned has something else behind it in its line. */
function mayBegin(p: usize): bool {
  const stop = min(p + 32, textEnd);
  while (p < stop) {
    const c = load<u8>(p);
    if (skipBreak(p) != p) return true;
    if (!isBlank(c) && !isQuote(c) && c != COMMA && c != BACKSLASH && c != PLUS) break;
    p++;
  }
  return p == textEnd || isLong(p);
}

/**
 * A block of PEM at `begin` whose title says that it holds a private key: to its end line. Where that is missing, to the end of the first
 * line that cannot be part of it. Returns where to go on; `title` where it is none, with its first byte behind `BEGIN`.
 */
export function maskPem(begin: usize, title: usize): usize {
  let p = title;
  let isPrivate = false;
  while (p < textEnd && load<u8>(p) != MINUS && !isLineEnd(load<u8>(p))) {
    if (startsWith(p, textEnd, "PRIVATE KEY") || startsWith(p, textEnd, "OpenVPN Static key")) isPrivate = true;
    p++;
  }
  if (!isPrivate) return title;
  if (!startsWith(p, textEnd, HYPHENS)) return p;
  p += 5;
  if (!mayBegin(p)) return p;
  while (p < textEnd) {
    const line = p;
    const end = toBreak(p);
    while (p < end && !startsWith(p, end, "-----END")) p++;
    if (p < end) {
      p += 8;
      while (p < end && !startsWith(p, end, HYPHENS)) p++;
      return addSpan(begin, min(p + 5, textEnd), Rule.PEM);
    }
    if (!isOfKey(line, end)) return addSpan(begin, end, Rule.PEM);
    p = max(skipBreak(end), end);
    if (p == end) break;
  }
  return addSpan(begin, p, Rule.PEM);
}

/** The lines of base64 behind `Private-Lines: n` or `Private-Lines:`; `p` is behind the colon. Returns where to go on. */
export function maskPutty(p: usize): usize {
  p = skipBlanks(p);
  while (isDigitAt(p)) p++;
  const start = p;
  while (true) {
    const line = skipBreak(p);
    if (line == p) break;
    let q = line;
    while (byteAt(q) == PLUS || byteAt(q) == MINUS || byteAt(q) == SPACE) q++;
    const token = q;
    while (q < textEnd && classOf(load<u8>(q)) & IS_TOKEN) q++;
    if (byteAt(q) == COLON) break;
    if (q == token && skipBreak(q) == q) break;
    p = q;
    if (skipBreak(p) == p && p < textEnd && !isQuote(byteAt(p))) {
      p = line == start ? p : toLineEnd(p);
      break;
    }
  }
  return addSpan(start, p, Rule.PEM);
}
