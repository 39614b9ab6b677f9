// Where the records of the last call lie, and of which kind each is: for a host that counts them. Nothing is kept until
// it asks.
import { take } from "../bytes/arena";
import { repairedLength } from "../bytes/utf8";
import { RecordKind } from "../record/kind";

/** One record: the half-open span of its object, and its kind. */
@unmanaged
class Place {
  start: usize;
  end: usize;
  kind: RecordKind;
}
export const PLACE_BYTES: usize = offsetof<Place>();

/** Behind the number of rows, four bytes. */
const ROWS: usize = 4;

/** For a call that has one record, or none. */
const single: usize = memory.data(<i32>(ROWS + PLACE_BYTES), 4);

/** Whether the host has asked. Hot: each record asks; it changes once in a module's life. */
export let keepsPlaces: bool = false;

/** The number of records, then a row for each. */
let table: usize = single;

/** Address of the table of the last call; see `filter.ts`. */
export function askForPlaces(): usize {
  keepsPlaces = true;
  return table;
}

export function clearPlaces(): void {
  table = single;
  store<u32>(single, 0);
}

/** Makes room for `count` records. False when memory runs out. */
export function reservePlaces(count: usize): bool {
  if (!keepsPlaces) return true;
  const at = take(ROWS + count * PLACE_BYTES);
  if (!at) return false;
  table = at;
  store<u32>(at, 0);
  return true;
}

/** Keeps the place of a record that was written, behind those before. */
export function keepPlace(start: usize, end: usize, kind: RecordKind): void {
  const count: usize = load<u32>(table);
  const place = changetype<Place>(table + ROWS + count * PLACE_BYTES); // an unmanaged view
  place.start = start;
  place.end = end;
  place.kind = kind;
  store<usize>(table, count + 1);
}

/** The only record of a call. */
export function keepOnly(start: usize, end: usize, kind: RecordKind): void {
  clearPlaces();
  keepPlace(start, end, kind);
}

/** Moves the places with the output, which was copied from `from` to `to` and repaired on the way. */
export function movePlaces(from: usize, to: usize): void {
  const end = table + ROWS + <usize>load<u32>(table) * PLACE_BYTES;
  for (let row = table + ROWS; row < end; row += PLACE_BYTES) {
    const place = changetype<Place>(row); // an unmanaged view
    to += repairedLength(from, place.start);
    from = place.start;
    place.start = to;
    to += repairedLength(from, place.end);
    from = place.end;
    place.end = to;
  }
}

/** Copies the rows to `to`, and returns how many there are. */
export function copyRows(to: usize): usize {
  const count: usize = load<u32>(table);
  memory.copy(to, table + ROWS, count * PLACE_BYTES);
  return count;
}

/** Keeps the places of `count` rows, whose records have moved by `by` bytes. */
export function keepRows(rows: usize, count: usize, by: usize): void {
  if (!keepsPlaces) return;
  for (const end = rows + count * PLACE_BYTES; rows < end; rows += PLACE_BYTES) {
    const place = changetype<Place>(rows); // an unmanaged view
    keepPlace(place.start + by, place.end + by, place.kind);
  }
}
