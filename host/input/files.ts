// From files and stdin to events: opened, decompressed, split into lines.
import { createReadStream } from 'node:fs';
import { Readable, type Transform, pipeline } from 'node:stream';
import { fileURLToPath } from 'node:url';
import * as zlib from 'node:zlib';
import { InputError, codeOf, reasonOf } from '../core/error.js';
import { type Line, LineSplitter } from '../core/lines.js';

/** The name of stdin among the files. */
export const STDIN = '-';

/** The events that are shown where no file is named; part of the package. */
export const EXAMPLE_PATH = fileURLToPath(
  new URL('../../../examples/events/salt-3008.3-events.ndjson', import.meta.url),
);

/** Bytes read from a file at a time. */
const CHUNK_BYTES = 1024 * 1024;

/** One event's line, and the file it stands in as that was named. */
export interface EventLine extends Line {
  readonly file: string;
}

/** What the reader tells while it reads. */
export interface InputWatcher {
  /** So many more bytes came from a file or stdin, before decompression. */
  readonly onBytes?: (bytes: number) => void;
  /** A file cannot be read, or not to its end. What it held up to there has been given; the next file follows. */
  readonly onError: (error: InputError) => void;
}

/**
 * The events of `files` one file after the other, `-` being stdin, in portions: each is the lines of one chunk, to be read
 * to the end before the next is asked for. Plain, gzip or zstd by their first bytes. Holds one chunk and one line.
 */
export async function* readEvents(
  files: readonly string[],
  watcher: InputWatcher,
): AsyncGenerator<Iterable<EventLine>> {
  for (const file of files) {
    const splitter = new LineSplitter();
    try {
      for await (const chunk of readInput(file, watcher.onBytes)) yield inFile(file, splitter.push(chunk));
    } catch (error) {
      watcher.onError(error instanceof InputError ? error : unreadable(file, error));
    }
    yield inFile(file, splitter.end());
  }
}

function* inFile(file: string, lines: Iterable<Line>): Generator<EventLine> {
  for (const line of lines) yield { ...line, file };
}

function unreadable(file: string, error: unknown): InputError {
  return new InputError(`${nameOf(file)}: cannot be read: ${reasonOf(error)}`, codeOf(error), file, error);
}

/** How messages name a file: `stdin` for `-`. */
function nameOf(file: string): string {
  return file === STDIN ? 'stdin' : file;
}

async function* readInput(file: string, onBytes?: (bytes: number) => void): AsyncGenerator<Uint8Array> {
  const source = file === STDIN ? process.stdin : createReadStream(file, { highWaterMark: CHUNK_BYTES });
  const { first, rest } = await begin(counted(source, onBytes));
  const decoder = decoderOf(first, file);
  if (decoder === null) {
    yield* rest;
    return;
  }
  // The error, if any, destroys the decoder and so comes out of the loop over it.
  yield* pipeline(Readable.from(rest), decoder, () => undefined) as AsyncIterable<Uint8Array>;
}

async function* counted(
  source: AsyncIterable<Uint8Array>,
  onBytes?: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of source) {
    onBytes?.(chunk.length);
    yield chunk;
  }
}

/** The first four bytes (fewer where the input is shorter), and all of the input. */
async function begin(
  chunks: AsyncGenerator<Uint8Array>,
): Promise<{ first: Uint8Array; rest: AsyncGenerator<Uint8Array> }> {
  let first: Uint8Array = new Uint8Array(0);
  while (first.length < 4) {
    const next = await chunks.next();
    if (next.done === true) break;
    first = first.length === 0 ? next.value : Buffer.concat([first, next.value]);
  }
  async function* rest(): AsyncGenerator<Uint8Array> {
    if (first.length > 0) yield first;
    yield* chunks;
  }
  return { first: first.subarray(0, 4), rest: rest() };
}

const startsWith = (bytes: Uint8Array, magic: readonly number[]): boolean =>
  magic.every((byte, at) => bytes[at] === byte);

/**
 * What decompresses input that begins so; null where it is plain. gzip: RFC 1952, section 2.3.1; zstd: RFC 8878, section
 * 3.1.1. Throws an `InputError` `NO_ZSTD` where this Node cannot.
 */
function decoderOf(first: Uint8Array, file: string): Transform | null {
  if (startsWith(first, [0x1f, 0x8b])) return zlib.createGunzip({ chunkSize: CHUNK_BYTES });
  if (!startsWith(first, [0x28, 0xb5, 0x2f, 0xfd])) return null;
  const { createZstdDecompress } = zlib as { createZstdDecompress?: () => Transform }; // Node 22.15 and later
  if (createZstdDecompress !== undefined) return createZstdDecompress();
  const advice = `use Node 22.15 or later, or \`zstd -dc ${nameOf(file)} | saltflat replay\``;
  throw new InputError(
    `${nameOf(file)}: is zstd, which Node ${process.versions.node} cannot read: ${advice}`,
    'NO_ZSTD',
    file,
  );
}
