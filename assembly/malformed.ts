// Bad input becomes one record that says what is wrong, at which byte, and shows how the input begins.
import { BACKSLASH, CLOSE_BRACE, LOWER_U, QUOTE, SPACE, ZERO } from "./chars";
import { emitAscii, emitByte, emitDecimal, emitSpan } from "./emit";
import { errorAt, errorCode, errorText } from "./error";
import { evidence, evidenceIsText, evidenceLength } from "./evidence";
import { Frame, emitFramed } from "./record";
import { BAD_CHARACTER, badUtf8Length, inputEnd, inputStart, utf8Length } from "./string";

/** Static, so that there is room for this record whatever happens: every byte may become six, `\\u0000`. */
const output: usize = memory.data(6656);

/** The evidence as the content of a JSON string. */
function emitEvidence(): void {
  const end = evidence + evidenceLength;
  for (let p = evidence; p < end;) {
    const c = load<u8>(p);
    if (c >= 0x80) {
      const length = utf8Length(p);
      if (length) {
        emitSpan(p, p + length);
        p += length;
      } else {
        emitByte(<u8>BAD_CHARACTER);
        emitByte(<u8>(BAD_CHARACTER >> 8));
        emitByte(<u8>(BAD_CHARACTER >> 16));
        p += badUtf8Length(p);
      }
      continue;
    }
    if (c < SPACE) {
      emitByte(BACKSLASH);
      emitByte(LOWER_U);
      emitByte(ZERO);
      emitByte(ZERO);
      emitByte(ZERO + (c >> 4));
      emitByte((c & 15) < 10 ? ZERO + (c & 15) : 0x57 + (c & 15));
    } else {
      if (c == QUOTE || c == BACKSLASH) emitByte(BACKSLASH);
      emitByte(c);
    }
    p++;
  }
}

function emitMalformedBody(): void {
  emitAscii('{"event_type":"malformed","error":"');
  emitAscii(errorText(errorCode));
  if (errorAt >= inputStart && errorAt <= inputEnd && errorAt != 0) {
    emitAscii(" at byte ");
    emitDecimal(<u32>(errorAt - inputStart), 1);
    if (evidenceIsText) emitAscii(" of the text");
  }
  emitAscii('","record":"');
  emitEvidence();
  emitByte(QUOTE);
  emitByte(CLOSE_BRACE);
}

/** The record for the failure that `error.ts` holds, NUL-terminated. Needs no memory of the arena. */
export function emitMalformed(as: Frame): usize {
  return emitFramed(as, output, emitMalformedBody);
}
