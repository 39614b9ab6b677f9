// BLAKE2b with a digest of 128 bits, unkeyed (RFC 7693), as the module makes its ids: for the few that the host makes,
// one a job. Node has the digest of 512 bits alone, which begins otherwise. `@noble/hashes`, which the tests compare it
// with, wants Node 20.19 and would be read at each start, before anybody asks for a hash.

const MASK = 0xffff_ffff_ffff_ffffn;
const BLOCK_BYTES = 128;
const DIGEST_BYTES = 16;

const IV = [
  0x6a09e667f3bcc908n,
  0xbb67ae8584caa73bn,
  0x3c6ef372fe94f82bn,
  0xa54ff53a5f1d36f1n,
  0x510e527fade682d1n,
  0x9b05688c2b3e6c1fn,
  0x1f83d9abfb41bd6bn,
  0x5be0cd19137e2179n,
] as const;

/** Which word of the block comes where, a digit each, in ten rounds; the two after them are the first two again. */
const SIGMA = [
  '0123456789abcdef',
  'ea489fd61c02b753',
  'b8c052fdae367194',
  '7931dcbe265a40f8',
  '905724afe1bc683d',
  '2c6a0b834d75fe19',
  'c51fed4a0763928b',
  'db7ec13950f4862a',
  '6fe9b308c2d714a5',
  'a2847615fb9e3cd0',
];
const ROUNDS = 12;

/** The words that each step mixes: columns, then diagonals. */
const STEPS = ['048c', '159d', '26ae', '37bf', '05af', '16bc', '278d', '349e'];

const placesIn = (digits: string): number[] => Array.from(digits, (digit) => parseInt(digit, 16));
const rotated = (word: bigint, bits: bigint): bigint => ((word >> bits) | (word << (64n - bits))) & MASK;

/** One block into `state`. `total`: bytes up to its end. */
function compress(state: bigint[], block: DataView, total: number, isLast: boolean): void {
  const words = Array.from({ length: 16 }, (_, at) => block.getBigUint64(8 * at, true));
  const v = [...state, ...IV];
  v[12]! ^= BigInt(total);
  if (isLast) v[14]! ^= MASK;
  for (let round = 0; round < ROUNDS; round++) {
    const order = placesIn(SIGMA[round % SIGMA.length]!);
    for (const [step, places] of STEPS.entries()) {
      const [a, b, c, d] = placesIn(places) as [number, number, number, number];
      const mix = (word: number, first: bigint, second: bigint): void => {
        v[a] = (v[a]! + v[b]! + words[order[word]!]!) & MASK;
        v[d] = rotated(v[d]! ^ v[a], first);
        v[c] = (v[c]! + v[d]) & MASK;
        v[b] = rotated(v[b]! ^ v[c], second);
      };
      mix(2 * step, 32n, 24n);
      mix(2 * step + 1, 16n, 63n);
    }
  }
  for (let at = 0; at < 8; at++) state[at]! ^= v[at]! ^ v[at + 8]!;
}

/** The digest of `bytes`: 32 hexadecimal digits. */
export function blake2b128(bytes: Uint8Array): string {
  const state: bigint[] = [...IV];
  state[0]! ^= 0x01010000n ^ BigInt(DIGEST_BYTES);
  const block = new Uint8Array(BLOCK_BYTES);
  for (let start = 0; ; start += BLOCK_BYTES) {
    const end = Math.min(start + BLOCK_BYTES, bytes.length);
    const isLast = end === bytes.length;
    block.fill(0);
    block.set(bytes.subarray(start, end));
    compress(state, new DataView(block.buffer), end, isLast);
    if (isLast) break;
  }
  const digest = new DataView(new ArrayBuffer(DIGEST_BYTES));
  for (let at = 0; at < DIGEST_BYTES / 8; at++) digest.setBigUint64(8 * at, state[at]!, true);
  return [...new Uint8Array(digest.buffer)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
