// A word behind a backslash may begin with the letter of an escape: the other way to read it.
import { BACKSLASH, LOWER_U, hexValue } from "../bytes/chars";
import { byteBefore, textStart } from "./cursor";
import { isName } from "./names";

/**
 * Where the word `[word, end)` begins without the letter or the digits of an escape: `\n`, `\u0026`; its end where it
 * has none.
 */
export function unglue(word: usize, end: usize): usize {
  if (word == textStart || byteBefore(word) != BACKSLASH) return end;
  if (load<u8>(word) != LOWER_U) return word + 1;
  for (let i: usize = 1; i < 5; i++) if (word + i >= end || hexValue(load<u8>(word + i)) > 15) return word + 1;
  return word + 5;
}

/** Where the NAME begins that the word `[word, end)` is; 0 where it is none. */
export function isNameAt(word: usize, end: usize): usize {
  if (isName(word, end)) return word;
  const rest = unglue(word, end);
  return rest < end && isName(rest, end) ? rest : 0;
}
