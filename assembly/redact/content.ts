// A string's content: decoded, and written with its secrets masked.
import { need } from "../bytes/arena";
import { hash128 } from "../bytes/blake2b";
import { QUOTE } from "../bytes/chars";
import { emitByte, out, setOut } from "../json/emit";
import { putEncoded } from "../json/escape";
import { isFull, putAscii, putDecimal, putHash, putQuoted, putSpan, setFull } from "../json/put";
import { decodeName, hasBackslash } from "../json/string";
import { Diffs, settings } from "../options/settings";
import { findSecrets } from "./secrets";
import { SPAN_BYTES, spans, spansEnd } from "./spans";

export const MASK = "[redacted]";

/** A string's content, decoded where it holds an escape: `decode` sets it. */
export let contentStart: usize = 0;
export let contentEnd: usize = 0;

/** What stands for itself is the content. */
export function showContent(start: usize, end: usize): void {
  contentStart = start;
  contentEnd = end;
}

/**
 * Decodes the content `[start, end)` of a string to `at`, unless it stands for itself. Returns what is free behind it;
 * 0: no memory.
 */
export function decode(start: usize, end: usize, at: usize, isPlain: bool): usize {
  showContent(start, end);
  if (isPlain || !hasBackslash(start, end)) return at;
  if (!need(at, 3 * (end - start) + 16)) return 0;
  contentStart = at;
  contentEnd = decodeName(start, end, at);
  store<u64>(contentEnd, 0); // a word ends here, if not before
  return (contentEnd + 15) & ~7;
}

/** Writes the text with its secrets masked, which are in order and may overlap. */
function putSpans(row: usize, end: usize): void {
  let p = contentStart;
  for (; row < end; row += SPAN_BYTES) {
    const start = load<usize>(row);
    if (start >= p) {
      putEncoded(p, start);
      putAscii(MASK);
    }
    p = max(p, load<usize>(row, 4));
  }
  putEncoded(p, contentEnd);
}

/**
 * The string `[start, end)`, quotes included, if it holds secrets: written at `out` behind what stands in `[pending,
 * start)`, masked. Else nothing is written. Work area: above what is pending.
 */
export function putMasked(pending: usize, start: usize, end: usize, isPlain: bool): bool {
  const free = (out + (start - pending) + 31) & ~7;
  const at = decode(start + 1, end - 1, free, isPlain);
  if (!at || !findSecrets(contentStart, contentEnd, at)) {
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
export function putDiff(start: usize, end: usize): void {
  if (settings.diffs == Diffs.DROP) {
    putQuoted("[diff: dropped]");
    return;
  }
  const at = decode(start + 1, end - 1, (out + 7) & ~7, false);
  if (!at) {
    setFull();
    return;
  }
  hash128(contentStart, contentEnd);
  const length = contentEnd - contentStart;
  putAscii('"[diff: ');
  putDecimal(<u32>length);
  putAscii(" bytes, ");
  putHash();
  putAscii(']"');
}
