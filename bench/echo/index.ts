// A module that gives the agent its own record back: what calling any module costs.

let top: usize = 0;
let live: i32 = 0;

export function malloc(size: usize): usize {
  if (live++ == 0) top = (__heap_base + 15) & ~15;
  const at = top;
  top = (at + size + 15) & ~15;
  const missing = <i32>top - (memory.size() << 16);
  if (missing > 0) memory.grow((missing + 0xffff) >> 16);
  return at;
}

export function free(at: usize): void {
  if (at) live--;
}

export function flatten(tag: usize, tagLen: u32, sec: u32, nsec: u32, record: usize, recordLen: u32): usize {
  return record;
}
