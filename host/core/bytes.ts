// Bytes where there may be no `Buffer`: the library runs in browsers, too.

/** Node's `Buffer`, as far as it is used here. */
interface Buffers {
  from(buffer: ArrayBufferLike, start: number, length: number): Uint8Array;
}
const { Buffer } = globalThis as { readonly Buffer?: Buffers };

/** The same bytes, as a `Buffer` where there is one: its `indexOf` is ten times a plain array's. */
export function searchable(bytes: Uint8Array): Uint8Array {
  return Buffer === undefined ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

const SPACE = 0x20;

/** The address of the first byte at or behind `at` that is no white space. */
export function skipSpace(bytes: Uint8Array, at: number): number {
  while (at < bytes.length && bytes[at]! <= SPACE) at++;
  return at;
}

/** The pieces one behind the other, in memory of their own; no more than `limit` bytes of them. */
export function join(pieces: readonly Uint8Array[], limit = Infinity): Uint8Array {
  const size = Math.min(
    limit,
    pieces.reduce((sum, { length }) => sum + length, 0),
  );
  const joined = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    joined.set(piece.length > size - at ? piece.subarray(0, size - at) : piece, at);
    at = Math.min(size, at + piece.length);
  }
  return joined;
}
