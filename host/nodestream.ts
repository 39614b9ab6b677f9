// Events through a stream of Node.
import { Transform, type TransformCallback } from 'node:stream';
import type { Preset } from './core/presets.js';
import { EventReader, type StreamFormat, type StreamOutput, type StreamOptions } from './core/event-reader.js';
import type { Saltflat } from './core/saltflat.js';
import type { Counts } from './core/counts.js';

/**
 * A `Transform`: an event file in, as bytes or text cut anywhere, what leaves out; objects where the format is
 * `records`. Holds one chunk and one line, and stops where its reader does, within a chunk too. Bad lines do not end
 * it: they give `malformed` records. It errs only where the module is damaged.
 */
export class NodeStream<P extends Preset = 'flatten', F extends StreamFormat = 'records'> extends Transform {
  /** What went through so far. */
  readonly counts: Readonly<Counts>;
  readonly #reader: EventReader<P, F>;
  /** Goes on giving; null while it need not wait. */
  #resume: (() => void) | null = null;

  /** `nodeStream` makes one. */
  constructor(reader: EventReader<P, F>, isObjects: boolean) {
    super({ readableObjectMode: isObjects, decodeStrings: false });
    this.counts = reader.counts;
    this.#reader = reader;
  }

  /** Node calls it. */
  override _transform(chunk: string | Uint8Array, encoding: BufferEncoding, done: TransformCallback): void {
    const isText = typeof chunk === 'string' && (encoding === 'utf8' || encoding === 'utf-8');
    const pushed = typeof chunk === 'string' && !isText ? Buffer.from(chunk, encoding) : chunk;
    this.#give(this.#reader.push(pushed)).then(() => done(), done);
  }

  /** Node calls it. */
  override _flush(done: TransformCallback): void {
    this.#give(this.#reader.end()).then(() => done(), done);
  }

  /** Node calls it. */
  override _read(size: number): void {
    const resume = this.#resume;
    this.#resume = null;
    if (resume === null) super._read(size);
    else resume();
  }

  async #give(outputs: Iterable<StreamOutput<P, F>>): Promise<void> {
    for (const output of outputs)
      if (!this.push(output)) await new Promise<void>((resolve) => (this.#resume = resolve));
  }
}

/**
 * A stream of Node that flattens one event file with an instance that others may use meanwhile. Throws a `TypeError`
 * where there is no such format.
 *
 * @example
 * await pipeline(createReadStream('events.ndjson'), nodeStream(await load(), { format: 'ndjson' }), process.stdout);
 */
export function nodeStream<P extends Preset = 'flatten', F extends StreamFormat = 'records'>(
  saltflat: Saltflat,
  options: StreamOptions<P, F> = {},
): NodeStream<P, F> {
  return new NodeStream(new EventReader(saltflat, options), options.format !== 'ndjson');
}
