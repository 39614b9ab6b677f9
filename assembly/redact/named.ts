// The value of a NAME in a text: behind a delimiter, in the rest of a line, in lines of YAML, in a sentence
// (docs/redaction.md, "assignments").
import {
  BACKSLASH,
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COLON,
  COMMA,
  LOWER_N,
  LOWER_R,
  LOWER_T,
  MINUS,
  OPEN_BRACE,
  OPEN_BRACKET,
  PIPE,
  PLUS,
  POINT,
  SLASH,
  isDigit,
} from "../bytes/chars";
import { startsWith } from "../json/string";
import { readAhead } from "./ahead";
import {
  behindQuote,
  clearOuter,
  findOuter,
  findClosed,
  findQuoted,
  findSpaced,
  outer,
  isLineOver,
  toBlockEnd,
  toOpening,
  toRestEnd,
  valueEnd,
  valueStart,
} from "./assigned";
import {
  AND,
  CLOSE_PARENTHESIS,
  EQUALS,
  ESCAPE,
  GREATER,
  IS_DIGIT,
  IS_LETTER,
  LESS,
  OPEN_PARENTHESIS,
  QUESTION,
  SEMICOLON,
  beginsWith,
  byteAt,
  byteBefore,
  classOf,
  isBlank,
  isLineEnd,
  isMark,
  isMixed,
  isOneOf,
  isQuote,
  isWhite,
  isWordByte,
  isWordOf,
  skipBackslashes,
  skipBlanks,
  skipBlanksBack,
  skipLines,
  textStart,
  toWordEnd,
} from "./cursor";
import { bareEnd, bareStart } from "./names";
import { addSpan } from "./spans";
import { isPolicyName, isService, stays } from "./stays";

/** What begins a sentence about a value, not the value. */
const REASONS = " must is was has not cannot required invalid incorrect missing expired failed waiting unable denied ";
/** What stands behind `NAME:` in a package's name on Debian. */
const ARCHITECTURES = " amd64 arm64 i386 armhf armel ppc64el s390x riscv64 ";

/** Past the quote at `p`, with backslashes before it or not; `p` where there is none. */
export function skipQuote(p: usize): usize {
  const quote = skipBackslashes(p);
  return isQuote(byteAt(quote)) ? quote + 1 : p;
}

/** Whether the value `[p, end)` of the NAME stays. */
function isKept(p: usize, end: usize): bool {
  if (isWordOf(bareStart, bareEnd, "passwd") && isService(skipLines(p))) return true;
  readAhead(end - p);
  if (stays(p, end, isPolicyName(bareStart, bareEnd))) return true;
  p = skipLines(p);
  return beginsWith(p, "convertto-securestring") && skipLines(p + 22) >= end;
}

/** Masks the value `[p, end)` unless it stays. */
function maskValue(p: usize, end: usize): void {
  if (p < end && !isKept(p, end)) addSpan(p, end);
}

function maskFound(): void {
  maskValue(valueStart, valueEnd);
}

/** Past the brackets behind a name: `config['name']`, `h{name}`. */
export function skipBrackets(p: usize, isClosed: bool): usize {
  while (byteAt(p) == CLOSE_BRACKET || byteAt(p) == CLOSE_BRACE || (isClosed && byteAt(p) == CLOSE_PARENTHESIS)) p++;
  return p;
}

/** How many bytes the delimiter at `p` has that ends with `=` or is `=>`; 0 where there is none. */
export function delimiterBytes(p: usize): usize {
  const c = byteAt(p);
  if (c == EQUALS) {
    if (byteAt(p + 1) == GREATER) return 2;
    let end = p;
    while (byteAt(end) == EQUALS) end++;
    return end - p > 3 || byteAt(end) == 0x7e ? 0 : end - p; // =~
  }
  let end = p;
  if (c == COLON) while (end < p + 3 && byteAt(end) == COLON) end++;
  else if (c == QUESTION || c == PLUS || c == POINT || c == PIPE) end++;
  return end > p && byteAt(end) == EQUALS ? end - p + 1 : 0;
}

/** Masks the value of the NAME `[name, nameEnd)`, where one follows. */
export function maskNamed(name: usize, nameEnd: usize): void {
  const quote = skipBackslashes(nameEnd);
  const isClosed = isQuote(byteAt(quote));
  if (isClosed) clearOuter();
  else findOuter(name);
  maskAssigned(name, nameEnd, isClosed ? quote + 1 : nameEnd, isClosed);
  maskSibling(name, nameEnd);
}

