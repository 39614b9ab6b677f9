// A JSON value as a JSON string, for stores that want one type.
import { need } from "../bytes/arena";
import { BACKSLASH, LOWER_N, LOWER_R, LOWER_T, NULL_WORD, QUOTE, SPACE } from "../bytes/chars";
import { out, setOut } from "../json/emit";
import { putByte, setFull } from "../json/put";
import { putRedacted } from "../redact/value";

/** Turns the JSON text `[start, out)` into the content of a JSON string, where it stands: from its end on. */
export function escapeTail(start: usize): void {
  let extra: usize = 0;
  for (let p = start; p < out; p++) {
    const c = load<u8>(p);
    if (c == QUOTE || c == BACKSLASH || c < SPACE) extra++;
  }
  if (!extra) return;
  if (!need(out, extra)) {
    setFull();
    return;
  }
  let to = out + extra;
  for (let p = out; p > start && to > p;) {
    const c = load<u8>(--p);
    if (c == QUOTE || c == BACKSLASH || c < SPACE) {
      // Of control characters JSON has these three, between its tokens.
      store<u8>(--to, c == 0x0a ? LOWER_N : c == 0x0d ? LOWER_R : c == 0x09 ? LOWER_T : c);
      store<u8>(--to, BACKSLASH);
    } else store<u8>(--to, c);
  }
  setOut(out + extra);
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
