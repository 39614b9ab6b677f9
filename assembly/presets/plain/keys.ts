// Names of members that each plain record has, put by the word: behind a cursor, where there is room.

/**
 * `,"state_name":` and `,"state_id":` as the little-endian words that stand in memory: the first word of both, the last
 * of each.
 */
const COMMA_STATE: u64 = 0x5f6574617473222c; // ,"state_
const STATE_NAME_END: u64 = 0x3a22656d616e5f65; // e_name":
const STATE_ID_END: u64 = 0x3a2264695f657461; // ate_id":
const COMMA_EVENT: u64 = 0x5f746e657665222c; // ,"event_
const EVENT_ID_END: u64 = 0x223a2264695f746e; // nt_id":"

/** Writes `,"state_name":` as two words that overlap, and returns the address past it. */
// @ts-ignore: decorator
@inline
export function putStateNameKey(at: usize): usize {
  store<u64>(at, COMMA_STATE);
  store<u64>(at, STATE_NAME_END, 6);
  return at + 14;
}

/** `,"state_id":` in the same way. */
// @ts-ignore: decorator
@inline
export function putStateIdKey(at: usize): usize {
  store<u64>(at, COMMA_STATE);
  store<u64>(at, STATE_ID_END, 4);
  return at + 12;
}

/** `,"event_id":"`, the quote of its value included. */
// @ts-ignore: decorator
@inline
export function putEventIdKey(at: usize): usize {
  store<u64>(at, COMMA_EVENT);
  store<u64>(at, EVENT_ID_END, 5);
  return at + 13;
}

/** Copies a span and returns the address past it. */
// @ts-ignore: decorator
@inline
export function copySpan(at: usize, start: usize, end: usize): usize {
  memory.copy(at, start, end - start);
  return at + (end - start);
}
