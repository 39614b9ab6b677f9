// Globs on bytes: `*` stands for any characters, `?` for one; all others for themselves.
import { MINUS, UNDERSCORE } from "../bytes/chars";
import { Span, spanEnd, spanStart } from "../bytes/span";
import { listCount, rowEnd, rowStart } from "./settings";

const STAR: u8 = 0x2a;
const QUESTION: u8 = 0x3f;

/** Whether the byte of a glob at `p` stands for itself. */
export function isLiteral(p: usize): bool {
  return load<u8>(p) != STAR && load<u8>(p) != QUESTION;
}

/** The address past the UTF-8 character at `p`. */
function nextCharacter(p: usize, end: usize): usize {
  p++;
  while (p < end && (load<u8>(p) & 0xc0) == 0x80) p++;
  return p;
}

/** A byte as names are compared in redaction: ASCII in lower case, `-` as `_`. */
// @ts-ignore: decorator
@inline
export function foldByte(c: u8): u8 {
  return <u8>(c - 0x41) < 26 ? c + 0x20 : c == MINUS ? UNDERSCORE : c;
}

/**
 * Whether the glob takes all of the text, its bytes folded where `folds`. Going back to the last star alone is enough:
 * time is at most their product.
 */
export function matchesGlob(glob: usize, globEnd: usize, p: usize, end: usize, folds: bool): bool {
  let star: usize = 0;
  let retry: usize = 0;
  if (glob < globEnd && p < end) {
    // Most texts end with another byte.
    const last = load<u8>(globEnd - 1);
    const c = load<u8>(end - 1);
    if (last != STAR && last != QUESTION && last != (folds ? foldByte(c) : c)) return false;
  }
  while (p < end) {
    const c: u8 = glob < globEnd ? load<u8>(glob) : 0;
    if (glob < globEnd && c == STAR) {
      star = ++glob;
      retry = p;
    } else if (glob < globEnd && c == QUESTION) {
      glob++;
      p = nextCharacter(p, end);
    } else if (glob < globEnd && c == (folds ? foldByte(load<u8>(p)) : load<u8>(p))) {
      glob++;
      p++;
    } else if (star) {
      glob = star;
      retry = nextCharacter(retry, end);
      p = retry;
    } else return false;
  }
  while (glob < globEnd && load<u8>(glob) == STAR) glob++;
  return glob == globEnd;
}

/** Whether any glob of the list takes all of the text. */
export function matchesAny(list: usize, text: Span): bool {
  for (let i: usize = 0; i < listCount(list); i++) {
    if (matchesGlob(rowStart(list, i), rowEnd(list, i), spanStart(text), spanEnd(text), false)) return true;
  }
  return false;
}
