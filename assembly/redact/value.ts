// A JSON value on its way out: what the options mask is replaced, all else is copied byte for byte.
import {
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COLON,
  COMMA,
  MINUS,
  POINT,
  OPEN_BRACE,
  OPEN_BRACKET,
  QUOTE,
  SLASH,
  SPACE,
  isDigit,
} from "../bytes/chars";
import { out } from "../json/emit";
import { escapeTail } from "../json/escape";
import { Member } from "../json/object";
import { isFull, putByte, putQuoted, putSpan, setFull } from "../json/put";
import { FALS_WORD, NULL_WORD, TRUE_WORD, scanValue, skipSpace } from "../json/scan";
import { isAscii, scanPlainString, scanString, skipPlain } from "../json/string";
import { OWN_NAMES } from "../options/defaults";
import { Diffs, Rule, isOn, listCount, newList, rowEnd, rowStart, settings } from "../options/settings";
import {
  PAIRED,
  POLICY,
  addPairing,
  beginAround,
  closeLevel,
  isHidden,
  isOfPackages,
  isSeparatorAt,
  openLevel,
  pairing,
} from "./around";
import { MASK, contentEnd, contentStart, decode, putDiff, putMasked, showContent } from "./content";
import { beginText, isOneOf, isWordByte } from "./cursor";
import { Masked, bareEnd, bareStart, isMaskedName, isName } from "./names";
import { spans } from "./spans";
import { beginNominating, nominate } from "./nominate";
import { isPolicyName, stays } from "./stays";

/** Whether what is written is searched: not where it is known to hold no secret. Hot: each value asks. */
export let isSearching: bool = false;

export function search(searches: bool): void {
  isSearching = searches;
}

/** Whether anything was masked since it was cleared. */
export let hasMasked: bool = false;

export function clearMasked(): void {
  hasMasked = false;
}

/** Whether a value stays although its name is masked: null, true, false and what is empty. */
function isBlankValue(p: usize): bool {
  const word = load<u32>(p);
  if (word == NULL_WORD || word == TRUE_WORD || word == FALS_WORD) return true;
  const c = load<u8>(p);
  if (c == QUOTE) return load<u8>(p, 1) == QUOTE;
  if (c == OPEN_BRACE) return load<u8>(skipSpace(p + 1)) == CLOSE_BRACE;
  return c == OPEN_BRACKET && load<u8>(skipSpace(p + 1)) == CLOSE_BRACKET;
}

/**
 * Whether the name `[p, end)` may hold a command line: it is a state's key or has white space. Its escapes count as
 * they stand.
 */
function isText(p: usize, end: usize): bool {
  for (; p < end; p++) {
    const c = load<u8>(p);
    if (c <= SPACE || (c == 0x7c && isSeparatorAt(p - 1))) return true;
  }
  return false;
}

/** Whether it has a slash. */
function hasSlash(p: usize, end: usize): bool {
  for (; p < end; p++) if (load<u8>(p) == SLASH) return true;
  return false;
}

/**
 * Whether the text that was decoded, a name whose value is at `value`, is masked. `inPackages`: it is one of a
 * packager's changes.
 */
function isMasked(value: usize): bool {
  const masked = isMaskedName(contentStart, contentEnd);
  if (masked != Masked.BUILT_IN) return masked != Masked.NO;
  if (isOfPackages() || isText(contentStart, contentEnd) || hasSlash(contentStart, contentEnd)) return false;
  const c = load<u8>(value);
  if (!isDigit(c) && c != MINUS) return true;
  beginText(contentStart, contentEnd);
  return !isPolicyName(contentStart, contentEnd);
}

/**
 * Whether the text that was decoded is a NAME, perhaps with words and points before it: `PAIRED`, and `POLICY` where it
 * is one; 0: no.
 */
