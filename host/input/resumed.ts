// Files read with a memory: what an earlier run delivered is passed over.
import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import type { FilePlace } from '../disk/checkpoint.js';
import { type EventLine, type InputWatcher, readEvents } from './files.js';

/**
 * Lines of a file in portions, each to be read to the end before the next, and the place behind the last that was read.
 */
export interface PlacedFile {
  readonly portions: AsyncIterable<Iterable<EventLine>>;
  /** The place behind the lines that were taken so far; null before the first. */
  place(): FilePlace | null;
}

/** What people are told of a file that was read before. */
export interface PlaceWatcher extends InputWatcher {
  /** It is the file of the place: what stands before that was passed over. */
  readonly onPassed: (place: FilePlace) => void;
  /** Behind the place there is more. */
  readonly onMore: (place: FilePlace) => void;
  /** It is another file: all of it comes. */
  readonly onOther: () => void;
}

/** The file does not hold what the place says. */
class OtherFile extends Error {}

const fingerprintOf = (line: EventLine): string => createHash('sha256').update(line.bytes).digest('hex').slice(0, 32);

/** How places of one file for one purpose are known; other records or another store are another purpose. */
export function placeId(file: string, purpose: readonly unknown[]): string {
  return createHash('sha256')
    .update(JSON.stringify([resolve(file), ...purpose]))
    .digest('hex')
    .slice(0, 32);
}

/**
 * The lines of `file` behind `former`. The file is read from its beginning, as it may be compressed, but what stands
 * before the place is not looked at. Where another line stands at the place, or none, the file is another one: all its
 * lines come.
 */
export function placedFile(file: string, id: string, former: FilePlace | undefined, watcher: PlaceWatcher): PlacedFile {
  let current: FilePlace | null = null;
  let isUnreadable = false;
  const noting: InputWatcher = {
    ...watcher,
    onError: (error) => {
      isUnreadable = true;
      watcher.onError(error);
    },
  };

  function* behind(lines: Iterable<EventLine>, place: FilePlace | undefined): Generator<EventLine> {
    for (const line of lines) {
      if (place !== undefined && line.end <= place.offset) {
        if (line.end === place.offset && fingerprintOf(line) === place.fingerprint) {
          current = place;
          watcher.onPassed(place);
        }
        continue;
      }
      if (place !== undefined && current === null) throw new OtherFile();
      if (place !== undefined && current === place) watcher.onMore(place);
      const next = { id, path: file, offset: line.end, lines: line.number, fingerprint: fingerprintOf(line) };
      yield line;
      current = next; // asked for the next one: this one is done with
    }
  }

  async function* portionsBehind(place: FilePlace | undefined): AsyncGenerator<Iterable<EventLine>> {
    for await (const lines of readEvents([file], noting)) yield behind(lines, place);
    if (place !== undefined && current === null && !isUnreadable) throw new OtherFile();
  }

  async function* portions(): AsyncGenerator<Iterable<EventLine>> {
    if (former !== undefined) {
      try {
        // What is passed over yields nothing, so a portion can be read here up to its first line without harm.
        for await (const lines of portionsBehind(former)) yield begun(lines);
        return;
      } catch (error) {
        if (!(error instanceof OtherFile)) throw error;
        watcher.onOther();
      }
    }
    yield* portionsBehind(undefined);
  }

  /** The same lines, the first of them read already: an `OtherFile` shows here. */
  function begun(lines: Iterable<EventLine>): Iterable<EventLine> {
    const iterator = lines[Symbol.iterator]();
    let first: IteratorResult<EventLine> | null = iterator.next();
    return {
      [Symbol.iterator]: () => ({
        next: () => {
          const next = first ?? iterator.next();
          first = null;
          return next;
        },
      }),
    };
  }

  return { portions: portions(), place: () => current };
}
