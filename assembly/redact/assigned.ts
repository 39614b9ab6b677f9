// Where the value of a name in a text begins and ends: assignments, JSON and Python, YAML, options, XML. When in doubt a value is
// longer, not shorter.
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
  SLASH,
  SPACE,
  isDigit,
} from "../bytes/chars";
import { startsWith } from "../json/string";
import {
  CLOSE_PARENTHESIS,
  DOLLAR,
  EQUALS,
  GREATER,
  OPEN_PARENTHESIS,
  SEMICOLON,
  byteAt,
  byteBefore,
  isBlank,
  isLineEnd,
  isQuote,
  isWordByte,
  isWordOf,
  skipBackslashes,
  skipBlanks,
  skipLines,
  textEnd,
  textStart,
  toLineEnd,
  toWhiteSpace,
  toWordEnd,
} from "./cursor";
import { isArchitecture, isProse, proseEnd } from "./prose";

/** What `findValue` and its like found: the half-open span of the value, which may be empty. */
export let valueStart: usize = 0;
export let valueEnd: usize = 0;

// @ts-ignore: decorator
@inline
function found(start: usize, end: usize): void {
  valueStart = start;
  valueEnd = end;
}

/**
 * Where the quoted text that begins at `p` ends, or the text itself. `depth`: the backslashes that stand before each of its quotes (JSON
 * inside JSON, 2^k - 1 of them): a run of them belongs to the quote where it is no longer than that, whole escapes of a backslash
 * apart. A quote that is doubled is no end, nor is one that a shell sticks to the next (`'a'\''b'`).
 */
function toQuote(p: usize, quote: u8, depth: usize): usize {
  const period: usize = 2 * (depth + 1);
  let run: usize = 0;
  for (; p < textEnd; p++) {
    const c = load<u8>(p);
    if (c == BACKSLASH) {
      run++;
      continue;
    }
    if (c == quote) {
      const own = run % period;
      if (own <= depth) {
        const glued: usize = depth ? 0 : gluedBytes(p, quote);
        if (!glued) return p - own;
        p += glued - 1;
      }
    }
    run = 0;
  }
  return textEnd;
}

/** How many bytes join a quoted text that ends at `p` to one that follows; 0: it ends. */
function gluedBytes(p: usize, quote: u8): usize {
  const next = byteAt(p + 1);
  if (next == quote) return 2; // 'it''s'
  if (quote != 0x27) return 0;
  if (next == BACKSLASH && byteAt(p + 2) == quote && byteAt(p + 3) == quote) return 4; // 'it'\''s'
  return next == 0x22 && byteAt(p + 2) == quote && byteAt(p + 3) == next && byteAt(p + 4) == quote ? 5 : 0; // 'it'"'"'s'
}

/** Where a value inside quotes that began before its name ends: at the quote with as many backslashes before it, or with the line. */
function toQuoteInLine(p: usize, quote: u8, depth: usize): usize {
  let run: usize = 0;
  for (; p < textEnd; p++) {
    const c = load<u8>(p);
    if (c == BACKSLASH) {
      run++;
      continue;
    }
    if (isLineEnd(c)) break;
    if (c == quote && run <= depth) return p - run;
    run = 0;
  }
  return p;
}

/** How many backslashes stand before the byte at `p`. */
function backslashesBefore(p: usize): usize {
  let q = p;
  while (q > textStart && load<u8>(q - 1) == BACKSLASH) q--;
  return p - q;
}

function isOpener(c: u8): bool {
  return c == OPEN_BRACE || c == OPEN_BRACKET || c == OPEN_PARENTHESIS;
}

function isCloser(c: u8): bool {
  return c == CLOSE_BRACE || c == CLOSE_BRACKET || c == CLOSE_PARENTHESIS;
}

/** Past the bracket that closes the one at `p`, or the end of the text; brackets in quotes do not count. */
function toBracket(p: usize): usize {
  let depth = 0;
  let before: u8 = 0; // the last byte that is no backslash
  let run: usize = 0;
  for (; p < textEnd; p++) {
    const c = load<u8>(p);
    if (c == BACKSLASH) {
      run++;
      continue;
    }
    if (isQuote(c)) {
      if (isOpener(before) || before == COMMA || before == COLON || before == EQUALS || before <= SPACE) {
        p = skipBackslashes(toQuote(p + 1, c, run));
      }
    } else if (isOpener(c)) depth++;
    else if (isCloser(c) && --depth == 0) return p + 1;
    before = c;
    run = 0;
  }
  return textEnd;
}

/** Whether a value may end before `c`, the byte behind its closing quote or bracket. */
function endsBefore(c: u8): bool {
  return c <= SPACE || c == COMMA || c == SEMICOLON || c == BACKSLASH || c == 0x3c || isCloser(c) || isQuote(c);
}

