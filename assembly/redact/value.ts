// A JSON value on its way out: what the options mask is replaced, all else is copied byte for byte.
import { need } from "../bytes/arena";
import { hash128 } from "../bytes/blake2b";
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
import { spanOf } from "../bytes/span";
import { emitByte, out, setOut } from "../json/emit";
import { escapeTail, putEncoded } from "../json/escape";
import { Member } from "../json/object";
import { isFull, putAscii, putByte, putDecimal, putHash, putQuoted, putSpan, setFull } from "../json/put";
import { FALS_WORD, NULL_WORD, TRUE_WORD, scanValue, skipSpace } from "../json/scan";
import { decodeName, hasBackslash, isAscii, scanPlainString, scanString, skipPlain } from "../json/string";
import { OWN_NAMES } from "../options/defaults";
import { matchesAny } from "../options/glob";
import { Diffs, Rule, isOn, listCount, newList, rowEnd, rowStart, settings } from "../options/settings";
import { beginText, isOneOf, isWordByte } from "./cursor";
import { Masked, bareEnd, bareStart, isMaskedName, isName } from "./names";
import { findSecrets } from "./secrets";
import { SPAN_BYTES, spans, spansEnd } from "./spans";
import { beginNominating, nominate } from "./nominate";
import { isPolicyName, stays } from "./stays";

const MASK = "[redacted]";

/** A string's content, decoded where it holds an escape: `decode` sets it. */
let textStart: usize = 0;
let textEnd: usize = 0;

/** Decodes the content `[start, end)` of a string to `at`, unless it stands for itself. Returns what is free behind it; 0: no memory. */
function decode(start: usize, end: usize, at: usize, isPlain: bool): usize {
  textStart = start;
  textEnd = end;
  if (isPlain || !hasBackslash(start, end)) return at;
  if (!need(at, 3 * (end - start) + 16)) return 0;
  textStart = at;
  textEnd = decodeName(start, end, at);
  store<u64>(textEnd, 0); // a word ends here, if not before
  return (textEnd + 15) & ~7;
}

/** Writes the text with its secrets masked, which are in order and may overlap. */
function putSpans(row: usize, end: usize): void {
  let p = textStart;
  for (; row < end; row += SPAN_BYTES) {
    const start = load<usize>(row);
    if (start >= p) {
      putEncoded(p, start);
      putAscii(MASK);
    }
    p = max(p, load<usize>(row, 4));
  }
  putEncoded(p, textEnd);
}

/**
 * The string `[start, end)`, quotes included, if it holds secrets: written at `out` behind what stands in `[pending, start)`, masked. Else
 * nothing is written. Work area: above what is pending.
 */
function putMasked(pending: usize, start: usize, end: usize, isPlain: bool): bool {
  const free = (out + (start - pending) + 31) & ~7;
  const at = decode(start + 1, end - 1, free, isPlain);
  if (!at || !findSecrets(textStart, textEnd, at)) {
    setFull();
    return false;
  }
  if (spans == spansEnd) return false;
  const rows = spans;
  const rowsEnd = spansEnd;
  putSpan(pending, start + 1);
  const keep = out;
  const made = (rowsEnd + 7) & ~7;
  setOut(made);
  putSpans(rows, rowsEnd);
  if (isFull) return false;
  memory.copy(keep, made, out - made);
  setOut(keep + (out - made));
  emitByte(QUOTE); // there was room for more
  return true;
}

