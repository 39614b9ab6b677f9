// Bad input becomes one record that says what is wrong, at which byte, and shows how the input begins.
import { errorAt, errorCode, errorText } from "../error";
import { addByteToHash, addToHash, beginHash, endHash, fillBlock } from "../bytes/blake2b";
import { BACKSLASH, LOWER_U, NUL, QUOTE, SPACE, ZERO, hexDigit } from "../bytes/chars";
import { BAD_CHARACTER, badUtf8Length, utf8Length } from "../bytes/utf8";
import { emitAscii, emitByte, emitDecimal, emitSpan, out, setOut } from "../json/emit";
import { beginPutting, putHash } from "../json/put";
import { inputEnd, inputStart } from "../json/string";
import { ADD_BYTES } from "../options/defaults";
import { settings } from "../options/settings";
import { EVIDENCE_LIMIT, Evidence } from "../event/evidence";
import { addAscii } from "../record/id";
import { RecordKind } from "../record/kind";
import { beginWithoutRows } from "../record/limits";
import { beginFrame, beginRecord, finish } from "./frame";
import { keepOnly } from "./places";
import { Preset } from "./preset";

/** Static, so that there is room for this record whatever happens: every byte of evidence may become six, `\\u0000`. */
const output: usize = memory.data(6 * <i32>EVIDENCE_LIMIT + 2 * ADD_BYTES + 2048);

/** The evidence as the content of a JSON string. */
function emitEvidence(evidence: Evidence): void {
  const end = evidence.end;
  for (let p = evidence.start; p < end;) {
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
      emitByte(hexDigit(c >> 4));
      emitByte(hexDigit(c & 15));
    } else {
      if (c == QUOTE || c == BACKSLASH) emitByte(BACKSLASH);
      emitByte(c);
    }
    p++;
  }
}

export function emitError(evidence: Evidence): void {
  emitByte(QUOTE);
  emitAscii(errorText(errorCode));
  if (errorAt >= inputStart && errorAt <= inputEnd && errorAt != 0) {
    emitAscii(" at byte ");
    emitDecimal(<u32>(errorAt - inputStart), 1);
    if (evidence.isText) emitAscii(" of the text");
  }
  emitByte(QUOTE);
}

/** How the input begins, or, where anything is masked, how long it is: what is no JSON cannot be looked into. */
export function emitRecord(evidence: Evidence): void {
  emitByte(QUOTE);
  if (settings.redacts) {
    emitAscii("[redacted: ");
    emitDecimal(<u32>evidence.pieceLength, 1);
    emitAscii(" bytes]");
  } else emitEvidence(evidence);
  emitByte(QUOTE);
}

/** Adds the evidence as `record` shows it, a zero character as c0 80. */
function addEvidence(evidence: Evidence): void {
  const end = evidence.end;
  for (let p = evidence.start; p < end;) {
    const c = load<u8>(p);
    const length: usize = c < 0x80 ? 1 : utf8Length(p);
    if (!c) {
      addByteToHash(0xc0);
      addByteToHash(0x80);
    } else if (length) addToHash(p, p + length);
    else for (let shift: u32 = 0; shift < 24; shift += 8) addByteToHash(<u8>(BAD_CHARACTER >> shift));
    p += length || badUtf8Length(p);
  }
}

/** `event_id` over what identifies the input, where ids are asked for. */
export function emitId(evidence: Evidence, name: string): void {
  if (!settings.id) return;
  const keep = out;
  emitError(evidence);
  beginHash();
  fillBlock(); // three empty facts
  addByteToHash(NUL);
  addByteToHash(NUL);
  addAscii("malformed");
  addByteToHash(NUL);
  addToHash(keep + 1, out - 1);
  addByteToHash(NUL);
  addEvidence(evidence);
  endHash();
  setOut(keep);
  emitAscii(name);
  putHash();
  emitByte(QUOTE);
}

/** The record for the failure that `error.ts` holds, NUL-terminated. Needs no memory of the arena. */
export function makeMalformed(preset: Preset, evidence: Evidence): usize {
  beginPutting(output);
  beginWithoutRows();
  beginFrame(preset.frame);
  beginRecord();
  const at = out;
  preset.putMalformed(evidence);
  keepOnly(at, out, RecordKind.MALFORMED);
  finish();
  return output;
}
