// BLAKE2b with a digest of 128 bits, unkeyed (RFC 7693). A hash that is known everywhere (`b2sum -l 128`), that nobody
// can steer a record's id with, and that costs the agent's interpreter a quarter of SHA-256.

/** The state, eight words; the block, 128 bytes. */
export const state: usize = memory.data(64, 8); // the digest, behind `endHash`, in its first 16
const block: usize = memory.data(128, 8);

/** Bytes hashed before the block, and bytes in it. */
let total: u64 = 0;
let used: usize = 0;

const IV: usize = memory.data<u64>([
  0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1, 0x510e527fade682d1,
  0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179,
]);

/** The order of the block's words in each of the twelve rounds, as byte offsets. */
// prettier-ignore
const SIGMA: usize = memory.data<u8>([
  0, 8, 16, 24, 32, 40, 48, 56, 64, 72, 80, 88, 96, 104, 112, 120,
  112, 80, 32, 64, 72, 120, 104, 48, 8, 96, 0, 16, 88, 56, 40, 24,
  88, 64, 96, 0, 40, 16, 120, 104, 80, 112, 24, 48, 56, 8, 72, 32,
  56, 72, 24, 8, 104, 96, 88, 112, 16, 48, 40, 80, 32, 0, 120, 64,
  72, 0, 40, 56, 16, 32, 80, 120, 112, 8, 88, 96, 48, 64, 24, 104,
  16, 96, 48, 80, 0, 88, 64, 24, 32, 104, 56, 40, 120, 112, 8, 72,
  96, 40, 8, 120, 112, 104, 32, 80, 0, 56, 48, 24, 72, 16, 64, 88,
  104, 88, 56, 112, 96, 8, 24, 72, 40, 0, 120, 32, 64, 48, 16, 80,
  48, 120, 112, 72, 88, 24, 0, 64, 96, 16, 104, 56, 8, 32, 80, 40,
  80, 16, 64, 32, 56, 48, 8, 40, 120, 88, 72, 112, 24, 96, 104, 0,
  0, 8, 16, 24, 32, 40, 48, 56, 64, 72, 80, 88, 96, 104, 112, 120,
  112, 80, 32, 64, 72, 120, 104, 48, 8, 96, 0, 16, 88, 56, 40, 24,
]);

// @ts-ignore: decorator
@inline
function word(sigma: usize): u64 {
  return load<u64>(block + <usize>load<u8>(sigma));
}

/**
 * RFC 7693, sections 3.1 and 3.2. The work vector is in locals and its mixing written out: in memory, behind a function, it cost the
 * agent's interpreter twice as much.
 */
