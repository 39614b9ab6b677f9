// What stands behind `NAME:` and is no value: sentences, which give the reason of a failure, and names of packages.
import { COLON, COMMA, MINUS, PLUS, POINT, SPACE } from "../bytes/chars";
import { startsWith } from "../json/string";
import { Rule } from "../options/settings";
import {
  EQUALS,
  OPEN_PARENTHESIS,
  byteAt,
  byteBefore,
  isBlank,
  isLineEnd,
  isMixed,
  isOneOf,
  isWordByte,
  isWordOf,
  skipBlanks,
  skipBlanksBack,
  textEnd,
  textStart,
  toWordEnd,
} from "./cursor";
import { addSpan } from "./spans";
import { isService } from "./stays";

/** Whether a word and blanks stand directly before the name at `name`: it is part of a sentence. Marks of lists and `export` are none. */
function isInSentence(name: usize): bool {
  const end = skipBlanksBack(name);
  if (end == name) return false;
  let p = end;
  while (p > textStart && end - p < 16 && isWordByte(load<u8>(p - 1))) p--;
  if (p == end) return false;
  return load<u8>(end - 1) != MINUS && !isWordOf(p, end, "export") && !isWordOf(p, end, "set");
}

/** Up to here the text is a sentence about a secret: what looks like one is masked. */
export let proseEnd: usize = 0;

export function beginProse(): void {
  proseEnd = 0;
}

/** The token at `p`, in a sentence, if it looks like a secret; returns where to go on, `wordEnd` where it does not. */
export function maskToken(p: usize, wordEnd: usize): usize {
  if (!isBlank(byteBefore(p))) return wordEnd;
  let end = p;
  while (end < proseEnd && !isBlank(load<u8>(end))) end++;
  if (end - p < 6 || !isMixed(p, end) || hasScheme(p, end)) return wordEnd;
  return addSpan(p, end, Rule.ASSIGNMENTS);
}

export function hasScheme(p: usize, end: usize): bool {
  for (; p + 3 <= end; p++) if (startsWith(p, end, "://")) return true;
  return false;
}

/** What begins a sentence about a value, not the value. */
const JUDGEMENTS =
  " must is was has not cannot required invalid incorrect missing expired failed waiting unable denied ";

/**
 * What stands in the rest of a line, `[p, end)`, behind `NAME:` without quotes: whether it is prose and no value. What looks like a
 * secret in it is masked.
 */
export function isProse(name: usize, nameEnd: usize, p: usize, end: usize): bool {
  let words = 0;
  for (let q = p; q < end && words < 3; q = skipBlanks(q)) {
    while (q < end && !isBlank(load<u8>(q))) q++;
    words++;
  }
  const first = toWordEnd(p);
  if (isWordOf(name, nameEnd, "passwd") && isService(p, first)) return true;
  if (words >= 2 && isOneOf(p, first, JUDGEMENTS)) return true;
  if (!isInSentence(name) || isHeader(name, nameEnd)) return false;
  if (startsWith(p, end, "-----BEGIN")) return false;
  if (words >= 3) proseEnd = end;
  return words >= 3 || (words == 0 && isStateNext(end));
}

/** Whether the line behind the one that ends at `p` calls a function of Salt: `  cmd.run:`. */
function isStateNext(p: usize): bool {
  while (p < textEnd && (load<u8>(p) <= SPACE || load<u8>(p) == PLUS || load<u8>(p) == MINUS)) p++;
  const point = toWordEnd(p);
  const end = toWordEnd(point + 1);
  if (point == p || byteAt(point) != POINT || end == point + 1 || byteAt(end) != COLON) return false;
  const behind = skipBlanks(end + 1);
  return behind >= textEnd || isLineEnd(load<u8>(behind));
}

/** Whether a name is that of a header of HTTP whose value has several words. */
function isHeader(name: usize, nameEnd: usize): bool {
  return (
    (nameEnd - name >= 13 && isWordOf(nameEnd - 13, nameEnd, "authorization")) ||
    (nameEnd - name >= 6 && isWordOf(nameEnd - 6, nameEnd, "cookie"))
  );
}

/** What stands behind `NAME:` in a package's name on Debian. */
const ARCHITECTURES = " amd64 arm64 i386 armhf armel ppc64el s390x riscv64 ";

export function isArchitecture(p: usize): bool {
  const end = toWordEnd(p);
  const c = byteAt(end);
  return isOneOf(p, end, ARCHITECTURES) && (c <= SPACE || c == OPEN_PARENTHESIS || c == COMMA || c == EQUALS);
}
