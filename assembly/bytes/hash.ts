// The hash of a name: seeded anew for each event, so that no sender can choose names that collide.
import { lanesFrom } from "./words";

/** 2^64 divided by the golden ratio: multiplied with it, near numbers lie far apart. */
export const GOLDEN: u64 = 0x9e3779b97f4a7c15;

/** Of each step; odd, half of its bits set. */
const MULTIPLIER: u64 = 0x9fb21c651e98df25;

/** Differs from event to event: the event's nanoseconds, where the agent has them. */
export let hashSeed: u64 = 0;

export function seedHash(nsec: u32): void {
  hashSeed = (<u64>nsec + 1) * GOLDEN;
}

/** One step of a name's hash: its next eight bytes, zeros behind the last. A name ends with a word that is not full. */
// @ts-ignore: decorator
@inline
export function hashWord(hash: u64, word: u64): u64 {
  return rotl((hash ^ word) * MULTIPLIER, 32);
}

/** The hash of a whole name, as `walkMembers` has it of a plain one. */
export function hashName(p: usize, end: usize): u32 {
  let hash = hashSeed;
  for (; p + 8 <= end; p += 8) hash = hashWord(hash, load<u64>(p));
  const rest: u64 = ~lanesFrom(end - p);
  return <u32>hashWord(hash, load<u64>(p) & rest);
}