/** A value that ended at `p` with a quote or a bracket may go on: to white space, in a line of its own to the end of that. */
function goesOn(p: usize, isLine: bool): usize {
  if (!endsBefore(byteAt(p))) return isLine ? toLineEnd(p) : toWhiteSpace(p);
  if (!isLine) return p;
  const rest = skipBlanks(p);
  const next = byteAt(rest);
  if (next == 0x23 && rest != p) return p; // a comment
  return next == 0 || isLineEnd(next) || next == COMMA || next == BACKSLASH || isCloser(next) || isQuote(next)
    ? p
    : toLineEnd(p);
}

/** Whether a line begins with the mark of a diff at `p`; where `isDiff` does not say so, a hyphen and a blank begin an item of a list. */
function isMark(p: usize, isDiff: bool): bool {
  const c = byteAt(p);
  return c == PLUS || c == SPACE || (c == MINUS && (isDiff || !isBlank(byteAt(p + 1))));
}

/** Where a line's text begins, its mark of a diff and its blanks not counted. */
function toIndented(line: usize, isDiff: bool): usize {
  return skipBlanks(isMark(line, isDiff) ? line + 1 : line);
}

/** The indentation of the line that begins at `line`; a blank line has the deepest. */
function indentationOf(line: usize, isDiff: bool): usize {
  const p = toIndented(line, isDiff);
  if (p == textEnd || isLineEnd(load<u8>(p))) return ~0;
  return p - (isMark(line, isDiff) ? line + 1 : line);
}

/**
 * Past the lines behind `p`, a line's end, that are indented more than the line of `name`: a block of YAML. `isBlock`: blank lines at its
 * end belong to it; `withList`: so do lines that begin with `- ` and are indented as that line.
 */
function toBlockEnd(name: usize, p: usize, isBlock: bool, withList: bool): usize {
  let line = name;
  while (line > textStart && !isLineEnd(load<u8>(line - 1))) line--;
  const isDiff = isMark(line, true);
  const indentation = indentationOf(line, isDiff);
  let end = p;
  while (p < textEnd) {
    const next = p + 1;
    if (next >= textEnd) break;
    const own = indentationOf(next, isDiff);
    if (own < indentation || (own == indentation && !(withList && isItem(toIndented(next, isDiff))))) break;
    p = toLineEnd(next);
    if (isBlock || own != ~0) end = p;
  }
  return end;
}

/** Whether an element of a list of YAML begins at `p`. */
function isItem(p: usize): bool {
  const behind = byteAt(p + 1);
  return byteAt(p) == MINUS && (isBlank(behind) || isLineEnd(behind));
}

/** Past a number or a literal of JSON or Python that is followed by what ends it there; 0 for anything else. */
function toScalarEnd(p: usize): usize {
  let end = p;
  while (isWordByte(byteAt(end)) || byteAt(end) == 0x2e || byteAt(end) == PLUS) end++;
  const c = byteAt(end);
  if (end == p || !(c == 0 || c <= SPACE || c == COMMA || isCloser(c))) return 0;
  return isDigit(load<u8>(p)) || load<u8>(p) == MINUS || isLiteral(p, end) ? end : 0;
}

/** Whether a word says only that there is a value, or none. */
function isLiteral(p: usize, end: usize): bool {
  const length = end - p;
  if (length == 4) {
    return (
      startsWith(p, end, "true") ||
      startsWith(p, end, "null") ||
      startsWith(p, end, "True") ||
      startsWith(p, end, "None")
    );
  }
  return length == 5 && (startsWith(p, end, "false") || startsWith(p, end, "False"));
}

/** The quoted text at `p`, backslashes before its quote or not. False where none begins there. */
export function findQuoted(p: usize, isLine: bool): bool {
  // u'…' and its like, in what Python prints; $'…' of a shell
  const opener = (isWordByte(byteAt(p)) || byteAt(p) == DOLLAR) && isQuote(byteAt(p + 1)) ? p + 1 : p;
  const quote = skipBackslashes(opener);
  const c = byteAt(quote);
  if (!isQuote(c)) return false;
  const depth = quote - opener;
  if (!depth && byteAt(quote + 1) == c && byteAt(quote + 2) != c && endsBefore(byteAt(quote + 2))) {
    found(quote + 1, goesOn(quote + 2, isLine) == quote + 2 ? quote + 1 : toLineEnd(quote + 2)); // empty, or a header's first
    return true;
  }
  const end = toQuote(quote + 1, c, depth);
  const after = skipBackslashes(end) + 1;
  const last = end < textEnd ? goesOn(after, isLine) : end;
  found(quote + 1, last == after ? end : last);
  return true;
}

/** Whether a block of YAML begins at `p` and nothing else stands in the line: `|`, `>-`, `|2`. */
function isBlockOpener(p: usize): bool {
  if (byteAt(p) != PIPE && byteAt(p) != GREATER) return false;
  p++;
  while (byteAt(p) == PLUS || byteAt(p) == MINUS || isDigit(byteAt(p))) p++;
  const end = skipBlanks(p);
  return end == textEnd || isLineEnd(load<u8>(end));
}

