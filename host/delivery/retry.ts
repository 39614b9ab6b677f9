// Requests tried again where another try may succeed.
import pRetry, { AbortError } from 'p-retry';
import { BACKOFF, asItSays, leaveAlone } from './backoff.js';
import { OutputError, reasonOf } from '../core/error.js';
import { PassingFailure } from './failure.js';

/** How requests are tried. */
export interface RetryOptions {
  /** The store as messages name it. */
  readonly name: string;
  /** Tries in a row, from 1. */
  readonly tries: number;
  /** Told in one line without its end: each failed try. */
  readonly onNote: (note: string) => void;
  /** Ends the waiting. */
  readonly signal?: AbortSignal;
}

/**
 * What `attempt` gives, which is tried again where it rejects with a `PassingFailure`. Rejects with an `OutputError` when all
 * tries failed so, and with anything else at once.
 */
export async function retrying<T>(
  attempt: () => Promise<T>,
  { name, tries, onNote, signal }: RetryOptions,
): Promise<T> {
  try {
    return await pRetry(
      () =>
        attempt().catch((error: Error) => {
          throw error instanceof PassingFailure ? error : new AbortError(error);
        }),
      {
        ...BACKOFF,
        retries: tries - 1,
        ...(signal && { signal }),
        onFailedAttempt: async ({ error, attemptNumber, retriesLeft }) => {
          if (retriesLeft === 0 || !(error instanceof PassingFailure) || signal?.aborted === true) return;
          const { afterMs } = error;
          onNote(
            `${name}: ${reasonOf(error)}; trying again${asItSays(afterMs)} (try ${attemptNumber + 1} of ${tries})`,
          );
          await leaveAlone(afterMs, signal);
        },
      },
    );
  } catch (error) {
    if (!(error instanceof PassingFailure)) throw error;
    const after = `gave up after ${tries} ${tries === 1 ? 'try' : 'tries'}`;
    throw new OutputError(`${name}: ${reasonOf(error)}; ${after}`, 'GAVE_UP', name, error);
  }
}
