// A JSON value on its way out: what the options mask is replaced, all else is copied byte for byte.
import { need } from "../bytes/arena";
import { hash128 } from "../bytes/blake2b";
import { CLOSE_BRACE, CLOSE_BRACKET, COLON, OPEN_BRACE, OPEN_BRACKET, QUOTE } from "../bytes/chars";
import { emitByte, out, setOut } from "../json/emit";
import { escapeTail, putEncoded } from "../json/escape";
import { Member } from "../json/object";
import { isFull, putAscii, putByte, putDecimal, putHash, putQuoted, putSpan, setFull } from "../json/put";
import { FALS_WORD, NULL_WORD, TRUE_WORD, scanValue, skipSpace } from "../json/scan";
import { decodeName, hasBackslash, isAscii, scanPlainString, scanString, skipPlain } from "../json/string";
import { OWN_NAMES } from "../options/defaults";
import { Diffs, listCount, newList, rowEnd, rowStart, settings } from "../options/settings";
import { isMaskedName } from "./names";
import { findSecrets, spans, spansEnd } from "./secrets";

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
  putSpan(pending, start + 1);
  const keep = out;
  const made = (spansEnd + 7) & ~7;
  let p = textStart;
  const rows = spans;
  const rowsEnd = spansEnd;
  setOut(made);
  for (let row = rows; row < rowsEnd; row += 8) {
    putEncoded(p, load<usize>(row));
    putAscii(MASK);
    p = load<usize>(row, 4);
  }
  putEncoded(p, textEnd);
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

/** Whether the name `[start, end)`, without quotes, is masked. Work area: from `free` on. */
function isMasked(start: usize, end: usize, free: usize, isPlain: bool): bool {
  if (!decode(start, end, free, isPlain)) {
    setFull();
    return false;
  }
  return isMaskedName(textStart, textEnd);
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
  let changesEnd: usize = inChanges ? end : 0; // where diffs are
  let pending = p; // what was looked at and is to be copied
  while (p < end) {
    if (load<u8>(p) != QUOTE) {
      p++;
      continue;
    }
    let close = skipPlain(p + 1);
    const isPlain = load<u8>(close) == QUOTE;
    if (!isPlain) close = scanString(close);
    const after = close + 1 < end ? skipSpace(close + 1) : end;
    if (after >= end || load<u8>(after) != COLON) {
      if (settings.redactStrings && close - p > 3 && putMasked(pending, p, close + 1, isPlain)) pending = close + 1;
      p = close + 1;
      continue;
    }
    const value = skipSpace(after + 1);
    const free = (out + (value - pending) + 31) & ~7;
    if (isMasked(p + 1, close, free, isPlain) && !isBlankValue(value)) {
      p = scanValue(value, 0);
      putSpan(pending, value);
      putQuoted(MASK);
      pending = p;
    } else if (
      p < changesEnd &&
      settings.diffs != Diffs.KEEP &&
      load<u8>(value) == QUOTE &&
      isAscii(textStart, textEnd, "diff")
    ) {
      p = scanPlainString(value + 1) + 1;
      putSpan(pending, value);
      putDiff(value, p);
      pending = p;
    } else {
      if (settings.diffs != Diffs.KEEP && value >= changesEnd && isAscii(textStart, textEnd, "changes")) {
        changesEnd = scanValue(value, 0);
      }
      p = value;
    }
    if (isFull) return;
  }
  putSpan(pending, end);
}

/** Whether a member of the table has a name that is masked, and a value to be masked. */
export function isMaskedMember(member: Member): bool {
  if (!settings.redacts || isBlankValue(member.valueStart)) return false;
  return isMasked(member.keyStart, member.keyEnd, (out + 31) & ~7, false);
}

/** Whether the options mask one of a state's own members by a name that is never masked as a whole. */
export function masksOwn(): bool {
  if (!settings.redacts) return false;
  const names = newList(OWN_NAMES);
  for (let i: usize = 0; i < listCount(names); i++) {
    if (isMaskedName(rowStart(names, i), rowEnd(names, i))) return true;
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
