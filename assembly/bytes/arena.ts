// Memory: one bump arena above the static data. `malloc` lays down what the host copies in (tag, record); a filter call
// puts its work area and its output above that, and the next event starts over. Nothing here is garbage-collected.

/** Linear memory stays at or under this many bytes; what does not fit becomes a `malformed` record. */
export const MEMORY_LIMIT: u64 = 256 << 20;

/**
 * Readable bytes kept behind every allocation: scanners load two words at a time, up to 15 bytes past the terminator.
 */
const SLACK: usize = 16;

let base: usize = 0; // first address of the arena; 0 until the first allocation
let hostTop: usize = 0; // end of what the host holds
let live: i32 = 0; // allocations that the host has not freed
let top: usize = 0; // end of what the current call uses

let end: usize = 0; // what lies below can be read and written, with the slack behind it

/**
 * Grows memory so that `bytes` fit at `at`, by a quarter at least: growing costs some runtimes a copy. False when it
 * would pass the limit.
 */
function grow(at: usize, bytes: usize): bool {
  const wanted = <u64>at + bytes + SLACK;
  const have = (<u64>memory.size()) << 16;
  if (wanted > have) {
    if (wanted > MEMORY_LIMIT) return false;
    const ample = min(max(wanted, have + (have >> 2)), MEMORY_LIMIT);
    if (growTo(ample, have) < 0 && growTo(wanted, have) < 0) return false;
  }
  end = ((<usize>memory.size()) << 16) - SLACK;
  return true;
}

function growTo(bytes: u64, have: u64): i32 {
  return memory.grow(<i32>((bytes - have + 0xffff) >> 16));
}

// @ts-ignore: decorator
@inline
function fits(at: usize, bytes: usize): bool {
  return (at + bytes <= end && bytes <= end) || grow(at, bytes);
}

/** The arena begins behind what start-up has allocated: the options. Nothing is allocated there after that. */
function begin(): void {
  if (base == 0) {
    base = (heap.alloc(16) + 15) & ~15;
    hostTop = base;
  }
}

/** Address of `size` bytes for the host, or 0 when memory would pass its limit. */
export function malloc(size: usize): usize {
  begin();
  const at = hostTop;
  if (!fits(at, size)) return 0;
  hostTop = (at + size + SLACK + 15) & ~15;
  live++;
  return at;
}

/** Gives an address of `malloc` back; when none is held any more, the arena is empty. `free(0)` does nothing. */
export function free(at: usize): void {
  if (at == 0 || live == 0) return;
  if (--live == 0) hostTop = base;
}

/** Starts a call: whatever earlier calls left above the host's allocations is gone. */
export function resetArena(): void {
  begin();
  top = hostTop;
}

/** True when `bytes` behind `at` can be read without a trap; grows memory when only the slack is missing. */
export function isReadable(at: usize, bytes: usize): bool {
  return <u64>at + bytes <= (<u64>memory.size()) << 16 && fits(at, bytes);
}

/** Address of the free part of the arena; `need` and `take` work from here. */
// @ts-ignore: decorator
@inline
export function arenaTop(): usize {
  return top;
}

/** True when `bytes` can be written from `at` on (an address at or above `arenaTop()`). */
// @ts-ignore: decorator
@inline
export function need(at: usize, bytes: usize): bool {
  return fits(at, bytes);
}

/** Keeps everything below `end`. */
export function takeTo(end: usize): void {
  top = (end + 7) & ~7;
}

/** Address of `bytes` new bytes, or 0 when memory would pass its limit. */
export function take(bytes: usize): usize {
  const at = top;
  if (!fits(at, bytes)) return 0;
  takeTo(at + bytes);
  return at;
}
