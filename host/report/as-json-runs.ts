// What a report knows of single runs as JSON: what fails now and is fixed, jobs, minions, states.
import { splitStateName } from '../core/salt.js';
import type { Broken, Cause } from './broken.js';
import { cellAt } from './cells.js';
import { type ReportData, STATE_KINDS } from './data.js';
import type { Failing, JobData, KindCounts, RunData } from './data-runs.js';
import { nameOf } from './tables.js';
import { isChangedInEveryRun } from './words-runs.js';

/** States of runs that are written one by one; of further runs the counts alone. */
const MAX_STATES = 20_000;

/** States on minions that fail, or are fixed, that are written. */
const MAX_FAILING = 5_000;

const isoOf = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

const milliseconds = (ms: number | null): number | null => (ms === null ? null : Math.round(ms * 1000) / 1000);

const countsOf = (counts: KindCounts): object => Object.fromEntries(STATE_KINDS.map((kind, at) => [kind, counts[at]]));

/** The members of a report that tell of single runs, each made when it is called for. `docs/report.md` has them. */
export function runsJson(data: ReportData, broken: Broken): Readonly<Record<string, () => object>> {
  const minionOf = (minion: number): string => nameOf(data.minions, minion, '(others)');
  const textAt = (number: number): string => data.texts[number] ?? '';
  const member = (name: string, text: string): object => (text === '' ? {} : { [name]: text });
  const stateOf = (state: number): object => {
    const [name, sls] = data.stateNames[state]!;
    const { fun, id } = splitStateName(name);
    return { state_name: name, function: fun, state_id: id, sls: nameOf(data.slses, sls, '(others)') };
  };
  const failingOf = (row: Failing): object => ({
    minion_id: minionOf(row.minion),
    ...stateOf(row.state),
    since: isoOf(row.sinceMs),
    since_jid: row.sinceJid,
    times: row.times,
    last: isoOf(row.lastMs),
    jid: row.lastJid,
    last_success: isoOf(row.goodMs),
    comment: textAt(row.comment),
    ...member('reason', textAt(row.reason)),
    ...member('changes', textAt(row.changes)),
    ...(row.isFollower
      ? { caused_by: row.causes.filter((state) => state > 0).map((state) => data.stateNames[state]![0]) }
      : {}),
    ...(row.causeTexts.length > 0 ? { caused_by_text: row.causeTexts.map(textAt) } : {}),
    ...(row.fixedMs === null ? {} : { fixed: isoOf(row.fixedMs), fixed_jid: row.fixedJid }),
  });
  const causeOf = ({ state, text, failing, followers, minions, sinceMs, times }: Cause): object => ({
    ...(state === null ? { not_in_return: text } : stateOf(state)),
    minions: minions.length,
    since: isoOf(sinceMs),
    times,
    failing: failing.map(failingOf),
    followers: followers.map((row) => ({ minion_id: minionOf(row.minion), ...stateOf(row.state), times: row.times })),
  });
  let room = MAX_STATES;
  const statesOf = (run: RunData): object => {
    if (run.plan === null) return run.outcomes === '' && run.error >= 0 ? {} : { states_left_out: true };
    if (run.outcomes.length > room) return { states_left_out: true };
    room -= run.outcomes.length;
    const details = new Map(run.details.map(([at, comment, changes, ...causes]) => [at, { comment, changes, causes }]));
    return {
      states: data.plans[run.plan]!.map((state, at) => {
        const { outcome, startMs, durationMs } = cellAt(run, at);
        const { comment = -1, changes = -1, causes = [] } = details.get(at) ?? {};
        return {
          ...stateOf(state),
          outcome,
          start_ms: milliseconds(startMs),
          duration_ms: milliseconds(durationMs),
          ...member('comment', textAt(comment)),
          ...member('changes', textAt(changes)),
          ...(causes.length > 0 ? { caused_by: causes.map((cause) => data.stateNames[cause]![0]) } : {}),
        };
      }),
    };
  };
  const runOf = (run: RunData): object => ({
    minion_id: minionOf(run.minion),
    time: isoOf(run.atMs),
    duration_ms: milliseconds(run.durationMs),
    ...countsOf(run.counts),
    followers: run.followers,
    ...(run.error < 0 ? {} : { [run.isRefused ? 'refused' : 'compile_error']: textAt(run.error) }),
    ...statesOf(run),
  });
  const jobOf = (job: JobData): object => ({
    jid: job.jid,
    fun: job.fun,
    sls: job.sls,
    time: isoOf(job.atMs),
    duration_ms: job.durationMs,
    asked: job.asked,
    answered: job.answered,
    silent: job.silentCount,
    silent_minions: job.silent.map(minionOf),
    ...countsOf(job.counts),
    followers: job.followers,
    compile_errors: job.errors,
    refused_runs: job.refused,
    runs: job.runs.map(runOf),
  });
  const { failing, fixed, jobs, runs, states, isNowUncertain, isStatesCut } = data.runsLeftOut;
  return {
    failing_now: () => ({
      causes: broken.causeStates,
      followers: broken.followerStates,
      failed_roots: broken.causeCount,
      failed_followers: broken.followerCount,
      minions: broken.minionCount,
      ...(failing > 0 ? { left_out: failing } : {}),
      ...(isNowUncertain ? { uncertain: true } : {}),
      ...(broken.causes.length > MAX_FAILING ? { more: true } : {}),
      rows: broken.causes.slice(0, MAX_FAILING).map(causeOf),
    }),
    fixed: () => ({ total: broken.fixed.length + fixed, rows: broken.fixed.map(failingOf) }),
    jobs: () => ({
      total: data.jobs.length,
      ...(jobs > 0 ? { left_out: jobs } : {}),
      ...(runs > 0 ? { runs_without_states: runs } : {}),
      rows: data.jobs.map(jobOf),
    }),
    minions: () => ({
      total: data.minionRows.length,
      rows: data.minionRows.map((row) => ({
        minion_id: minionOf(row.minion),
        last_seen: isoOf(row.seenMs),
        last_run: isoOf(row.runMs),
        last_run_jid: row.runJid,
        last_success: isoOf(row.goodMs),
        last_success_jid: row.goodJid,
        runs: row.runs,
        ...countsOf(row.counts),
        compile_errors: row.errors,
        refused_runs: row.refused,
        silent_jobs: row.silentJobs,
        silent_since: isoOf(row.silentMs),
      })),
    }),
    states_seen: () => ({
      total: data.stateRows.length,
      ...(states > 0 ? { left_out: states } : {}),
      ...(isStatesCut ? { more: true } : {}),
      rows: data.stateRows.map((row) => ({
        ...stateOf(row.state),
        ...countsOf(row.counts),
        followers: row.followers,
        minions: row.minions,
        total_ms: milliseconds(row.totalMs),
        longest_ms: milliseconds(row.maxMs),
        longest: row.timed === 0 ? null : { minion_id: minionOf(row.maxMinion), jid: row.maxJid },
        changed_in_every_run: isChangedInEveryRun(row),
      })),
    }),
  };
}
