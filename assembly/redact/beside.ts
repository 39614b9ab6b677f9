// Values that stand beside a word with no sign between: options, configuration directives, SQL, schemes, lines of known
// files.
import { BACKSLASH, COLON, COMMA, MINUS, PLUS, POINT, QUOTE, SLASH } from "../bytes/chars";
import { startsWith } from "../json/string";
import { findOuter, findSpaced, isLineOver, toQuote, valueEnd, valueStart } from "./assigned";
import {
  CLOSE_PARENTHESIS,
  EQUALS,
  IS_CAPITAL,
  IS_DIGIT,
  OPEN_PARENTHESIS,
  SEMICOLON,
  SINGLE_QUOTE,
  byteAt,
  byteBefore,
  classOf,
  isDigitAt,
  isLineEnd,
  isMark,
  isMixed,
  isOneOf,
  isQuote,
  isWhite,
  isWordOf,
  skipBackslashes,
  skipBlanks,
  skipBlanksBack,
  textEnd,
  toTokenEnd,
  toWordEnd,
} from "./cursor";
import { hasScheme } from "./named";
import { bareEnd, bareStart, isName } from "./names";
import { skipFeed } from "./pem";
import { addSpan } from "./spans";
import { isPolicyName, stays } from "./stays";

/** Whether nothing but blanks stands before `p` in its line. */
function beginsLine(p: usize): bool {
  return isLineEnd(byteBefore(skipBlanksBack(p)));
}

/** The value of the option `[word, wordEnd)`, behind which a blank stands. */
export function maskOption(word: usize, wordEnd: usize): void {
  let first = word;
  while (byteAt(first) >= 0x80) first++;
  if (byteAt(first) != MINUS) return;
  if (byteAt(first + 1) != MINUS && beginsLine(word)) return;
  if (byteBefore(word) == BACKSLASH || !isName(word, wordEnd)) return; // of a manual page
  let p = skipBlanks(wordEnd);
  if (byteAt(p) == BACKSLASH && isLineEnd(byteAt(p + 1))) {
    p = max(skipFeed(p + 1), p + 2);
    p = skipBlanks(p);
  }
  const c = byteAt(p);
  if (isWhite(p) || c == BACKSLASH || c == COLON || c == EQUALS || startsWith(p, textEnd, "--")) return;
  findOuter(word);
  findSpaced(p);
  if (!stays(valueStart, valueEnd, isPolicyName(bareStart, bareEnd))) addSpan(valueStart, valueEnd);
}

function isTokenEnd(p: usize): bool {
  const c = byteAt(p);
  return isWhite(p) || isQuote(c) || c == SEMICOLON || c == COMMA || c == CLOSE_PARENTHESIS || c == BACKSLASH;
}

/** Whether a token begins as versions do: digits and a point or a colon. */
function isVersion(p: usize): bool {
  const start = p;
  while (isDigitAt(p)) p++;
  return p > start && (byteAt(p) == POINT || byteAt(p) == COLON);
}

/** Whether a token has a sign that is rare but in passwords, or a digit. */
function isStrong(p: usize, end: usize): bool {
  for (; p < end; p++) {
    const c = load<u8>(p);
    if (classOf(c) & IS_DIGIT || c == PLUS) return true;
    if (c == 0x21 || (c >= 0x23 && c <= 0x26) || c == 0x2a || c == 0x40 || c == 0x5e) return true; // ! # $ % & * @ ^
  }
  return false;
}

/** The value behind the name `[name, nameEnd)` and blanks. */
export function maskBeside(name: usize, nameEnd: usize): void {
  const before = byteBefore(name);
  if (before == SLASH || before == POINT || before == EQUALS || isWordOf(name, nameEnd, "pass")) return;
  let start = skipBlanks(nameEnd);
  for (let i = 0; i < 2 && byteAt(start) == MINUS; i++) {
    let end = start;
    while (!isWhite(end)) end++;
    if (isLineOver(end)) break;
    start = skipBlanks(end);
  }
  let p = start;
  const c = byteAt(p);
  if (c == QUOTE || c == SINGLE_QUOTE) {
    while (!isWhite(++p) && load<u8>(p) != QUOTE && load<u8>(p) != SINGLE_QUOTE);
    if (byteAt(p) == c && p - start > 6 && isMixed(start + 1, p)) addSpan(start + 1, p);
    return;
  }
  while (!isTokenEnd(p)) {
    if (load<u8>(p) == EQUALS || load<u8>(p) == OPEN_PARENTHESIS) return; // what values do not hold
    p++;
  }
  const length = p - start;
  if (length < 6 || c == SLASH || isVersion(start) || hasScheme(start, p)) return;
  if (length < 8 || !isMixed(start, p)) {
    const rest = skipBlanks(p);
    if (!isLineOver(byteAt(rest) == SEMICOLON ? rest + 1 : rest) || !isStrong(start, p)) return;
    let first = skipBlanksBack(name);
    if (!isLineEnd(byteBefore(first)) && (byteBefore(first) == PLUS || byteBefore(first) == MINUS)) first--;
    if (!isLineEnd(byteBefore(first))) return;
  }
  addSpan(start, p);
}

