// Where a value in a text begins and ends: quoted, in brackets, a private key, up to white space, lines of YAML
// (docs/redaction.md, "assignments").
import {
  BACKSLASH,
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COMMA,
  LINE_FEED,
  MINUS,
  OPEN_BRACE,
  OPEN_BRACKET,
  PLUS,
} from "../bytes/chars";
import {
  CLOSE_PARENTHESIS,
  DOLLAR,
  OPEN_PARENTHESIS,
  RETURN,
  SEMICOLON,
  SINGLE_QUOTE,
  byteAt,
  byteBefore,
  isBlank,
  isLineEnd,
  isMark,
  isQuote,
  isSeparator,
  isWhite,
  isWordByte,
  isWordOf,
  skipBackslashes,
  skipBlanks,
  textEnd,
  textStart,
  toTokenEnd,
  toWhiteSpace,
  toWordEnd,
} from "./cursor";
import { toPemEnd } from "./pem";

/** The half-open span of the value that was found, which may be empty. */
export let valueStart: usize = 0;
export let valueEnd: usize = 0;

// @ts-ignore: decorator
@inline
function found(start: usize, end: usize): void {
  valueStart = start;
  valueEnd = end;
}

/**
 * The quote that stands directly before the name and is not closed behind it, 0 for none, and the backslashes before
 * it.
 */
export let outer: u8 = 0;
export let outerDepth: usize = 0;

export function clearOuter(): void {
  outer = 0;
}

/** Notes the quote that stands directly before `p`. */
export function findOuter(p: usize): void {
  const c = byteBefore(p);
  outer = isQuote(c) ? c : 0;
  const quote = --p;
  while (byteBefore(p) == BACKSLASH) p--;
  outerDepth = quote - p;
}

/**
 * What stands behind the quote that was found; the quote itself where it is of an outer level, the end where there is
 * none.
 */
export let behindQuote: usize = 0;

/**
 * Where the quoted text that goes on at `p` ends before `stop`, or there. `depth`: the backslashes that stand before
 * its opening quote. A level of nesting doubles backslashes and adds one, so that many close it, behind an even number
 * of so many and one more.
 */
export function toQuote(p: usize, stop: usize, quote: u8, depth: usize): usize {
  let run: usize = 0;
  for (; p < stop; p++) {
    const c = load<u8>(p);
    if (c == BACKSLASH) {
      run++;
      continue;
    }
    if (c == quote) {
      if (run < depth) return (behindQuote = p - run);
      if (run % (depth + 1) == depth && !((run / (depth + 1)) & 1)) {
        behindQuote = p + 1;
        return p - depth;
      }
    }
    run = 0;
  }
  return (behindQuote = stop);
}

/** Whether a quoted text goes on where `c` stands behind its closing quote: `"a"b`. */
function isGlue(c: u8): bool {
  return c == DOLLAR || (c != MINUS && isWordByte(c));
}

/**
 * Where the value ends that began with a quote before `p`: no quote ends it that is doubled, or that a shell sticks to
 * the next.
 */
function toValueEnd(p: usize, quote: u8, depth: usize): usize {
  while (true) {
    let end = toQuote(p, textEnd, quote, depth);
    p = behindQuote;
    if (p == end) return end;
    let next = skipBackslashes(p);
    if (byteAt(next) != quote || next != p + depth) {
      if (byteAt(p) == BACKSLASH && !depth && quote == SINGLE_QUOTE && next == p + 1 && byteAt(next) == quote) next++;
      else {
        if (!isGlue(byteAt(p)) || isSeparator(p)) return end;
        for (end = p; end < textEnd && !isSeparator(end) && !endsGlued(load<u8>(end)); end++);
        return (behindQuote = end);
      }
      if (byteAt(next) != quote) return end;
    }
    p = next + 1;
  }
}

function endsGlued(c: u8): bool {
  return c == BACKSLASH || isQuote(c) || isBlank(c) || isLineEnd(c) || isClosing(c);
}

/** Whether `c` may stand behind what is closed. */
function isClosing(c: u8): bool {
  return c == COMMA || c == SEMICOLON || isCloser(c);
}

export function isOpener(c: u8): bool {
  return c == OPEN_BRACE || c == OPEN_BRACKET || c == OPEN_PARENTHESIS;
}

export function isCloser(c: u8): bool {
  return c == CLOSE_BRACE || c == CLOSE_BRACKET || c == CLOSE_PARENTHESIS;
}

/** Past the bracket that closes the one at `p`, or the end of the text; brackets in quotes do not count. */
function toBracket(p: usize): usize {
  let depth = 0;
  while (p < textEnd) {
    const quote = skipBackslashes(p);
    const c = byteAt(quote);
    if (isQuote(c)) {
      toQuote(quote + 1, textEnd, c, quote - p);
      p = behindQuote;
    } else if (quote > p) p = quote;
    else {
      p++;
      if (isOpener(c)) depth++;
      else if (isCloser(c) && --depth == 0) return p;
    }
  }
  return p;
}

/** Whether behind a value in quotes or brackets that ends before `p` nothing more of it stands in its line. */
function isOver(p: usize): bool {
  p = skipBlanks(p);
  const c = byteAt(p);
  if (c == SEMICOLON) return isLineOver(p + 1);
  return isLineOver(p) || c == COMMA || isCloser(c) || isQuote(c) || c == 0x23 || c == BACKSLASH;
}

