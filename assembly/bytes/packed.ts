// The module's static data, unpacked before anything reads it: AssemblyScript has texts as UTF-16, every second byte of which is zero, and
// a segment of its own for each. `scripts/pack.mjs` packs them; where it has not run, nothing is done here.
//
// Packed is a list of pieces: how many zeros lie before, then how many bytes there are, twice, and one more where a zero lies behind each
// (both LEB128), then the bytes; a piece of no bytes ends it.

/** What `scripts/pack.mjs` finds this row by, and behind it, four bytes, where the packed data lie: 0 where nothing is packed. */
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
    to += readNumber();
    const bytes = readNumber();
    if (!bytes) break;
    const step: usize = 1 + (bytes & 1);
    for (const end = at + (bytes >> 1); at < end; at++, to += step) store<u8>(to, load<u8>(at));
  }
  memory.fill(start, 0, at - start); // it lay where zeros belong
}

unpack();
