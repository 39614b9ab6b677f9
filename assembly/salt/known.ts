// Names of a state's members. By them a state is ordinary, or it needs a second look.
import { sameBytes } from "../bytes/words";
import { listCount, rowEnd, rowStart } from "../options/settings";

/** `"__id__"`, both quotes included, as one word. */
export const ID_KEY_WORD: u64 = 0x225f5f64695f5f22;

/**
 * One of 64 buckets for a member's name, from its first four bytes and its length. The multiplier keeps the names of
 * Salt's states apart from each other and from those that the record sets; a test checks that. Two names in one bucket
 * cost a second look, no more.
 */
// @ts-ignore: decorator
@inline
export function bucketOf(keyStart: usize, keyEnd: usize): u64 {
  return (<u64>1) << (((load<u32>(keyStart) + <u32>(keyEnd - keyStart)) * BUCKET_MULTIPLIER) >> 26);
}
const BUCKET_MULTIPLIER: u32 = 0xb4e27f5d;

/** `bucketOf` state_name, state_id, minion_id, fun_args, event_type and _stamp: names that a record sets itself. */
export const RECORD_BUCKETS: u64 = 0x100000004040020c;

/** Names that the options set, rows of two addresses each, and their buckets. */
let takenBuckets: u64 = 0;
let taken: usize = 0;
let takenEnd: usize = 0;

/** Takes the names of a list for the record, behind those taken before. Allocates: for start-up only. */
export function takeNames(list: usize): void {
  const bytes = takenEnd - taken;
  const rows = heap.alloc(bytes + (listCount(list) << 3));
  memory.copy(rows, taken, bytes);
  taken = rows;
  takenEnd = rows + bytes;
  for (let i: usize = 0; i < listCount(list); i++) {
    store<usize>(takenEnd, rowStart(list, i));
    store<usize>(takenEnd, rowEnd(list, i), 4);
    takenEnd += 8;
    takenBuckets |= bucketOf(rowStart(list, i), rowEnd(list, i));
  }
}

/** As `bucketOf`, for a name seen for the first time. A name that the options set gets all buckets. */
export function bucketOfNew(keyStart: usize, keyEnd: usize): u64 {
  const bucket = bucketOf(keyStart, keyEnd);
  if (!(bucket & takenBuckets)) return bucket;
  for (let row = taken; row < takenEnd; row += 8) {
    if (sameBytes(keyStart, keyEnd, load<usize>(row), load<usize>(row, 4))) return ~0;
  }
  return bucket;
}