function nameText(): u8 {
  beginText(contentStart, contentEnd);
  let word = contentStart;
  for (let p = contentStart; p < contentEnd; p++) {
    const c = load<u8>(p);
    if (c == POINT && p > word) word = p + 1;
    else if (!isWordByte(c)) return 0;
  }
  if (word >= contentEnd || !isName(word, contentEnd) || bareStart == bareEnd) return 0;
  return isPolicyName(bareStart, bareEnd) ? PAIRED | POLICY : PAIRED;
}

/** Whether the value `[value, end)`, JSON, stays beside such a name. Work area: from `free` on. */
function staysBeside(value: usize, end: usize, name: u8, free: usize): bool {
  if (load<u8>(value) == QUOTE) {
    if (!decode(value + 1, end - 1, free, false)) return false;
  } else if (isDigit(load<u8>(value)) || load<u8>(value) == MINUS) {
    showContent(value, end);
  } else return false;
  beginText(contentStart, contentEnd);
  return stays(contentStart, contentEnd, (name & POLICY) != 0);
}

/** Whether the string that ends at `p` is the first of a list of two strings. */
function isOneOfTwo(p: usize): bool {
  p = skipSpace(p);
  if (load<u8>(p) != COMMA) return false;
  p = skipSpace(p + 1);
  return load<u8>(p) == QUOTE && load<u8>(skipSpace(scanPlainString(p + 1) + 1)) == CLOSE_BRACKET;
}

/**
 * Writes the JSON value `[p, end)`, which is valid, as the options have it. `inChanges`: strings named `diff` are
 * diffs. The names of the value itself, if it is an object, are looked at like all others.
 */
export function putRedacted(p: usize, end: usize, inChanges: bool): void {
  if (!isSearching) {
    putSpan(p, end);
    return;
  }
  beginNominating();
  let hit = nominate(p, end);
  if (hit == ~0) {
    putSpan(p, end);
    return;
  }
  let isPaired = false;
  let paired: usize = 0; // the string whose name stands before it in its list
  let pairedName: u8 = 0;
  beginAround(inChanges);
  let changesEnd: usize = inChanges ? end : 0; // up to where strings named `diff` are diffs
  const start = p;
  let pending = p; // what was looked at and is to be copied
  let before: u8 = 0; // the sign before the token
  let nameStart: usize = 0;
  let nameEnd: usize = 0;
  while (p < end) {
    const c = load<u8>(p);
    if (c != QUOTE) {
      p++;
      if (c == OPEN_BRACE || c == OPEN_BRACKET) {
        openLevel(before == COLON ? nameStart : 0, before == COLON ? nameEnd : 0);
        before = c;
      } else if (c == CLOSE_BRACE || c == CLOSE_BRACKET) {
        closeLevel();
        before = c;
      } else if (c == COMMA || c == COLON) before = c;
      continue;
    }
    let close = skipPlain(p + 1);
    const isPlain = load<u8>(close) == QUOTE;
    if (!isPlain) close = scanString(close);
    if (hit < p) {
      hit = nominate(p, end);
      if (hit == ~0 && !isPaired) break;
    }
    const isNominated = hit <= close;
    const after = close + 1 < end ? skipSpace(close + 1) : end;
    if (after >= end || load<u8>(after) != COLON) {
      // A string.
      const free = (out + (p - pending) + 31) & ~7;
      if (p == paired && !staysBeside(p, close + 1, pairedName, free)) {
        putSpan(pending, p);
        putQuoted(MASK);
        pending = close + 1;
      } else {
        if (isNominated && before != COLON && isOn(Rule.PAIRS) && load<u8>(skipSpace(close + 1)) == COMMA) {
          const next = skipSpace(skipSpace(close + 1) + 1);
          const isOption = load<u8>(p, 1) == MINUS;
          if (
            load<u8>(next) == QUOTE &&
            (isOption ? load<u8>(next, 1) != MINUS : before == OPEN_BRACKET && isOneOfTwo(close + 1)) &&
            decode(p + 1, close, free, isPlain)
          ) {
            pairedName = nameText();
            if (pairedName) {
              paired = next;
              isPaired = true;
            }
          }
        }
        if (isNominated && settings.redactStrings && close - p > 3 && putMasked(pending, p, close + 1, isPlain))
          pending = close + 1;
      }
      p = close + 1;
      if (isFull) return;
      continue;
    }
    // A member's name.
    const value = skipSpace(after + 1);
    let free = (out + (value - pending) + 31) & ~7;
    nameStart = p + 1;
    nameEnd = close;
    before = COLON;
    free = decode(p + 1, close, free, isPlain || !isNominated);
    if (!free) {
      setFull();
      return;
    }
    const first = load<u8>(value);
    if (isNominated && isOn(Rule.MEMBERS) && isMasked(value) && !isBlankValue(value)) {
      p = scanValue(value, 0);
      putSpan(pending, value);
      putQuoted(MASK);
      pending = p;
      continue;
    }
    if (pairing() && isValueName() && !isBlankValue(value)) {
      const stop = scanValue(value, 0);
      if (!staysBeside(value, stop, pairing(), free)) {
        p = stop;
        putSpan(pending, value);
        putQuoted(MASK);
        pending = p;
        continue;
      }
    }
    if (first == QUOTE) {
      if (isAscii(contentStart, contentEnd, "diff") && p < changesEnd && isHidden(free)) {
        p = scanPlainString(value + 1) + 1;
        putSpan(pending, value);
        if (settings.diffs == Diffs.KEEP) putQuoted("[diff: dropped]");
        else putDiff(value, p);
        pending = p;
        continue;
      }
      if (isOn(Rule.PAIRS) && isKeyName()) {
        const stop = scanPlainString(value + 1);
        if (!decode(value + 1, stop, free, false)) {
          setFull();
          return;
        }
        const named = nameText();
        if (named) {
          addPairing(named);
          isPaired = true;
        }
      }
    } else if (isAscii(contentStart, contentEnd, "changes")) {
      if (value >= changesEnd) changesEnd = scanValue(value, 0);
    }
    if (isNominated && settings.redactStrings && isText(p + 1, close) && putMasked(pending, p, close + 1, isPlain))
      pending = close + 1;
    p = value;
    if (isFull) return;
  }
  if (pending != start) hasMasked = true;
  putSpan(pending, end);
}

