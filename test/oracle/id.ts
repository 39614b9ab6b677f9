// `event_id` and `trace_id`: BLAKE2b of 128 bits, by a library that the module does not share a line with.
import { blake2b } from '@noble/hashes/blake2.js';

function hex(bytes: Uint8Array): string {
  return Buffer.from(blake2b(bytes, { dkLen: 16 })).toString('hex');
}

/** 32 hexadecimal digits of a text's UTF-8. */
export function digest(text: string): string {
  return hex(Buffer.from(text));
}

/**
 * A character's bytes in UTF-8, with two exceptions: half a pair of surrogates has three, and the zero character two.
 */
function bytesOf(char: string): number[] {
  const code = char.codePointAt(0) ?? 0;
  if (code === 0) return [0xc0, 0x80];
  if (code < 0xd800 || code > 0xdfff) return [...Buffer.from(char)];
  return [0xe0 | (code >> 12), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f)];
}

/** Facts as bytes, a zero byte between each two; null counts as empty. */
function join(facts: readonly (string | null)[]): number[] {
  return facts.flatMap((fact) => [0, ...[...(fact ?? '')].flatMap(bytesOf)]).slice(1);
}

const BLOCK_BYTES = 128;

/**
 * The id of facts: the first three are filled up with zero bytes to whole blocks, a zero byte stands before each of the
 * others.
 */
export function eventId(facts: readonly (string | null)[]): string {
  const job = join(facts.slice(0, 3));
  const filling = new Uint8Array(Math.ceil(job.length / BLOCK_BYTES) * BLOCK_BYTES - job.length);
  return hex(Uint8Array.from([...job, ...filling, 0, ...join(facts.slice(3))]));
}

/** The trace of facts, of which none is filled up. */
export function traceId(facts: readonly (string | null)[]): string {
  return hex(Uint8Array.from(join(facts)));
}

/** The span of a record: the first half of its id. */
export function spanId(id: string): string {
  return id.slice(0, 16);
}
