// Secrets inside a text: where they begin and end (docs/options.md, "Inside strings"). The text is looked at word by word, once;
// when in doubt more is taken for a secret, not less.
import { need } from "../bytes/arena";
import {
  BACKSLASH,
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COLON,
  COMMA,
  LOWER_U,
  MINUS,
  OPEN_BRACKET,
  PLUS,
  POINT,
  QUOTE,
  SLASH,
  SPACE,
  hexValue,
  isDigit,
} from "../bytes/chars";
import { isAscii, startsWith } from "../json/string";
import { findArgument, findElement, findNext, findPaired, findValue, valueEnd, valueStart } from "./assigned";
import {
  CLOSE_PARENTHESIS,
  DOLLAR,
  EQUALS,
  GREATER,
  IS_MARK,
  LESS,
  LONG_KEY,
  MAY_FOLLOW,
  SHORT_KEY,
  beginText,
  byteAt,
  classOf,
  isBlank,
  isLineEnd,
  isQuote,
  isWordByte,
  skipBackslashes,
  skipBlanks,
  skipLines,
  textEnd,
  textStart,
  toTokenEnd,
} from "./cursor";
import { isMaskedName } from "./names";
import { isCrypt, isKey, toCryptEnd, toKeyEnd } from "./tokens";

const AT: u8 = 0x40;
const QUESTION: u8 = 0x3f;
const HASH: u8 = 0x23;

/** Spans found, rows of two addresses in the order of the text. */
export let spans: usize = 0;
export let spansEnd: usize = 0;
let isFull: bool = false;

/** No `@` stands between the last URL that was looked through and here. */
let noAtUntil: usize = 0;

/** Notes a secret, if it is not empty; returns where to go on. */
function addSpan(start: usize, end: usize): usize {
  if (start >= end) return end;
  if (need(spansEnd, 8)) {
    store<usize>(spansEnd, start);
    store<usize>(spansEnd, end, 4);
    spansEnd += 8;
  } else isFull = true;
  return end;
}

/** `user:secret@` behind the `://` that ends at `p`. */
function maskUrl(p: usize): usize {
  if (byteAt(p) == OPEN_BRACKET) return p; // an IPv6 address
  let colon: usize = 0;
  let at: usize = 0;
  let q = p;
  let hasPort = true;
  for (; q < textEnd; q++) {
    const c = load<u8>(q);
    if (
      c == SLASH ||
      c == QUESTION ||
      c == HASH ||
      c <= SPACE ||
      c == QUOTE ||
      c == LESS ||
      c == GREATER ||
      c == BACKSLASH
    )
      break;
    if (c == COLON) {
      if (!colon) colon = q;
    } else if (c == AT) at = q;
    else if (colon && !isDigit(c)) hasPort = false;
  }
  if (!colon) return p;
  if (!at && !hasPort && q > noAtUntil) {
    // A secret with a slash in it, which a URL should not have.
    let end = q;
    while (end < textEnd && load<u8>(end) > SPACE && load<u8>(end) != QUOTE && load<u8>(end) != AT) end++;
    if (byteAt(end) == AT) at = end;
    else noAtUntil = end;
  }
  return at > colon ? addSpan(colon + 1, at) : p;
}

/** A block of PEM whose title says that it holds a private key: to its end line, or all that follows. */
function maskPem(begin: usize, title: usize): usize {
  let p = title;
  let isPrivate = false;
  while (p < textEnd && load<u8>(p) != MINUS && !isLineEnd(load<u8>(p))) {
    if (startsWith(p, textEnd, "PRIVATE KEY")) isPrivate = true;
    p++;
  }
  if (!isPrivate) return title;
  while (p < textEnd && !startsWith(p, textEnd, "-----END")) p++;
  if (p < textEnd) {
    p += 8;
    while (p < textEnd && !startsWith(p, textEnd, "-----")) p++;
    p = min(p + 5, textEnd);
  }
  return addSpan(begin, p);
}

function isWordOf(p: usize, end: usize, lower: string): bool {
  if (end - p != <usize>lower.length) return false;
  for (let i: usize = 0; p + i < end; i++) {
    if ((load<u8>(p + i) | 0x20) != <u8>lower.charCodeAt(<i32>i)) return false;
  }
  return true;
}

