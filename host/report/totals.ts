// How many states of each kind: by minion, SLS file and time, in bounded memory.
import { type Axis, coarser } from './axis.js';
import { OTHERS, STATE_KINDS, type StateKind } from './data.js';

interface Cell {
  bin: number | null;
  minion: number;
  sls: number;
  readonly counts: number[];
}

const FAILED = STATE_KINDS.indexOf('failed');

const keyOf = ({ bin, minion, sls }: Omit<Cell, 'counts'>): string => `${bin ?? ''},${minion},${sls}`;

/**
 * When cells have no room, bins are joined; then the minions, at last the SLS files, with the fewest failures are
 * counted among the others.
 */
export class Totals {
  readonly #axis: Axis;
  readonly #maxCells: number;
  readonly #folded: Readonly<Record<'minion' | 'sls', Set<number>>> = { minion: new Set(), sls: new Set() };
  #cells = new Map<string, Cell>();
  /** The last one that was added to: states of one SLS file come together. */
  #last: { readonly cell: Cell; readonly minion: number; readonly sls: number; readonly atMs: number | null } | null =
    null;

  constructor(axis: Axis, maxCells: number) {
    this.#axis = axis;
    this.#maxCells = maxCells;
    axis.onCoarser((factor) =>
      this.#rebuild((cell) => {
        cell.bin = coarser(cell.bin, factor);
      }),
    );
  }

  /** Whether minions were counted among the others. */
  get isFolded(): boolean {
    return this.#folded.minion.size > 0;
  }

  /** Whether SLS files were. */
  get isSlsFolded(): boolean {
    return this.#folded.sls.size > 0;
  }

  /** The minion's number, or that of the others where it is counted among them. */
  readonly minionOf = (minion: number): number => (this.#folded.minion.has(minion) ? OTHERS : minion);

  /** The SLS file's number, the same way. */
  readonly slsOf = (sls: number): number => (this.#folded.sls.has(sls) ? OTHERS : sls);

  add(kind: StateKind, minion: number, sls: number, atMs: number | null): void {
    const last = this.#last;
    if (last !== null && last.sls === sls && last.minion === minion && last.atMs === atMs) {
      last.cell.counts[STATE_KINDS.indexOf(kind)]!++;
      return;
    }
    let at = { bin: this.#axis.binOf(atMs), minion: this.minionOf(minion), sls: this.slsOf(sls) };
    if (!this.#cells.has(keyOf(at)) && this.#cells.size >= this.#maxCells) {
      this.#makeRoom();
      at = { bin: this.#axis.binOf(atMs), minion: this.minionOf(minion), sls: this.slsOf(sls) };
    }
    let cell = this.#cells.get(keyOf(at));
    if (cell === undefined) this.#cells.set(keyOf(at), (cell = { ...at, counts: STATE_KINDS.map(() => 0) }));
    cell.counts[STATE_KINDS.indexOf(kind)]!++;
    this.#last = { cell, minion, sls, atMs };
  }

  /** Rows of bin, minion, sls, counts. */
  get rows(): (number | null)[][] {
    return [...this.#cells.values()].map(({ bin, minion, sls, counts }) => [bin, minion, sls, ...counts]);
  }

  #makeRoom(): void {
    const enough = this.#maxCells / 2;
    while (this.#cells.size > enough && this.#axis.coarsen());
    for (const member of ['minion', 'sls'] as const) while (this.#cells.size > enough && this.#fold(member));
  }

  /** Counts the half with the fewest failures among the others. Whether there was any. */
  #fold(member: 'minion' | 'sls'): boolean {
    const failures = new Map<number, number>();
    for (const { [member]: number, counts } of this.#cells.values())
      if (number !== OTHERS) failures.set(number, (failures.get(number) ?? 0) + counts[FAILED]!);
    if (failures.size === 0) return false;
    const ranked = [...failures].sort(([, a], [, b]) => b - a);
    for (const [number] of ranked.slice(Math.floor(ranked.length / 2))) this.#folded[member].add(number);
    this.#rebuild((cell) => {
      cell.minion = this.minionOf(cell.minion);
      cell.sls = this.slsOf(cell.sls);
    });
    return true;
  }

  #rebuild(change: (cell: Cell) => void): void {
    this.#last = null;
    const cells = new Map<string, Cell>();
    for (const cell of this.#cells.values()) {
      change(cell);
      const same = cells.get(keyOf(cell));
      if (same === undefined) cells.set(keyOf(cell), cell);
      else cell.counts.forEach((count, kind) => (same.counts[kind]! += count));
    }
    this.#cells = cells;
  }
}

/** How many states failed on each minion, whatever room there is for cells: one row a minion that has a number. */
export class MinionSums {
  readonly #sums = new Map<number, { failed: number; errors: number; states: number }>();

  addState(kind: StateKind, minion: number): void {
    const sum = this.#of(minion);
    sum.states++;
    if (kind === 'failed') sum.failed++;
  }

  addError(minion: number): void {
    this.#of(minion).errors++;
  }

  /** Rows of minion, failed, errors, states, with failures; the most first, the others last. */
  get failing(): number[][] {
    return [...this.#sums]
      .map(([minion, { failed, errors, states }]) => [minion, failed, errors, states])
      .filter(([, failed, errors]) => failed! + errors! > 0)
      .sort((a, b) => Number(a[0] === OTHERS) - Number(b[0] === OTHERS) || b[1]! + b[2]! - a[1]! - a[2]!);
  }

  #of(minion: number): { failed: number; errors: number; states: number } {
    let sum = this.#sums.get(minion);
    if (sum === undefined) this.#sums.set(minion, (sum = { failed: 0, errors: 0, states: 0 }));
    return sum;
  }
}