/** Whether the name that was decoded is `value`; `name` or what else says what the value beside it is. */
function isValueName(): bool {
  beginText(contentStart, contentEnd);
  return isOneOf(contentStart, contentEnd, " value ");
}

function isKeyName(): bool {
  if (contentEnd - contentStart > 8) return false;
  beginText(contentStart, contentEnd);
  return isOneOf(contentStart, contentEnd, " name key entry variable ");
}

/** Whether a member of the table has a name that is masked, and a value to be masked. */
export function isMaskedMember(member: Member): bool {
  if (!settings.redacts || !isOn(Rule.MEMBERS) || isBlankValue(member.valueStart)) return false;
  beginAround(false);
  if (decode(member.keyStart, member.keyEnd, (out + 31) & ~7, false)) return isMasked(member.valueStart);
  setFull();
  return false;
}

/** Whether the options mask one of a state's own members by a name that is never masked as a whole. */
export function masksOwn(): bool {
  if (!settings.redacts) return false;
  const own = newList(OWN_NAMES);
  for (let i: usize = 0; i < listCount(own); i++) {
    if (isMaskedName(rowStart(own, i), rowEnd(own, i))) return true;
  }
  return false;
}

export function putMask(): void {
  hasMasked = true;
  putQuoted(MASK);
}

/** Writes the value `[start, end)`, masked, as a string that holds its JSON; null stays null. */
export function putAsText(start: usize, end: usize, inChanges: bool): void {
  if (load<u32>(start) == NULL_WORD) {
    putRedacted(start, end, inChanges);
    return;
  }
  putByte(QUOTE);
  const text = out;
  putRedacted(start, end, inChanges);
  escapeTail(text);
  putByte(QUOTE);
}
