// Where a line of a text ends, or the tag in front of an object.
import { TAB } from "../bytes/chars";
import { isBreak } from "../json/leaving";
import { inputEnd } from "../json/string";

/**
 * The first tab or line's end at or behind some address that was asked for before: `lineEnd` keeps it, for linear time.
 */
let lineAt: usize = 0;
let lineFrom: usize = 0;

/** For another text. */
export function forgetLine(): void {
  lineFrom = usize.MAX_VALUE;
}

/** While a text that stands in the input is read, and back in the input. */
export function keepLine(): void {
  keptFrom = lineFrom;
  keptAt = lineAt;
}
let keptFrom: usize = 0;
let keptAt: usize = 0;
export function restoreLine(): void {
  lineFrom = keptFrom;
  lineAt = keptAt;
}

/** The first tab, line feed or carriage return at or behind `p`, or `inputEnd`. */
export function lineEnd(p: usize): usize {
  if (p < lineFrom || p > lineAt) {
    lineFrom = p;
    while (p < inputEnd && load<u8>(p) != TAB && !isBreak(load<u8>(p))) p++;
    lineAt = p;
  }
  return lineAt;
}
