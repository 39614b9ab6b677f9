// The event files beside a master's job cache: does the file have every record that the master saw?
import { cut, printable } from '../text/terminal.js';
import { plural } from '../text/words.js';
import { BUCKETS, type Buckets, type Expected } from './expected.js';
import { type Differing, differingIn } from './differing.js';
import { differingNote, jsonOf, tableOf } from './findings.js';

/** How many missing records the table shows. */
const SHOWN = 20;

/** What was compared. */
export interface CacheSubject {
  /** The folder of the job cache. */
  readonly folder: string;
  readonly files: number;
  readonly events: number;
  /** Whether all of both was read. */
  readonly isWhole: boolean;
}

/** What came of it. Records count once an id. */
export interface CacheComparison {
  /** Records of the cache. */
  expected: number;
  /** Those that no file has, and in how many jobs. */
  missing: number;
  /** Records of the files under the id of another one that differs. */
  differing: number;
  readonly jobs: Set<string>;
}

export const noCacheComparison = (): CacheComparison => ({ expected: 0, missing: 0, differing: 0, jobs: new Set() });

type CacheFinding = { readonly kind: 'missing'; readonly expected: Expected } | Differing;

/**
 * The records of the cache that the files do not have, and those of the files that differ under one id; `comparison` is
 * added to on the way.
 */
async function* findingsOf(files: Buckets, cache: Buckets, comparison: CacheComparison): AsyncGenerator<CacheFinding> {
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    const records = await files.read(bucket);
    const differing = differingIn(records);
    comparison.differing += differing.length;
    yield* differing;
    const there = new Set(records.map(({ id }) => id));
    const seen = new Set<string>();
    for (const expected of await cache.read(bucket)) {
      if (seen.has(expected.id)) continue;
      seen.add(expected.id);
      comparison.expected++;
      if (there.has(expected.id)) continue;
      comparison.missing++;
      comparison.jobs.add(expected.jid ?? '');
      yield { kind: 'missing', expected };
    }
  }
}

/**
 * Compares, and gives what is to be said: the first that are missing as a table, or all of them as JSON, a line each.
 */
export async function* compareWithCache(
  files: Buckets,
  cache: Buckets,
  subject: CacheSubject,
  comparison: CacheComparison,
  format: 'table' | 'json',
): AsyncGenerator<Uint8Array> {
  const first: CacheFinding[] = [];
  for await (const finding of findingsOf(files, cache, comparison)) {
    if (format === 'json') yield Buffer.from(`${jsonOf(finding)}\n`);
    else if (first.filter(({ kind }) => kind === finding.kind).length < SHOWN) first.push(finding);
  }
  yield Buffer.from(format === 'json' ? jsonSummaryOf(subject, comparison) : textOf(subject, comparison, first));
}

function jsonSummaryOf({ folder, files, events, isWhole }: CacheSubject, comparison: CacheComparison): string {
  const { expected, missing, differing, jobs } = comparison;
  const found = expected - missing;
  const counts = { files, events, expected, found, missing, jobs_with_missing: jobs.size, differing };
  const complete = isWhole && missing + differing === 0 && expected > 0;
  return `${JSON.stringify({ finding: 'summary', job_cache: folder, ...counts, complete })}\n`;
}

function textOf(subject: CacheSubject, comparison: CacheComparison, first: readonly CacheFinding[]): string {
  const { folder, files, isWhole } = subject;
  const { expected, missing, differing, jobs } = comparison;
  const read = `${plural(expected, 'record')} of ${printable(folder)}, ${plural(files, 'event file')}`;
  const verdict =
    expected === 0
      ? 'nothing to compare: the job cache has no record'
      : missing > 0
        ? `different: the event files lack ${missing} of ${plural(jobs.size, 'job')}`
        : differing > 0
          ? `different: the event files have all, and ${differing} under the id of another one that differs`
          : `complete${isWhole ? '' : ' as far as it could be read'}: the event files have all`;
  const rows = first.map(({ kind, expected: { jid, minion, fun, state, file, line, id } }) =>
    [kind, jid, minion, fun, state, kind === 'missing' ? file : `${file}:${line}`, id].map((cell) =>
      cut(printable(cell ?? ''), 60),
    ),
  );
  const advice =
    'Salt gave these to the job cache and not to the event file: was it held up, full, or not let through by event_return_whitelist?';
  return [
    ...(rows.length === 0 ? [] : [tableOf(rows), '']),
    ...(missing > SHOWN ? [`${missing - SHOWN} more missing: --format json lists all`] : []),
    ...(missing > 0 ? [advice] : []),
    ...(differing > 0 ? [differingNote(differing)] : []),
    `${verdict}; ${read}`,
    '',
  ].join('\n');
}