function compress(isLast: bool): void {
  let v0 = load<u64>(state, 0);
  let v1 = load<u64>(state, 8);
  let v2 = load<u64>(state, 16);
  let v3 = load<u64>(state, 24);
  let v4 = load<u64>(state, 32);
  let v5 = load<u64>(state, 40);
  let v6 = load<u64>(state, 48);
  let v7 = load<u64>(state, 56);
  let v8 = load<u64>(IV, 0);
  let v9 = load<u64>(IV, 8);
  let v10 = load<u64>(IV, 16);
  let v11 = load<u64>(IV, 24);
  let v12 = load<u64>(IV, 32) ^ total;
  let v13 = load<u64>(IV, 40);
  let v14 = load<u64>(IV, 48);
  if (isLast) v14 = ~v14;
  let v15 = load<u64>(IV, 56);
  for (let sigma = SIGMA; sigma < SIGMA + 192; sigma += 16) {
    v0 += v4 + word(sigma);
    v12 = rotr(v12 ^ v0, 32);
    v8 += v12;
    v4 = rotr(v4 ^ v8, 24);
    v0 += v4 + word(sigma + 1);
    v12 = rotr(v12 ^ v0, 16);
    v8 += v12;
    v4 = rotr(v4 ^ v8, 63);
    v1 += v5 + word(sigma + 2);
    v13 = rotr(v13 ^ v1, 32);
    v9 += v13;
    v5 = rotr(v5 ^ v9, 24);
    v1 += v5 + word(sigma + 3);
    v13 = rotr(v13 ^ v1, 16);
    v9 += v13;
    v5 = rotr(v5 ^ v9, 63);
    v2 += v6 + word(sigma + 4);
    v14 = rotr(v14 ^ v2, 32);
    v10 += v14;
    v6 = rotr(v6 ^ v10, 24);
    v2 += v6 + word(sigma + 5);
    v14 = rotr(v14 ^ v2, 16);
    v10 += v14;
    v6 = rotr(v6 ^ v10, 63);
    v3 += v7 + word(sigma + 6);
    v15 = rotr(v15 ^ v3, 32);
    v11 += v15;
    v7 = rotr(v7 ^ v11, 24);
    v3 += v7 + word(sigma + 7);
    v15 = rotr(v15 ^ v3, 16);
    v11 += v15;
    v7 = rotr(v7 ^ v11, 63);
    v0 += v5 + word(sigma + 8);
    v15 = rotr(v15 ^ v0, 32);
    v10 += v15;
    v5 = rotr(v5 ^ v10, 24);
    v0 += v5 + word(sigma + 9);
    v15 = rotr(v15 ^ v0, 16);
    v10 += v15;
    v5 = rotr(v5 ^ v10, 63);
    v1 += v6 + word(sigma + 10);
    v12 = rotr(v12 ^ v1, 32);
    v11 += v12;
    v6 = rotr(v6 ^ v11, 24);
    v1 += v6 + word(sigma + 11);
    v12 = rotr(v12 ^ v1, 16);
    v11 += v12;
    v6 = rotr(v6 ^ v11, 63);
    v2 += v7 + word(sigma + 12);
    v13 = rotr(v13 ^ v2, 32);
    v8 += v13;
    v7 = rotr(v7 ^ v8, 24);
    v2 += v7 + word(sigma + 13);
    v13 = rotr(v13 ^ v2, 16);
    v8 += v13;
    v7 = rotr(v7 ^ v8, 63);
    v3 += v4 + word(sigma + 14);
    v14 = rotr(v14 ^ v3, 32);
    v9 += v14;
    v4 = rotr(v4 ^ v9, 24);
    v3 += v4 + word(sigma + 15);
    v14 = rotr(v14 ^ v3, 16);
    v9 += v14;
    v4 = rotr(v4 ^ v9, 63);
  }
  store<u64>(state, load<u64>(state, 0) ^ v0 ^ v8, 0);
  store<u64>(state, load<u64>(state, 8) ^ v1 ^ v9, 8);
  store<u64>(state, load<u64>(state, 16) ^ v2 ^ v10, 16);
  store<u64>(state, load<u64>(state, 24) ^ v3 ^ v11, 24);
  store<u64>(state, load<u64>(state, 32) ^ v4 ^ v12, 32);
  store<u64>(state, load<u64>(state, 40) ^ v5 ^ v13, 40);
  store<u64>(state, load<u64>(state, 48) ^ v6 ^ v14, 48);
  store<u64>(state, load<u64>(state, 56) ^ v7 ^ v15, 56);
}

export function beginHash(): void {
  memory.copy(state, IV, 64);
  store<u64>(state, load<u64>(state) ^ 0x01010010); // no key, fan-out and depth 1, 16 bytes of digest
  total = 0;
  used = 0;
}

/** Adds the bytes `[p, end)`. A full block waits until more comes: the last one is compressed as the last. */
export function addToHash(p: usize, end: usize): void {
  while (p < end) {
    if (used == 128) {
      total += 128;
      compress(false);
      used = 0;
    }
    const length = min(end - p, 128 - used);
    memory.copy(block + used, p, length);
    used += length;
    p += length;
  }
}

/** Adds one byte. */
export function addByteToHash(c: u8): void {
  if (used == 128) {
    total += 128;
    compress(false);
    used = 0;
  }
  store<u8>(block + used++, c);
}

export function endHash(): void {
  total += used;
  memory.fill(block + used, 0, 128 - used);
  compress(true);
}

/** State, counts and block, to begin several hashes alike. */
const saved: usize = memory.data(208, 8);

export function saveHash(): void {
  memory.copy(saved, state, 64);
  memory.copy(saved + 64, block, 128);
  store<u64>(saved, total, 192);
  store<usize>(saved, used, 200);
}

/** Goes back to what was saved. */
export function restoreHash(): void {
  memory.copy(state, saved, 64);
  memory.copy(block, saved + 64, 128);
  total = load<u64>(saved, 192);
  used = load<usize>(saved, 200);
}

export function hash128(start: usize, end: usize): void {
  beginHash();
  addToHash(start, end);
  endHash();
}
