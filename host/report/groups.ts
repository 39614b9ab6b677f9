// The most frequent, or the slowest, of any number of states: a sketch that is exact until there are too many different ones.
import { type Axis, coarser } from './axis.js';
import { type Group, OTHERS, type Occasion, type Remark } from './data.js';
import { bounded } from './bounded.js';

/** What one group is kept for: happening often, or taking long. */
export type Rank = 'count' | 'longest';

/** How much is kept. */
export interface Limits {
  /** Groups that are kept at least; up to four times as many while reading. */
  readonly groups: number;
  /** Cells of all groups together. */
  readonly cells: number;
  /** Characters of a name. */
  readonly name: number;
}

/** Different comments of a group. */
const MAX_COMMENTS = 5;
/** Characters of a comment. */
const MAX_COMMENT = 1000;
/** The place of a comment that is not kept. */
const ANOTHER = -1;

/** One thing that happened. */
export interface Happening {
  readonly name: string;
  readonly sls: number;
  readonly occasion: Occasion;
  readonly remark?: Remark;
  /** Milliseconds; null where there is none. */
  readonly ms: number | null;
}

interface Cell {
  readonly minion: number;
  readonly sls: number;
  bin: number | null;
  readonly comment: number;
  count: number;
  totalMs: number;
  maxMs: number;
}

interface Kept {
  count: number;
  missed: number;
  totalMs: number;
  maxMs: number;
  longest: Occasion;
  last: Occasion;
  readonly comments: Remark[];
  readonly minions: Set<number>;
  unplaced: number;
  cells: Map<string, Cell>;
}

const keyOf = ({ minion, sls, bin, comment }: Omit<Cell, 'count' | 'totalMs' | 'maxMs'>): string =>
  `${minion},${sls},${bin ?? ''},${comment}`;

/** Different minions of a group that are counted. */
const MAX_MINIONS = 1000;
/** How many more groups than its limit are taken before the rest goes. */
const SPARE = 4;

/** The groups that keep their cells before all others: those that tables show. */
const SHOWN = 20;

/**
 * Groups by name. When there are four times as many as the limit, only so many stay, and what comes back later may have
 * missed as many as the most frequent of those that went (a batch form of Metwally's Space-Saving: nothing that makes up
 * more than 1 in `limits.groups` is ever lost). When cells have no room, bins are joined, then groups far down lose theirs.
 */
export class Groups {
  readonly #groups = new Map<string, Kept>();
  readonly #axis: Axis;
  readonly #limits: Limits;
  readonly #rank: Rank;
  #cells = 0;
  #isFull = false;
  #floor = 0;
  #leastMs = -Infinity;
  #dropped = 0;