/** Whether the text or its line ends behind `p`, blanks aside. */
export function isLineOver(p: usize): bool {
  p = skipBlanks(p);
  return p >= textEnd || isLineEnd(load<u8>(p));
}

/** The backslashes before the quote that `toOpening` found. */
let openingDepth: usize = 0;

/**
 * The opening quote of a value at `p`: perhaps with `u`, `rb`, `$` or `@` before it, and with backslashes. 0 where
 * there is none.
 */
export function toOpening(p: usize): usize {
  let prefix = p;
  if (byteAt(p) == DOLLAR || byteAt(p) == 0x40) prefix++;
  else while (prefix < p + 2 && isPrefix(byteAt(prefix))) prefix++;
  const quote = skipBackslashes(prefix);
  openingDepth = quote - prefix;
  return isQuote(byteAt(quote)) ? quote : 0;
}

function isPrefix(c: u8): bool {
  c |= 0x20;
  return c == 0x75 || c == 0x62 || c == 0x72 || c == 0x66; // u b r f
}

/** The quoted text at `p`; false where none begins there. */
export function findQuoted(p: usize): bool {
  const quote = toOpening(p);
  if (!quote) return false;
  found(quote + 1, toValueEnd(quote + 1, load<u8>(quote), openingDepth));
  return true;
}

/** A private key, a quoted or bracketed value at `p`. `isLine`: only if its line ends with it, too. */
export function findClosed(p: usize, isLine: bool): bool {
  const key = toPemEnd(p);
  if (key) {
    found(p, key);
    return true;
  }
  const quote = toOpening(p);
  if (quote) {
    const c = load<u8>(quote);
    const start = quote + 1;
    const depth = openingDepth;
    const inner = toPemEnd(start);
    if (!inner && c == outer && depth == outerDepth && (isWhite(start) || isClosing(load<u8>(start)))) {
      found(p, p);
      return true;
    }
    const end = toValueEnd(start, c, depth);
    found(start, max(inner, end));
    return inner != 0 || !isLine || isOver(behindQuote);
  }
  if (!isOpener(byteAt(p))) return false;
  const behind = toBracket(p);
  const isWhole = isOver(behind);
  found(p, isWhole ? behind : toWhiteSpace(behind));
  return isWhole || !isLine;
}

/** Before `stop`, where the quote closes that began before the name. */
function toOuter(p: usize, stop: usize): usize {
  return outer ? toQuote(p, stop, outer, outerDepth) : stop;
}

/** A value at `p` up to white space, or that is closed otherwise. */
export function findSpaced(p: usize): void {
  if (findClosed(p, false)) return;
  const end = toSchemeEnd(p);
  found(p, toOuter(p, end ? end : toWhiteSpace(p)));
}

/** Past `Bearer x`, `Basic x` at `p`; 0 where there is none. */
function toSchemeEnd(p: usize): usize {
  const word = toWordEnd(p);
  if (!isWordOf(p, word, "bearer") && !isWordOf(p, word, "basic")) return 0;
  const token = skipBlanks(word);
  const end = toTokenEnd(token);
  return token > word && end > token ? end : 0;
}

/** The last line that was looked for the end of, from there on: many a name may stand in it. */
let restStart: usize = 0;
let restEnd: usize = 0;

/** Before a text: it may lie where the last one lay. */
export function beginRests(): void {
  restStart = 1;
  restEnd = 0;
}

/** Where the line ends, or the part of a state's key, before what an outer quote closes. */
export function toRestEnd(p: usize): usize {
  if (p < restStart || p > restEnd) {
    restStart = p;
    restEnd = p;
    while (restEnd < textEnd && !isLineEnd(load<u8>(restEnd)) && !isSeparator(restEnd)) restEnd++;
  }
  return toOuter(p, restEnd);
}

/**
 * Where a value ends that begins in a line whose end is `p`: with the lines below that are indented more than that of
 * `name`. `isEmpty`: elements of lists may have the same indentation.
 */
export function toBlockEnd(name: usize, p: usize, isEmpty: bool): usize {
  let line = name;
  while (line > textStart && load<u8>(line - 1) != LINE_FEED) line--;
  let hasMark = false;
  let indentation: usize = 0;
  if (!outer) {
    hasMark = isMark(byteAt(line)) || load<u8>(name - 1) == PLUS;
    if (hasMark) line++;
    let own = skipBlanks(line);
    while (byteAt(own) == MINUS && isBlank(byteAt(own + 1))) own = skipBlanks(own + 1);
    indentation = own - line;
  }
  let last = p;
  if (byteAt(p) == RETURN && byteAt(p + 1) == LINE_FEED) p++;
  while (byteAt(p) == LINE_FEED) {
    let start = p + 1;
    for (p = start; p < textEnd && load<u8>(p) != LINE_FEED; p++);
    if (hasMark && start < p && isMark(load<u8>(start))) start++;
    const own = skipBlanks(start);
    if (own >= p || (own + 1 == p && load<u8>(own) == RETURN)) continue;
    const depth = own - start;
    if (depth <= indentation && !(isEmpty && depth == indentation && byteAt(own) == MINUS && isWhite(own + 1))) break;
    last = p;
  }
  return last;
}
