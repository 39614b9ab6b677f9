// The time axis of a report: few enough bins to draw and to keep, however long the time is.

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Widths of a bin. Each is a multiple of the one before, so that bins can be joined; beyond the last it doubles. */
// prettier-ignore
const WIDTHS_MS: readonly number[] = [
  SECOND, 5 * SECOND, 15 * SECOND, MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR,
  DAY, 7 * DAY, 28 * DAY, 364 * DAY,
];

/** No more bins than this. */
export const MAX_BINS = 96;

/** Fewer bins than this are not joined to save room. */
const ENOUGH_BINS = 24;

/**
 * Bins of one width, that grows with the time between the first and the last event. Bin `n` begins at `n * widthMs`.
 */
export class Axis {
  #width = 0;
  #first = Infinity;
  #last = -Infinity;
  #knownMs: number | null = null;
  #knownBin: number | null = null;
  readonly #listeners: ((factor: number) => void)[] = [];

  /** Has `listener` called whenever bins that were given so far are to be divided by `factor`, rounding down. */
  onCoarser(listener: (factor: number) => void): void {
    this.#listeners.push(listener);
  }

  get widthMs(): number {
    return WIDTHS_MS[this.#width] ?? WIDTHS_MS.at(-1)! * 2 ** (this.#width - WIDTHS_MS.length + 1);
  }

  get firstBin(): number {
    return this.#first === Infinity ? 0 : this.#first;
  }

  /** How many bins there are from the first to the last. */
  get bins(): number {
    return this.#first === Infinity ? 0 : this.#last - this.#first + 1;
  }

  /**
   * Makes room for a time (milliseconds since 1970), and gives its bin; null stays null. Earlier bins may change by
   * this.
   */
  binOf(ms: number | null): number | null {
    if (ms === this.#knownMs) return this.#knownBin; // all states of a return have one time
    if (ms === null) return null;
    let bin = Math.floor(ms / this.widthMs);
    while (Math.max(this.#last, bin) - Math.min(this.#first, bin) >= MAX_BINS) {
      this.#coarser();
      bin = Math.floor(ms / this.widthMs);
    }
    this.#first = Math.min(this.#first, bin);
    this.#last = Math.max(this.#last, bin);
    [this.#knownMs, this.#knownBin] = [ms, bin];
    return bin;
  }

  /** Joins bins to save room, if there are enough of them. Whether it did. */
  coarsen(): boolean {
    if (this.bins <= ENOUGH_BINS) return false;
    this.#coarser();
    return true;
  }

  #coarser(): void {
    const before = this.widthMs;
    this.#width++;
    const factor = this.widthMs / before;
    [this.#knownMs, this.#knownBin] = [null, null];
    this.#first = Math.floor(this.#first / factor);
    this.#last = Math.floor(this.#last / factor);
    for (const listener of this.#listeners) listener(factor);
  }
}

/** A bin after bins were joined. */
export const coarser = (bin: number | null, factor: number): number | null =>
  bin === null ? null : Math.floor(bin / factor);
