// From a report's data to its tables: all of it, or what a filter leaves. The page calls this too.
import {
  type Group,
  OTHERS,
  type Occasion,
  type Remark,
  type ReportData,
  STATE_KINDS,
  type StateKind,
} from './data.js';

/** How many rows a table has at most. */
export const ROWS = 20;

/** What is looked at. Null: all. Bins are those of the time axis, both included. */
export interface Filter {
  readonly minion: number | null;
  readonly sls: number | null;
  readonly firstBin: number | null;
  readonly lastBin: number | null;
}

export const NO_FILTER: Filter = { minion: null, sls: null, firstBin: null, lastBin: null };

export type Counts = Readonly<Record<StateKind, number>>;

/** One row of the failed states, of the drift, of the errors. */
export interface GroupRow {
  readonly name: string;
  readonly count: number;
  /** How often it may have happened besides. */
  readonly missed: number;
  /** Numbers of SLS files and of minions, the most frequent first, as far as cells tell. */
  readonly slses: readonly number[];
  readonly minions: readonly number[];
  readonly minionCount: number;
  readonly isMoreMinions: boolean;
  /** The most frequent first; null: other comments. */
  readonly comments: readonly { readonly remark: Remark | null; readonly count: number }[];
  readonly last: Occasion;
}

/** One row of the slowest states. */
export interface SlowRow {
  readonly name: string;
  readonly slses: readonly number[];
  readonly maxMs: number;
  readonly meanMs: number;
  readonly count: number;
  /** The longest run; null where the filter leaves only others. */
  readonly longest: Occasion | null;
}

export interface MinionRow {
  readonly minion: number;
  readonly failed: number;
  readonly errors: number;
  readonly states: number;
}

export interface UnansweredRow {
  readonly minion: number;
  /** How many jobs it did not return, and the newest of them. */
  readonly jobs: number;
  readonly last: { readonly jid: string; readonly fun: string; readonly atMs: number | null };
}

/** One bin of the time axis. */
export interface TimeRow {
  readonly fromMs: number;
  readonly toMs: number;
  readonly counts: Counts;
}

/** A table: the first `ROWS` rows, and how many there are. */
export interface Table<Row> {
  readonly rows: readonly Row[];
  /** Rows there are, also those that are not shown. */
  readonly total: number;
  /** Whether there are more than `total`. */
  readonly isMore: boolean;
}

export interface Tables {
  readonly counts: Counts;
  /** All states together. */
  readonly states: number;
  /** State runs that gave no states. */
  readonly errorCount: number;
  readonly failed: Table<GroupRow>;
  readonly minions: Table<MinionRow>;
  readonly slow: Table<SlowRow>;
  readonly times: readonly TimeRow[];
  /** States without a time, which are in no bin. */
  readonly untimed: Counts;
  readonly errors: Table<GroupRow>;
  /** State runs that were refused: how many, and which. */
  readonly refusedCount: number;
  readonly refused: Table<GroupRow>;
  readonly unanswered: Table<UnansweredRow>;
  readonly drift: Table<GroupRow>;
  /** Failures that the filter cannot place: they may be missing from what is shown. */
  readonly unplaced: number;
}

const FIRST_KIND = 3;

function noCounts(): Record<StateKind, number> {
  return Object.fromEntries(STATE_KINDS.map((kind) => [kind, 0])) as Record<StateKind, number>;
}

/**
 * The share of states that did not fail, of those that ran (skipped ones did not); null where none ran, or only failed
 * ones were asked for.
 */
export function successRate(
  data: Pick<ReportData, 'isFailedOnly'>,
  { failed, changed, unchanged, would_change: wouldChange }: Counts,
): number | null {
  if (data.isFailedOnly) return null; // what succeeded was not asked for
  const ran = failed + changed + unchanged + wouldChange;
  return ran === 0 ? null : 1 - failed / ran;
}

const isIn = (filter: Filter, minion: number, sls: number | null, bin: number | null): boolean =>
  (filter.minion === null || filter.minion === minion) &&
  (filter.sls === null || filter.sls === sls) &&
  (filter.firstBin === null || (bin !== null && bin >= filter.firstBin)) &&
  (filter.lastBin === null || (bin !== null && bin <= filter.lastBin));

export const isNoFilter = (filter: Filter): boolean => Object.values(filter).every((value) => value === null);

