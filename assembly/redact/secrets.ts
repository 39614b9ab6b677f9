// Secrets inside a text: where they begin and end (docs/redaction.md). The text is looked at word by word, once; when in doubt more is
// taken for a secret, not less.
import {
  BACKSLASH,
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COLON,
  COMMA,
  LOWER_U,
  MINUS,
  OPEN_BRACE,
  OPEN_BRACKET,
  PIPE,
  PLUS,
  POINT,
  SLASH,
  SPACE,
  hexValue,
} from "../bytes/chars";
import { startsWith } from "../json/string";
import { Rule, isOn } from "../options/settings";
import { findArgument, findNext, findPaired, findQuoted, findValue, valueEnd, valueStart } from "./assigned";
import { maskBeside, maskFirst, maskIdentified, maskSql } from "./beside";
import {
  CLOSE_PARENTHESIS,
  EQUALS,
  IS_DIGIT,
  IS_LETTER,
  LESS,
  MAY_FOLLOW,
  OPEN_PARENTHESIS,
  beginText,
  beginsWith,
  byteAt,
  byteBefore,
  classOf,
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
  toTokenEnd,
  toWordEnd,
} from "./cursor";
import { maskElement, maskNextElement } from "./elements";
import { Masked, isMaskedName } from "./names";
import { Check, addText, addTexts } from "./nominate";
import { isPem, maskPem, maskPutty } from "./pem";
import { beginProse, maskToken, proseEnd } from "./prose";
import { findInCommands } from "./programs";
import { maskShape } from "./shapes";
import { addSpan, beginSpans, isFull, spansEnd } from "./spans";
import { stays } from "./stays";
import { beginUrls, maskOracle, maskUrl } from "./urls";

const QUESTION: u8 = 0x3f;
const PERCENT: u8 = 0x25;
const ESCAPE: u8 = 0x1b;

/** A quote behind `NAME(` was not closed: no other is looked for. */
let isOpenCall: bool = false;

/** Rows from here on are of the text, those before of its commands. */
export let commandsEnd: usize = 0;

/** Past the quote at `p`, with backslashes before it or not; `p` where there is none. */
function skipQuote(p: usize): usize {
  const quote = skipBackslashes(p);
  return isQuote(byteAt(quote)) ? quote + 1 : p;
}

/** `Bearer …` and `Basic …`; the latter only where what follows has the look of base64. */
function maskScheme(word: usize, wordEnd: usize): usize {
  while (word < wordEnd && (load<u8>(word) == MINUS || load<u8>(word) >= 0x80)) word++;
  const isBearer = isWordOf(word, wordEnd, "bearer");
  if (!isBearer && !isWordOf(word, wordEnd, "basic")) return wordEnd;
  const blanks = skipBlanks(wordEnd);
  if (blanks == wordEnd) return wordEnd;
  const p = skipQuote(blanks);
  const end = toTokenEnd(p);
  // A sentence, or a name with a value of its own.
  if (isWordOf(p, end, "basic") || isWordOf(p, end, "bearer")) return wordEnd;
  const nameEnd = toWordEnd(p);
  if (byteAt(end) == COLON || byteAt(p) == MINUS) return wordEnd;
  const delimiter = byteAt(skipBlanks(nameEnd));
  if ((delimiter == EQUALS || delimiter == COLON) && maskedOf(p, nameEnd)) return wordEnd;
  let isMixed = false;
  for (let q = p + 1; q < end; q++) {
    const c = load<u8>(q);
    if (!(<u8>(c - 0x61) < 26) && c != MINUS && c != POINT) isMixed = true;
  }
  return isBearer || (isMixed && end - p >= 8) ? max(addSpan(p, end, Rule.SCHEMES), wordEnd) : wordEnd;
}

/** What a word is as a name; hyphens before it, and quotation marks that are not ASCII, are no part of one. */
function maskedOf(name: usize, end: usize): Masked {
  while (name < end && load<u8>(name) == MINUS) name++;
  const masked = isMaskedName(name, end);
  if (masked) return masked;
  const start = name;
  const last = end;
  while (name < end && load<u8>(name) >= 0x80) name++;
  while (name < end && load<u8>(name) == MINUS) name++;
  while (end > name && load<u8>(end - 1) >= 0x80) end--;
  return name != start || end != last ? isMaskedName(name, end) : Masked.NO;
}

