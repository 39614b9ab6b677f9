// The text in `log` and `message`: one event as the content of a JSON string, where every quote of the event stands
// behind a backslash. It is decoded first, then scanned like any other input; states are checked as they are decoded.
import { ErrorCode } from "../error";
import { BACKSLASH, COLON, OPEN_BRACE, QUOTE, SPACE } from "../bytes/chars";
import { Span, spanEnd, spanOf, spanStart } from "../bytes/span";
import { firstLane, stringMarks } from "../bytes/words";
import { decodeEscape, failAt } from "../json/string";
import { scanSeparator } from "../salt/key";
import { beginNotes } from "../salt/notes";
import { decodeState, stateTextEnd } from "./log-state";

/**
 * Decodes the text whose content starts at `p` to `out`, at least 8 bytes before it in the same buffer. Returns what
 * lies between the end of what it wrote and the closing quote in the source, or 0 after `fail`. What is written never
 * overtakes what is read: every escape is longer than its character, so the gap only grows, and a whole word fits it.
 */
export function decodeText(p: usize, out: usize): Span {
  let stringStart = out; // behind the last quote in the text
  beginNotes();
  while (true) {
    const w = load<u64>(p);
    const marks = stringMarks(w);
    store<u64>(out, w);
    if (!marks) {
      p += 8;
      out += 8;
      continue;
    }
    const run = firstLane(marks);
    p += run;
    out += run;
    const c = load<u8>(p);
    if (c == BACKSLASH) {
      if (load<u8>(p, 1) == QUOTE) {
        store<u8>(out, QUOTE);
        p += 2;
        // The name of an object ends here. A state's? One separator is enough to try: `walk.ts` looks closer.
        if (load<u8>(p) == COLON) {
          const brace = p + 1 + <usize>(load<u8>(p, 1) == SPACE);
          if (load<u8>(brace) == OPEN_BRACE && out - stringStart > 8 && scanSeparator(stringStart, out, false)) {
            memory.copy(out + 1, p, brace - p);
            out += 1 + (brace - p);
            p = decodeState(brace, out);
            out = stateTextEnd();
            stringStart = out;
            continue;
          }
        }
        out++;
        stringStart = out;
      } else {
        const decoded = decodeEscape(p, out, false);
        if (!decoded) return 0;
        out = spanStart(decoded);
        p = spanEnd(decoded);
      }
    } else if (c == QUOTE) {
      return spanOf(out, p);
    } else if (c < SPACE) {
      return failAt(ErrorCode.CONTROL_CHARACTER, p);
    } else {
      do store<u8>(out++, load<u8>(p++));
      while (load<u8>(p) >= 0x80);
    }
  }
}