/** The times that a filter leaves, in milliseconds: from the first, up to the last; null without such an end. */
export const timesOf = (
  { widthMs }: Pick<ReportData, 'widthMs'>,
  { firstBin, lastBin }: Filter,
): [number | null, number | null] => [
  firstBin === null ? null : firstBin * widthMs,
  lastBin === null ? null : (lastBin + 1) * widthMs,
];

function table<Row>(rows: readonly Row[], isMore = false, total = rows.length): Table<Row> {
  return { rows: rows.slice(0, ROWS), total, isMore };
}

/** Keys by their sum, the largest first. */
function ranked<Key>(sums: ReadonlyMap<Key, number>): Key[] {
  return [...sums].sort(([, a], [, b]) => b - a).map(([key]) => key);
}

const addTo = <Key>(sums: Map<Key, number>, key: Key, count: number): void =>
  void sums.set(key, (sums.get(key) ?? 0) + count);

function groupRow(group: Group, filter: Filter): GroupRow | null {
  const slses = new Map<number, number>();
  const minions = new Map<number, number>();
  const comments = new Map<number, number>();
  let placed = 0;
  for (const [minion, sls, bin, comment, count] of group.cells) {
    if (!isIn(filter, minion!, sls!, bin ?? null)) continue;
    placed += count!;
    addTo(slses, sls!, count!);
    addTo(minions, minion!, count!);
    addTo(comments, comment!, count!);
  }
  const { name, missed, last } = group;
  const count = isNoFilter(filter) ? group.count : placed;
  if (count === 0) return null;
  if (isNoFilter(filter) && group.unplaced > 0) addTo(comments, -1, group.unplaced);
  return {
    name,
    count,
    missed,
    last,
    slses: ranked(slses),
    minions: ranked(minions),
    ...(isNoFilter(filter)
      ? { minionCount: group.minions, isMoreMinions: group.isMoreMinions }
      : { minionCount: minions.size, isMoreMinions: minions.has(OTHERS) }),
    comments: ranked(comments).map((at) => ({ remark: group.comments[at] ?? null, count: comments.get(at)! })),
  };
}

function groupTable(groups: readonly Group[], filter: Filter, dropped: number): Table<GroupRow> {
  const rows = groups.map((group) => groupRow(group, filter)).filter((row) => row !== null);
  return table(
    rows.sort((a, b) => b.count - a.count),
    dropped > 0,
  );
}

function slowRow({ name, count, totalMs, maxMs, longest, cells }: Group, filter: Filter): SlowRow | null {
  const slses = new Map<number, number>();
  let runs = 0;
  let total = 0;
  let max = 0;
  for (const [minion, sls, bin, , cellCount, cellTotal, cellMax] of cells) {
    if (!isIn(filter, minion!, sls!, bin ?? null)) continue;
    runs += cellCount!;
    total += cellTotal!;
    max = Math.max(max, cellMax!);
    addTo(slses, sls!, cellCount!);
  }
  if (isNoFilter(filter))
    return { name, slses: ranked(slses), count, maxMs, meanMs: totalMs / Math.max(count, 1), longest };
  if (runs === 0) return null;
  const isLongest = max >= maxMs - 0.001;
  return {
    name,
    slses: ranked(slses),
    count: runs,
    maxMs: max,
    meanMs: total / runs,
    longest: isLongest ? longest : null,
  };
}

function slowTable(groups: readonly Group[], filter: Filter, dropped: number): Table<SlowRow> {
  const rows = groups.map((group) => slowRow(group, filter)).filter((row) => row !== null && row.maxMs > 0);
  return table(
    (rows as SlowRow[]).sort((a, b) => b.maxMs - a.maxMs),
    dropped > 0,
  );
}

function unansweredTable({ unanswered, leftOut }: ReportData, filter: Filter): Table<UnansweredRow> {
  const rows = new Map<number, UnansweredRow>();
  // SLS files are not known of what did not run.
  for (const { minion, cell, jid, fun, atMs, bin } of unanswered) {
    if (!isIn({ ...filter, sls: null }, cell, null, bin)) continue;
    const row = rows.get(minion);
    // The newest come first.
    rows.set(minion, { minion, jobs: (row?.jobs ?? 0) + 1, last: row?.last ?? { jid, fun, atMs } });
  }
  return table(
    [...rows.values()].sort((a, b) => b.jobs - a.jobs),
    leftOut.unanswered > 0,
  );
}

