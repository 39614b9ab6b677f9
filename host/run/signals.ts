// Signals that end a run: what was begun is brought to an end first, and people are told where it stopped.
import { constants } from 'node:os';
import { SaltflatError } from '../core/error.js';

/** How long what is under way may still take after a signal. */
const GRACE_MS = 10_000;

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** A signal ended the run. Its message says how far that came. */
export class StoppedError extends SaltflatError {
  readonly signal: NodeJS.Signals;

  constructor(message: string, signal: NodeJS.Signals, source: string) {
    super(`stopped by ${signal}: ${message}`, 'STOPPED', source);
    this.signal = signal;
  }
}

/** What signals have asked for. */
export interface Stopping {
  /** Aborted by the first signal, its name being the reason: nothing more is begun. */
  readonly stop: AbortSignal;
  /** Aborted by the second signal, or some time after the first: nothing more is waited for. */
  readonly giveUp: AbortSignal;
}

/** Takes the signals from here on: none of them ends the process any more. */
export function takeSignals(): Stopping {
  const stop = new AbortController();
  const giveUp = new AbortController();
  const onSignal = (signal: NodeJS.Signals): void => {
    if (stop.signal.aborted) giveUp.abort();
    else setTimeout(() => giveUp.abort(), GRACE_MS).unref();
    stop.abort(signal);
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  return { stop: stop.signal, giveUp: giveUp.signal };
}

/** Ends the process by `signal`, as if nobody had taken it: a shell's loop stops then, and systemd sees no failure. */
export async function dieBy(signal: NodeJS.Signals): Promise<void> {
  await new Promise((resolve) => process.stderr.write('', resolve));
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
  process.exit(128 + constants.signals[signal]); // the first process of a container does not die of it
}

/** Rejects with what `error` makes when `signal` is aborted; never resolves. */
export function whenAborted(signal: AbortSignal, error: () => Error): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(error()), { once: true }));
}

/** The items until `signal` is aborted, also while the next one is waited for. */
export async function* untilAborted<T>(items: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T> {
  const iterator = items[Symbol.asyncIterator]();
  try {
    while (!signal.aborted) {
      // A listener for each item: racing them with one promise, as old as the run, would keep them all.
      const next = await new Promise<IteratorResult<T> | null>((resolve, reject) => {
        const onAbort = (): void => resolve(null);
        signal.addEventListener('abort', onAbort, { once: true });
        void iterator
          .next()
          .then(resolve, reject)
          .finally(() => signal.removeEventListener('abort', onAbort));
      });
      if (next === null || next.done === true) return;
      yield next.value;
    }
  } finally {
    if (!signal.aborted) await iterator.return?.(); // else it may still wait for an item, without end
  }
}
