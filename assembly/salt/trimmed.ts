// What Salt puts in place of a value of an event that is too large (`salt/utils/dicttrim.py`).
import { arenaTop, takeTo } from "../bytes/arena";
import { COLON, QUOTE } from "../bytes/chars";
import { skipSpace } from "../json/scan";
import { isSpanAscii, readText, scanString } from "../json/string";

/** The bytes of the string with each of its characters escaped, quotes included. */
const MOST: usize = 2 + 6 * 13;

function isTrimmed(start: usize, end: usize): bool {
  if (end - start > MOST) return false;
  const keep = arenaTop();
  const text = readText(start, end);
  const is = isSpanAscii(text, "VALUE_TRIMMED");
  takeTo(keep);
  return is;
}

/** Whether such a string stands anywhere in the JSON value `[p, end)`, which was scanned before; names do not count. */
export function holdsTrimmed(p: usize, end: usize): bool {
  while (p < end) {
    if (load<u8>(p) != QUOTE) {
      p++;
      continue;
    }
    const close = scanString(p + 1) + 1;
    if (load<u8>(skipSpace(close)) != COLON && isTrimmed(p, close)) return true;
    p = close;
  }
  return false;
}
