// Which files are meant: names and globs turned into what is there now.
import { stat } from 'node:fs/promises';
import { glob, isDynamicPattern } from 'tinyglobby';
import { codeOf, reasonOf } from '../core/error.js';
import { idOf } from './tail.js';

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
