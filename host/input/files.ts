// From files and stdin to events: opened, decompressed, split into lines, and those into events.
import { type ReadStream, closeSync, constants, createReadStream, openSync, readFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { InputError, codeOf, reasonOf } from '../core/error.js';
import { type Line, LineSplitter } from '../core/lines.js';
import { MAGIC_BYTES, decompressed } from './decompress.js';
import { DocumentReader } from './documents.js';
import { eventsOf } from './results.js';

/** The name of stdin among the files. */
export const STDIN = '-';

/**
 * Bytes read from a file at a time. One that is no larger is read at once: a stream takes longer than what is in it.
 */
const CHUNK_BYTES = 1024 * 1024;

/** A file that is not open after this long is said to be waited for. */
const WAITING_MS = 2000;

/** One event's line, and the file it stands in as that was named. */
export interface EventLine extends Line {
  readonly file: string;
}

/** Whether writing to `path` would destroy one of `files`, which are to be read. */
export async function isAmong(path: string, files: readonly string[]): Promise<boolean> {
  const written = await stat(path).catch(() => null);
  if (written?.isFile() !== true) return false;
  for (const file of files) {
    const read = file === STDIN ? null : await stat(file).catch(() => null);
    if (read?.ino === written.ino && read.dev === written.dev) return true;
  }
  return false;
}

/** What the reader tells while it reads. */
export interface InputWatcher {
  /** So many more bytes came from a file or stdin, before decompression. */
  readonly onBytes?: (bytes: number) => void;
  /** A pipe that was named has nobody yet who writes to it; it is waited for. */
  readonly onWaiting?: (file: string) => void;
  /** A file cannot be read, or not to its end. What it held up to there has been given; the next file follows. */
  readonly onError: (error: InputError) => void;
}

/**
 * The events of `files` one file after the other, `-` being stdin, in portions: each is the events of one chunk, to be
 * read to the end before the next is asked for. Plain or compressed by their first bytes (`decompressed`); one event a
 * line, or printed over several (`DocumentReader`); or what Salt's commands print (`eventsOf`). Holds one chunk and one
 * event.
 */
export async function* readEvents(
  files: readonly string[],
  watcher: InputWatcher,
): AsyncGenerator<Iterable<EventLine>> {
  for (const file of files) {
    const splitter = new LineSplitter();
    const documents = new DocumentReader();
    try {
      for await (const chunk of readInput(file, watcher)) yield inFile(file, documents.push(splitter.push(chunk)));
    } catch (error) {
      watcher.onError(error instanceof InputError ? error : unreadable(file, error));
    }
    yield inFile(file, documents.push(splitter.end()));
    yield inFile(file, documents.end());
  }
}

function* inFile(file: string, lines: Iterable<Line>): Generator<EventLine> {
  for (const line of lines)
    // Member by member: a spread took an eighth of the time of `replay`.
    for (const { bytes, number, offset, end, isTooLong } of eventsOf(line))
      yield { bytes, number, offset, end, isTooLong, file };
}

function unreadable(file: string, error: unknown): InputError {
  return new InputError(`${nameOf(file)}: cannot be read: ${reasonOf(error)}`, codeOf(error), file, error);
}

/** How messages name a file: `stdin` for `-`. */
function nameOf(file: string): string {
  return file === STDIN ? 'stdin' : file;
}

async function* readInput(file: string, { onBytes, onWaiting }: InputWatcher): AsyncGenerator<Uint8Array> {
  const source = file === STDIN ? process.stdin : (await isSmall(file)) ? [wholeOf(file)] : openFile(file, onWaiting);
  const { first, rest } = await begin(counted(source, onBytes));
  yield* decompressed(first, rest, nameOf(file), file);
}

/** Whether a file is to be read at once. Files of the kernel say that they are empty, and are not. */
async function isSmall(file: string): Promise<boolean> {
  const found = await stat(file).catch(() => null);
  return found?.isFile() === true && found.size > 0 && found.size <= CHUNK_BYTES;
}

/** All of a small file. Should a pipe have taken its place, nobody waits for who writes to it. */
function wholeOf(file: string): Uint8Array {
  const opened = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    return readFileSync(opened);
  } finally {
    closeSync(opened);
  }
}

function openFile(file: string, onWaiting?: (file: string) => void): ReadStream {
  const source = createReadStream(file, { highWaterMark: CHUNK_BYTES });
  // A file opens at once. A named pipe opens when somebody writes to it: without a word the run would look dead.
  const waiting = setTimeout(() => onWaiting?.(file), WAITING_MS).unref();
  for (const event of ['open', 'error', 'close']) source.once(event, () => clearTimeout(waiting));
  return source;
}

async function* counted(
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  onBytes?: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of source) {
    onBytes?.(chunk.length);
    yield chunk;
  }
}

/** The first `MAGIC_BYTES` bytes (fewer where the input is shorter), and all of the input. */
async function begin(
  chunks: AsyncGenerator<Uint8Array>,
): Promise<{ first: Uint8Array; rest: AsyncGenerator<Uint8Array> }> {
  let first: Uint8Array = new Uint8Array(0);
  while (first.length < MAGIC_BYTES) {
    const next = await chunks.next();
    if (next.done === true) break;
    first = first.length === 0 ? next.value : Buffer.concat([first, next.value]);
  }
  async function* rest(): AsyncGenerator<Uint8Array> {
    if (first.length > 0) yield first;
    yield* chunks;
  }
  return { first: first.subarray(0, MAGIC_BYTES), rest: rest() };
}