function maskAssigned(name: usize, nameEnd: usize, behind: usize, isClosed: bool): void {
  if (byteAt(nameEnd) == OPEN_PARENTHESIS && isQuote(byteAt(skipBackslashes(nameEnd + 1))) && findQuoted(nameEnd + 1)) {
    maskFound();
    return;
  }
  let p = skipBlanks(nameEnd);
  if (p > nameEnd && !(name > textStart && byteBefore(name) == LESS)) {
    // NAME type = "value"
    const type = p;
    while (isWordByte(byteAt(p))) p++;
    if (p > type) {
      p = skipBlanks(p);
      if (byteAt(p) == COLON) p++;
      if (byteAt(p) == EQUALS) {
        p = skipBlanks(p + 1);
        if (toOpening(p)) {
          clearOuter();
          findSpaced(p);
          maskFound();
          return;
        }
      }
    }
  }
  const closed = skipBrackets(behind, isClosed);
  const delimiter = skipBlanks(closed);
  const length = delimiterBytes(delimiter);
  if (length) {
    findSpaced(skipBlanks(delimiter + length));
    maskFound();
  } else if (!isClosed && (beginsWith(delimiter, "%3d") || beginsWith(delimiter, "%3a"))) {
    p = delimiter + 3;
    while (!isWhite(p) && load<u8>(p) != AND && load<u8>(p) != BACKSLASH && !isQuote(load<u8>(p))) p++;
    maskValue(delimiter + 3, p);
  } else if (byteAt(delimiter) == COLON) {
    const next = byteAt(delimiter + 1);
    if (next != COLON && next != EQUALS) maskLine(name, nameEnd, delimiter + 1, isClosed);
  } else if (isClosed && delimiter == behind && byteAt(delimiter) == COMMA) {
    // define('NAME', 'value')
    let before = name;
    while (before > textStart && isOfPath(load<u8>(before - 1))) before--;
    if (!isQuote(byteBefore(before)) || !findQuoted(skipLines(delimiter + 1))) return;
    const after = byteAt(skipLines(behindQuote));
    if (after != COLON && after != EQUALS) maskFound();
  }
}

/** Whether `c` is of words and points between them. */
function isOfPath(c: u8): bool {
  return c == POINT || (c < 0x80 && isWordByte(c));
}

/** `name: NAME` and `value: x` beside it. */
function maskSibling(name: usize, nameEnd: usize): void {
  let before = name;
  if (isQuote(byteBefore(before)) && before > textStart) {
    before--;
    while (byteBefore(before) == BACKSLASH) before--;
  }
  before = skipBlanksBack(before);
  const sign = byteBefore(before);
  if (sign != COLON && sign != EQUALS) return;
  const start = skipQuote(nameEnd);
  let p = start;
  while (true) {
    const c = byteAt(p);
    if (isBlank(c) || isLineEnd(c) || c == COMMA) p++;
    else {
      const letter = skipBackslashes(p);
      if (letter == p || !isEscapedBreak(byteAt(letter))) break;
      p = letter + 1;
    }
  }
  if (p == start) return;
  while (isMark(byteAt(p))) p++;
  p = skipQuote(p);
  if (!beginsWith(p, "value")) return;
  p = skipBlanks(skipQuote(p + 5));
  const delimiter = byteAt(p);
  if (delimiter != COLON && delimiter != EQUALS) return;
  p = skipBlanks(p + 1);
  clearOuter();
  if (delimiter == EQUALS) findSpaced(p);
  else if (!findClosed(p, false)) {
    maskValue(p, toRestEnd(p));
    return;
  }
  maskFound();
}

/** Whether a backslash before `c` stands for white space. */
function isEscapedBreak(c: u8): bool {
  return c == LOWER_N || c == LOWER_R || c == LOWER_T;
}

/** Whether an architecture stands at `p`: `NAME:amd64 (1.0)`. */
function isArchitecture(p: usize): bool {
  const end = toWordEnd(p);
  const c = byteAt(end);
  return isOneOf(p, end, ARCHITECTURES) && (isWhite(end) || c == OPEN_PARENTHESIS || c == COMMA || c == EQUALS);
}

