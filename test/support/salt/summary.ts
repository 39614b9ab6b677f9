// Salt's own summary at the end of a state run, and the same numbers from records.
import type { SaltRecord } from '../../../build/host/index.js';

/** How many states, in Salt's words. `unchanged` is what `test=True` would change, `changed` whatever has changes. */
export interface SaltCounts {
  readonly total: number;
  readonly succeeded: number;
  readonly unchanged: number;
  readonly changed: number;
  readonly failed: number;
}

const SUMMARY =
  /^Summary for (\S+)\n-+\nSucceeded: +(\d+)(?: \((.*)\))?\nFailed: +(\d+)\n(?:Warnings: +\d+\n)?-+\nTotal states run: +(\d+)$/gm;

/**
 * The summaries in what Salt printed, those of steps of an orchestration left out, as they stand further to the right.
 */
export function summariesIn(text: string): { readonly minion: string; readonly counts: SaltCounts }[] {
  return [...text.matchAll(SUMMARY)].map(([, minion, succeeded, changes = '', failed, total]) => ({
    minion: minion!,
    counts: {
      total: Number(total),
      succeeded: Number(succeeded),
      unchanged: Number(/unchanged=(\d+)/.exec(changes)?.[1] ?? 0),
      changed: Number(/(?<!un)changed=(\d+)/.exec(changes)?.[1] ?? 0),
      failed: Number(failed),
    },
  }));
}

/** A run of states at one minion: its summary record, and the same numbers in Salt's words. */
export interface Run {
  readonly job: SaltRecord;
  readonly counts: SaltCounts;
}

/** The runs in records that were made with `"summary": true`, those without a state left out. */
export function runsIn(records: readonly SaltRecord[]): Run[] {
  const of = ({ jid, minion_id: minion, _stamp: stamp }: SaltRecord): string => JSON.stringify([jid, minion, stamp]);
  const changed = (run: string): number =>
    records.filter((record) => of(record) === run && Object.keys(record['changes'] ?? {}).length > 0).length;
  return records
    .filter((record) => record.event_type === 'job_return' && record['states'] !== 0)
    .map((job) => ({
      job,
      counts: {
        total: job['states'] as number,
        succeeded: (job['states'] as number) - (job['failed'] as number),
        unchanged: job['would_change'] as number,
        changed: changed(of(job)),
        failed: job['failed'] as number,
      },
    }));
}
