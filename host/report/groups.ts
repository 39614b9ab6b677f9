// The most frequent, or the slowest, of any number of states: a sketch that is exact until there are too many different
// ones.
import type { Axis } from './axis.js';
import { type Group, OTHERS, type Occasion, type Remark } from './data.js';
import { MAX_COMMENT, bounded } from './bounded.js';
import { Places, type Where } from './places.js';

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

interface Kept {
  /** Its number in places. */
  readonly number: number;
  count: number;
  missed: number;
  totalMs: number;
  maxMs: number;
  longest: Occasion;
  last: Occasion;
  readonly comments: Remark[];
  readonly minions: Set<number>;
  unplaced: number;
}

/** Different minions of a group that are counted. */
const MAX_MINIONS = 1000;
/** How many more groups than its limit are taken before the rest goes. */
const SPARE = 4;

/** The groups that keep their cells before all others: those that tables show. */
const SHOWN = 20;

/**
 * Groups by name. When there are four times as many as the limit, only so many stay, and what comes back later may have
 * missed as many as the most frequent of those that went (a batch form of Metwally's Space-Saving: nothing that makes
 * up more than 1 in `limits.groups` is ever lost). When cells have no room, bins are joined, then groups far down lose
 * theirs.
 */
export class Groups {
  readonly #groups = new Map<string, Kept>();
  readonly #axis: Axis;
  readonly #limits: Limits;
  readonly #rank: Rank;
  #numbers = 0;
  readonly #places: Places;
  #isFull = false;
  #floor = 0;
  #leastMs = -Infinity;
  #dropped = 0;

  constructor(axis: Axis, rank: Rank, limits: Limits) {
    this.#axis = axis;
    this.#rank = rank;
    this.#limits = limits;
    this.#places = new Places(limits.cells);
    axis.onCoarser((factor) => {
      this.#isFull = false;
      this.#places.rebuild(() => true, factor);
    });
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
        number: this.#numbers++,
        count: 0,
        missed: this.#floor,
        totalMs: 0,
        maxMs: 0,
        longest: occasion,
        last: occasion,
        comments: [],
        minions: new Set(),
        unplaced: 0,
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
    this.#place(group, occasion.minion, sls, commentNumber, occasion.atMs, ms ?? 0);
  }

  #place(group: Kept, minion: number, sls: number, comment: number, atMs: number | null, ms: number): void {
    const where: Where = { group: group.number, minion, sls, comment, bin: this.#axis.binOf(atMs) };
    if (this.#places.addTo(where, ms)) return;
    if (this.#places.isFull && !this.#makeRoom()) {
      group.unplaced++;
      return;
    }
    const bin = this.#axis.binOf(atMs); // bins may have been joined
    this.#places.put({ ...where, bin }, { count: 1, totalMs: ms, maxMs: ms });
  }

  #makeRoom(): boolean {
    const enough = this.#limits.cells / 2;
    while (this.#places.size > enough && this.#axis.coarsen());
    if (this.#places.size <= enough) return true;
    if (this.#isFull) return false;
    const sums = new Map<number, { rows: number; count: number }>();
    for (const { group, count } of this.#places.rows()) {
      const sum = sums.get(group) ?? { rows: 0, count: 0 };
      sums.set(group, { rows: sum.rows + 1, count: sum.count + count });
    }
    const emptied = new Set<number>();
    let size = this.#places.size;
    for (const [, group] of this.#ranked().slice(SHOWN).reverse()) {
      if (size <= enough) break;
      const { rows, count } = sums.get(group.number) ?? { rows: 0, count: 0 };
      group.unplaced += count;
      size -= rows;
      emptied.add(group.number);
    }
    this.#places.rebuild((group) => !emptied.has(group));
    this.#isFull = this.#places.size > this.#limits.cells * 0.9;
    return !this.#isFull;
  }

  #ranked(): [string, Kept][] {
    const most = ({ count, missed, maxMs }: Kept): number => (this.#rank === 'count' ? count + missed : maxMs);
    return [...this.#groups].sort(([, a], [, b]) => most(b) - most(a));
  }

  #prune(): void {
    const gone = new Set<number>();
    for (const [name, { number, count, missed, maxMs }] of this.#ranked().slice(this.#limits.groups)) {
      this.#floor = Math.max(this.#floor, count + missed);
      this.#leastMs = Math.max(this.#leastMs, maxMs);
      gone.add(number);
      this.#groups.delete(name);
      this.#dropped++;
    }
    this.#places.rebuild((group) => !gone.has(group));
    this.#isFull = false;
  }

  /** The groups, the most frequent or the slowest first. `minionOf`, `slsOf`: the number that cells have for one. */
  groups(minionOf: (minion: number) => number, slsOf: (sls: number) => number): Group[] {
    while (this.#groups.size > this.#limits.groups) this.#prune();
    const cells = new Map<number, (number | null)[][]>();
    for (const { group, minion, sls, bin, comment, count, totalMs, maxMs } of this.#places.rows()) {
      const row = [minionOf(minion), slsOf(sls), bin, comment, count, round(totalMs), round(maxMs)];
      const rows = cells.get(group);
      if (rows === undefined) cells.set(group, [row]);
      else rows.push(row);
    }
    return this.#ranked().map(([name, { number, minions, ...rest }]) => ({
      name,
      ...rest,
      totalMs: round(rest.totalMs),
      minions: minions.size,
      isMoreMinions: minions.size >= MAX_MINIONS || minions.has(OTHERS),
      cells: cells.get(number) ?? [],
    }));
  }
}

const round = (ms: number): number => Math.round(ms * 1000) / 1000;

/** The number of a comment in its group, which keeps it if there is room; `ANOTHER` if not. */
function commentIn({ comments }: Kept, { comment: fullComment, reason: fullReason }: Remark): number {
  const [comment, reason] = [bounded(fullComment, MAX_COMMENT), bounded(fullReason, MAX_COMMENT)];
  const known = comments.findIndex((each) => each.comment === comment && each.reason === reason);
  if (known >= 0) return known;
  return comments.length < MAX_COMMENTS ? comments.push({ comment, reason }) - 1 : ANOTHER;
}