/** Whether the word is an option: two hyphens, or one that is not the mark of a line in a diff. */
function isOption(word: usize): bool {
  while (byteAt(word) >= 0x80) word++;
  if (load<u8>(word) != MINUS) return false;
  return byteAt(word + 1) == MINUS || !isLineEnd(byteBefore(word));
}

/** Past the brackets behind a name: `config['name']`, `h{name}`. */
function skipBrackets(word: usize, p: usize, isClosed: bool): usize {
  if (!isClosed) {
    const c = byteAt(p);
    if (c != CLOSE_BRACKET && c != CLOSE_BRACE) return p;
    if (c == CLOSE_BRACE && byteBefore(word) != OPEN_BRACE) return p;
    p++;
  }
  while (byteAt(p) == CLOSE_BRACKET || (isClosed && (byteAt(p) == CLOSE_PARENTHESIS || byteAt(p) == CLOSE_BRACE))) p++;
  return p;
}

/** How many bytes the delimiter at `p` has, with what stands before its `=`; 0 where there is none. */
function delimiterBytes(p: usize): usize {
  const c = byteAt(p);
  const next = byteAt(p + 1);
  if (c == EQUALS) return next == 0x7e ? 0 : 1; // =~
  if (c == COLON) {
    let end = p;
    while (end < p + 3 && byteAt(end) == COLON) end++;
    if (byteAt(end) == EQUALS) return end - p + 1;
    return end == p + 1 ? 1 : 0; // a::b
  }
  return (c == QUESTION || c == PLUS || c == POINT || c == PIPE) && next == EQUALS ? 2 : 0;
}

/** `NAME type = "value"`: the `=` or `:=`, 0 where there is none. */
function typedDelimiter(wordEnd: usize): usize {
  const type = skipBlanks(wordEnd);
  const typeEnd = toWordEnd(type);
  const p = skipBlanks(typeEnd);
  if (type == wordEnd || typeEnd == type || p == typeEnd || load<u8>(type) == MINUS) return 0;
  const delimiter = byteAt(p) == COLON ? p + 1 : p;
  return byteAt(delimiter) == EQUALS && isQuote(byteAt(skipBackslashes(skipBlanks(delimiter + 1)))) ? delimiter : 0;
}

/** `NAME%3Dvalue`; returns where to go on. */
function maskEscaped(p: usize): usize {
  const start = p;
  while (p < textEnd && load<u8>(p) > SPACE && load<u8>(p) != 0x26 && !isQuote(load<u8>(p))) p++; // &
  return addSpan(start, p, Rule.ASSIGNMENTS);
}

/** The value that was found, unless it stays; returns where to go on. */
function maskFound(word: usize, wordEnd: usize, isBuiltIn: bool, rule: Rule): usize {
  if (stays(word, wordEnd, valueStart, valueEnd, isBuiltIn)) return max(valueStart, wordEnd);
  if (isPem(valueStart)) {
    const end = maskPem(valueStart, valueStart + 10);
    if (end > valueStart + 10) return end;
  }
  return max(addSpan(valueStart, toSchemeEnd(valueStart, valueEnd), rule), wordEnd);
}

