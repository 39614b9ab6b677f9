// All followed files: new ones, renamed ones, emptied ones; their lines in the order in which they were written.
//
// By polling, not by inotify: a poll compares what is there with what is open, so nothing can be missed between two
// names of a file, it works on every file system, and at the pace of Salt's events a few `stat` a second cost nothing.
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Checkpoint, FilePlace, Move } from '../disk/checkpoint.js';
import { codeOf, reasonOf } from '../core/error.js';
import type { EventLine } from './files.js';
import { Names } from './patterns.js';
import { findRest } from './renamed.js';
import { Tail } from './tail.js';

/** How long a renamed file is read on: a writer that had it open may still write its last line. */
const RENAMED_MS = 5000;

/** What the watcher gives. */
export type Step =
  /** Complete lines of a file, to be read to the end before the next step. */
  | { readonly kind: 'lines'; readonly tail: Tail; readonly lines: Iterable<EventLine> }
  /** Places that changed although no line came. */
  | { readonly kind: 'moves'; readonly moves: readonly Move[] }
  /** All that is there was given; the next look is some time away. */
  | { readonly kind: 'idle' };

/** How files are watched. */
export interface WatchOptions {
  /** Where files begin that are there at the start and have no place in the checkpoint. */
  readonly from: 'start' | 'end';
  readonly pollMs: number;
  /** Ends the watching. */
  readonly stop: AbortSignal;
  /** Told in one line without its end: files that are missing, rotated, emptied. */
  readonly onNote: (note: string) => void;
  /** Files that this run writes; a glob that matches them does not mean them. */
  readonly own?: readonly string[];
}

/** The files that are open, and how they change. */
export class Watcher {
  readonly #names: Names;
  readonly #checkpoint: Checkpoint;
  readonly #options: WatchOptions;
  readonly #tails = new Map<string, Tail>();
  readonly #passedOver = new Set<string>();
  readonly #unreadable = new Map<string, string>();
  /** Places of the last run whose files have not been found yet. */
  #former: Map<string, FilePlace>;
  #isFirstLook = true;

  constructor(patterns: readonly string[], checkpoint: Checkpoint, options: WatchOptions) {
    this.#names = new Names(patterns, options.onNote, options.own);
    this.#checkpoint = checkpoint;
    this.#options = options;
    this.#former = new Map(checkpoint.places.map((place) => [place.id, place]));
  }