/** `Bearer …` and `Basic …`; the latter only where what follows has the look of base64. */
function maskScheme(word: usize, wordEnd: usize): usize {
  const isBearer = isWordOf(word, wordEnd, "bearer");
  if (!isBearer && !isWordOf(word, wordEnd, "basic")) return wordEnd;
  const p = skipBlanks(wordEnd);
  if (p == wordEnd) return wordEnd;
  const end = toTokenEnd(p);
  // A sentence, or a name with a value of its own.
  if (isWordOf(p, end, "basic") || isWordOf(p, end, "bearer")) return wordEnd;
  let nameEnd = p;
  while (isWordByte(byteAt(nameEnd))) nameEnd++;
  if (byteAt(end) == COLON || byteAt(p) == MINUS) return wordEnd;
  const delimiter = byteAt(skipBlanks(nameEnd));
  if ((delimiter == EQUALS || delimiter == COLON) && isMasked(p, nameEnd)) return wordEnd;
  let isMixed = false;
  for (let q = p + 1; q < end; q++) {
    const c = load<u8>(q);
    if (!(<u8>(c - 0x61) < 26) && c != MINUS && c != POINT) isMixed = true;
  }
  return isBearer || (isMixed && end - p >= 8) ? max(addSpan(p, end), wordEnd) : wordEnd;
}

/** A key behind a word and a hyphen; returns `wordEnd` where there is none. */
function maskHyphened(word: usize, wordEnd: usize): usize {
  for (let p = word; p < wordEnd; p++) {
    if (load<u8>(p) == MINUS && load<u8>(p + 1) != MINUS && isKey(p + 1, wordEnd))
      return addSpan(p + 1, toKeyEnd(wordEnd));
  }
  return wordEnd;
}

/** A short key, a scheme; returns `wordEnd` where there is none. */
function maskShort(word: usize, wordEnd: usize): usize {
  return isKey(word, wordEnd) ? addSpan(word, toKeyEnd(wordEnd)) : maskScheme(word, wordEnd);
}

/** What the word is by its shape: a key, a scheme's name, the beginning of PEM; returns `wordEnd` where it is none. */
// @ts-ignore: decorator
@inline
function maskShape(word: usize, wordEnd: usize): usize {
  const length = wordEnd - word;
  // the mark of a diff, a quotation mark that is not ASCII
  while (word < wordEnd && (load<u8>(word) == MINUS || load<u8>(word) >= 0x80)) word++;
  const kind = classOf(load<u8>(word));
  if (kind & SHORT_KEY) {
    const end = maskShort(word, wordEnd);
    if (end != wordEnd) return end;
  }
  if (length < 10) return wordEnd;
  if (kind & LONG_KEY && isKey(word, wordEnd)) return addSpan(word, toKeyEnd(wordEnd));
  if (load<u8>(wordEnd - 1) == 0x4e && isAscii(wordEnd - 10, wordEnd, "-----BEGIN")) {
    return maskPem(wordEnd - 10, wordEnd);
  }
  return length >= 20 ? maskHyphened(word, wordEnd) : wordEnd;
}

/** Whether the values of a word are masked; quotation marks that are not ASCII are no part of a name. */
function isMasked(name: usize, end: usize): bool {
  while (name < end && load<u8>(name) == MINUS) name++;
  if (isMaskedName(name, end)) return true;
  const start = name;
  const last = end;
  while (name < end && load<u8>(name) >= 0x80) name++;
  while (end > name && load<u8>(end - 1) >= 0x80) end--;
  return (name != start || end != last) && isMaskedName(name, end);
}

/** Whether the word is an option: two hyphens, or one that is not the mark of a line in a diff. */
function isOption(word: usize): bool {
  if (load<u8>(word) != MINUS) return false;
  return byteAt(word + 1) == MINUS || (word > textStart && !isLineEnd(load<u8>(word - 1)));
}

/** Whether a quoted text begins with the word. */
function isWhole(word: usize): bool {
  return word > textStart && isQuote(load<u8>(word - 1));
}