/** The tables of `data`, of what `filter` leaves. */
export function tablesOf(data: ReportData, filter: Filter = NO_FILTER): Tables {
  const counts = noCounts();
  const untimed = noCounts();
  const bins = Array.from({ length: data.bins }, noCounts);
  const minions = new Map<number, { failed: number; errors: number; states: number }>();
  const minionRow = (minion: number): { failed: number; errors: number; states: number } => {
    let row = minions.get(minion);
    if (row === undefined) minions.set(minion, (row = { failed: 0, errors: 0, states: 0 }));
    return row;
  };
  for (const row of data.totals) {
    const [bin = null, minion, sls] = row;
    if (!isIn(filter, minion!, sls!, bin)) continue;
    const ofBin = bin === null ? untimed : bins[bin - data.firstBin]!;
    const ofMinion = minionRow(minion!);
    STATE_KINDS.forEach((kind, at) => {
      const count = row[FIRST_KIND + at]!;
      counts[kind] += count;
      ofBin[kind] += count;
      ofMinion.states += count;
      if (kind === 'failed') ofMinion.failed += count;
    });
  }
  for (const { cells } of data.errors)
    for (const [minion, sls, bin, , count] of cells)
      if (isIn(filter, minion!, sls!, bin ?? null)) minionRow(minion!).errors += count!;

  const { firstBin, widthMs, leftOut } = data;
  const failing = Array.from(minions, ([minion, row]) => ({ minion, ...row }))
    .filter(({ failed, errors }) => failed + errors > 0)
    .sort(
      (a, b) => Number(a.minion === OTHERS) - Number(b.minion === OTHERS) || b.failed + b.errors - a.failed - a.errors,
    );
  const isAll = isNoFilter(filter);
  const sums = data.failing.map(([minion, failed, errors, states]): MinionRow => ({
    minion: minion!,
    failed: failed!,
    errors: errors!,
    states: states!,
  }));
  const errors = groupTable(data.errors, filter, leftOut.errorGroups);
  const isBinIn = (bin: number): boolean =>
    bin >= (filter.firstBin ?? -Infinity) && bin <= (filter.lastBin ?? Infinity);
  return {
    counts,
    untimed,
    errors,
    refusedCount: data.refused.reduce((sum, group) => sum + (groupRow(group, filter)?.count ?? 0), 0),
    refused: groupTable(data.refused, filter, leftOut.refusedGroups),
    states: STATE_KINDS.reduce((sum, kind) => sum + counts[kind], 0),
    errorCount: isAll
      ? data.errors.reduce((sum, { count }) => sum + count, 0)
      : failing.reduce((sum, row) => sum + row.errors, 0),
    failed: groupTable(data.failed, filter, leftOut.failedGroups),
    minions: isAll ? table(sums, leftOut.isMinionsCut, data.failingTotal) : table(failing),
    slow: slowTable(data.slow, filter, leftOut.slowGroups),
    times: bins
      .map((binCounts, at) => ({
        bin: firstBin + at,
        row: { fromMs: (firstBin + at) * widthMs, toMs: (firstBin + at + 1) * widthMs, counts: binCounts },
      }))
      .filter(({ bin }) => isBinIn(bin))
      .map(({ row }) => row),
    unanswered: unansweredTable(data, filter),
    drift: groupTable(data.drift, filter, leftOut.driftGroups),
    unplaced: isAll
      ? 0
      : [data.failed, data.drift, data.errors, data.refused, data.slow]
          .flat()
          .reduce((sum, { unplaced }) => sum + unplaced, 0) + groupsFailures(data),
  };
}

/** Failed states that are in no group any more. */
function groupsFailures(data: ReportData): number {
  if (data.leftOut.failedGroups === 0) return 0;
  const failed = data.totals.reduce((sum, row) => sum + row[FIRST_KIND]!, 0);
  return Math.max(0, failed - data.failed.reduce((sum, { count }) => sum + count, 0));
}

/** The name of a minion or an SLS file by its number. */
export function nameOf(names: readonly string[], number: number, others: string): string {
  return number === OTHERS ? others : names[number]!;
}
