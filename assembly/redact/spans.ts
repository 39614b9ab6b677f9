// Secrets that were found in a text: where each lies, and which rule says so.
import { need } from "../bytes/arena";
import { Rule } from "../options/settings";

/** A row: start, end, rule. */
export const SPAN_BYTES: usize = 12;

/** Rows in the order of the text. */
export let spans: usize = 0;
export let spansEnd: usize = 0;
export let isFull: bool = false;

/** Begins at `at`, behind which nothing is. */
export function beginSpans(at: usize): void {
  spans = at;
  spansEnd = at;
  isFull = false;
}

/** Notes a secret, if it is not empty; returns where to go on. */
export function addSpan(start: usize, end: usize, rule: Rule): usize {
  if (start >= end) return end;
  if (need(spansEnd, SPAN_BYTES)) {
    store<usize>(spansEnd, start);
    store<usize>(spansEnd, end, 4);
    store<u32>(spansEnd, <u32>rule, 8);
    spansEnd += SPAN_BYTES;
  } else isFull = true;
  return end;
}
