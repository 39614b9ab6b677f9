// States that were checked while their text was decoded (`log-state.ts`): `walk.ts` need not walk them again. Notes lie
// in the arena in the order of the text.
import { arenaTop, need, takeTo } from "../bytes/arena";
import { IS_SUSPECT } from "../json/object";
import { DEPTH_LIMIT } from "../json/scan";
import { OWN_BYTES } from "./own";

/** What `walkState` would have found at `start`. */
@unmanaged
export class Note {
  start: usize;
  end: usize;
  idStart: usize;
  idEnd: usize;
  flags: u32;

  /** Where the rows of its known members lie (`own.ts`), if they are kept. */
  get own(): usize {
    return changetype<usize>(this) + offsetof<Note>(); // behind its fields
  }
}

/** Bytes of a note: with rows of known members, or without. */
let noteBytes: usize = offsetof<Note>();

/** Whether notes have rows of known members: set before a call's input is read. Hot: the decoder asks. */
export let keepsOwn: bool = false;

export function keepOwn(keeps: bool): void {
  keepsOwn = keeps;
  noteBytes = keeps ? offsetof<Note>() + OWN_BYTES : offsetof<Note>();
}

/**
 * How deep a state may nest in itself to be noted, less than a record may; deeper ones are walked, where limits are
 * counted in full.
 */
export const NOTE_DEPTH: u32 = 24;

let start: usize = 0;
let first: usize = 0; // the next note that may be asked for
let end: usize = 0;
let next: usize = 0; // the one behind that of the state that was looked into last

export function clearNotes(): void {
  start = 0;
  first = 0;
  end = 0;
  next = 0;
}

/** Begins the notes of a text that is about to be decoded. */
export function beginNotes(): void {
  start = arenaTop();
  first = start;
  end = start;
  next = start;
}

/** Room for a note, which `keepNote` keeps; null when memory would pass its limit. */
export function newNote(): Note | null {
  if (!need(end, noteBytes)) return null;
  const note = changetype<Note>(end); // an unmanaged view of the arena
  if (keepsOwn) memory.fill(note.own, 0, OWN_BYTES);
  return note;
}

/** Keeps what was written to the room of a note. */
export function keepNote(): void {
  end += noteBytes;
  takeTo(end);
}

/** The note of the state at `start`, `depth` levels deep, or null. Asked for in the order of the text. */
// @ts-ignore: decorator
@inline
export function noteAt(start: usize, depth: u32): Note | null {
  while (first < end) {
    const note = changetype<Note>(first); // an unmanaged view of the arena
    if (note.start > start) break;
    first += noteBytes;
    if (note.start == start) return depth < DEPTH_LIMIT - NOTE_DEPTH ? note : null;
  }
  return null;
}

/** The note of the ordinary state at `at`, with the rows of its known members, or null. */
export function noteOf(at: usize): Note | null {
  if (!keepsOwn || start == end) return null;
  let note = changetype<Note>(next); // an unmanaged view of the arena
  if (next >= end || note.start != at) {
    // States mostly come in the order of the text; others are looked for.
    let low: usize = 0;
    let high = (end - start) / noteBytes;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (changetype<Note>(start + middle * noteBytes).start > at) high = middle;
      else low = middle;
    }
    note = changetype<Note>(start + low * noteBytes);
    if (note.start != at) return null;
  }
  next = changetype<usize>(note) + noteBytes; // its address
  return note.flags & IS_SUSPECT ? null : note;
}
