// What the streams of Node and of the web share: chunks of an event file in, what leaves for them out.
import { join, searchable } from './bytes.js';
import { Flattener } from './flattener.js';
import { LineSplitter } from './lines.js';
import type { Preset, RecordTypes } from './presets.js';
import type { Saltflat } from './saltflat.js';
import { type Counts, noCounts } from './counts.js';

/**
 * `records`: each record parsed. `ndjson`: bytes, a line a record, in chunks of whole lines, as `saltflat replay`
 * writes them.
 */
export const STREAM_FORMATS = ['records', 'ndjson'] as const;
export type StreamFormat = (typeof STREAM_FORMATS)[number];

/** How a stream of events is flattened. */
export interface StreamOptions<P extends Preset = Preset, F extends StreamFormat = StreamFormat> {
  /** Which filter; `flatten` unless told. */
  readonly preset?: P;
  /** What comes out; `records` unless told. */
  readonly format?: F;
  /** How `malformed` records name the input, beside line and byte. They name none unless told. */
  readonly file?: string;
}

/** What comes out of a stream. */
export type StreamOutput<P extends Preset, F extends StreamFormat> = F extends 'ndjson' ? Uint8Array : RecordTypes[P];

const LINE_FEED = 0x0a;

/** Reads one event file in chunks: bytes, or text, cut anywhere. Holds one line. Blank lines are passed over. */
export class EventReader<P extends Preset, F extends StreamFormat> {
  /** What went through so far. */
  readonly counts: Counts = noCounts();
  readonly #flattener: Flattener;
  readonly #isNdjson: boolean;
  readonly #file: { readonly file?: string };
  readonly #splitter = new LineSplitter();
  readonly #encoder = new TextEncoder();
  readonly #decoder = new TextDecoder('utf-8', { fatal: true });
  /** The first half of a character that the last text was cut in, if it was. */
  #half = '';

  /** Throws a `TypeError` where there is no such format. */
  constructor(saltflat: Saltflat, { preset, format, file }: StreamOptions<P, F>) {
    if (format !== undefined && !STREAM_FORMATS.includes(format))
      throw new TypeError(`format: expected one of ${STREAM_FORMATS.join(', ')}, not ${format as string}`);
    this.#flattener = new Flattener(saltflat, preset ?? 'flatten', this.counts);
    this.#isNdjson = format === 'ndjson';
    this.#file = file === undefined ? {} : { file };
  }

  /**
   * What leaves for the lines that end in `chunk`; to be read to the end before the next call. The chunk is not kept.
   */
  *push(chunk: string | Uint8Array): Generator<StreamOutput<P, F>> {
    const bytes = searchable(typeof chunk === 'string' ? this.#encode(chunk) : this.#withHalf(chunk));
    const tail = bytes.lastIndexOf(LINE_FEED) + 1;
    yield* this.#flatten(this.#splitter.push(bytes.subarray(0, tail)));
    // The splitter keeps what it has of a line: a copy, since the chunk is its owner's again.
    yield* this.#flatten(this.#splitter.push(Uint8Array.prototype.slice.call(bytes, tail)));
  }

  /** What leaves for the last line, where it had no end. */
  *end(): Generator<StreamOutput<P, F>> {
    yield* this.#flatten(this.#splitter.push(this.#withHalf(new Uint8Array(0))));
    yield* this.#flatten(this.#splitter.end());
  }

  *#flatten(lines: ReturnType<LineSplitter['push']>): Generator<StreamOutput<P, F>> {
    const placed = this.#placed(lines);
    if (this.#isNdjson) yield* this.#flattener.flatten(placed) as Iterable<StreamOutput<P, F>>;
    else
      for (const record of this.#flattener.records(placed))
        yield JSON.parse(this.#decoder.decode(record)) as StreamOutput<P, F>;
  }

  *#placed(lines: ReturnType<LineSplitter['push']>): ReturnType<LineSplitter['push']> {
    for (const line of lines) yield { ...line, ...this.#file };
  }

  /** UTF-8, without a first half of a surrogate pair at the end, which waits for the other. */
  #encode(text: string): Uint8Array {
    const whole = this.#half + text;
    this.#half = /[\ud800-\udbff]$/.exec(whole)?.[0] ?? '';
    return this.#encoder.encode(this.#half === '' ? whole : whole.slice(0, -1));
  }

  /** The bytes, behind a half that no text follows. */
  #withHalf(bytes: Uint8Array): Uint8Array {
    if (this.#half === '') return bytes;
    const half = this.#encoder.encode(this.#half);
    this.#half = '';
    return join([half, bytes]);
  }
}
