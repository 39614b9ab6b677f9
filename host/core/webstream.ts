// Events through a stream of the web: in browsers, in workers, in Node.
import type { Preset } from './presets.js';
import { EventReader, type StreamFormat, type StreamOutput, type StreamOptions } from './event-reader.js';
import type { Saltflat } from './saltflat.js';
import type { Counts } from './counts.js';

/**
 * A `TransformStream`: an event file in, as bytes or text cut anywhere, what leaves out. Holds one line, and what
 * leaves for one chunk. Bad lines do not end it: they give `malformed` records. It errs only where the module is
 * damaged.
 */
export class WebStream<P extends Preset = 'flatten', F extends StreamFormat = 'records'> extends TransformStream<
  string | Uint8Array,
  StreamOutput<P, F>
> {
  /** What went through so far. */
  readonly counts: Readonly<Counts>;

  /** `webStream` makes one. */
  constructor(reader: EventReader<P, F>) {
    super({
      transform(chunk, controller) {
        for (const output of reader.push(chunk)) controller.enqueue(output);
      },
      flush(controller) {
        for (const output of reader.end()) controller.enqueue(output);
      },
    });
    this.counts = reader.counts;
  }
}

/**
 * A stream of the web that flattens one event file with an instance that others may use meanwhile. Throws a `TypeError`
 * where there is no such format.
 *
 * @example
 * const { body } = await fetch('/events.ndjson');
 * const records = body.pipeThrough(webStream(await load()));
 */
export function webStream<P extends Preset = 'flatten', F extends StreamFormat = 'records'>(
  saltflat: Saltflat,
  options: StreamOptions<P, F> = {},
): WebStream<P, F> {
  return new WebStream(new EventReader(saltflat, options));
}