/**
 * The value behind the `=` or `:` at `delimiter`, of `length` bytes; `[name, nameEnd)` is its name, `isClosed`: a quote stands behind
 * that. Returns 0, or where to go on where there is no value.
 */
export function findValue(name: usize, nameEnd: usize, delimiter: usize, length: usize, isClosed: bool): usize {
  const isColon = load<u8>(delimiter) == COLON && length == 1;
  let p = delimiter + length;
  if (byteAt(p) == EQUALS || (!isColon && byteAt(p) == GREATER)) p++; // := == =>
  const isDirect = p;
  p = skipBlanks(p);
  const isLine = isColon && !isClosed;
  if (isClosed) {
    const next = skipLines(p); // JSON may break its lines here
    if (isQuote(byteAt(skipBackslashes(next))) || isOpener(byteAt(next))) p = next;
  }
  const opener = byteBefore(name);
  const isInQuotes = isLine && isQuote(opener);
  const isQuotedAgain = isQuote(byteAt(p)) && !endsBefore(byteAt(p + 1));
  if ((!isInQuotes || isQuotedAgain) && findQuoted(p, isLine)) return 0;
  const c = byteAt(p);
  if (isOpener(c)) {
    found(p, goesOn(toBracket(p), isLine));
    return 0;
  }
  if (!isColon) {
    found(p, toWhiteSpace(p));
    return 0;
  }
  if (isClosed) {
    const end = toScalarEnd(p);
    if (end) {
      found(p, isLiteral(p, end) ? p : end);
      return 0;
    }
  }
  if (isLine && p == isDirect) {
    if (opener == SLASH) return nameEnd; // a path
    if (isArchitecture(p)) return toWordEnd(p);
    if (isWordOf(name, nameEnd, "pass") && (opener <= SPACE || isInQuotes)) {
      found(p, isInQuotes ? min(toQuoteInLine(p, opener, 0), toWhiteSpace(p)) : toWhiteSpace(p)); // openssl's
      return 0;
    }
  }
  if (isLine && opener == SLASH) return nameEnd;
  if (isInQuotes && !isBlockOpener(p)) {
    found(p, toQuoteInLine(p, opener, backslashesBefore(name - 1)));
    return 0;
  }
  const lineEnd = p < proseEnd ? proseEnd : toLineEnd(p);
  if (isLine && !isInQuotes && isProse(name, nameEnd, p, lineEnd)) return nameEnd;
  const isBlock = p == lineEnd || c == PIPE || c == GREATER || c == 0x21 || c == 0x26 || c == 0x23; // | > ! & #
  found(p, toBlockEnd(name, lineEnd, isBlock, p == lineEnd));
  return 0;
}

/** The value of an option that stands at `p`: quoted, or up to white space. */
export function findArgument(p: usize): void {
  if (!findQuoted(p, false)) found(p, toWhiteSpace(p));
}

/**
 * The string behind the comma at `comma`: `define('NAME', 'value')`, a list of arguments. False where there is none, and where it is a
 * name itself: `{'type': 'NAME', 'other': …`.
 */
export function findNext(comma: usize): bool {
  const p = skipLines(comma + 1);
  const quote = skipBackslashes(p);
  if (!isQuote(byteAt(quote))) return false;
  const end = toQuote(quote + 1, load<u8>(quote), quote - p);
  const behind = byteAt(skipLines(skipBackslashes(end) + 1));
  return behind != COLON && behind != EQUALS && findQuoted(p, false);
}

/**
 * The value of a member, attribute or line called `value` that follows at `p`, where the name stands as a value itself: Kubernetes'
 * `name: …`, XML's `name="…" value="…"`. False where none follows.
 */
export function findPaired(p: usize): bool {
  const stop = min(p + 64, textEnd);
  while (p < stop && !isWordByte(load<u8>(p))) {
    const c = load<u8>(p);
    if (!isBlank(c) && !isLineEnd(c) && !isQuote(c) && c != COMMA && c != BACKSLASH && c != PLUS) return false;
    p += c == BACKSLASH && isEscapedBreak(byteAt(p + 1)) ? 2 : 1;
  }
  while (byteAt(p) == MINUS) p++; // of a diff
  p = skipBlanks(p);
  const name = p;
  if (!startsWith(p, textEnd, "value") || isWordByte(byteAt(p + 5))) return false;
  p = skipBackslashes(p + 5);
  const isClosed = isQuote(byteAt(p));
  const delimiter = skipBlanks(isClosed ? p + 1 : p);
  const c = byteAt(delimiter);
  if (c != COLON && c != EQUALS) return false;
  return findValue(name, name + 5, delimiter, 1, isClosed) == 0;
}

/** Whether a backslash before `c` stands for white space. */
function isEscapedBreak(c: u8): bool {
  return c == LOWER_N || c == LOWER_R || c == LOWER_T;
}
