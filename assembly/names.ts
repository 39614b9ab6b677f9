// Names of a state's members, as far as a state is told ordinary or suspect by them.

/**
 * One of 64 buckets for a member's name, from its first four bytes and its length. The multiplier keeps apart the names
 * that Salt's states have and those the record sets (a test holds it to that); a clash costs a second look, no more.
 */
// @ts-ignore: decorator
@inline
export function bucketOf(keyStart: usize, keyEnd: usize): u64 {
  return (<u64>1) << (((load<u32>(keyStart) + <u32>(keyEnd - keyStart)) * BUCKET_MULTIPLIER) >> 26);
}
const BUCKET_MULTIPLIER: u32 = 0xb4e27f5d;

/** Buckets of the names that a record sets itself: state_name state_id minion_id fun_args event_type _stamp. */
export const RECORD_BUCKETS: u64 = 0x100000004040020c;