/** A diff in place of which its size and hash stand, or nothing. */
function putDiff(start: usize, end: usize): void {
  if (settings.diffs == Diffs.DROP) {
    putQuoted("[diff: dropped]");
    return;
  }
  const at = decode(start + 1, end - 1, (out + 7) & ~7, false);
  if (!at) {
    setFull();
    return;
  }
  hash128(textStart, textEnd);
  const length = textEnd - textStart;
  putAscii('"[diff: ');
  putDecimal(<u32>length);
  putAscii(" bytes, ");
  putHash();
  putAscii(']"');
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

/** The key of the state whose record is made, without quotes; 0 where it has none. */
let keyStart: usize = 0;
let keyEnd: usize = 0;

/** What is written from here on is of the state with this key; of none where it is 0. */
export function redactState(start: usize, end: usize): void {
  keyStart = start;
  keyEnd = end;
}

/** `_|-` in memory, its first three bytes. */
const SEPARATOR: u32 = 0x2d7c5f;

function isSeparator(p: usize): bool {
  return (load<u32>(p) & 0xffffff) == SEPARATOR;
}

/** Whether the name `[p, end)` may hold a command line: it is a state's key or has white space. Its escapes count as they stand. */
function isText(p: usize, end: usize): bool {
  for (; p < end; p++) {
    const c = load<u8>(p);
    if (c <= SPACE || (c == 0x7c && isSeparator(p - 1))) return true;
  }
  return false;
}

/** Whether it has a slash. */
function hasSlash(p: usize, end: usize): bool {
  for (; p < end; p++) if (load<u8>(p) == SLASH) return true;
  return false;
}

/** Modules whose `changes` are named after packages and services. */
const PACKAGERS = " pkg pip npm gem service ";

function isPackager(key: usize, end: usize): bool {
  let p = key;
  while (p + 3 <= end && !isSeparator(p)) p++;
  if (p + 3 > end) return false;
  beginText(key, end);
  return isOneOf(key, p, PACKAGERS);
}

/** Whether the text that was decoded, a name whose value is at `value`, is masked. `inPackages`: it is one of a packager's changes. */
function isMasked(value: usize): bool {
  const masked = isMaskedName(textStart, textEnd);
  if (masked != Masked.BUILT_IN) return masked != Masked.NO;
  if (isOfPackages() || isText(textStart, textEnd) || hasSlash(textStart, textEnd)) return false;
  const c = load<u8>(value);
  if (!isDigit(c) && c != MINUS) return true;
  beginText(textStart, textEnd);
  return !isPolicyName(textStart, textEnd);
}

/** Whether the name of a file says that it holds secrets; `[p, end)` is the content of a JSON string. Work area: from `free` on. */
function isSecretFile(p: usize, end: usize, free: usize): bool {
  if (p >= end || !decode(p, end, free, false)) return false;
  return matchesAny(settings.redactFiles, spanOf(textStart, textEnd));
}

/** The third part of a state's key: between its second separator and its last. */
function isSecretKey(p: usize, end: usize, free: usize): bool {
  let count = 0;
  let start: usize = 0;
  let last: usize = 0;
  for (; p + 3 <= end; p++) {
    if (!isSeparator(p)) continue;
    if (++count == 2) start = p + 3;
    last = p;
  }
  return count > 2 && isSecretFile(start, last, free);
}

/** Levels of nesting that are kept track of; what lies deeper has no pairs. */
const LEVELS: usize = 520;
/** For each level: the name of the member that holds it. */
const names: usize = memory.data((<i32>LEVELS) << 3, 8);
/** For each level: what comes there is the value of a name that stands beside it. */
const pairs: usize = memory.data(<i32>LEVELS, 8);
let level: usize = 0;

/** Begins a level that the name holds; where it has none, what holds the list that it is in. */
function open(nameStart: usize, nameEnd: usize): void {
  if (!nameStart) {
    nameStart = load<usize>(names + (level << 3));
    nameEnd = load<usize>(names + (level << 3), 4);
  }
  if (level + 1 < LEVELS) level++;
  store<u8>(pairs + level, 0);
  store<usize>(names + (level << 3), nameStart);
  store<usize>(names + (level << 3), nameEnd, 4);
}

/** What a string that something beside it has the value of says of that. */
const PAIRED: u8 = 1;
const POLICY: u8 = 2;

/** Whether the text that was decoded is a NAME, perhaps with words and points before it: `PAIRED`, and `POLICY` where it is one; 0: no. */
function nameText(): u8 {
  beginText(textStart, textEnd);
  let word = textStart;
  for (let p = textStart; p < textEnd; p++) {
    const c = load<u8>(p);
    if (c == POINT && p > word) word = p + 1;
    else if (!isWordByte(c)) return 0;
  }
  if (word >= textEnd || !isName(word, textEnd) || bareStart == bareEnd) return 0;
  return isPolicyName(bareStart, bareEnd) ? PAIRED | POLICY : PAIRED;
}

/** Whether the value `[value, end)`, JSON, stays beside such a name. Work area: from `free` on. */
function staysBeside(value: usize, end: usize, name: u8, free: usize): bool {
  if (load<u8>(value) == QUOTE) {
    if (!decode(value + 1, end - 1, free, false)) return false;
  } else if (isDigit(load<u8>(value)) || load<u8>(value) == MINUS) {
    textStart = value;
    textEnd = end;
  } else return false;
  beginText(textStart, textEnd);
  return stays(textStart, textEnd, (name & POLICY) != 0);
}

/** Whether the string that ends at `p` is the first of a list of two strings. */
function isOneOfTwo(p: usize): bool {
  p = skipSpace(p);
  if (load<u8>(p) != COMMA) return false;
  p = skipSpace(p + 1);
  return load<u8>(p) == QUOTE && load<u8>(skipSpace(scanPlainString(p + 1) + 1)) == CLOSE_BRACKET;
}

/** In the value that is walked through: up to where strings named `diff` are diffs; whether it is a state's `changes`. */
let changesEnd: usize = 0;
let isChanges: bool = false;

/** The key of the state that `findState` found. */
let stateStart: usize = 0;
let stateEnd: usize = 0;

/** Finds the innermost state around what is looked at; returns whether that lies in its `changes`. */
function findState(): bool {
  let isWithin = false;
  for (let at = level; at; at--) {
    stateStart = load<usize>(names + (at << 3));
    stateEnd = load<usize>(names + (at << 3), 4);
    if (isKey(stateStart, stateEnd)) return isWithin;
    if (isAscii(stateStart, stateEnd, "changes")) isWithin = true;
  }
  stateStart = keyStart;
  stateEnd = keyEnd;
  return isWithin || isChanges;
}

/** Whether what is looked at has the names of packages and services. */
function isOfPackages(): bool {
  return findState() && isPackager(stateStart, stateEnd);
}

/** Whether the string `diff` of a member is to be dropped or hashed. Work area: from `free` on. */
function isHidden(free: usize): bool {
  if (settings.diffs != Diffs.KEEP) return true;
  if (!settings.redactFiles) return false;
  const holder = names + (level << 3);
  if (isSecretFile(load<usize>(holder), load<usize>(holder, 4), free)) return true;
  findState();
  return isSecretKey(stateStart, stateEnd, free);
}

/**
 * Writes the JSON value `[p, end)`, which is valid, as the options have it. `inChanges`: strings named `diff` are diffs. The
 * names of the value itself, if it is an object, are looked at like all others.
 */
export function putRedacted(p: usize, end: usize, inChanges: bool): void {
  if (!settings.redacts) {
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
  changesEnd = 0;
  isChanges = inChanges;
  level = 0;
  store<u8>(pairs, 0);
  store<u64>(names, 0);
  if (inChanges) changesEnd = end;
  let pending = p; // what was looked at and is to be copied
  let before: u8 = 0; // the sign before the token
  let nameStart: usize = 0;
  let nameEnd: usize = 0;
  while (p < end) {
    const c = load<u8>(p);
    if (c != QUOTE) {
      p++;
      if (c == OPEN_BRACE || c == OPEN_BRACKET) {
        open(before == COLON ? nameStart : 0, before == COLON ? nameEnd : 0);
        before = c;
      } else if (c == CLOSE_BRACE || c == CLOSE_BRACKET) {
        if (level) level--;
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
    if (load<u8>(pairs + level) && isValueName() && !isBlankValue(value)) {
      const stop = scanValue(value, 0);
      if (!staysBeside(value, stop, load<u8>(pairs + level), free)) {
        p = stop;
        putSpan(pending, value);
        putQuoted(MASK);
        pending = p;
        continue;
      }
    }
    if (first == QUOTE) {
      if (isAscii(textStart, textEnd, "diff") && p < changesEnd && isHidden(free)) {
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
          store<u8>(pairs + level, load<u8>(pairs + level) | named);
          isPaired = true;
        }
      }
    } else if (isAscii(textStart, textEnd, "changes")) {
      if (value >= changesEnd) changesEnd = scanValue(value, 0);
    }
    if (isNominated && settings.redactStrings && isText(p + 1, close) && putMasked(pending, p, close + 1, isPlain))
      pending = close + 1;
    p = value;
    if (isFull) return;
  }
  putSpan(pending, end);
}

/** Whether a name is a state's key. */
function isKey(p: usize, end: usize): bool {
  for (; p + 3 <= end; p++) if (isSeparator(p)) return true;
  return false;
}

/** Whether the name that was decoded is `value`; `name` or what else says what the value beside it is. */
function isValueName(): bool {
  beginText(textStart, textEnd);
  return isOneOf(textStart, textEnd, " value ");
}

function isKeyName(): bool {
  if (textEnd - textStart > 8) return false;
  beginText(textStart, textEnd);
  return isOneOf(textStart, textEnd, " name key entry variable ");
}

/** Whether a member of the table has a name that is masked, and a value to be masked. */
export function isMaskedMember(member: Member): bool {
  if (!settings.redacts || !isOn(Rule.MEMBERS) || isBlankValue(member.valueStart)) return false;
  level = 0; // a state's own member: what was walked through before is not around it
  isChanges = false;
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