/** The value of the name `[word, wordEnd)`, where one follows; returns where to go on. */
function maskNamed(word: usize, wordEnd: usize, isBuiltIn: bool): usize {
  let p = skipBackslashes(wordEnd);
  const isClosed = isQuote(byteAt(p));
  if (isClosed) p++;
  else if (p != wordEnd) {
    // The end of a line in a text inside the text.
    if (!isOn(Rule.ASSIGNMENTS) || !findPaired(wordEnd)) return wordEnd;
    return maskFound(word, wordEnd, isBuiltIn, Rule.ASSIGNMENTS);
  }
  const behindName = p;
  p = skipBrackets(word, p, isClosed);
  const isBare = p == wordEnd;
  p = isClosed ? skipLines(p) : skipBlanks(p);
  if (isOn(Rule.ASSIGNMENTS)) {
    const length = delimiterBytes(p);
    if (length) {
      const end = findValue(word, wordEnd, p, length, isClosed);
      return end || maskFound(word, wordEnd, isBuiltIn, Rule.ASSIGNMENTS);
    }
    if (byteAt(p) == COLON || byteAt(p) == EQUALS) return wordEnd;
    if (isBare && byteAt(p) == PERCENT && (beginsWith(p, "%3d") || beginsWith(p, "%3a"))) return maskEscaped(p + 3);
  }
  if (isOn(Rule.XML)) {
    let end: usize = 0;
    if (byteBefore(word) == LESS && !isClosed) end = maskElement(wordEnd);
    else if (isClosed && byteAt(behindName) != COMMA) end = maskElement(behindName);
    else if (byteAt(wordEnd) == LESS) end = maskNextElement(wordEnd);
    if (end) return end;
  }
  if (isOn(Rule.SQL) && isBare) {
    const end = maskSql(word, wordEnd);
    if (end != wordEnd) return end;
  }
  if (isOn(Rule.ASSIGNMENTS)) {
    if (isClosed && byteAt(p) == COMMA && p == skipLines(behindName) && isQuote(byteBefore(word)) && findNext(p)) {
      return maskFound(word, wordEnd, isBuiltIn, Rule.ASSIGNMENTS);
    }
    if (findPaired(wordEnd)) return maskFound(word, wordEnd, isBuiltIn, Rule.ASSIGNMENTS);
    if (isBare && !isOpenCall && byteAt(wordEnd) == OPEN_PARENTHESIS && findQuoted(wordEnd + 1, false)) {
      isOpenCall = valueEnd >= textEnd;
      const behind = skipQuote(valueEnd);
      if (byteAt(behind) == CLOSE_PARENTHESIS) return maskFound(word, wordEnd, isBuiltIn, Rule.ASSIGNMENTS);
    }
    const typed = isBare ? typedDelimiter(wordEnd) : 0;
    if (typed && !findValue(word, wordEnd, typed, 1, false)) {
      return maskFound(word, wordEnd, isBuiltIn, Rule.ASSIGNMENTS);
    }
  }
  if (isClosed || !isBlank(byteAt(wordEnd))) return isPem(p) ? p : wordEnd;
  if (isOn(Rule.OPTIONS) && isOption(word)) {
    if (byteAt(p) == BACKSLASH && isLineEnd(byteAt(p + 1))) p = skipLines(p + 1);
    if (!startsWith(p, textEnd, "--")) {
      findArgument(p);
      return maskFound(word, wordEnd, isBuiltIn, Rule.OPTIONS);
    }
  }
  if (isOn(Rule.BLANKS)) {
    const end = maskBeside(word, wordEnd);
    if (end != wordEnd) return end;
  }
  return isPem(p) ? p : wordEnd;
}

/** Where a value ends that is the name of a scheme: with what the scheme is for. */
function toSchemeEnd(start: usize, end: usize): usize {
  if (!isWordOf(start, end, "bearer") && !isWordOf(start, end, "basic")) return end;
  const p = skipBlanks(end);
  return p == end ? end : toTokenEnd(p);
}

/** What a colon behind a word may begin; returns where to go on, `wordEnd` where it is nothing of that. */
function lookAtColon(word: usize, wordEnd: usize): usize {
  if (isOn(Rule.URLS)) {
    const slash = skipBackslashes(wordEnd + 1); // JSON in PHP escapes them
    if (byteAt(slash) == SLASH) {
      const second = skipBackslashes(slash + 1);
      if (byteAt(second) == SLASH) return maskUrl(second + 1);
    }
    if (isWordOf(word, wordEnd, "thin") && word >= textStart + 7 && beginsWith(word - 7, "oracle:")) {
      return maskOracle(wordEnd + 1);
    }
  }
  if (isOn(Rule.PEM) && wordEnd - word >= 13 && beginsWith(wordEnd - 13, "private-lines"))
    return maskPutty(wordEnd + 1);
  return wordEnd;
}

