// How the input begins, kept apart: a scan may write over it.
import { utf8Length } from "../bytes/utf8";

/** Bytes of the input that a `malformed` record shows. */
export const EVIDENCE_LIMIT: usize = 1024;

/** The copy, and what it is the beginning of: the input, the text in it, or a piece of either. */
@unmanaged
export class Evidence {
  start: usize;
  end: usize;
  /** Bytes of what it is the beginning of. */
  pieceLength: usize;
  /** It stood in `log` or `message`. */
  isText: bool;
}

/** Room for the evidence, for ever: for start-up only. */
export function newEvidence(): Evidence {
  const evidence = changetype<Evidence>(heap.alloc(offsetof<Evidence>())); // an unmanaged view
  evidence.start = heap.alloc(EVIDENCE_LIMIT + 16); // with room for a load of whole words
  return evidence;
}

/** Keeps the start of an input: a scan may write over it. `isText`: it stood in `log` or `message`. */
export function keepEvidence(evidence: Evidence, start: usize, length: usize, isText: bool): void {
  const kept = evidence.start;
  let end = kept + min(length, EVIDENCE_LIMIT);
  evidence.pieceLength = length;
  evidence.isText = isText;
  memory.copy(kept, start, end - kept);
  store<u64>(end, 0);
  // A character that the limit cuts in two is left out.
  if (length > EVIDENCE_LIMIT) {
    let cut = end - 1;
    while (cut > end - 4 && (load<u8>(cut) & 0xc0) == 0x80) cut--;
    if (load<u8>(cut) >= 0xc0 && !utf8Length(cut)) end = cut;
  }
  evidence.end = end;
}

/** Once the length of the piece is known: it ends where an event begins. */
export function trimEvidence(evidence: Evidence, length: usize): void {
  evidence.pieceLength = length;
  const end = evidence.start + length;
  if (end >= evidence.end) return;
  evidence.end = end;
  store<u64>(end, 0);
}
