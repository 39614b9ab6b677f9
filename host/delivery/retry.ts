// Requests tried again where another try may succeed.
import pRetry, { AbortError } from 'p-retry';
import { BACKOFF, asItSays, leaveAlone } from './backoff.js';
import { OutputError, reasonOf } from '../core/error.js';
import { PassingFailure } from './failure.js';

/** How requests are tried. */
export interface RetryOptions {
  /** The receiver as messages name it. */
  readonly name: string;
  /**
   * Tries in a row, from 1. Infinity: for ever, and also after an `OutputError`, as what is wrong (credentials, a
   * certificate, an index that is not there) can be set right meanwhile.
   */
  readonly tries: number;
  /** Told in one line without its end: each failed try. */
  readonly onNote: (note: string) => void;
  /** Ends the waiting. */
  readonly signal?: AbortSignal;
}

/**
 * What `attempt` gives, which is tried again where it rejects with a `PassingFailure`. Rejects with an `OutputError`
 * when all tries failed so, and with anything else at once.
 */
export async function retrying<T>(
  attempt: () => Promise<T>,
  { name, tries, onNote, signal }: RetryOptions,
): Promise<T> {
  const isEndless = tries === Infinity;
  const isPassing = (error: unknown): error is PassingFailure | OutputError =>
    error instanceof PassingFailure || (isEndless && error instanceof OutputError);
  const noteOn = (error: PassingFailure | OutputError, nextTry: number): string => {
    const what = error instanceof PassingFailure ? `${name}: ${reasonOf(error)}` : error.message;
    const again = `trying again${error instanceof PassingFailure ? asItSays(error.afterMs) : ''}`;
    return `${what}; ${again} (try ${nextTry}${isEndless ? '' : ` of ${tries}`})`;
  };
  try {
    return await pRetry(
      () =>
        attempt().catch((error: unknown) => {
          throw isPassing(error) ? error : new AbortError(error as Error);
        }),
      {
        ...BACKOFF,
        retries: tries - 1,
        ...(signal && { signal }),
        onFailedAttempt: async ({ error, attemptNumber, retriesLeft }) => {
          if (retriesLeft === 0 || !isPassing(error) || signal?.aborted === true) return;
          onNote(noteOn(error, attemptNumber + 1));
          if (error instanceof PassingFailure) await leaveAlone(error.afterMs, signal);
        },
      },
    );
  } catch (error) {
    if (!(error instanceof PassingFailure)) throw error;
    const after = `gave up after ${tries} ${tries === 1 ? 'try' : 'tries'}`;
    throw new OutputError(`${name}: ${reasonOf(error)}; ${after}`, 'GAVE_UP', name, error);
  }
}
