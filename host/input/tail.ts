// One file that grows: its new lines, and whether it is still the file that was opened.
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import type { FilePlace } from '../disk/checkpoint.js';
import { fingerprintOf, readSpan } from './fingerprint.js';
import type { EventLine } from './files.js';
import { type Line, type LinePlace, LineSplitter, MAX_LINE_BYTES } from '../core/lines.js';

/** Bytes read at a time. */
const CHUNK_BYTES = 1024 * 1024;

/** Bytes read at a time where the last line's beginning is looked for. */
const BACK_BYTES = 64 * 1024;

/** `O_NONBLOCK`: the open of a pipe that nobody writes to would wait for ever, and the end of the process with it. */
const READ = constants.O_RDONLY | constants.O_NONBLOCK;

const LINE_FEED = 0x0a;
const BEGINNING: LinePlace = { offset: 0, lines: 0 };
const GZIP = Buffer.from([0x1f, 0x8b]);
const ZSTD = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);

/** Which file it is, whatever its name: `DEVICE:INODE`. */
export function idOf({ dev, ino }: { readonly dev: bigint; readonly ino: bigint }): string {
  return `${dev}:${ino}`;
}

/** Where the last line begins that has no end yet; the end of the file where there is none. */
async function lastLineStart(file: FileHandle, size: number): Promise<number> {
  for (let end = size; end > 0; end -= BACK_BYTES) {
    const start = Math.max(0, end - BACK_BYTES);
    const at = (await readSpan(file, start, end)).lastIndexOf(LINE_FEED);
    if (at >= 0) return start + at + 1;
  }
  return 0;
}

/** An open file. It stays open when the file gets another name or is removed, so that its rest can be read. */
export class Tail {
  readonly id: string;
  /** The name it is followed under. */
  readonly path: string;
  /** Since when the file has had no name that is followed; null while it has one. */
  nameless: { readonly sinceMs: number } | null = null;
  readonly #file: FileHandle;
  #splitter = new LineSplitter();
  #place: LinePlace = BEGINNING;
  #told: FilePlace | null = null;
  #readTo = 0;
  #mark = '';
  #looked: { size: bigint; mtimeNs: bigint } | null = null;

  private constructor(file: FileHandle, id: string, path: string) {
    this.#file = file;
    this.id = id;
    this.path = path;
  }

  /**
   * The file at `path`, to be read from its beginning, as `name`. Rejects with Node's error where it cannot be opened
   * or is no regular file. With `isNoLink` the name of a link is refused (`ELOOP`); folders on the way may be links.
   */
  static async open(path: string, name = path, isNoLink = false): Promise<Tail> {
    const file = await open(path, isNoLink ? READ | constants.O_NOFOLLOW : READ);
    try {
      const stats = await file.stat({ bigint: true });
      if (!stats.isFile()) throw new Error('is no regular file');
      return new Tail(file, idOf(stats), name);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** Goes to a place of an earlier run, unless what stands before it is not what was read then: false. */
  async resume({ offset, lines, fingerprint }: FilePlace): Promise<boolean> {
    const { size } = await this.#file.stat();
    if (size < offset || (await fingerprintOf(this.#file, offset)) !== fingerprint) return false;
    await this.#startAt({ offset, lines });
    return true;
  }

  /** Goes to the end: to the beginning of the last line, where that is not complete. */
  async toEnd(): Promise<void> {
    const { size } = await this.#file.stat();
    await this.#startAt({ offset: await lastLineStart(this.#file, size), lines: 0 });
  }

  /** Whether it begins as gzip or zstd does: nothing that grows by lines. */
  async isCompressed(): Promise<boolean> {
    const first = await readSpan(this.#file, 0, ZSTD.length);
    return first.equals(ZSTD) || first.subarray(0, GZIP.length).equals(GZIP);
  }

  /** Whether it was emptied, and maybe filled anew, since it was read (copytruncate). */
  async isReplaced(): Promise<boolean> {
    const { size, mtimeNs } = await this.#file.stat({ bigint: true });
    if (this.#looked?.size === size && this.#looked.mtimeNs === mtimeNs) return false;
    this.#looked = { size, mtimeNs };
    return size < BigInt(this.#readTo) || (await fingerprintOf(this.#file, this.#readTo)) !== this.#mark;
  }

  /** Goes back to the beginning. */
  async restart(): Promise<void> {
    await this.#startAt(BEGINNING);
  }

  /** The lines that are complete by now, in portions: each to be read to the end before the next is asked for. */
  async *read(): AsyncGenerator<Iterable<EventLine>> {
    const { size } = await this.#file.stat();
    if (size <= this.#readTo) return;
    while (this.#readTo < size) {
      const chunk = await readSpan(this.#file, this.#readTo, Math.min(size, this.#readTo + CHUNK_BYTES));
      if (chunk.length === 0) break; // emptied just now; the next look sees it
      this.#readTo += chunk.length;
      yield this.#noted(this.#splitter.push(chunk));
    }
    this.#mark = await fingerprintOf(this.#file, this.#readTo);
  }

  /** The last line, where it has no end: to be asked for when none can come any more. */
  rest(): Iterable<EventLine> {
    return this.#noted(this.#splitter.end());
  }

  /** The place behind the last line whose successor was asked for, with the fingerprint of when that was read. */
  async place(): Promise<FilePlace> {
    const { offset, lines } = this.#place;
    if (this.#told?.offset !== offset)
      this.#told = {
        id: this.id,
        path: this.path,
        offset,
        lines,
        fingerprint: await fingerprintOf(this.#file, offset),
      };
    return this.#told;
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  *#noted(lines: Iterable<Line>): Generator<EventLine> {
    for (const line of lines) {
      yield { ...line, file: this.path };
      this.#place = { offset: line.end, lines: line.number };
    }
  }

  async #startAt(place: LinePlace): Promise<void> {
    this.#place = place;
    this.#told = null;
    this.#splitter = new LineSplitter(MAX_LINE_BYTES, place);
    this.#readTo = place.offset;
    this.#mark = await fingerprintOf(this.#file, place.offset);
    this.#looked = null;
    await this.place();
  }
}
