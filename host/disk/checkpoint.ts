// How far each file was delivered, kept in a file of its own.
import { readFile } from 'node:fs/promises';
import { replaceDurably } from './durable.js';
import { InputError, OutputError, codeOf, reasonOf } from '../core/error.js';

/** A place in one file. The file is known by `id`, so that a new name (rotation) does not matter. */
export interface FilePlace {
  /** Device and inode: `2049:131`. */
  readonly id: string;
  /** The name it was followed under. */
  readonly path: string;
  /** In bytes: all before was delivered. */
  readonly offset: number;
  /** How many lines stand before it. */
  readonly lines: number;
  /** `fingerprintOf` the file up to the offset. */
  readonly fingerprint: string;
}

/** What moves a checkpoint: a file's new place, or that the file is done with. */
export type Move = FilePlace | { readonly id: string; readonly isGone: true };

const VERSION = 1;

/** Saving takes two disk flushes; where each batch is small, they are put together over this long. */
const SAVE_EVERY_MS = 1000;

function isPlace(value: unknown): value is FilePlace {
  if (typeof value !== 'object' || value === null) return false;
  const { id, path, offset, lines, fingerprint } = value as Record<string, unknown>;
  const isCount = (count: unknown): boolean => Number.isSafeInteger(count) && (count as number) >= 0;
  return [id, path, fingerprint].every((text) => typeof text === 'string') && isCount(offset) && isCount(lines);
}

/** What a checkpoint's file holds. */
interface Saved {
  readonly files: readonly FilePlace[];
  readonly memory?: unknown;
}

function parse(text: string): Saved | null {
  try {
    const { version, files, memory } = JSON.parse(text) as { version?: unknown; files?: unknown; memory?: unknown };
    return version === VERSION && Array.isArray(files) && files.every(isPlace) ? { files, memory } : null;
  } catch {
    return null;
  }
}

/** The places of all files, and the file that keeps them where there is one. */
export class Checkpoint {
  readonly #path: string | undefined;
  readonly #places = new Map<string, FilePlace>();
  #isChanged = true;
  #savedMs = 0;

  /** Whether an earlier run left places: then nothing starts at its end. */
  readonly isResumed: boolean;

  /** What an earlier run left in `remember`; undefined where it left nothing. Whatever the file says: unchecked. */
  readonly memory: unknown;

  /** What else is saved with the places: what was learnt from lines that are not read again. JSON, a few KB. */
  remember: () => unknown = () => undefined;

  private constructor(path: string | undefined, saved: Saved | null) {
    this.#path = path;
    this.isResumed = saved !== null;
    this.memory = saved?.memory;
    for (const place of saved?.files ?? []) this.#places.set(place.id, place);
  }

  /**
   * The checkpoint in `path`, an empty one where that is not there yet; without a path one that lasts as long as the
   * run. Rejects with an `InputError` where the file cannot be read or is something else: to begin anew instead would
   * be silent.
   */
  static async load(path?: string): Promise<Checkpoint> {
    if (path === undefined) return new Checkpoint(path, null);
    let text: string;
    try {
      text = await readFile(path, 'utf8');
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return new Checkpoint(path, null);
      throw new InputError(`--checkpoint ${path}: cannot be read: ${reasonOf(error)}`, codeOf(error), path, error);
    }
    const saved = parse(text);
    if (saved === null) {
      const advice = 'name another file, or move it away to begin anew';
      throw new InputError(`--checkpoint ${path}: is not a checkpoint of saltflat; ${advice}`, 'BAD_CHECKPOINT', path);
    }
    return new Checkpoint(path, saved);
  }

  /** A copy of the list. */
  get places(): readonly FilePlace[] {
    return [...this.#places.values()];
  }

  /** Moves, in memory. */
  move(moves: readonly Move[]): void {
    for (const move of moves) {
      if ('isGone' in move) this.#places.delete(move.id);
      else this.#places.set(move.id, move);
      this.#isChanged = true;
    }
  }

  /** Makes all moves durable. Rejects with an `OutputError`. */
  async save(): Promise<void> {
    if (!this.#isChanged || this.#path === undefined) return;
    try {
      const saved = { version: VERSION, files: this.places, memory: this.remember() };
      await replaceDurably(this.#path, `${JSON.stringify(saved, null, 1)}\n`);
    } catch (error) {
      const message = `--checkpoint ${this.#path}: cannot be written: ${reasonOf(error)}`;
      throw new OutputError(message, codeOf(error), this.#path, error);
    }
    this.#isChanged = false;
    this.#savedMs = Date.now();
  }

  /** `save`, unless that was done a moment ago. */
  async saveNowAndThen(): Promise<void> {
    if (Date.now() - this.#savedMs >= SAVE_EVERY_MS) await this.save();
  }
}
