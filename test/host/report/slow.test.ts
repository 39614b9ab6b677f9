// Which jobs of a report were slow.
import type { JobData, RunData } from '../../../build/host/report/data-runs.js';
import { slowJobs } from '../../../build/host/report/slow.js';

const RUN: RunData = {
  ...{ minion: 0, atMs: 0, durationMs: null, counts: [], followers: 0, plan: null, outcomes: '', times: '' },
  ...{ details: [], isDetailCut: false, error: -1, isRefused: false },
};

const jobOf = (durationMs: number | null, sls = 'web', runs: readonly number[] = []): JobData => ({
  ...{ jid: String(durationMs), fun: 'state.apply', sls, atMs: 0, durationMs, asked: 3, answered: 3 },
  ...{ silentCount: 0, silent: [], counts: [], followers: 0, errors: 0, refused: 0 },
  runs: runs.map((ms, minion) => ({ ...RUN, minion, durationMs: ms })),
});

const slowOf = (jobs: readonly JobData[]): unknown[] =>
  slowJobs(jobs).map(({ job, usualMs, longest }) => [job.durationMs, usualMs, longest?.minion ?? null]);

it('are those that took at least twice as long as is usual for the same, and a second more', () => {
  const usual = [9000, 10_000, 11_000, null].map((ms) => jobOf(ms));
  expect(slowOf([...usual, jobOf(46_000, 'web', [1000, 42_000, 7000])])).toEqual([[46_000, 10_000, 1]]);
  expect(slowOf([...usual, jobOf(19_000)])).toEqual([]);
  expect(slowOf([...usual, jobOf(46_000, 'db')])).toEqual([]);
  expect(slowOf([100, 110, 120, 900].map((ms) => jobOf(ms)))).toEqual([]);
});

it('are none where too few ran the same', () => {
  expect(slowOf([jobOf(1000), jobOf(1000), jobOf(90_000)])).toEqual([]);
});
