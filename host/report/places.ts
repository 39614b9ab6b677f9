// Where the things that groups count happened: rows of numbers, as there may be tens of thousands, looked up for every
// state.
import { coarser } from './axis.js';

/**
 * Where one thing happened. Numbers of a group, a minion, an SLS file, a comment (from -1); a bin, null without a time.
 */
export interface Where {
  readonly group: number;
  readonly minion: number;
  readonly sls: number;
  readonly comment: number;
  readonly bin: number | null;
}

/** What happened there. */
export interface Sum {
  count: number;
  totalMs: number;
  maxMs: number;
}

/** SLS files and comments have smaller numbers than these, minions than what 31 bits leave them. */
const SLSES = 1 << 13;
const COMMENTS = 1 << 3;

/** A row's place without its group and its bin, one number of 31 bits. */
const spotOf = ({ minion, sls, comment }: Where): number => (minion * SLSES + sls) * COMMENTS + comment + 1;

const FIRST_ROWS = 1 << 8;
/** What has no time. */
const UNTIMED = -Infinity;

/** Rows in the order in which they came, in typed arrays, with a table of hashes beside them. */
export class Places {
  readonly #max: number;
  #groups = new Int32Array(FIRST_ROWS);
  #spots = new Int32Array(FIRST_ROWS);
  #bins = new Float64Array(FIRST_ROWS);
  #counts = new Float64Array(FIRST_ROWS);
  #totals = new Float64Array(FIRST_ROWS);
  #longest = new Float64Array(FIRST_ROWS);
  /** Row and 1, or 0; at most half full. */
  #table = new Int32Array(2 * FIRST_ROWS);
  #size = 0;

  /** `max`: how many rows there may be. */
  constructor(max: number) {
    this.#max = max;
  }

  get size(): number {
    return this.#size;
  }

  get isFull(): boolean {
    return this.#size >= this.#max;
  }

  /** Adds to the row of `where`; whether there is one. */
  addTo(where: Where, ms: number): boolean {
    const row = this.#table[this.#slotOf(where.group, spotOf(where), where.bin ?? UNTIMED)]! - 1;
    if (row < 0) return false;
    this.#sum(row, 1, ms, ms);
    return true;
  }

  /** Makes the row of `where` if there is none, and adds to it. */
  put(where: Where, { count, totalMs, maxMs }: Sum): void {
    this.#put(where.group, spotOf(where), where.bin ?? UNTIMED, count, totalMs, maxMs);
  }

  #put(group: number, spot: number, bin: number, count: number, totalMs: number, maxMs: number): void {
    if (this.#size === this.#groups.length) this.#grow();
    const slot = this.#slotOf(group, spot, bin);
    const known = this.#table[slot]! - 1;
    if (known >= 0) {
      this.#sum(known, count, totalMs, maxMs);
      return;
    }
    const row = this.#size++;
    this.#table[slot] = row + 1;
    this.#groups[row] = group;
    this.#spots[row] = spot;
    this.#bins[row] = bin;
    this.#counts[row] = count;
    this.#totals[row] = totalMs;
    this.#longest[row] = maxMs;
  }

  #sum(row: number, count: number, totalMs: number, maxMs: number): void {
    this.#counts[row]! += count;
    this.#totals[row]! += totalMs;
    if (maxMs > this.#longest[row]!) this.#longest[row] = maxMs;
  }

  /** Where a row is in the table of hashes, or the free slot that it would get. */
  #slotOf(group: number, spot: number, bin: number): number {
    const mask = this.#table.length - 1;
    let hash = Math.imul(group, 0x9e3779b1) ^ Math.imul(spot, 0x85ebca6b) ^ Math.imul(bin, 0xc2b2ae35);
    hash ^= hash >>> 15;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const row = this.#table[slot]! - 1;
      if (row < 0 || (this.#spots[row] === spot && this.#groups[row] === group && this.#bins[row] === bin)) return slot;
    }
  }

  #grow(): void {
    const rows = this.#groups.length * 2;
    const filled = <List extends Int32Array | Float64Array>(list: List, from: ArrayLike<number>): List => {
      list.set(from);
      return list;
    };
    this.#groups = filled(new Int32Array(rows), this.#groups);
    this.#spots = filled(new Int32Array(rows), this.#spots);
    this.#bins = filled(new Float64Array(rows), this.#bins);
    this.#counts = filled(new Float64Array(rows), this.#counts);
    this.#totals = filled(new Float64Array(rows), this.#totals);
    this.#longest = filled(new Float64Array(rows), this.#longest);
    this.#table = new Int32Array(2 * rows);
    for (let row = 0; row < this.#size; row++)
      this.#table[this.#slotOf(this.#groups[row]!, this.#spots[row]!, this.#bins[row]!)] = row + 1;
  }

  /**
   * Leaves those of groups that `isKept` names, with their bins divided by `factor`; those that are the same then are
   * one.
   */
  rebuild(isKept: (group: number) => boolean, factor = 1): void {
    const size = this.#size;
    this.#size = 0;
    this.#table.fill(0);
    // A row is written where it was or before: rows only become fewer.
    for (let row = 0; row < size; row++) {
      const [group, bin] = [this.#groups[row]!, this.#bins[row]!];
      if (!isKept(group)) continue;
      const joined = bin === UNTIMED ? bin : coarser(bin, factor)!;
      this.#put(group, this.#spots[row]!, joined, this.#counts[row]!, this.#totals[row]!, this.#longest[row]!);
    }
  }

  /** All rows, in the order in which they came. */
  *rows(): Generator<Where & Sum> {
    for (let row = 0; row < this.#size; row++) {
      const [spot, bin] = [this.#spots[row]!, this.#bins[row]!];
      const place = Math.floor(spot / COMMENTS);
      yield {
        group: this.#groups[row]!,
        minion: Math.floor(place / SLSES),
        sls: place % SLSES,
        comment: (spot % COMMENTS) - 1,
        bin: bin === UNTIMED ? null : bin,
        count: this.#counts[row]!,
        totalMs: this.#totals[row]!,
        maxMs: this.#longest[row]!,
      };
    }
  }
}
