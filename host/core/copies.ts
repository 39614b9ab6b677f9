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

/** A text with its length, so that no two texts together are what two others are. */
function addText(hash: number, text: string): number {
  hash = Math.imul(hash ^ text.length, FNV_PRIME);
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), FNV_PRIME);
  return hash;
}

/** What stands before each kind of value. */
const TEXT = 0x10001;
const NUMBER = 0x10002;
const LIST = 0x10003;
const OBJECT = 0x10004;
const END = 0x10005;
const WORDS = { null: 0x10006, true: 0x10007, false: 0x10008 };

const float = new Float64Array(1);
const halves = new Uint32Array(float.buffer);

const add = (hash: number, number: number): number => Math.imul(hash ^ number, FNV_PRIME);

function addValue(hash: number, value: unknown): number {
  if (typeof value === 'string') return addText(add(hash, TEXT), value);
  if (typeof value === 'number') {
    float[0] = value + 0; // as JSON has it, -0 is 0
    return add(add(add(hash, NUMBER), halves[0]!), halves[1]!);
  }
  if (typeof value !== 'object' || value === null) return add(hash, WORDS[`${value as boolean | null}`]);
  if (Array.isArray(value)) {
    hash = add(hash, LIST);
    for (const each of value) hash = addValue(hash, each);
    return add(hash, END);
  }
  hash = add(hash, OBJECT);
  for (const name in value) hash = addValue(addText(hash, name), (value as Readonly<Record<string, unknown>>)[name]);
  return add(hash, END);
}

/** Whether an `event_id` says it, or it is when the master heard of the record, which is another at each master. */
const isOfId = (name: string): boolean =>
  name === '_stamp' ||
  name === 'event_id' ||
  name === 'state_name' ||
  name === 'minion_id' ||
  name === 'jid' ||
  name === 'fun' ||
  name === 'event_type';

/**
 * The hash of what a plain record says besides its `event_id`. By its values, in their order: a space more between
 * them, or another way to write a number, makes no difference.
 */
export function recordHash(record: Readonly<Record<string, unknown>>): number {
  let hash = OFFSET_BASIS;
  // `for in`: it makes no list, and JSON.parse no members but own ones.
  for (const name in record) if (!isOfId(name)) hash = addValue(addText(hash, name), record[name]);
  return hash >>> 0 || 1;
}

/** The same of bytes, in pieces. */
export function bytesHash(pieces: readonly Uint8Array[]): number {
  let hash = OFFSET_BASIS;
  for (const piece of pieces) for (let at = 0; at < piece.length; at++) hash = Math.imul(hash ^ piece[at]!, FNV_PRIME);
  return hash >>> 0 || 1;
}

/** The number that eight hexadecimal digits say, in lower case as the module writes them. */
function eightDigits(id: string, from: number): number {
  let number = 0;
  for (let at = from; at < from + 8; at++) {
    const code = id.charCodeAt(at);
    number = (number << 4) | (code < 0x3a ? code - 0x30 : code - 0x57);
  }
  return number >>> 0;
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
    const [first, second] = [eightDigits(id, 0), eightDigits(id, 8)];
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
