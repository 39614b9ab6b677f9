// Which records came before: by their ids and what they say, in bounded memory.

/** What a record is to those before it: the first under its id, the same again, or another one under that id. */
export type Seen = 'first' | 'copy' | 'differing';

/** Numbers of 32 bits a row: two of the id, one of the content, which is never 0. */
const ROW = 3;

/** Rows to begin with; a power of two, as all sizes are. */
const FIRST_ROWS = 1 << 12;

/** A table is at most so full. */
const LOAD = 0.75;

const OFFSET_BASIS = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** FNV-1a of a text, 32 bits, over its UTF-16 units. Never 0. */
export function contentHash(text: string): number {
  let hash = OFFSET_BASIS;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), FNV_PRIME);
  return hash >>> 0 || 1;
}

/** The hash of a plain record without when the master heard of it, which is another at each master. */
export function recordHash(record: Readonly<Record<string, unknown>>): number {
  return contentHash(JSON.stringify({ ...record, _stamp: undefined }));
}

/** The same of bytes, in pieces. */
export function bytesHash(pieces: readonly Uint8Array[]): number {
  let hash = OFFSET_BASIS;
  for (const piece of pieces) for (let at = 0; at < piece.length; at++) hash = Math.imul(hash ^ piece[at]!, FNV_PRIME);
  return hash >>> 0 || 1;
}

/** Ids of records and what stood under them. Of more than its limit of records it knows the first ones alone. */
export class Copies {
  readonly #max: number;
  #table = new Uint32Array(FIRST_ROWS * ROW);
  #rows = 0;
  #isCut = false;

  /** `max`: how many different records are kept; 12 to 32 bytes each. */
  constructor(max: number) {
    this.#max = max;
  }

  /** Whether records found no room: copies of them are not known. */
  get isCut(): boolean {
    return this.#isCut;
  }

  /** Takes one record. `id`: hexadecimal, as the module writes it; `content`: of `contentHash`. */
  add(id: string, content: number): Seen {
    const [first, second] = [Number.parseInt(id.slice(0, 8), 16) >>> 0, Number.parseInt(id.slice(8, 16), 16) >>> 0];
    const known = this.#put(first, second, content);
    if (known === 'first' || known === 'copy') return known;
    // The id's own row has another content; each further one has a row that both lead to.
    const further = this.#put((first ^ Math.imul(content, 0x9e3779b1)) >>> 0, (second + content) >>> 0, content);
    return further === 'copy' ? 'copy' : 'differing';
  }

  #put(first: number, second: number, content: number): Seen {
    const row = this.#find(first, second);
    const there = this.#table[row + 2]!;
    if (there !== 0) return there === content ? 'copy' : 'differing';
    if (this.#rows >= this.#max) {
      this.#isCut = true;
      return 'first';
    }
    this.#table.set([first, second, content], row);
    if (++this.#rows > (this.#table.length / ROW) * LOAD) this.#grow();
    return 'first';
  }

  /** Where the row of an id is, or the free one that it would get. */
  #find(first: number, second: number): number {
    const rows = this.#table.length / ROW;
    for (let at = (first ^ second) & (rows - 1); ; at = (at + 1) & (rows - 1)) {
      const row = at * ROW;
      const isFree = this.#table[row + 2] === 0;
      if (isFree || (this.#table[row] === first && this.#table[row + 1] === second)) return row;
    }
  }

  #grow(): void {
    const old = this.#table;
    this.#table = new Uint32Array(old.length * 2);
    for (let row = 0; row < old.length; row += ROW)
      if (old[row + 2] !== 0) this.#table.set(old.subarray(row, row + ROW), this.#find(old[row]!, old[row + 1]!));
  }
}
