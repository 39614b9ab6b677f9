// What became of a file that is no longer under its name.
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { FilePlace } from '../disk/checkpoint.js';
import { Tail, idOf } from './tail.js';

/** The rest of a file, and where it stands. */
export interface Rest {
  /** Followed under the file's former name, so that a later run finds it as this one did. */
  readonly tail: Tail;
  readonly path: string;
}

/**
 * What a file that is no longer under its name became: it, under another name in its folder, or a copy of it, where it
 * was copied and then emptied. Open, at the given place; null where there is no such file. `isKnown` tells which to
 * pass over.
 */
export async function findRest(place: FilePlace, isKnown: (id: string) => boolean): Promise<Rest | null> {
  const folder = dirname(resolve(place.path));
  const names = await readdir(folder).catch(() => []);
  const candidates = await Promise.all(
    names.map(async (name) => {
      const path = join(folder, name);
      const stats = await stat(path, { bigint: true }).catch(() => null);
      return stats?.isFile() === true
        ? { path, id: idOf(stats), isNamesake: name.startsWith(basename(place.path)) }
        : null;
    }),
  );
  const isSame = ({ id }: { id: string }): boolean => id === place.id;
  const likely = candidates
    .filter((candidate) => candidate !== null)
    .filter((candidate) => !isKnown(candidate.id) && (isSame(candidate) || (candidate.isNamesake && place.offset > 0)))
    .sort((a, b) => Number(isSame(b)) - Number(isSame(a)));
  for (const { path } of likely) {
    const tail = await Tail.open(path, place.path).catch(() => null);
    if (tail === null) continue;
    if (await tail.resume(place).catch(() => false)) return { tail, path };
    await tail.close();
  }
  return null;
}
