// The module's static data, unpacked before anything reads it: AssemblyScript has texts as UTF-16, every second byte of
// which is zero, and a segment of its own for each. `scripts/pack.mjs` packs them; where it has not run, nothing is
// done here.
//
// Packed is a list of pieces: how many bytes, times four, and the piece's kind (LEB128), then the bytes. A piece of no
// bytes ends it.

const enum Kind {
  /** As they are. */
  BYTES,
  /** A zero lies behind each. */
  TEXT,
  /** The same, and asc's header of a string before them, at the next place where one can lie. */
  STRING,
  /** Zeros, as many: nothing stands here. */
  ZEROS,
}

/** Of a string: its block's size, two words that stay zero, its class, how many bytes its text has. */
const HEADER_BYTES: usize = 20;

/**
 * What `scripts/pack.mjs` finds this row by, and behind it, four bytes, where the packed data lie: 0 where nothing is
 * packed.
 */
const row: usize = memory.data<u8>([0xf3, 0x70, 0x61, 0x63, 0x6b, 0x65, 0x64, 0xf5, 0, 0, 0, 0]);

let at: usize = 0;

function readNumber(): usize {
  let value: usize = 0;
  let shift: usize = 0;
  let c: usize;
  do {
    c = load<u8>(at++);
    value |= (c & 127) << shift;
    shift += 7;
  } while (c > 127);
  return value;
}

function unpack(): void {
  const start = load<usize>(row, 8);
  if (!start) return;
  let to: usize = 0;
  at = start;
  while (true) {
    const piece = readNumber();
    const kind = piece & 3;
    const count = piece >> 2;
    if (!count) break;
    if (kind == Kind.ZEROS) {
      to += count;
      continue;
    }
    if (kind == Kind.STRING) {
      to = ((to + 3) & ~15) | 12;
      store<usize>(to, ((HEADER_BYTES + 2 * count + 15) & ~15) - 4);
      store<u32>(to, idof<string>(), 12);
      store<usize>(to, 2 * count, 16);
      to += HEADER_BYTES;
    }
    const step: usize = kind ? 2 : 1;
    for (const end = at + count; at < end; at++, to += step) store<u8>(to, load<u8>(at));
  }
  memory.fill(start, 0, at - start); // it lay where zeros belong
}

unpack();
