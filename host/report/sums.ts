// Sums of each minion and of each state: one row each, of as many as have a number.
import { type Missing } from './expected.js';
import { STATE_KINDS, type StateKind } from './data.js';
import type { MinionData, StateData } from './data-runs.js';

type Mutable<Row> = { -readonly [Member in keyof Row]: Row[Member] };

interface MinionSum extends Omit<Mutable<MinionData>, 'counts'> {
  readonly counts: number[];
}

const later = (a: number | null, b: number | null): boolean => b === null || (a !== null && a >= b);

/** What each minion did. */
export class Minions {
  readonly #sums = new Map<number, MinionSum>();

  /** A return of any job. */
  seen(minion: number, atMs: number | null): void {
    const sum = this.#of(minion);
    if (later(atMs, sum.seenMs)) sum.seenMs = atMs;
  }

  /** A state run that gave states. */
  ran(minion: number, counts: readonly number[], atMs: number | null, jid: string): void {
    const sum = this.#of(minion);
    sum.runs++;
    counts.forEach((count, kind) => (sum.counts[kind]! += count));
    if (later(atMs, sum.runMs)) [sum.runMs, sum.runJid] = [atMs, jid];
    const isGood = counts[STATE_KINDS.indexOf('failed')] === 0;
    if (isGood && later(atMs, sum.goodMs)) [sum.goodMs, sum.goodJid] = [atMs, jid];
  }

  /** A state run that gave none. */
  stopped(minion: number, isRefused: boolean): void {
    this.#of(minion)[isRefused ? 'refused' : 'errors']++;
  }

  /** One row each. `missing`: who did not return in which job. */
  rows(missing: Iterable<Missing>): MinionData[] {
    for (const { minion, atMs } of missing) {
      const sum = this.#of(minion);
      if (atMs === null || (sum.seenMs !== null && atMs < sum.seenMs)) continue;
      sum.silentJobs++;
      if (sum.silentMs === null || atMs < sum.silentMs) sum.silentMs = atMs;
    }
    return [...this.#sums.values()];
  }

  #of(minion: number): MinionSum {
    let sum = this.#sums.get(minion);
    if (sum === undefined) {
      sum = {
        ...{ minion, seenMs: null, runMs: null, runJid: '', goodMs: null, goodJid: '' },
        ...{ runs: 0, counts: STATE_KINDS.map(() => 0), errors: 0, refused: 0, silentJobs: 0, silentMs: null },
      };
      this.#sums.set(minion, sum);
    }
    return sum;
  }
}

interface StateSum extends Omit<Mutable<StateData>, 'counts'> {
  readonly counts: number[];
}

/** What became of each state. */
export class States {
  readonly #sums = new Map<number, StateSum>();

  add(state: number, kind: StateKind, isFollower: boolean, isNewMinion: boolean): void {
    const sum = this.#of(state);
    sum.counts[STATE_KINDS.indexOf(kind)]!++;
    if (isFollower) sum.followers++;
    if (isNewMinion) sum.minions++;
  }

  took(state: number, ms: number, minion: number, jid: string): void {
    const sum = this.#of(state);
    sum.totalMs += ms;
    sum.timed++;
    if (ms >= sum.maxMs) [sum.maxMs, sum.maxMinion, sum.maxJid] = [ms, minion, jid];
  }

  /** At most `max` rows: those that take the longest together, and those that changed most often. */
  rows(max: number): StateData[] {
    const all = [...this.#sums.values()];
    if (all.length <= max) return all;
    const changed = STATE_KINDS.indexOf('changed');
    const slow = all.toSorted((a, b) => b.totalMs - a.totalMs).slice(0, max / 2);
    const often = all.toSorted((a, b) => b.counts[changed]! - a.counts[changed]!).slice(0, max / 2);
    return [...new Set([...slow, ...often])];
  }

  get size(): number {
    return this.#sums.size;
  }

  #of(state: number): StateSum {
    let sum = this.#sums.get(state);
    if (sum === undefined) {
      sum = {
        ...{ state, counts: STATE_KINDS.map(() => 0), followers: 0, minions: 0 },
        ...{ totalMs: 0, timed: 0, maxMs: 0, maxMinion: 0, maxJid: '' },
      };
      this.#sums.set(state, sum);
    }
    return sum;
  }
}
