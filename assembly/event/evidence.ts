// How the input begins, kept apart: a scan may write over it.
import { utf8Length } from "../bytes/utf8";

/** Bytes of the input that a `malformed` record shows. */
export const EVIDENCE_LIMIT: usize = 1024;

export const evidence: usize = memory.data(<i32>EVIDENCE_LIMIT + 16);

/** Bytes of what it is the beginning of: the input or the text, or a piece of it. */
export let pieceLength: usize = 0;

export let evidenceLength: usize = 0;
export let evidenceIsText: bool = false;

/** Keeps the start of an input: a scan may write over it. `isText`: it stood in `log` or `message`. */
export function keepEvidence(start: usize, length: usize, isText: bool): void {
  pieceLength = length;
  evidenceLength = min(length, EVIDENCE_LIMIT);
  evidenceIsText = isText;
  memory.copy(evidence, start, evidenceLength);
  store<u64>(evidence + evidenceLength, 0);
  // A character that the limit cuts in two is left out.
  if (length > EVIDENCE_LIMIT) {
    let cut = evidenceLength - 1;
    while (cut > evidenceLength - 4 && (load<u8>(evidence + cut) & 0xc0) == 0x80) cut--;
    if (load<u8>(evidence + cut) >= 0xc0 && !utf8Length(evidence + cut)) evidenceLength = cut;
  }
}

/** Once the length of the piece is known: it ends where an event begins. */
export function trimEvidence(length: usize): void {
  pieceLength = length;
  if (length >= evidenceLength) return;
  evidenceLength = length;
  store<u64>(evidence + length, 0);
}
