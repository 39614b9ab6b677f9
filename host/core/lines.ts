// From chunks of bytes to lines, in bounded memory.
import { join } from './bytes.js';

/** A longer line is not kept: no event of that size fits into the module. In bytes. */
export const MAX_LINE_BYTES = 256 * 1024 * 1024;

/** How much of a line that is too long is kept, to show how it begins. In bytes. */
const EVIDENCE_BYTES = 1000;

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
const BOM = [0xef, 0xbb, 0xbf] as const;

/** One line that holds more than spaces, and where it stands. */
export interface Line {
  /** Without its end and without a byte order mark. The beginning only, where `isTooLong`. */
  readonly bytes: Uint8Array;
  /** Its number in the file, from 1; blank lines count. */
  readonly number: number;
  /** Where `bytes` begins in the decompressed file, from 0. */
  readonly offset: number;
  /** Where the next line begins: behind this one's end. */
  readonly end: number;
  /** Whether it is longer than the limit. */
  readonly isTooLong: boolean;
}

/** A place between two lines of a file. */
export interface LinePlace {
  /** In bytes from the file's beginning. */
  readonly offset: number;
  /** How many lines stand before it. */
  readonly lines: number;
}

/** Splits one file. Ends of lines are LF or CRLF; blank lines are passed over; the last line needs no end. */
export class LineSplitter {
  readonly #maxBytes: number;
  #kept: Uint8Array[] = [];
  #keptBytes = 0;
  #isTooLong = false;
  #lines: number;
  #lineStart: number;
  #chunkStart: number;

  /**
   * `maxBytes`: the limit, `MAX_LINE_BYTES` unless told. `from`: where the first chunk begins, the file's beginning
   * unless told.
   */
  constructor(maxBytes = MAX_LINE_BYTES, from: LinePlace = { offset: 0, lines: 0 }) {
    this.#maxBytes = maxBytes;
    this.#lines = from.lines;
    this.#lineStart = this.#chunkStart = from.offset;
  }

  /** The lines that end in `chunk`. To be read to the end before the next call; their bytes may lie in `chunk`. */
  *push(chunk: Uint8Array): Generator<Line> {
    let from = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, from)) {
      this.#keep(chunk.subarray(from, end));
      from = end + 1;
      const line = this.#take(this.#chunkStart + from);
      if (line !== null) yield line;
    }
    this.#keep(chunk.subarray(from));
    this.#chunkStart += chunk.length;
  }

  /** The last line, where the file does not end with a line's end. */
  *end(): Generator<Line> {
    const line = this.#keptBytes > 0 ? this.#take(this.#chunkStart) : null;
    if (line !== null) yield line;
  }

  #keep(bytes: Uint8Array): void {
    if (bytes.length === 0 || this.#isTooLong) return;
    this.#kept.push(bytes);
    this.#keptBytes += bytes.length;
    if (this.#keptBytes <= this.#maxBytes) return;
    this.#isTooLong = true;
    this.#kept = [join(this.#kept, EVIDENCE_BYTES)];
  }

  /** The kept bytes as a line; `end`: where the next one begins. */
  #take(end: number): Line | null {
    let bytes = this.#kept.length === 1 ? this.#kept[0]! : join(this.#kept);
    const isTooLong = this.#isTooLong;
    this.#kept = [];
    this.#keptBytes = 0;
    this.#isTooLong = false;
    const number = ++this.#lines;
    let offset = this.#lineStart;
    this.#lineStart = end;
    if (offset === 0 && BOM.every((byte, at) => bytes[at] === byte)) {
      bytes = bytes.subarray(BOM.length);
      offset += BOM.length;
    }
    if (bytes.at(-1) === CARRIAGE_RETURN) bytes = bytes.subarray(0, -1);
    return isBlank(bytes) ? null : { bytes, number, offset, end, isTooLong };
  }
}

function isBlank(bytes: Uint8Array): boolean {
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]!;
    if (byte !== SPACE && (byte < 0x09 || byte > CARRIAGE_RETURN)) return false;
  }
  return true;
}
