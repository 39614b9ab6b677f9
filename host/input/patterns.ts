// Which files are meant: names and globs turned into what is there now.
import { lstat, realpath, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { glob, isDynamicPattern } from 'tinyglobby';
import { codeOf, reasonOf } from '../core/error.js';
import { isUnfinished } from '../disk/durable.js';
import { idOf } from './tail.js';

/** A file that is there. */
export interface Found {
  readonly id: string;
  readonly path: string;
  readonly mtimeMs: number;
  /** A glob matched it, and nobody named it. Then whoever may write to the folder chose it: no link is followed. */
  readonly isMatched: boolean;
}

/** How long the names that a glob matched are taken for granted, so that a large folder is not read at every look. */
const GLOB_EVERY_MS = 1000;

/** How often links that a glob matches are looked for, only to tell of them. */
const LINKS_EVERY_MS = 60_000;

const GLOB = { absolute: true, dot: true, expandDirectories: false } as const;

/** Names and globs, looked up again and again. */
export class Names {
  readonly #patterns: readonly string[];
  readonly #onNote: (note: string) => void;
  readonly #noted = new Map<string, string>();
  readonly #own: ReadonlySet<string>;
  #matched: readonly string[] = [];
  #matchedMs = 0;
  #linksMs = 0;

  /**
   * `onNote` is told of a name that is not there, or no file, or not to be had: once, until that changes. `own`: files
   * that are written here; a glob that matches them would have the run read what it writes, without end.
   */
  constructor(patterns: readonly string[], onNote: (note: string) => void, own: readonly string[] = []) {
    this.#patterns = patterns;
    this.#onNote = onNote;
    this.#own = new Set(own.map((path) => resolve(path)));
  }

  /** The files there are, each once, the one that was written to last at the end. */
  async look(): Promise<Found[]> {
    const found = new Map<string, Found>();
    for (const { path, isMatched } of await this.#names()) {
      try {
        const stats = await (isMatched ? lstat : stat)(path, { bigint: true });
        if (stats.isFile()) {
          this.#noted.delete(path);
          const id = idOf(stats);
          if (!found.has(id)) found.set(id, { id, path, mtimeMs: Number(stats.mtimeMs), isMatched });
        } else this.#note(path, 'is no regular file; passed over (`saltflat replay` reads pipes)');
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

  async #names(): Promise<readonly { readonly path: string; readonly isMatched: boolean }[]> {
    const literal: string[] = [];
    const globs: string[] = [];
    for (const pattern of this.#patterns) (isDynamicPattern(pattern) ? globs : literal).push(pattern);
    if (globs.length > 0 && Date.now() - this.#matchedMs >= GLOB_EVERY_MS) {
      const named = new Set(literal.map((path) => resolve(path)));
      const matched = (await glob(globs, { ...GLOB, followSymbolicLinks: false })).sort();
      this.#matched = matched.filter((path) => !named.has(path) && !this.#isOwn(path));
      this.#matchedMs = Date.now();
      if (this.#matchedMs - this.#linksMs >= LINKS_EVERY_MS)
        await this.#tellOfLinks(globs, new Set([...named, ...matched]));
    }
    return [
      ...literal.map((path) => ({ path, isMatched: false })),
      ...this.#matched.map((path) => ({ path, isMatched: true })),
    ];
  }

  #isOwn(path: string): boolean {
    return this.#own.has(resolve(path)) || isUnfinished(path);
  }

  /** Tells of what the globs match by way of a link, unless it is among `known`. */
  async #tellOfLinks(globs: string[], known: ReadonlySet<string>): Promise<void> {
    for (const path of await glob(globs, GLOB)) {
      if (known.has(path) || known.has(await realpath(path).catch(() => path))) continue;
      this.#note(path, 'is a link, or below one, that a glob matches; passed over: name it to have it followed');
    }
    this.#linksMs = Date.now();
  }
}