/** The value of the name `[word, wordEnd)`, where one follows; returns where to go on. */
function maskNamed(word: usize, wordEnd: usize): usize {
  let p = skipBackslashes(wordEnd);
  const isClosed = isQuote(byteAt(p));
  if (isClosed) p++;
  else if (p != wordEnd) return wordEnd;
  const behindName = p;
  // config['name'] = …
  while (byteAt(p) == CLOSE_BRACKET || (isClosed && (byteAt(p) == CLOSE_PARENTHESIS || byteAt(p) == CLOSE_BRACE))) p++;
  p = isClosed ? skipLines(p) : skipBlanks(p);
  if ((byteAt(p) == QUESTION || byteAt(p) == PLUS) && byteAt(p + 1) == EQUALS) p++; // ?= +=
  const c = byteAt(p);
  const next = byteAt(p + 1);
  if ((c == COLON && next == COLON) || (c == EQUALS && next == 0x7e)) return wordEnd; // a::b, =~
  if (c == COLON || c == EQUALS) findValue(word, wordEnd, p, isClosed);
  else if (c == GREATER && p == wordEnd && word > textStart && load<u8>(word - 1) == LESS) findElement(p);
  else if (
    !(isClosed && c == COMMA && p == skipLines(behindName) && isWhole(word) && findNext(p)) &&
    !findPaired(wordEnd)
  ) {
    if (isClosed || p == wordEnd || !isOption(word) || startsWith(p, textEnd, "--")) {
      return isPem(p) ? p : wordEnd; // another option
    }
    findArgument(p);
  }
  if (isPem(valueStart)) {
    const end = maskPem(valueStart, valueStart + 10);
    if (end > valueStart + 10) return end;
  }
  return max(addSpan(valueStart, toSchemeEnd(valueStart, valueEnd)), wordEnd);
}

// @ts-ignore: decorator
@inline
function isPem(p: usize): bool {
  return startsWith(p, textEnd, "-----BEGIN");
}

/** Where a value ends that is the name of a scheme: with what the scheme is for. */
function toSchemeEnd(start: usize, end: usize): usize {
  if (!isWordOf(start, end, "bearer") && !isWordOf(start, end, "basic")) return end;
  const p = skipBlanks(end);
  return p == end ? end : toTokenEnd(p);
}

/** What follows the word `[word, wordEnd)`, or the word itself, if it is a secret; returns where to go on. */
function lookAt(word: usize, wordEnd: usize): usize {
  const end = maskShape(word, wordEnd);
  if (end != wordEnd) return end;
  const c = byteAt(wordEnd);
  if (c == DOLLAR && word > textStart && load<u8>(word - 1) == DOLLAR && isCrypt(word, wordEnd)) {
    const end = toCryptEnd(wordEnd);
    if (end - word >= 12) return addSpan(word - 1, end);
  }
  if (c == COLON) {
    const slash = skipBackslashes(wordEnd + 1); // JSON in PHP escapes them
    if (byteAt(slash) == SLASH) {
      const second = skipBackslashes(slash + 1);
      if (byteAt(second) == SLASH) return maskUrl(second + 1);
    }
  }
  if (!(classOf(c) & MAY_FOLLOW) && !isBlank(c) && !isLineEnd(c)) return wordEnd;
  return isMasked(word, wordEnd) ? maskNamed(word, wordEnd) : wordEnd;
}

/** Where the word begins without the letter or the digits of an escape in a text inside the text: `\\n`, `\\u0026`. */
function unglue(word: usize, wordEnd: usize): usize {
  if (load<u8>(word) != LOWER_U) return word + 1;
  for (let i: usize = 1; i < 5; i++) if (word + i >= wordEnd || hexValue(load<u8>(word + i)) > 15) return word + 1;
  return word + 5;
}

/** Finds the secrets of a text; their spans go to `at` and on. A byte that is in no word stands at `end`. False when memory runs out. */
export function findSecrets(start: usize, end: usize, at: usize): bool {
  beginText(start, end);
  spans = at;
  spansEnd = at;
  isFull = false;
  noAtUntil = 0;
  let p = start;
  while (true) {
    while (p < end && !isWordByte(load<u8>(p))) p++;
    if (p >= end) return !isFull;
    const word = p;
    const kind = classOf(load<u8>(p));
    do p++;
    while (isWordByte(load<u8>(p)));
    const isGlued = word > start && load<u8>(word - 1) == BACKSLASH;
    // Most words are followed by a space and another word, and are too short for a key.
    const isPlain = p - word < 10 && !(kind & (SHORT_KEY | IS_MARK)) && !isGlued;
    if (isPlain && load<u8>(p) == SPACE && isWordByte(load<u8>(p + 1))) continue;
    const next = lookAt(word, p);
    if (isGlued && next == p) {
      const rest = unglue(word, p);
      p = rest < p ? lookAt(rest, p) : p;
    } else p = next;
  }
}
