// Secrets that were found in a text: where each lies.
import { need } from "../bytes/arena";
import { readAhead } from "./ahead";

/** A row: start, end. */
export const SPAN_BYTES: usize = 8;

/** Rows in the order of the text. */
export let spans: usize = 0;
export let spansEnd: usize = 0;
export let isFull: bool = false;

/** Begins at `at`, behind which nothing is. */
export function beginSpans(at: usize): void {
  spans = at;
  spansEnd = at;
  nextRow = at;
  maskedEnd = 0;
  isFull = false;
}

/** What is masked of the text up to where it was asked for last, and the first row behind that. */
let maskedEnd: usize = 0;
let nextRow: usize = 0;

/**
 * Whether `p` lies in a secret that was found: what begins there is none of its own. It is asked for in the order of
 * the text.
 */
export function isMasked(p: usize): bool {
  for (; nextRow < spansEnd && load<usize>(nextRow) <= p; nextRow += SPAN_BYTES) {
    maskedEnd = max(maskedEnd, load<usize>(nextRow, 4));
  }
  return p < maskedEnd;
}

/** Notes a secret, if it is not empty, before those that begin behind it. */
export function addSpan(start: usize, end: usize): void {
  if (start >= end) return;
  if (!need(spansEnd, SPAN_BYTES)) {
    isFull = true;
    return;
  }
  let row = spansEnd;
  for (; row > nextRow && load<usize>(row - SPAN_BYTES) > start; row -= SPAN_BYTES) {
    memory.copy(row, row - SPAN_BYTES, SPAN_BYTES);
  }
  readAhead((spansEnd - row) / SPAN_BYTES);
  store<usize>(row, start);
  store<usize>(row, end, 4);
  spansEnd += SPAN_BYTES;
}
