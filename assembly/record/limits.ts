// The members of a record that is being made: what is too long is cut, and what was cut is named in `truncated`.
import { need, take } from "../bytes/arena";
import { CLOSE_BRACE, COLON, OPEN_BRACE, QUOTE } from "../bytes/chars";
import { sameBytes } from "../bytes/words";
import { capTail } from "../json/cut";
import { out } from "../json/emit";
import { putByte, putComma, putDecimal, putName, putNameOf, putQuoted, putSpan, setFull } from "../json/put";
import { settings } from "../options/settings";

/** A member that was written: its name in the record, and the bytes of its value. */
@unmanaged
class Row {
  nameStart: usize;
  nameEnd: usize;
  /** Before `max_bytes` cut it. */
  uncut: usize;
  written: usize;
  /** What `truncated` says, 0 where nothing was cut. */
  cutFrom: usize;
  /** The most bytes it may have, whatever others may. */
  most: usize;
}
const ROW_BYTES: usize = offsetof<Row>();

/** Rows beside those of the state's own members: what records set, job members, parts of ECS. */
const OTHER_ROWS: usize = 80;

let rows: usize = 0;
let rowsEnd: usize = 0;
let rowsLimit: usize = 0;

/** The most bytes that a value may have. */
let limit: usize = ~0;
/** What the whole record had, where its state's own members had to be left out; else 0. */
let wholeSize: usize = 0;
/** Bytes that the member `truncated` itself took. */
let truncatedSize: usize = 0;

export function setTruncatedSize(bytes: usize): void {
  truncatedSize = bytes;
}

/** Values are not cut to less: there is room for 80 such in the shortest limit for records. */
const LEAST: usize = 64;

/** Makes room for the rows of a record with `count` members of its own. False when memory runs out. */
export function beginRows(count: usize): bool {
  const bytes = (count + OTHER_ROWS) * ROW_BYTES;
  rows = take(bytes);
  rowsLimit = rows + bytes;
  return rows != 0;
}

/** For a record that is likely to be small as it is: nothing is cut by its limits, no rows are kept. */
export function beginWithoutRows(): void {
  rows = 0;
  rowsEnd = 0;
  rowsLimit = 0;
  wholeSize = 0;
}

/** Begins a record, its first attempt. */
export function beginMembers(): void {
  limit = settings.memberBytes ? <usize>settings.memberBytes : ~0;
  wholeSize = 0;
  truncatedSize = 0;
  rowsEnd = rows;
}

/**
 * After an attempt of `size` bytes that is too long: sets the limit so that the next one fits. False where none does
 * with all members: the next attempt is then to leave the state's own out.
 */
export function tightenMembers(size: usize): bool {
  let fixed = size;
  let whole = size - truncatedSize; // as it would be uncut
  for (let at = rows; at < rowsEnd; at += ROW_BYTES) {
    const row = changetype<Row>(at); // an unmanaged view
    fixed -= row.written;
    if (row.cutFrom) whole += row.cutFrom - row.written;
  }
  let least = LEAST;
  let most = min(limit, <usize>settings.recordBytes);
  if (fits(fixed, LEAST)) {
    while (least < most) {
      const middle = (least + most + 1) >> 1;
      if (fits(fixed, middle)) least = middle;
      else most = middle - 1;
    }
    limit = least;
    rowsEnd = rows;
    return true;
  }
  limit = LEAST;
  wholeSize = whole;
  rowsEnd = rows;
  return false;
}

/** An upper bound of what a row takes in `truncated`. */
function nameBytes(row: Row): usize {
  return row.nameEnd - row.nameStart + 14;
}

function fits(fixed: usize, limit: usize): bool {
  let bytes = fixed + 32;
  for (let at = rows; at < rowsEnd; at += ROW_BYTES) {
    const row = changetype<Row>(at); // an unmanaged view
    bytes += min(row.uncut, min(row.most, limit));
    if (row.cutFrom || row.uncut > min(row.most, limit)) bytes += nameBytes(row);
    if (bytes > settings.recordBytes) return false;
  }
  return true;
}

let nameStart: usize = 0;
let nameEnd: usize = 0;
let valueStart: usize = 0;

/** Writes a member's name, a static one; what `closeMember` ends comes next. */
export function openMember(name: string): void {
  putName(name);
  valueStart = out;
  nameEnd = out - 2;
  nameStart = nameEnd - name.length;
}

/** The same with the name as it stands in `[start, end)`, without quotes. */
export function openMemberOf(start: usize, end: usize): void {
  putNameOf(start, end);
  valueStart = out;
  nameEnd = out - 2;
  nameStart = nameEnd - (end - start);
}

/** Where the open member's value begins. */
export function memberStart(): usize {
  return valueStart;
}

/** Ends a member whose value was just written: cuts it where it is too long. */
export function closeMember(): void {
  closeMemberCut(0);
}

/** The same where the value may have `most` bytes. */
export function closeMemberWithin(most: usize): void {
  const all = limit;
  limit = min(all, most);
  closeMemberCut(0);
  limit = all;
  if (rowsEnd == rowsLimit) {
    if (out - valueStart > most) setFull(); // the same
    return;
  }
  changetype<Row>(rowsEnd - ROW_BYTES).most = most; // an unmanaged view
}

/** The same for a value that was cut already, from `cutFrom` bytes; 0 where it was not. */
export function closeMemberCut(cutFrom: usize): void {
  if (rowsEnd == rowsLimit) {
    if (cutFrom) setFull(); // a record that is cut has to be made with rows
    return;
  }
  const row = changetype<Row>(rowsEnd); // an unmanaged view
  rowsEnd += ROW_BYTES;
  row.most = ~0;
  row.nameStart = nameStart;
  row.nameEnd = nameEnd;
  row.uncut = out - valueStart;
  if (!need(out, 8)) setFull();
  row.cutFrom = row.uncut > limit ? capTail(valueStart, limit) : 0;
  row.written = out - valueStart;
  if (cutFrom) row.cutFrom = cutFrom;
}

/** Whether `truncated` has something to say. */
export function hasTruncated(): bool {
  if (wholeSize) return true;
  for (let at = rows; at < rowsEnd; at += ROW_BYTES) if (changetype<Row>(at).cutFrom) return true; // an unmanaged view
  return false;
}

/** Whether a row before names the same member: in ECS, some stand twice. */
function isNamedBefore(row: Row): bool {
  const end = changetype<usize>(row); // its address
  const most = (end - rows) / ROW_BYTES;
  for (let at = end - min(most, OTHER_ROWS) * ROW_BYTES; at < end; at += ROW_BYTES) {
    const other = changetype<Row>(at); // an unmanaged view
    if (other.cutFrom && sameBytes(other.nameStart, other.nameEnd, row.nameStart, row.nameEnd)) return true;
  }
  return false;
}

/** The value of `truncated`. */
export function putTruncated(): void {
  putByte(OPEN_BRACE);
  if (wholeSize) {
    putQuoted("record");
    putByte(COLON);
    putDecimal(<u32>wholeSize);
  } else {
    for (let at = rows; at < rowsEnd; at += ROW_BYTES) {
      const row = changetype<Row>(at); // an unmanaged view
      if (!row.cutFrom || isNamedBefore(row)) continue;
      putComma();
      putByte(QUOTE);
      putSpan(row.nameStart, row.nameEnd);
      putByte(QUOTE);
      putByte(COLON);
      putDecimal(<u32>row.cutFrom);
    }
  }
  putByte(CLOSE_BRACE);
}
