// Records of the files that share an id and are not the same: forged, or of runs that nothing tells apart.
import type { Expected } from './expected.js';

/** A record under whose id another one came before. */
export interface Differing {
  readonly kind: 'differing';
  readonly expected: Expected;
  /** The first one of that id. */
  readonly first: Expected;
}

/** Those among the records of a bucket, each content once; equal records are none. */
export function differingIn(records: readonly Expected[]): Differing[] {
  const firsts = new Map<string, { readonly first: Expected; readonly contents: Set<number> }>();
  const found: Differing[] = [];
  for (const expected of records) {
    const known = firsts.get(expected.id);
    if (known === undefined) firsts.set(expected.id, { first: expected, contents: new Set([expected.content]) });
    else if (!known.contents.has(expected.content)) {
      known.contents.add(expected.content);
      found.push({ kind: 'differing', expected, first: known.first });
    }
  }
  return found;
}
