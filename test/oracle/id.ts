// `event_id`: BLAKE2b of 128 bits, by a library that the module does not share a line with.
import { blake2b } from '@noble/hashes/blake2.js';

function hex(bytes: Uint8Array): string {
  return Buffer.from(blake2b(bytes, { dkLen: 16 })).toString('hex');
}

/** 32 hexadecimal digits of a text's UTF-8. */
export function digest(text: string): string {
  return hex(Buffer.from(text));
}

/** A character's bytes in UTF-8, with two exceptions: half a pair of surrogates has three, and the zero character two. */
function bytesOf(char: string): number[] {
  const code = char.codePointAt(0) ?? 0;
  if (code === 0) return [0xc0, 0x80];
  if (code < 0xd800 || code > 0xdfff) return [...Buffer.from(char)];
  return [0xe0 | (code >> 12), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f)];
}

/** The id of facts with a zero byte between each two; null counts as empty. */
export function eventId(facts: readonly (string | null)[]): string {
  const bytes = facts.flatMap((fact) => [0, ...[...(fact ?? '')].flatMap(bytesOf)]).slice(1);
  return hex(Uint8Array.from(bytes));
}