/** `Bearer …` and `Basic …`, a word; the latter only where what follows has the look of base64. */
export function maskScheme(word: usize, wordEnd: usize): void {
  while (word < wordEnd && (load<u8>(word) == MINUS || load<u8>(word) >= 0x80)) word++;
  let last = wordEnd;
  while (last > word && load<u8>(last - 1) >= 0x80) last--;
  const isBearer = isWordOf(word, last, "bearer");
  if (!isBearer && !isWordOf(word, last, "basic")) return;
  let p = skipBlanks(wordEnd);
  const quote = skipBackslashes(p);
  if (byteAt(quote) == QUOTE || byteAt(quote) == SINGLE_QUOTE) p = quote + 1;
  const end = toTokenEnd(p);
  if (byteAt(end) == COLON || isOneOf(p, end, " token tokens ")) return;
  if (!isBearer) {
    if (end - p < 8) return;
    let isLikely = isMixed(p, end);
    for (let q = p; q < end; q++) {
      const c = load<u8>(q);
      if (c == PLUS || c == SLASH || c == EQUALS || (q > p && classOf(c) & IS_CAPITAL)) isLikely = true;
    }
    if (!isLikely) return;
  }
  addSpan(p, end);
}

/** `IDENTIFIED [WITH plugin] BY|AS 'secret'`, `PASSWORD 'secret'`, `SECRET ('secret')`, a word. */
export function maskSql(word: usize, wordEnd: usize): void {
  let p = skipBlanks(wordEnd);
  const isIdentified = isWordOf(word, wordEnd, "identified");
  if (isIdentified) {
    let end = toWordEnd(p);
    const isWith = isWordOf(p, end, "with");
    if (isWith) {
      p = skipBlanks(end);
      end = toWordEnd(p);
      if (end == p) return;
      p = skipBlanks(end);
      end = toWordEnd(p);
    }
    if (p == wordEnd || !(isWordOf(p, end, "by") || (isWith && isWordOf(p, end, "as")))) return;
    p = skipBlanks(end);
  } else {
    if (!isOneOf(word, wordEnd, " password secret ")) return;
    if (byteAt(p) == OPEN_PARENTHESIS) p = skipBlanks(p + 1);
    if (p == wordEnd) return;
  }
  const quote = skipBackslashes(p);
  const c = byteAt(quote);
  if (c == SINGLE_QUOTE || (isIdentified && c == QUOTE)) addSpan(quote + 1, toQuote(quote + 1, textEnd, c, quote - p));
}

/** Past a field of a line, to its colon or where the line ends. */
function toColon(p: usize): usize {
  while (!isWhite(p) && load<u8>(p) != COLON) p++;
  return p;
}

/** A line of `.pgpass` or of pgbouncer's list of users, which begins at `p`. */
export function maskFields(p: usize): void {
  if (maskLine(p) || !isMark(byteAt(p))) return;
  maskLine(p + 1);
}

function maskLine(p: usize): bool {
  let start = p;
  let end = p;
  if (byteAt(p) == QUOTE) {
    const first = toStringEnd(p + 1);
    start = skipBlanks(first);
    if (first && start > first && byteAt(start) == QUOTE) {
      end = toStringEnd(++start);
      if (end && isLineOver(end)) return maskPassword(start, end - 1);
    }
    start = p;
  }
  for (let i = 0; i < 4; i++) {
    end = toColon(start);
    if (byteAt(end) != COLON) return false;
    if (i == 1) {
      let port = start;
      while (isDigitAt(port)) port++;
      if (byteAt(port) == 0x2a && port == start) port++;
      if (port != end || port == start || port - start > 5) return false;
    }
    start = end + 1;
  }
  end = toColon(start);
  return isLineOver(end) && maskPassword(start, end);
}

function maskPassword(p: usize, end: usize): bool {
  if (end - p < 6 || !isMixed(p, end)) return false;
  addSpan(p, end);
  return true;
}

/** Behind the next quote in the line; 0 where there is none. */
function toStringEnd(p: usize): usize {
  while (p < textEnd && !isLineEnd(load<u8>(p))) if (load<u8>(p++) == QUOTE) return p;
  return 0;
}
