// The files' records beside the store's, in the order of their ids: what is missing, there twice, or there alone.
import { type Differing, differingIn } from './differing.js';
import { BUCKETS, type Buckets, type Expected, firstIdOf } from './expected.js';
import type { Layout } from './fields.js';
import { type Jobs, type Span, type Stored, type Walker, jobFilter } from './stored.js';

/** One difference. */
export type Finding =
  /** The files have it, the store has not. */
  | { readonly kind: 'missing'; readonly expected: Expected }
  /** The files have another record under this id: a store keeps one of them. */
  | Differing
  /** The store has it more than once. */
  | { readonly kind: 'duplicated'; readonly expected: Expected; readonly copies: number; readonly indices: string[] }
  /** The store has it, for a job that the files have; the files have not. */
  | { readonly kind: 'extra'; readonly stored: Stored };

export const FINDING_KINDS = ['missing', 'differing', 'duplicated', 'extra'] as const;

/** How many of each there are. */
export interface Comparison extends Record<Finding['kind'], number> {
  /** Records of the files, each id once. */
  expected: number;
  /** Those of them that the store has, once or more often. */
  found: number;
  /** Documents of these jobs without an id: they can be compared with nothing. */
  nameless: number;
}

/** Nothing compared yet. */
export const noComparison = (): Comparison => ({
  expected: 0,
  found: 0,
  missing: 0,
  differing: 0,
  duplicated: 0,
  extra: 0,
  nameless: 0,
});

/** Whether the store has what the files have, each once and no more, and no two of them are different under one id. */
export const isComplete = ({ missing, differing, duplicated, extra, nameless }: Comparison): boolean =>
  missing + differing + duplicated + extra + nameless === 0;

/** So many records of the files are compared at a time, and held; one bucket may have more. */
const PORTION = 5000;

/** Buckets from `first` to `last`, included. */
interface Portion {
  readonly first: number;
  readonly last: number;
}

function* portionsOf(buckets: Buckets): Generator<Portion> {
  let first = 0;
  let size = 0;
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    size += buckets.count(bucket);
    if (size < PORTION && bucket < BUCKETS - 1) continue;
    yield { first, last: bucket };
    first = bucket + 1;
    size = 0;
  }
}

/**
 * All ids that a portion is compared with: together the portions leave none out, whatever other programs call theirs.
 */
function spanOf({ first, last }: Portion): Span {
  return {
    ...(first > 0 && { from: firstIdOf(first) }),
    ...(last < BUCKETS - 1 && { to: firstIdOf(last + 1) }),
  };
}

/** A record of the files, and where the store has it. */
interface Pair {
  readonly expected: Expected;
  copies: number;
  readonly indices: Set<string>;
}

async function pairsOf(
  buckets: Buckets,
  { first, last }: Portion,
): Promise<{ pairs: Map<string, Pair>; differing: Differing[] }> {
  const pairs = new Map<string, Pair>();
  const differing: Differing[] = [];
  for (let bucket = first; bucket <= last; bucket++) {
    const records = await buckets.read(bucket);
    for (const expected of records)
      if (!pairs.has(expected.id)) pairs.set(expected.id, { expected, copies: 0, indices: new Set() });
    differing.push(...differingIn(records));
  }
  return { pairs, differing };
}

/** The differences, as they are found; `comparison` is added to on the way. */
export async function* compare(
  buckets: Buckets,
  jobs: Jobs,
  walker: Walker,
  layouts: readonly Layout[],
  comparison: Comparison,
): AsyncGenerator<Finding> {
  for (const portion of portionsOf(buckets)) {
    const { pairs, differing } = await pairsOf(buckets, portion);
    comparison.expected += pairs.size;
    comparison.differing += differing.length;
    yield* differing;
    for (const layout of layouts) {
      for await (const stored of walker.walk(layout, jobFilter(jobs, layout), spanOf(portion))) {
        const pair = pairs.get(stored.id);
        if (pair !== undefined) {
          pair.copies += stored.copies;
          for (const index of stored.indices) pair.indices.add(index);
        } else if (stored.jid !== null && jobs.jids.has(stored.jid)) {
          comparison.extra++;
          yield { kind: 'extra', stored };
        }
      }
    }
    for (const { expected, copies, indices } of pairs.values()) {
      if (copies > 0) comparison.found++;
      if (copies === 1) continue;
      const kind = copies === 0 ? 'missing' : 'duplicated';
      comparison[kind]++;
      yield kind === 'missing' ? { kind, expected } : { kind, expected, copies, indices: [...indices].sort() };
    }
  }
  if (jobs.jids.size > 0)
    for (const layout of layouts)
      comparison.nameless += await walker.count({
        bool: {
          filter: [{ exists: { field: layout.jid } }, jobFilter(jobs, layout)],
          must_not: { exists: { field: layout.id } },
        },
      });
}
