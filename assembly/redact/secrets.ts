// Secrets inside a text: where they begin and end (docs/redaction.md). The text is looked at once, word by word and
// sign by sign; when in doubt more is taken for a secret, not less.
import { COLON, OPEN_BRACKET } from "../bytes/chars";
import { startsWith } from "../json/string";
import { Rule, isOn } from "../options/settings";
import { beginAhead, isReadUp } from "./ahead";
import { beginRests } from "./assigned";
import { maskBeside, maskFields, maskOption, maskScheme, maskSql } from "./beside";
import {
  ESCAPE,
  IS_DIGIT,
  IS_LETTER,
  IS_SIGN,
  LESS,
  MAY_FOLLOW,
  beginText,
  beginsWith,
  byteAt,
  classOf,
  isBlank,
  isLineEnd,
  isWordByte,
  isWordOf,
  textStart,
  toWordEnd,
} from "./cursor";
import { maskNextElement, maskTag } from "./elements";
import { maskKey } from "./keys";
import { maskNamed } from "./named";
import { Check, addText, addTexts } from "./literals";
import { maskPutty, toPemEnd } from "./pem";
import { findInCommand, maskSlash } from "./command";
import { isNameAt, unglue } from "./readings";
import { maskHash, maskShape } from "./shapes";
import { addSpan, beginSpans, isFull, isMasked } from "./spans";
import { beginUrls, maskOracle, maskUrl } from "./urls";

/** What a blank stands behind: options, SQL, schemes. */
function lookBehind(word: usize, wordEnd: usize): void {
  if (isOn(Rule.OPTIONS)) maskOption(word, wordEnd);
  if (isOn(Rule.SCHEMES)) maskScheme(word, wordEnd);
}

/** Masks what the word `[word, wordEnd)` is, names or begins. */
function lookAt(word: usize, wordEnd: usize): void {
  const rest = unglue(word, wordEnd);
  if (!maskShape(word, wordEnd) && rest < wordEnd) maskShape(rest, wordEnd);
  const c = byteAt(wordEnd);
  if (!(classOf(c) & MAY_FOLLOW) && !isBlank(c) && !isLineEnd(c)) return;
  if (isOn(Rule.PROGRAMS) && isBlank(c)) findInCommand(word, wordEnd);
  if (isOn(Rule.SQL)) {
    maskSql(word, wordEnd);
    if (rest < wordEnd) maskSql(rest, wordEnd);
  }
  const name = isNameAt(word, wordEnd);
  if (name) {
    if (isOn(Rule.ASSIGNMENTS)) maskNamed(name, wordEnd);
    if (isOn(Rule.XML)) maskNextElement(wordEnd);
    if (isOn(Rule.BLANKS) && isBlank(c)) maskBeside(name, wordEnd);
  } else if (isOn(Rule.KEYS)) maskKey(word, wordEnd);
  if (isBlank(c)) {
    lookBehind(word, wordEnd);
    if (rest < wordEnd) lookBehind(rest, wordEnd);
  } else if (c == COLON) {
    if (isOn(Rule.PROGRAMS) && wordEnd - word == 1) maskSlash(wordEnd);
    if (
      isOn(Rule.URLS) &&
      isWordOf(word, wordEnd, "thin") &&
      word >= textStart + 12 &&
      beginsWith(word - 12, "jdbc:oracle:")
    )
      maskOracle(wordEnd + 1);
    if (isOn(Rule.PEM) && wordEnd - word >= 13 && startsWith(wordEnd - 13, wordEnd, "Private-Lines"))
      maskPutty(wordEnd + 1);
  }
}

/** Masks the private key that begins at `p`; its title begins in a word that may lie in a secret. */
function maskPem(p: usize): void {
  if (!isOn(Rule.PEM)) return;
  const end = toPemEnd(p);
  if (end && !isMasked(p)) addSpan(p, end);
}

/** Masks what begins with the sign at `p`; returns where to go on. */
function lookAtSign(p: usize): usize {
  const c = load<u8>(p);
  if (c == ESCAPE) {
    // of a terminal: ESC [ 1 ; 31 m
    if (byteAt(p + 1) != OPEN_BRACKET) return p + 1;
    let end = p + 2;
    while (classOf(byteAt(end)) & IS_DIGIT || byteAt(end) == 0x3b) end++;
    return classOf(byteAt(end)) & IS_LETTER ? end + 1 : p + 1;
  }
  if (isLineEnd(c)) {
    if (isOn(Rule.LINES) && !isMasked(p + 1)) maskFields(p + 1);
  } else if (isMasked(p)) return p + 1;
  else if (c == COLON) {
    if (isOn(Rule.URLS)) maskUrl(p);
  } else if (c == LESS) {
    if (isOn(Rule.XML)) maskTag(p);
  } else if (isOn(Rule.HASHES)) maskHash(p);
  return p + 1;
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
  if (isOn(Rule.KEYS)) {
    addText("key", true, Check.NUMBERED);
    addText("auth", true, Check.NUMBERED);
  }
  if (isOn(Rule.SQL)) addTexts("identified password secret", true);
  if (isOn(Rule.LINES)) {
    addTexts(PORTS, false);
    addText('\\" \\"', false, Check.NONE);
  }
}

/** The ports of the lines that `lines` knows. */
const PORTS = ":5432: :5433: :6432: :*:";

/**
 * Finds the secrets of a text; their rows go to `at` and on. A byte that is in no word stands at `end`. False when
 * memory runs out.
 */
export function findSecrets(start: usize, end: usize, at: usize): bool {
  beginText(start, end);
  beginSpans(at);
  beginUrls();
  beginRests();
  beginAhead(end - start);
  if (isOn(Rule.LINES)) maskFields(start);
  let p = start;
  while (p < end) {
    if (isReadUp()) {
      addSpan(p, end);
      break;
    }
    const kind = classOf(load<u8>(p));
    if (kind & IS_SIGN) p = lookAtSign(p);
    else if (!isWordByte(load<u8>(p))) p++;
    else {
      const word = p;
      p = toWordEnd(p);
      if (p == word)
        p += 3; // between the parts of a state's key
      else {
        if (!isMasked(word)) lookAt(word, p);
        else if (!isMasked(p - 1)) maskShape(word, p);
        if (p - word >= 10) maskPem(p - 10);
      }
    }
  }
  return !isFull;
}
