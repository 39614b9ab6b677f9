// Names whose hashes in `assembly/bytes/hash.ts` agree in their low bits, as who wants to slow the module down would
// make them.

const MASK = (1n << 64n) - 1n;
const MULTIPLIER = 0x9fb21c651e98df25n;
/** The seed of an event at nanosecond 0. */
const SEED = 0x9e3779b97f4a7c15n;
const BITS = 22n;

/** The multiplier's inverse modulo 2^64, by Newton's method. */
function inverse(): bigint {
  let value = 1n;
  for (let step = 0; step < 7; step++) value = (value * (2n - MULTIPLIER * value)) & MASK;
  return value;
}

const isPlain = (byte: number): boolean => byte >= 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x5c;

/**
 * The seven bytes of a name whose one word gives `product`, low 54 bits chosen, or null where they are no plain text.
 */
function nameOf(product: bigint, inverted: bigint): string | null {
  const word = ((product * inverted) ^ SEED) & ((1n << (32n + BITS)) - 1n);
  const bytes = Array.from({ length: 7 }, (_, index) => Number((word >> BigInt(8 * index)) & 0xffn));
  bytes[6] = (bytes[6]! & 0x3f) | 0x40;
  return bytes.every(isPlain) ? String.fromCharCode(...bytes) : null;
}

/** So many different names; the same each time. */
export function collidingNames(count: number): string[] {
  const inverted = inverse();
  const names = new Set<string>();
  for (let random = 12345n; names.size < count;) {
    random = (random * 6364136223846793005n + 1442695040888963407n) & MASK;
    const name = nameOf(random >> 32n, inverted);
    if (name !== null) names.add(name);
  }
  return [...names];
}
