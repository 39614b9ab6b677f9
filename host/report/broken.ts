// What fails now, by its causes, of what a filter leaves; and what is fixed. The page calls this too.
import type { ReportData } from './data.js';
import type { Failing } from './data-runs.js';
import { type Filter, NO_FILTER, timesOf } from './tables.js';
import { NO_TEXT } from './texts.js';

/** A state that fails by itself, on all minions, and what it holds back. */
export interface Cause {
  /** Its number in `stateNames`; null where it is not in the return of those that it holds back. */
  readonly state: number | null;
  /** What Salt calls it where it is not in the return; else empty. */
  readonly text: string;
  /** It on each minion, the newest first. None where it did not fail by itself when it last ran. */
  readonly failing: readonly Failing[];
  /** The states that it holds back, on each minion; how many different ones. */
  readonly followers: readonly Failing[];
  readonly held: number;
  /** Numbers of all these minions. */
  readonly minions: readonly number[];
  /** The first failure of all; how often; the last one. */
  readonly sinceMs: number | null;
  readonly times: number;
  readonly last: Failing;
  /** The failure whose words say why: its own newest one, else the last of what it holds back. */
  readonly told: Failing;
}

/** A state that failed on a minion and is fixed, and how many states it held back there. */
export interface Fixed {
  readonly row: Failing;
  readonly held: number;
}

/** What fails now, and what is fixed. */
export interface Broken {
  /** Those that hold back or are the most, first. */
  readonly causes: readonly Cause[];
  /** Different states that fail by themselves, and those that only fail because others do. */
  readonly causeStates: number;
  readonly followerStates: number;
  /** States on minions, of both. */
  readonly causeCount: number;
  readonly followerCount: number;
  readonly minionCount: number;
  /** Failed and succeeded later; the newest first. */
  readonly fixed: readonly Failing[];
  /** The same without those that such a one held back. */
  readonly fixedRoots: readonly Fixed[];
}

const earliest = (rows: readonly Failing[]): number | null =>
  rows.reduce<number | null>(
    (first, { sinceMs }) => (first === null || (sinceMs ?? first) < first ? sinceMs : first),
    null,
  );

/** The causes of a follower, as keys: states by number, those that are not in the return by what Salt calls them. */
function causesOf({ causes, causeTexts }: Failing, texts: readonly string[]): { state: number | null; text: string }[] {
  const known = causes.filter((state) => state > 0).map((state) => ({ state, text: '' }));
  const others = causeTexts.map((text) => ({ state: null, text: text === NO_TEXT ? '' : texts[text]! }));
  const all = [...known, ...others];
  return all.length > 0 ? all : [{ state: null, text: '' }];
}

/** Those of `fixed` that no other one held back, in that order. */
function rootsOf(fixed: readonly Failing[]): Fixed[] {
  const keyOf = (minion: number, state: number): string => `${minion} ${state}`;
  const held = new Map<string, number>(
    fixed.filter(({ isFollower }) => !isFollower).map(({ minion, state }) => [keyOf(minion, state), 0]),
  );
  const roots = fixed.filter(({ minion, isFollower, causes }) => {
    const keys = isFollower ? causes.map((cause) => keyOf(minion, cause)).filter((key) => held.has(key)) : [];
    for (const key of keys) held.set(key, held.get(key)! + 1);
    return keys.length === 0;
  });
  return roots.map((row) => ({ row, held: row.isFollower ? 0 : held.get(keyOf(row.minion, row.state))! }));
}

/** What fails, of what `filter` leaves: by minion and SLS file, and where the last failure is in the time. */
export function brokenOf(data: ReportData, filter: Filter = NO_FILTER): Broken {
  const [fromMs, toMs] = timesOf(data, filter);
  const isTimed = fromMs !== null || toMs !== null;
  const isIn = ({ minion, state, lastMs }: Failing): boolean =>
    (filter.minion === null || filter.minion === minion) &&
    (filter.sls === null || data.stateNames[state]![1] === filter.sls) &&
    (!isTimed || (lastMs !== null && lastMs >= (fromMs ?? -Infinity) && lastMs < (toMs ?? Infinity)));
  const rows = data.now.filter(isIn);
  const failing = rows.filter(({ fixedMs }) => fixedMs === null);
  const groups = new Map<string, { state: number | null; text: string; failing: Failing[]; followers: Failing[] }>();
  const groupOf = (state: number | null, text: string): { failing: Failing[]; followers: Failing[] } => {
    const key = `${state ?? ''} ${text}`;
    let group = groups.get(key);
    if (group === undefined) groups.set(key, (group = { state, text, failing: [], followers: [] }));
    return group;
  };
  for (const row of failing)
    if (!row.isFollower) groupOf(row.state, '').failing.push(row);
    else for (const { state, text } of causesOf(row, data.texts)) groupOf(state, text).followers.push(row);
  const causes = [...groups.values()].map((group): Cause => {
    const all = [...group.failing, ...group.followers];
    const last = all.reduce((newest, row) => ((row.lastMs ?? 0) > (newest.lastMs ?? 0) ? row : newest));
    return {
      ...group,
      held: new Set(group.followers.map(({ state }) => state)).size,
      minions: [...new Set(all.map(({ minion }) => minion))],
      sinceMs: earliest(all),
      times: Math.max(...all.map(({ times }) => times)),
      last,
      told: group.failing[0] ?? last,
    };
  });
  const weight = ({ failing: roots, followers }: Cause): number => roots.length + followers.length;
  causes.sort(
    (a, b) =>
      Number(a.failing.length === 0) - Number(b.failing.length === 0) ||
      weight(b) - weight(a) ||
      (b.last.lastMs ?? 0) - (a.last.lastMs ?? 0),
  );
  const roots = failing.filter(({ isFollower }) => !isFollower);
  const fixed = rows.filter(({ fixedMs }) => fixedMs !== null).sort((a, b) => (b.fixedMs ?? 0) - (a.fixedMs ?? 0));
  const rootStates = new Set(roots.map(({ state }) => state));
  return {
    causes,
    causeStates: rootStates.size,
    followerStates: new Set(failing.map(({ state }) => state).filter((state) => !rootStates.has(state))).size,
    causeCount: roots.length,
    followerCount: failing.length - roots.length,
    minionCount: new Set(failing.map(({ minion }) => minion)).size,
    ...{ fixed, fixedRoots: rootsOf(fixed) },
  };
}
