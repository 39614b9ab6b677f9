// Values that stand beside a name with no sign between: configuration directives, SQL, lines of known files.
import { BACKSLASH, COLON, COMMA, MINUS, PLUS, POINT, QUOTE, SLASH, SPACE } from "../bytes/chars";
import { startsWith } from "../json/string";
import { Rule, isOn } from "../options/settings";
import { hasScheme } from "./prose";
import {
  CLOSE_PARENTHESIS,
  EQUALS,
  IS_DIGIT,
  IS_LETTER,
  OPEN_PARENTHESIS,
  SEMICOLON,
  SINGLE_QUOTE,
  byteAt,
  byteBefore,
  classOf,
  isBlank,
  isLineEnd,
  isMixed,
  isQuote,
  isWordByte,
  isWordOf,
  skipBackslashes,
  skipBlanks,
  skipBlanksBack,
  textEnd,
  textStart,
  toLineEnd,
  toWordEnd,
} from "./cursor";
import { addSpan } from "./spans";

function isMark(c: u8): bool {
  return c == PLUS || c == MINUS || c == SPACE;
}

/** Whether nothing but blanks and the mark of a diff stands before `p` in its line. */
function beginsLine(p: usize): bool {
  p = skipBlanksBack(p);
  if (isLineEnd(byteBefore(p))) return true;
  return isMark(load<u8>(p - 1)) && isLineEnd(byteBefore(p - 1));
}

function isTokenEnd(c: u8): bool {
  return c <= SPACE || isQuote(c) || c == SEMICOLON || c == COMMA || c == CLOSE_PARENTHESIS || c == BACKSLASH;
}

