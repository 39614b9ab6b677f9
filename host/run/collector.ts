// Garbage is collected in time: a report promises how much memory it takes, and the engine lets its heap double first.
import { memoryUsage } from 'node:process';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Bytes of the process from which on garbage is worth collecting, and events between two looks. */
const LARGE_BYTES = 320 * 1024 * 1024;
const EVENTS = 2000;

/** Not again before the process grew by so much. */
const GROWTH_BYTES = 32 * 1024 * 1024;

/** Collects garbage where the process is large. */
export class Collector {
  readonly #collect: () => void;
  #events = 0;
  #limit = LARGE_BYTES;

  constructor() {
    // The way to the collector without an option of the command line.
    setFlagsFromString('--expose-gc');
    this.#collect = runInNewContext('gc') as () => void;
    setFlagsFromString('--no-expose-gc');
  }

  /** One event is done. */
  tick(): void {
    if (++this.#events % EVENTS !== 0 || memoryUsage.rss() < this.#limit) return;
    this.#collect();
    this.#limit = Math.max(LARGE_BYTES, memoryUsage.rss() + GROWTH_BYTES);
  }

  /** Something large was let go of. */
  collect(): void {
    if (memoryUsage.rss() >= LARGE_BYTES / 2) this.#collect();
  }
}
