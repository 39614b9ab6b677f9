// Jobs that took much longer than others that ran the same. The page calls this.
import type { JobData, RunData } from './data-runs.js';

/** A slow job: what is usual for those that ran the same, and its run that took longest, where that is known. */
export interface SlowJob {
  readonly job: JobData;
  readonly usualMs: number;
  readonly longest: RunData | null;
}

/** A job is slow where it takes at least twice as long as is usual, and a second more. */
const SLOWER = 2;
const SLOWER_MS = 1000;

/** Other jobs that say what is usual, at least. */
const OTHERS = 3;

const sameOf = ({ fun, sls }: JobData): string => `${fun} ${sls}`;

/** The middle one; the lower one of two. */
const medianOf = (sorted: readonly number[]): number => sorted[Math.floor((sorted.length - 1) / 2)]!;

/** In the order of `jobs`. */
export function slowJobs(jobs: readonly JobData[]): SlowJob[] {
  const alike = new Map<string, number[]>();
  for (const job of jobs) {
    if (job.durationMs === null) continue;
    const durations = alike.get(sameOf(job));
    if (durations === undefined) alike.set(sameOf(job), [job.durationMs]);
    else durations.push(job.durationMs);
  }
  for (const durations of alike.values()) durations.sort((a, b) => a - b);
  return jobs.flatMap((job): SlowJob[] => {
    const { durationMs } = job;
    const durations = alike.get(sameOf(job)) ?? [];
    if (durationMs === null || durations.length <= OTHERS) return [];
    // One of the largest: without it the middle is that of the others.
    const usualMs = medianOf(durations.slice(0, -1));
    if (durationMs < usualMs * SLOWER || durationMs - usualMs < SLOWER_MS) return [];
    const longest = job.runs
      .filter((run) => run.durationMs !== null)
      .reduce<RunData | null>((most, run) => (run.durationMs! > (most?.durationMs ?? -1) ? run : most), null);
    return [{ job, usualMs, longest }];
  });
}