/** Whether a token begins as versions do: digits and a point or a colon. */
function isVersion(p: usize): bool {
  const start = p;
  while (classOf(byteAt(p)) & IS_DIGIT) p++;
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

/** Past up to two options, and the blanks behind them. */
function skipOptions(p: usize): usize {
  for (let i = 0; i < 2 && byteAt(p) == MINUS && isWordByte(byteAt(p + 1)); i++) {
    const end = toWordEnd(p);
    if (!isBlank(byteAt(end))) return p;
    p = skipBlanks(end);
  }
  return p;
}

/** The value behind the name `[name, nameEnd)` and blanks; returns where to go on, `nameEnd` where there is none. */
export function maskBeside(name: usize, nameEnd: usize): usize {
  const before = byteBefore(name);
  if (before == SLASH || before == POINT || before == EQUALS) return nameEnd;
  const first = skipBlanks(nameEnd);
  if (first == nameEnd) return nameEnd;
  const start = skipOptions(first);
  const quote = skipBackslashes(start);
  const c = byteAt(quote);
  if (isQuote(c)) {
    let p = quote + 1;
    while (p < textEnd && load<u8>(p) > SPACE && load<u8>(p) != c && load<u8>(p) != BACKSLASH) p++;
    const closing = byteAt(skipBackslashes(p)) == c;
    return closing && p - quote > 6 && isMixed(quote + 1, p) ? addSpan(quote + 1, p, Rule.BLANKS) : nameEnd;
  }
  let p = start;
  let isOpen = false; // what values do not hold
  while (p < textEnd && !isTokenEnd(load<u8>(p))) {
    if (load<u8>(p) == EQUALS || load<u8>(p) == OPEN_PARENTHESIS) isOpen = true;
    p++;
  }
  const length = p - start;
  if (length < 6 || isOpen || byteAt(start) == SLASH || isVersion(start) || hasScheme(start, p)) return nameEnd;
  if (length >= 8 && isMixed(start, p)) return addSpan(start, p, Rule.BLANKS);
  const rest = skipBlanks(byteAt(p) == SEMICOLON ? p + 1 : p);
  const isAlone = rest >= textEnd || isLineEnd(load<u8>(rest));
  return isAlone && isStrong(start, p) && beginsLine(name) ? addSpan(start, p, Rule.BLANKS) : nameEnd;
}

/** The text in quotes at `p`, backslashes before them or not; returns where to go on, `p` where there is none. */
function maskQuoted(p: usize, isSingle: bool): usize {
  const quote = skipBackslashes(p);
  const c = byteAt(quote);
  if (c != SINGLE_QUOTE && (isSingle || c != QUOTE)) return p;
  let end = quote + 1;
  while (end < textEnd && load<u8>(end) != c) end++;
  if (end == textEnd) return p;
  while (end > quote + 1 && load<u8>(end - 1) == BACKSLASH) end--;
  return end > quote + 1 ? addSpan(quote + 1, end, Rule.SQL) : p;
}

/** `IDENTIFIED [WITH plugin] BY|AS 'secret'`, whose first word ends at `p`; returns where to go on. */
export function maskIdentified(p: usize): usize {
  const wordEnd = p;
  let word = skipBlanks(p);
  let end = toWordEnd(word);
  if (isWordOf(word, end, "with")) {
    word = skipBlanks(toQuotedEnd(skipBlanks(end)));
    end = toWordEnd(word);
  }
  if (!isWordOf(word, end, "by") && !isWordOf(word, end, "as")) return wordEnd;
  word = skipBlanks(end);
  end = toWordEnd(word);
  if (isWordOf(word, end, "password")) word = skipBlanks(end);
  const stop = maskQuoted(word, false);
  return stop == word ? wordEnd : stop;
}

/** Past a name of SQL, in quotes or not. */
function toQuotedEnd(p: usize): usize {
  const quote = skipBackslashes(p);
  return isQuote(byteAt(quote)) ? skipBackslashes(toWordEnd(quote + 1)) + 1 : toWordEnd(p);
}

/** `PASSWORD 'secret'`; returns where to go on, `nameEnd` where it is none. */
export function maskSql(name: usize, nameEnd: usize): usize {
  if (!isWordOf(name, nameEnd, "password") && !isWordOf(name, nameEnd, "secret")) return nameEnd;
  const p = skipBlanks(nameEnd);
  const inside = byteAt(p) == OPEN_PARENTHESIS ? skipBlanks(p + 1) : p;
  if (inside == nameEnd) return nameEnd;
  const end = maskQuoted(inside, true);
  return end == inside ? nameEnd : end;
}

/** Past a field of a line, to its colon or where the line ends. */
function toColon(p: usize): usize {
  while (p < textEnd && load<u8>(p) != COLON && load<u8>(p) > SPACE) p++;
  return p;
}

/** Whether `[p, end)` is a port of PostgreSQL or `*`. */
function isPort(p: usize, end: usize): bool {
  if (end - p == 1) return load<u8>(p) == 0x2a;
  return startsWith(p, end, "5432:") || startsWith(p, end, "5433:") || startsWith(p, end, "6432:");
}

/** A line of `.pgpass` or of pgbouncer's list of users, which begins at `p`; returns where to go on, `p` where it is none. */
function maskLine(p: usize): usize {
  if (load<u8>(p) == QUOTE) {
    const lineEnd = toLineEnd(p);
    let close = p + 1;
    while (close < lineEnd && load<u8>(close) != QUOTE) close++;
    const second = skipBlanks(close + 1);
    if (second == close + 1 || byteAt(second) != QUOTE) return p;
    let end = second + 1;
    while (end < lineEnd && load<u8>(end) != QUOTE) end++;
    if (end == lineEnd || skipBlanks(end + 1) != lineEnd || end - second < 7 || !isMixed(second + 1, end)) return p;
    return addSpan(second + 1, end, Rule.LINES);
  }
  const host = toColon(p);
  if (byteAt(host) != COLON) return p;
  const port = toColon(host + 1);
  if (byteAt(port) != COLON || !(isPort(host + 1, port + 1) || isPort(host + 1, port))) return p;
  const database = toColon(port + 1);
  if (byteAt(database) != COLON) return p;
  const user = toColon(database + 1);
  if (byteAt(user) != COLON) return p;
  let end = user + 1;
  while (end < textEnd && load<u8>(end) > SPACE) end++;
  if (end < textEnd && !isLineEnd(load<u8>(end))) return p;
  return end - user > 6 && isMixed(user + 1, end) ? addSpan(user + 1, end, Rule.LINES) : p;
}

/** Looks at the line that the word at `word` begins; returns where to go on, `word` where there is no secret. */
export function maskFirst(word: usize): usize {
  if (!isOn(Rule.LINES)) return word;
  let p = word;
  while (p > textStart && isSign(load<u8>(p - 1))) p--;
  const isFirst = isLineEnd(byteBefore(p)) || (isMark(load<u8>(p - 1)) && isLineEnd(byteBefore(p - 1)));
  // The mark of a diff may be part of the word.
  const start = p == word && load<u8>(word) == MINUS ? word + 1 : p;
  if (!isFirst || start >= textEnd) return word;
  const end = maskLine(start);
  return end == start ? word : end;
}

/** What may stand before the first word of such a line. */
function isSign(c: u8): bool {
  return c == QUOTE || c == COLON || c == 0x2a; // *
}

/** Whether a letter begins at `p`. */
export function isLetterAt(p: usize): bool {
  return (classOf(byteAt(p)) & IS_LETTER) != 0;
}