  constructor(axis: Axis, rank: Rank, limits: Limits) {
    this.#axis = axis;
    this.#rank = rank;
    this.#limits = limits;
    axis.onCoarser((factor) => this.#joinBins(factor));
  }

  /** How many groups went. One that came back and went again counts twice. */
  get dropped(): number {
    return this.#dropped;
  }

  add({ name: fullName, sls, occasion, remark, ms }: Happening): void {
    const name = bounded(fullName, this.#limits.name);
    let group = this.#groups.get(name);
    if (group === undefined) {
      if (this.#rank === 'longest' && (ms ?? 0) <= this.#leastMs) {
        this.#floor ||= 1; // it would go at once
        return;
      }
      if (this.#groups.size >= this.#limits.groups * SPARE) this.#prune();
      group = {
        count: 0,
        missed: this.#floor,
        totalMs: 0,
        maxMs: 0,
        longest: occasion,
        last: occasion,
        comments: [],
        minions: new Set(),
        unplaced: 0,
        cells: new Map(),
      };
      this.#groups.set(name, group);
    }
    group.count++;
    if (ms !== null) {
      group.totalMs += ms;
      if (ms > group.maxMs) {
        group.maxMs = ms;
        group.longest = occasion;
      }
    }
    if ((occasion.atMs ?? -Infinity) >= (group.last.atMs ?? -Infinity)) group.last = occasion;
    if (group.minions.size < MAX_MINIONS) group.minions.add(occasion.minion);
    const commentNumber = remark === undefined ? ANOTHER : commentIn(group, remark);
    this.#place(group, { minion: occasion.minion, sls, comment: commentNumber }, occasion.atMs, ms ?? 0);
  }

  #place(group: Kept, where: Pick<Cell, 'minion' | 'sls' | 'comment'>, atMs: number | null, ms: number): void {
    let at = { ...where, bin: this.#axis.binOf(atMs) };
    const cell = group.cells.get(keyOf(at));
    if (cell !== undefined) {
      addTo(cell, 1, ms, ms);
      return;
    }
    if (this.#cells >= this.#limits.cells && !this.#makeRoom()) {
      group.unplaced++;
      return;
    }
    at = { ...at, bin: this.#axis.binOf(atMs) };
    const same = group.cells.get(keyOf(at)); // bins may have been joined
    if (same !== undefined) addTo(same, 1, ms, ms);
    else {
      group.cells.set(keyOf(at), { ...at, count: 1, totalMs: ms, maxMs: ms });
      this.#cells++;
    }
  }

  #makeRoom(): boolean {
    const enough = this.#limits.cells / 2;
    while (this.#cells > enough && this.#axis.coarsen());
    if (this.#cells <= enough) return true;
    if (this.#isFull) return false;
    for (const [, group] of this.#ranked().slice(SHOWN).reverse()) {
      if (this.#cells <= enough) break;
      for (const { count } of group.cells.values()) group.unplaced += count;
      this.#cells -= group.cells.size;
      group.cells.clear();
    }
    this.#isFull = this.#cells > this.#limits.cells * 0.9;
    return !this.#isFull;
  }

  #joinBins(factor: number): void {
    this.#cells = 0;
    this.#isFull = false;
    for (const group of this.#groups.values()) {
      const cells = new Map<string, Cell>();
      for (const cell of group.cells.values()) {
        cell.bin = coarser(cell.bin, factor);
        const same = cells.get(keyOf(cell));
        if (same === undefined) cells.set(keyOf(cell), cell);
        else addTo(same, cell.count, cell.totalMs, cell.maxMs);
      }
      group.cells = cells;
      this.#cells += cells.size;
    }
  }

  #ranked(): [string, Kept][] {
    const most = ({ count, missed, maxMs }: Kept): number => (this.#rank === 'count' ? count + missed : maxMs);
    return [...this.#groups].sort(([, a], [, b]) => most(b) - most(a));
  }

  #prune(): void {
    for (const [name, { count, missed, maxMs, cells }] of this.#ranked().slice(this.#limits.groups)) {
      this.#floor = Math.max(this.#floor, count + missed);
      this.#leastMs = Math.max(this.#leastMs, maxMs);
      this.#cells -= cells.size;
      this.#groups.delete(name);
      this.#dropped++;
    }
    this.#isFull = false;
  }

  /** The groups, the most frequent or the slowest first. `minionOf`, `slsOf`: the number that cells have for one. */
  groups(minionOf: (minion: number) => number, slsOf: (sls: number) => number): Group[] {
    while (this.#groups.size > this.#limits.groups) this.#prune();
    return this.#ranked().map(([name, { cells, minions, ...rest }]) => ({
      name,
      ...rest,
      totalMs: round(rest.totalMs),
      minions: minions.size,
      isMoreMinions: minions.size >= MAX_MINIONS || minions.has(OTHERS),
      cells: [...cells.values()].map(({ minion, sls, bin, comment, count, totalMs, maxMs }) => [
        minionOf(minion),
        slsOf(sls),
        bin,
        comment,
        count,
        round(totalMs),
        round(maxMs),
      ]),
    }));
  }
}

const round = (ms: number): number => Math.round(ms * 1000) / 1000;

function addTo(cell: Cell, count: number, totalMs: number, maxMs: number): void {
  cell.count += count;
  cell.totalMs += totalMs;
  cell.maxMs = Math.max(cell.maxMs, maxMs);
}

/** The number of a comment in its group, which keeps it if there is room; `ANOTHER` if not. */
function commentIn({ comments }: Kept, { comment: fullComment, reason: fullReason }: Remark): number {
  const [comment, reason] = [bounded(fullComment, MAX_COMMENT), bounded(fullReason, MAX_COMMENT)];
  const known = comments.findIndex((each) => each.comment === comment && each.reason === reason);
  if (known >= 0) return known;
  return comments.length < MAX_COMMENTS ? comments.push({ comment, reason }) - 1 : ANOTHER;
}
