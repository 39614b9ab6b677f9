// States that were checked while their text was decoded (`log-state.ts`): `walk.ts` need not walk them again. Notes lie
// in the arena in the order of the text.
import { arenaTop, need, takeTo } from "../bytes/arena";
import { DEPTH_LIMIT } from "../json/scan";

/** What `walkState` would have found at `start`. */
@unmanaged
export class Note {
  start: usize;
  end: usize;
  idStart: usize;
  idEnd: usize;
  flags: u32;
}
const NOTE_BYTES: usize = offsetof<Note>();

/**
 * How deep a state may nest in itself to be noted, less than a record may; deeper ones are walked, where limits are
 * counted in full.
 */
export const NOTE_DEPTH: u32 = 24;

let first: usize = 0; // the next note that may be asked for
let end: usize = 0;

export function clearNotes(): void {
  first = 0;
  end = 0;
}

/** Begins the notes of a text that is about to be decoded. */
export function beginNotes(): void {
  first = arenaTop();
  end = first;
}

/** A new note, or null when memory would pass its limit. */
export function newNote(): Note | null {
  if (!need(end, NOTE_BYTES)) return null;
  const note = changetype<Note>(end); // an unmanaged view of the arena
  end += NOTE_BYTES;
  takeTo(end);
  return note;
}

/** The note of the state at `start`, `depth` levels deep, or null. Asked for in the order of the text. */
// @ts-ignore: decorator
@inline
export function noteAt(start: usize, depth: u32): Note | null {
  while (first < end) {
    const note = changetype<Note>(first); // an unmanaged view of the arena
    if (note.start > start) break;
    first += NOTE_BYTES;
    if (note.start == start) return depth < DEPTH_LIMIT - NOTE_DEPTH ? note : null;
  }
  return null;
}
