// Two jobs, or all that ran up to two times, beside each other. The page calls this, too.
import { type Outcome, cellAt, isFailure } from './cells.js';
import type { ReportData } from './data.js';
import type { JobData, RunData } from './data-runs.js';

/**
 * What is compared: a job by its number in `jobs`; or each state's last run before a time, in milliseconds since 1970.
 */
export type Side = { readonly job: number } | { readonly untilMs: number };

/** What became of a state on a minion from one side to the other. */
export const FATES = ['newly_failing', 'still_failing', 'fixed', 'newly_changed', 'slower'] as const;
export type Fate = (typeof FATES)[number];

/** One state on one minion. */
export interface Difference {
  readonly minion: number;
  readonly state: number;
  readonly before: Outcome | null;
  readonly after: Outcome;
  readonly beforeMs: number | null;
  readonly afterMs: number | null;
}

/**
 * All differences of each fate; how many states on minions both sides have; whether runs without states were in the
 * way.
 */
export interface Comparison {
  readonly differences: Readonly<Record<Fate, readonly Difference[]>>;
  readonly inBoth: number;
  readonly isCut: boolean;
}

export const hasStates = ({ runs }: JobData): boolean => runs.some(({ plan }) => plan !== null);

/**
 * The newest job with states, and the one before it that ran the same, if there is one on all its minions; any before
 * it where none did. Null where there are no two.
 */
export function usualSides({ jobs }: ReportData): readonly [before: Side, after: Side] | null {
  const isLike = (one: JobData, other: JobData): boolean => one.fun === other.fun && one.sls === other.sls;
  const [newest, ...older] = [...jobs.keys()].filter((at) => hasStates(jobs[at]!));
  if (newest === undefined || older.length === 0) return null;
  const alike = older.filter((at) => isLike(jobs[at]!, jobs[newest]!));
  const minionsOf = (at: number): Set<number> => new Set(jobs[at]!.runs.map(({ minion }) => minion));
  const wanted = minionsOf(newest);
  const isWhole = (at: number): boolean => {
    const minions = minionsOf(at);
    return [...wanted].every((minion) => minions.has(minion));
  };
  return [{ job: alike.find(isWhole) ?? alike[0] ?? older[0]! }, { job: newest }];
}

interface Last {
  readonly outcome: Outcome;
  readonly durationMs: number | null;
}

/** A state is slower where it takes at least twice as long, and a second more. */
const SLOWER = 2;
const SLOWER_MS = 1000;

/** Minion and state as one key; states have smaller numbers than this. */
const STATES = 1 << 15;

const isRun = (outcome: Outcome): boolean => outcome !== 'skipped' && outcome !== 'would_change';

function sideOf(data: ReportData, side: Side): { states: Map<number, Last>; isCut: boolean } {
  const states = new Map<number, Last>();
  let isCut = false;
  const take = (run: RunData): void => {
    if (run.plan === null) {
      isCut ||= run.error < 0;
      return;
    }
    data.plans[run.plan]!.forEach((state, at) => {
      const { outcome, durationMs } = cellAt(run, at);
      if ('untilMs' in side && !isRun(outcome)) return;
      states.set(run.minion * STATES + state, { outcome, durationMs });
    });
  };
  if ('job' in side) data.jobs[side.job]?.runs.forEach(take);
  else
    data.jobs
      .flatMap(({ runs }) => runs)
      .filter(({ atMs }) => atMs !== null && atMs < side.untilMs)
      .sort((a, b) => a.atMs! - b.atMs!)
      .forEach(take);
  return { states, isCut };
}

function fateOf(before: Last | undefined, after: Last): Fate | null {
  const wasFailing = before !== undefined && isFailure(before.outcome);
  if (isFailure(after.outcome)) return wasFailing ? 'still_failing' : 'newly_failing';
  if (!isRun(after.outcome)) return null;
  if (wasFailing) return 'fixed';
  if (after.outcome === 'changed' && before !== undefined && before.outcome !== 'changed') return 'newly_changed';
  const [beforeMs, afterMs] = [before?.durationMs ?? null, after.durationMs];
  const isSlower =
    beforeMs !== null && afterMs !== null && afterMs >= beforeMs * SLOWER && afterMs - beforeMs >= SLOWER_MS;
  return isSlower ? 'slower' : null;
}

/** What became of each state on each minion. */
export function compare(data: ReportData, from: Side, to: Side): Comparison {
  const [before, after] = [sideOf(data, from), sideOf(data, to)];
  const differences: Record<Fate, Difference[]> = {
    ...{ newly_failing: [], still_failing: [], fixed: [], newly_changed: [], slower: [] },
  };
  let inBoth = 0;
  for (const [key, now] of after.states) {
    const then = before.states.get(key);
    if (then !== undefined) inBoth++;
    const fate = fateOf(then, now);
    if (fate === null) continue;
    differences[fate].push({
      ...{ minion: Math.floor(key / STATES), state: key % STATES, before: then?.outcome ?? null, after: now.outcome },
      ...{ beforeMs: then?.durationMs ?? null, afterMs: now.durationMs },
    });
  }
  return { differences, inBoth, isCut: before.isCut || after.isCut };
}