/** Masks the value behind the colon before `p`. */
function maskLine(name: usize, nameEnd: usize, p: usize, isClosed: bool): void {
  const before = byteBefore(name);
  if (before == SLASH || isArchitecture(p)) return;
  let start = isClosed ? skipLines(p) : skipBlanks(p);
  if (start == p && isWordOf(bareStart, bareEnd, "pass") && name > textStart && (isBlank(before) || isQuote(before))) {
    findSpaced(p); // openssl's
    maskFound();
    return;
  }
  if (findClosed(start, !isClosed)) {
    maskFound();
    return;
  }
  if (isClosed) {
    let end = start;
    const isNumber = isDigit(byteAt(start)) || (byteAt(start) == MINUS && isDigit(byteAt(start + 1)));
    if (isNumber) while (isOfNumber(byteAt(++end)));
    else while (classOf(byteAt(end)) & IS_LETTER) end++;
    const next = skipBlanks(end);
    const c = byteAt(next);
    if (end > start && (isLineOver(end) || c == COMMA || c == CLOSE_BRACKET || c == CLOSE_BRACE)) {
      if (isKept(start, end)) return;
      if (isNumber) {
        maskValue(start, end);
        return;
      }
    }
  }
  start = skipBlanks(p);
  let end = toRestEnd(start);
  let words = 0;
  for (let q = start; (q = skipBlanks(q)) < end && words < 3; words++) while (q < end && !isBlank(load<u8>(q))) q++;
  const closesOuter = outer != 0 && isQuote(byteAt(skipBackslashes(end)));
  const below = skipLines(end);
  const isList = !words && byteAt(below) == MINUS && isBlank(byteAt(below + 1));
  if (!outer && !isClosed && !isList && isInSentence(name)) {
    if (words < 3) maskValue(start, end);
    else maskTokens(start, end);
    return;
  }
  if (!words) {
    if (!closesOuter) {
      const block = toBlockEnd(name, end, true);
      if (block > end) addSpan(p, block);
    }
    return;
  }
  let first = start;
  while (first < end && !isBlank(load<u8>(first))) first++;
  if ((words > 1 && isOneOf(start, first, REASONS)) || isKept(start, end)) return;
  if (!outer || (!closesOuter && isBlockOpener(start, end))) end = toBlockEnd(name, end, false);
  addSpan(start, end);
}

function isOfNumber(c: u8): bool {
  return (classOf(c) & (IS_LETTER | IS_DIGIT)) != 0 || c == POINT || c == PLUS || c == MINUS;
}

/** Whether `|`, `>-`, `|2` and nothing else stands in `[p, end)`. */
function isBlockOpener(p: usize, end: usize): bool {
  if (byteAt(p) != PIPE && byteAt(p) != GREATER) return false;
  p++;
  while (p < end && (byteAt(p) == PLUS || byteAt(p) == MINUS || isDigit(byteAt(p)))) p++;
  return skipBlanks(p) >= end;
}

/** In a sentence, masks what looks like a secret. */
function maskTokens(p: usize, end: usize): void {
  readAhead(end - p);
  while ((p = skipBlanks(p)) < end) {
    const start = p;
    while (p < end && !isBlank(load<u8>(p))) p++;
    if (p - start > 5 && load<u8>(start) != SLASH && isMixed(start, p) && !hasScheme(start, p)) addSpan(start, p);
  }
}

export function hasScheme(p: usize, end: usize): bool {
  for (; p + 3 <= end; p++) if (startsWith(p, end, "://")) return true;
  return false;
}

/** Past the start of an escape sequence of a terminal whose letter is at `p`, backwards; 0 where none is. */
function toEscape(p: usize): usize {
  while (p > textStart && (isDigit(load<u8>(p - 1)) || load<u8>(p - 1) == SEMICOLON)) p--;
  return p > textStart + 1 && load<u8>(p - 1) == OPEN_BRACKET && load<u8>(p - 2) == ESCAPE ? p - 2 : 0;
}

/** Whether words before the NAME at `name` in its line make it part of a sentence. */
function isInSentence(name: usize): bool {
  let p = name;
  while (p > textStart && byteBefore(p) == POINT) {
    let word = p - 1;
    while (word > textStart && isWordByte(load<u8>(word - 1))) word--;
    if (word == p - 1) break;
    p = word;
  }
  let isNext = true; // only blanks stand between here and the name
  let isSet = false; // `export` or `set` stands behind
  while (p > textStart) {
    let c = load<u8>(p - 1);
    if (isLineEnd(c)) return false;
    if (classOf(c) & IS_LETTER) {
      const escape = toEscape(p - 1);
      if (escape) {
        p = escape;
        continue;
      }
      if (byteBefore(p - 1) == BACKSLASH && p - 1 > textStart) {
        if (c == LOWER_N || c == LOWER_R) return false;
        if (c == LOWER_T) {
          p -= 2;
          while (byteBefore(p) == BACKSLASH) p--;
          continue;
        }
      }
    }
    if (c >= 0x80 || classOf(c) & (IS_LETTER | IS_DIGIT)) {
      if (isSet || !isWhite(p)) return true;
      let word = p;
      while (word > textStart && classOf(load<u8>(word - 1)) & IS_LETTER) word--;
      if (!isWordOf(word, p, "export") && !isWordOf(word, p, "set")) return true;
      isSet = true;
      isNext = false;
      p = word;
      continue;
    }
    if (isNext && (c == PLUS || c == OPEN_BRACE || c == COMMA || c == SEMICOLON || c == AND || c == QUESTION))
      return false;
    if (!isBlank(c)) isNext = false;
    if (isSet && !isBlank(c) && c != PLUS && c != MINUS && c != 0x2a) return true;
    p--;
  }
  return false;
}