  /** Steps until `stop`; nothing is read ahead of what is asked for. */
  async *steps(): AsyncGenerator<Step> {
    const { stop, pollMs } = this.#options;
    try {
      while (!stop.aborted) {
        yield* this.#look();
        let isBusy = false;
        for (const tail of [...this.#tails.values()]) {
          for await (const step of this.#follow(tail)) {
            // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- it may be aborted while a step is awaited
            if (stop.aborted) return;
            isBusy ||= step.kind === 'lines';
            yield step;
          }
        }
        if (isBusy) continue;
        yield { kind: 'idle' };
        await sleep(pollMs, undefined, { signal: stop }).catch(() => undefined);
      }
    } finally {
      for (const tail of this.#tails.values()) await tail.close();
      this.#tails.clear();
    }
  }

  /** Opens what is new, and notes what has no name any more. */
  async *#look(): AsyncGenerator<Step> {
    const found = await this.#names.look();
    const present = new Set(found.map(({ id }) => id));
    for (const tail of this.#tails.values()) {
      if (present.has(tail.id)) tail.nameless = null;
      else tail.nameless ??= { sinceMs: Date.now() };
    }
    for (const id of this.#passedOver) if (!present.has(id)) this.#passedOver.delete(id);
    yield* this.#openRenamed(present);
    for (const { id, path, isMatched } of found) {
      if (this.#tails.has(id) || this.#passedOver.has(id)) continue;
      try {
        yield* this.#open(path, isMatched);
      } catch (error) {
        if (codeOf(error) !== 'ENOENT') this.#noteOnce(path, `cannot be read: ${reasonOf(error)}; trying again`); // else renamed just now
      }
    }
    this.#isFirstLook = false;
  }

  /**
   * At the first look: files of the last run that were renamed since, before those that stand under their names now.
   */
  async *#openRenamed(present: ReadonlySet<string>): AsyncGenerator<Step> {
    for (const place of [...this.#former.values()]) {
      if (present.has(place.id)) continue;
      this.#former.delete(place.id);
      const rest = await findRest(place, (id) => this.#tails.has(id) || (id !== place.id && this.#former.has(id)));
      if (rest === null) {
        const what = `the file that was read to byte ${place.offset} is gone; what it held beyond that cannot be read`;
        this.#options.onNote(`${place.path}: ${what}`);
        yield { kind: 'moves', moves: [{ id: place.id, isGone: true }] };
      } else if (rest.path === resolve(place.path)) {
        await rest.tail.close(); // it stands where it stood; this run was not asked for it, and its place is kept
      } else {
        this.#options.onNote(`${place.path}: was renamed to ${rest.path}; reading its rest first`);
        rest.tail.nameless = { sinceMs: Date.now() };
        this.#tails.set(rest.tail.id, rest.tail);
      }
    }
  }

  async *#open(path: string, isMatched: boolean): AsyncGenerator<Step> {
    const tail = await Tail.open(path, path, isMatched);
    const { id } = tail;
    const former = this.#former.get(id);
    this.#former.delete(id);
    if (await tail.isCompressed()) {
      this.#options.onNote(`${path}: is compressed; passed over (\`saltflat replay\` reads it)`);
      this.#passedOver.add(id);
      await tail.close();
      return;
    }
    const isResumed = former !== undefined && (await tail.resume(former));
    if (former !== undefined && !isResumed) yield* this.#readCopy(former, 'is not the file that was read before');
    if (former === undefined && this.#isFirstLook && this.#options.from === 'end' && !this.#checkpoint.isResumed)
      await tail.toEnd();
    this.#tails.set(id, tail);
    this.#unreadable.delete(path);
    if (!isResumed) yield { kind: 'moves', moves: [await tail.place()] };
  }

  #noteOnce(path: string, what: string): void {
    if (this.#unreadable.get(path) === what) return;
    this.#unreadable.set(path, what);
    this.#options.onNote(`${path}: ${what}`);
  }

  /** What has come to one file. */
  async *#follow(tail: Tail): AsyncGenerator<Step> {
    if (await tail.isReplaced()) {
      const isCopied = yield* this.#readCopy(await tail.place(), 'was emptied');
      if (!isCopied) yield { kind: 'lines', tail, lines: tail.rest() };
      await tail.restart();
      yield { kind: 'moves', moves: [await tail.place()] };
    }
    for await (const lines of tail.read()) yield { kind: 'lines', tail, lines };
    if (tail.nameless === null || Date.now() - tail.nameless.sinceMs < RENAMED_MS) return;
    yield* this.#close(tail);
  }

  /** A file that will not grow any more: its last line may lack its end. */
  async *#close(tail: Tail): AsyncGenerator<Step> {
    yield { kind: 'lines', tail, lines: tail.rest() };
    this.#tails.delete(tail.id);
    await tail.close();
    yield { kind: 'moves', moves: [{ id: tail.id, isGone: true }] };
  }

  /** The rest of a file that was emptied, from the copy that was made of it; returns whether there is one. */
  async *#readCopy(place: FilePlace, what: string): AsyncGenerator<Step, boolean> {
    const copy = place.offset === 0 ? null : await findRest(place, (id) => id === place.id || this.#tails.has(id));
    const rest =
      copy === null ? 'reading it from its beginning' : `reading the rest from ${copy.path}, then its beginning`;
    this.#options.onNote(`${place.path}: ${what}; ${rest}`);
    if (copy === null) return false;
    const { tail } = copy;
    this.#tails.set(tail.id, tail);
    for await (const lines of tail.read()) yield { kind: 'lines', tail, lines };
    yield* this.#close(tail);
    return true;
  }
}
