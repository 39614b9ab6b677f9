// Which files are meant: names and globs turned into what is there now.
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { glob, isDynamicPattern } from 'tinyglobby';
import type { FilePlace } from '../disk/checkpoint.js';
import { codeOf, reasonOf } from '../core/error.js';
import { Tail, idOf } from './tail.js';

/** A file that is there. */
export interface Found {
  readonly id: string;
  readonly path: string;
  readonly mtimeMs: number;
}

/** How long the names that a glob matched are taken for granted, so that a large folder is not read at every look. */
const GLOB_EVERY_MS = 1000;

/** Names and globs, looked up again and again. */
export class Names {
  readonly #patterns: readonly string[];
  readonly #onNote: (note: string) => void;
  readonly #noted = new Map<string, string>();
  #matched: readonly string[] = [];
  #matchedMs = 0;

  /** `onNote` is told of a name that is not there, or no file, or not to be had: once, until that changes. */
  constructor(patterns: readonly string[], onNote: (note: string) => void) {
    this.#patterns = patterns;
    this.#onNote = onNote;
  }

  /** The files there are, each once, the one that was written to last at the end. */
  async look(): Promise<Found[]> {
    const found = new Map<string, Found>();
    for (const path of await this.#names()) {
      try {
        const stats = await stat(path, { bigint: true });
        if (stats.isFile()) {
          this.#noted.delete(path);
          const id = idOf(stats);
          if (!found.has(id)) found.set(id, { id, path, mtimeMs: Number(stats.mtimeMs) });
        } else this.#note(path, 'is no regular file; passed over');
      } catch (error) {
        const isMissing = codeOf(error) === 'ENOENT';
        this.#note(path, isMissing ? 'not there; waiting for it' : `cannot be read: ${reasonOf(error)}; trying again`);
      }
    }
    return [...found.values()].sort((a, b) => a.mtimeMs - b.mtimeMs);
  }

  /** Tells that `path` is not followed, unless that was the last that was told of it. */
  #note(path: string, what: string): void {
    if (this.#noted.get(path) === what) return;
    this.#noted.set(path, what);
    this.#onNote(`${path}: ${what}`);
  }

  async #names(): Promise<readonly string[]> {
    const literal: string[] = [];
    const globs: string[] = [];
    for (const pattern of this.#patterns) (isDynamicPattern(pattern) ? globs : literal).push(pattern);
    if (globs.length > 0 && Date.now() - this.#matchedMs >= GLOB_EVERY_MS) {
      this.#matched = (await glob(globs, { absolute: true, dot: true, expandDirectories: false })).sort();
      this.#matchedMs = Date.now();
    }
    const present = this.#matched.filter((path) => !literal.includes(path));
    return [...literal, ...present];
  }
}

/** The rest of a file, and where it stands. */
export interface Rest {
  /** Followed under the file's former name, so that a later run finds it as this one did. */
  readonly tail: Tail;
  readonly path: string;
}

/**
 * What a file that is no longer under its name became: it, under another name in its folder, or a copy of it, where it was
 * copied and then emptied. Open, at the given place; null where there is no such file. `isKnown` tells which to pass over.
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