/** What follows the word `[word, wordEnd)`, or the word itself, if it is a secret; returns where to go on. */
function lookAt(word: usize, wordEnd: usize): usize {
  let end = maskShape(word, wordEnd);
  if (end != wordEnd) return end;
  const c = byteAt(wordEnd);
  if (c == COLON) {
    end = lookAtColon(word, wordEnd);
    if (end != wordEnd) return end;
  } else if (isBlank(c)) {
    const length = wordEnd - word;
    if (isOn(Rule.SCHEMES) && length >= 5) {
      end = maskScheme(word, wordEnd);
      if (end != wordEnd) return end;
    }
    if (isOn(Rule.PEM) && length >= 10 && isPem(wordEnd - 10)) return maskPem(wordEnd - 10, wordEnd);
    if (isOn(Rule.SQL) && isWordOf(word, wordEnd, "identified")) return maskIdentified(wordEnd);
  }
  if (!(classOf(c) & MAY_FOLLOW) && !isBlank(c) && !isLineEnd(c)) return wordEnd;
  const masked = maskedOf(word, wordEnd);
  return masked ? maskNamed(word, wordEnd, masked == Masked.BUILT_IN) : wordEnd;
}

/** Where the word begins without the letter or the digits of an escape in a text inside the text: `\\n`, `\\u0026`. */
function unglue(word: usize, wordEnd: usize): usize {
  if (load<u8>(word) != LOWER_U) return word + 1;
  for (let i: usize = 1; i < 5; i++) if (word + i >= wordEnd || hexValue(load<u8>(word + i)) > 15) return word + 1;
  return word + 5;
}

/** Where the word begins without the rest of a sequence of a terminal: `ESC [ 1 ; 31 m`. */
function uncolour(word: usize, wordEnd: usize): usize {
  let p = word;
  for (let i = 0; i < 12 && p > textStart; i++) {
    const c = load<u8>(p - 1);
    if (c == OPEN_BRACKET) {
      if (p < textStart + 2 || load<u8>(p - 2) != ESCAPE) return word;
      while (word < wordEnd && classOf(load<u8>(word)) & IS_DIGIT) word++;
      return word < wordEnd && classOf(load<u8>(word)) & IS_LETTER ? word + 1 : word;
    }
    if (!(classOf(c) & IS_DIGIT) && c != 0x3b) return word;
    p--;
  }
  return word;
}

/** Adds the literals of the rules for texts that have no table. For start-up. */
export function beginSecrets(): void {
  if (isOn(Rule.SCHEMES)) {
    addText("bearer", true, Check.CLOSED);
    addText("basic", true, Check.CLOSED);
  }
  if (isOn(Rule.URLS)) {
    addText("://", false, Check.AT);
    addText("oracle:thin", true, Check.NONE);
  }
  if (isOn(Rule.PEM)) {
    addText("-----BEGIN", false, Check.NONE);
    addText("private_lines", true, Check.NONE);
  }
  if (isOn(Rule.SQL)) addText("identified", true, Check.CLOSED);
  if (isOn(Rule.LINES)) {
    addTexts(PORTS, false);
    addText('\\" \\"', false, Check.NONE);
  }
}

/** The ports of the lines that `lines` knows. */
const PORTS = ":5432: :5433: :6432: :*:";

/** Finds the secrets of a text; their rows go to `at` and on. A byte that is in no word stands at `end`. False when memory runs out. */
export function findSecrets(start: usize, end: usize, at: usize): bool {
  beginText(start, end);
  beginSpans(at);
  beginUrls();
  beginProse();
  isOpenCall = false;
  findInCommands(start, end);
  commandsEnd = spansEnd;
  let p = start;
  while (true) {
    while (p < end && !isWordByte(load<u8>(p))) p++;
    if (p >= end) return !isFull;
    let word = p;
    p = toWordEnd(p);
    const before = byteBefore(word);
    if (before == OPEN_BRACKET || before == 0x3b) {
      word = uncolour(word, p);
      if (word == p) continue;
    }
    if (isFirstOfLine(before)) {
      const line = maskFirst(word);
      if (line != word) {
        p = line;
        continue;
      }
    }
    const next = lookAt(word, p);
    if (before == BACKSLASH && next == p) {
      const rest = unglue(word, p);
      p = rest < p ? lookAt(rest, p) : p;
    } else p = next == p && word < proseEnd ? maskToken(word, p) : next;
  }
}

/** Whether a word behind `before` may be the first of its line. */
// @ts-ignore: decorator
@inline
function isFirstOfLine(before: u8): bool {
  return isLineEnd(before) || before == PLUS || before == 0x22 || before == COLON || before == SPACE;
}
