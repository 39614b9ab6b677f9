// Two jobs, or all that ran up to two times, as JSON.
import { readMoment } from '../core/filter.js';
import { splitStateName } from '../core/salt.js';
import { type Difference, FATES, type Side, compare, hasStates } from './compare.js';
import type { ReportData } from './data.js';
import { nameOf } from './tables.js';

/** States on minions of each fate that are written. */
const MAX_ROWS = 5_000;

const isoOf = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

const milliseconds = (ms: number | null): number | null => (ms === null ? null : Math.round(ms * 1000) / 1000);

/**
 * What `text` names: a job by its jid, or a time as `--since` takes it, seen from `nowMs`; null where it is neither.
 */
export function sideNamed(data: ReportData, text: string, nowMs: number): Side | null {
  const job = data.jobs.findIndex((each) => each.jid === text && hasStates(each));
  if (job >= 0) return { job };
  const moment = readMoment(text, nowMs);
  return moment === null ? null : { untilMs: moment.ms };
}

/**
 * What became of each state from one side to the other; null where there are no two. `docs/report.md` has the members.
 */
export function compareJson(data: ReportData, sides: readonly [before: Side, after: Side] | null): object | null {
  if (sides === null) return null;
  const sideOf = (side: Side): object => {
    if ('untilMs' in side) return { until: isoOf(side.untilMs) };
    const { jid, fun, sls, atMs } = data.jobs[side.job]!;
    return { jid, fun, sls, time: isoOf(atMs) };
  };
  const rowOf = ({ minion, state, before, after, beforeMs, afterMs }: Difference): object => {
    const [name, sls] = data.stateNames[state]!;
    const { fun, id } = splitStateName(name);
    return {
      ...{ minion_id: nameOf(data.minions, minion, '(others)'), state_name: name, function: fun, state_id: id },
      ...{ sls: nameOf(data.slses, sls, '(others)'), before, after },
      ...{ before_ms: milliseconds(beforeMs), after_ms: milliseconds(afterMs) },
    };
  };
  const { differences, inBoth, isCut } = compare(data, ...sides);
  const [before, after] = sides.map(sideOf);
  return {
    ...{ before, after, in_both: inBoth },
    ...(isCut ? { states_left_out: true } : {}),
    ...Object.fromEntries(
      FATES.map((fate) => [
        fate,
        { total: differences[fate].length, rows: differences[fate].slice(0, MAX_ROWS).map(rowOf) },
      ]),
    ),
  };
}
