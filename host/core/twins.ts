// Records that share an id with another one and differ from it: a forgery, or two runs that nothing tells apart. Seen
// in the bytes that leave, as parsing each record would take longer than making it.
import { Copies, bytesHash } from './copies.js';
import type { Kind } from './kinds.js';
import { type Preset, PRESET_ROWS } from './presets.js';

/** Records whose ids are known: 12 to 32 bytes each. */
const MAX_RECORDS = 4_000_000;

/** Digits of an id. */
const DIGITS = 32;

const ID = /^[0-9a-f]{32}"/;

const decoder = new TextDecoder('latin1');

/** A name's first letter, behind a comma and a quote: records have fewer of it. */
const LETTER = 2;

/**
 * Where `mark` stands last; -1 where it does not. A string of JSON cannot hold it, as a quote in a string is escaped.
 */
function lastOf(bytes: Uint8Array, mark: Uint8Array): number {
  const letter = mark[LETTER]!;
  for (let at = bytes.lastIndexOf(letter); at >= LETTER; at = bytes.lastIndexOf(letter, at - 1))
    if (mark.every((byte, place) => bytes[at - LETTER + place] === byte)) return at - LETTER;
  return -1;
}

/** Looks at the records of one run. */
export class Twins {
  readonly #copies = new Copies(MAX_RECORDS);
  readonly #id: Uint8Array;
  readonly #stamp: Uint8Array;
  /** Records that share their id with an earlier one and differ from it. */
  differing = 0;

  constructor(preset: Preset) {
    const { idMark, stampMark } = PRESET_ROWS[preset];
    [this.#id, this.#stamp] = [new TextEncoder().encode(idMark), new TextEncoder().encode(stampMark)];
  }

  /** Takes one record, the bytes of its object. */
  note(record: Uint8Array, kind: Kind): void {
    if (kind === 'malformed' || kind === 'passed') return;
    const at = lastOf(record, this.#id);
    if (at < 0) return;
    const start = at + this.#id.length;
    const digits = decoder.decode(record.subarray(start, start + DIGITS + 1));
    if (!ID.test(digits)) return;
    if (this.#copies.add(digits.slice(0, DIGITS), this.#contentOf(record)) === 'differing') this.differing++;
  }

  /** Without when the master heard of it: of two masters each has its own. */
  #contentOf(record: Uint8Array): number {
    const at = lastOf(record, this.#stamp);
    if (at < 0) return bytesHash([record]);
    const end = record.indexOf(0x22, at + this.#stamp.length);
    return bytesHash([record.subarray(0, at), record.subarray(end)]);
  }

  /** What is said of them, in a sentence; null where there are none. */
  get sentence(): string | null {
    if (this.differing === 0) return null;
    const [are, their] = this.differing === 1 ? ['record shares', 'its'] : ['records share', 'their'];
    return (
      `${this.differing} ${are} ${their} event_id with an earlier record of the input, and not what stands in it: ` +
      'a store keeps one under each id; `saltflat verify` lists them'
    );
  }
}
