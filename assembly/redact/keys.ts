// Values of names that end with `key` or `auth`, where they look random (docs/redaction.md, "keys").
import { COLON, PIPE, POINT, SLASH } from "../bytes/chars";
import { startsWith } from "../json/string";
import { readAhead } from "./ahead";
import { skipBrackets, skipQuote, delimiterBytes, hasScheme } from "./named";
import {
  AT,
  IS_LETTER,
  IS_TOKEN,
  QUESTION,
  byteAt,
  classOf,
  isDigitAt,
  isSeparator,
  isWordOf,
  skipBlanks,
  textEnd,
} from "./cursor";
import { addSpan } from "./spans";

function isOfKey(c: u8): bool {
  return (classOf(c) & IS_TOKEN) != 0 || c == COLON || c == PIPE || c == QUESTION || c == AT || c == 0x25; // %
}

/** The value of the word `[word, end)`, which is no NAME. */
export function maskKey(word: usize, end: usize): void {
  let last = end;
  while (last > word && load<u8>(last - 1) >= 0x80) last--;
  while (last > word && isDigitAt(last - 1)) last--;
  if (!(last >= word + 3 && isWordOf(last - 3, last, "key")) && !(last >= word + 4 && isWordOf(last - 4, last, "auth")))
    return;
  const behind = skipQuote(end);
  let p = skipBlanks(skipBrackets(behind, behind > end));
  const length = delimiterBytes(p);
  if (length) p += length;
  else if (byteAt(p) == COLON && byteAt(p + 1) != COLON) p++;
  else return;
  p = skipQuote(skipBlanks(p));
  let stop = p;
  let digits = 0;
  let kinds: u8 = 0;
  while (isOfKey(byteAt(stop)) && !isSeparator(stop)) {
    if (isDigitAt(stop)) digits++;
    kinds |= classOf(load<u8>(stop++));
  }
  readAhead(stop - p);
  while (stop > p && (load<u8>(stop - 1) == POINT || load<u8>(stop - 1) == COLON || load<u8>(stop - 1) == QUESTION))
    stop--;
  const c = byteAt(p);
  if (stop - p < 16 || digits < 2 || !(kinds & IS_LETTER) || c == SLASH || c == POINT || c == 0x7e) return;
  if (!startsWith(p, textEnd, "AAAA") && !hasScheme(p, stop)) addSpan(p, stop);
}
