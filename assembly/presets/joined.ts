// The records of several events that stood in one input, put together: each event's are made as if it were alone, but
// for what stands between records, and laid down behind those before. In the arena one chunk an event: its head, the
// rows of its places, its records.
import { ErrorCode, fail } from "../error";
import { arenaTop, need, takeTo } from "../bytes/arena";
import { out, setOut } from "../json/emit";
import { Frame, beginFrame, carryRecords, endFrame, keepFrameOpen, shareOpener } from "./frame";
import { PLACE_BYTES, clearPlaces, copyRows, keepRows, reservePlaces } from "./places";

/** Bytes of records, where they were made, number of rows. */
@unmanaged
class Chunk {
  length: usize;
  madeAt: usize;
  rows: usize;
}
const CHUNK_BYTES: usize = offsetof<Chunk>();
/**
 * Room for a head behind the chunks, so that nothing is made where the next one goes; one row of a `malformed` record.
 */
const HEAD_ROOM: usize = CHUNK_BYTES + 4 + PLACE_BYTES;

let start: usize = 0;
let end: usize = 0;
let rowCount: usize = 0;

/** Before the events of a call. False when memory runs out. */
export function beginJoined(): bool {
  start = arenaTop();
  end = start;
  rowCount = 0;
  return beginChunk();
}

/** The call has more than one event. */
export function joinRecords(frame: Frame, sec: u32, nsec: u32): void {
  keepFrameOpen();
  beginFrame(frame);
  shareOpener(sec, nsec);
}

/** Before the next event is read: what is made of it lies behind this. False when memory runs out. */
export function beginChunk(): bool {
  takeTo(end);
  clearPlaces();
  if (!need(end, HEAD_ROOM)) return false;
  takeTo(end + HEAD_ROOM);
  return true;
}

/** Keeps the records at `records`, which end at `out`. False when memory runs out. */
export function keepChunk(records: usize): bool {
  const length = out - records;
  const rows = end + CHUNK_BYTES;
  if (!need(end, HEAD_ROOM + length)) return false;
  const count = copyRows(rows);
  const to = rows + count * PLACE_BYTES;
  memory.copy(to, records, length);
  const chunk = changetype<Chunk>(end); // an unmanaged view of the arena
  chunk.length = length;
  chunk.madeAt = records;
  chunk.rows = count;
  end = to + length;
  rowCount += count;
  carryRecords();
  return true;
}

/** All records, NUL-terminated: their address, or 0 where there are none, and after `fail`. */
export function endJoined(): usize {
  takeTo(end);
  clearPlaces();
  if (!need(end, 16)) return fail(ErrorCode.NO_MEMORY, 0);
  if (end == start) return 0;
  takeTo(end + 16);
  if (!reservePlaces(rowCount)) return fail(ErrorCode.NO_MEMORY, 0);
  let to = start;
  for (let at = start; at < end;) {
    const chunk = changetype<Chunk>(at); // an unmanaged view of the arena
    const length = chunk.length;
    const rows = at + CHUNK_BYTES;
    const count = chunk.rows;
    const records = rows + count * PLACE_BYTES;
    keepRows(rows, count, to - chunk.madeAt);
    memory.copy(to, records, length);
    to += length;
    at = records + length;
  }
  setOut(to);
  endFrame();
  return start;
}
