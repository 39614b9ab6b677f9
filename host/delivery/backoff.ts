// When to try again: growing waits, and longer ones where the receiver says so.
import { setTimeout as sleep } from 'node:timers/promises';

/** Waits between tries: 0.5 s, doubled each time, at most 30 s, each with up to as much again by chance (jitter). */
export const BACKOFF = { minTimeout: 500, factor: 2, maxTimeout: 30_000, randomize: true };

/** A receiver that says to come back later than this is asked again then. */
const MAX_RETRY_AFTER_MS = 3_600_000;

/** `Retry-After` in milliseconds: seconds or a date (RFC 9110, section 10.2.3); 0 where there is none. */
export function retryAfterMs(value: string | undefined, nowMs = Date.now()): number {
  if (value === undefined) return 0;
  const ms = /^\s*\d+\s*$/.test(value) ? Number(value) * 1000 : Date.parse(value) - nowMs;
  return Number.isNaN(ms) ? 0 : Math.min(Math.max(ms, 0), MAX_RETRY_AFTER_MS);
}

/** What a note of a failed try says of the wait that the receiver asked for; empty where it asked for none. */
export const asItSays = (afterMs: number): string =>
  afterMs > 0 ? ` after ${Math.ceil(afterMs / 1000)} s, as it says` : '';

/** The wait that the receiver asked for; rejects when `signal` is aborted. */
export const leaveAlone = (afterMs: number, signal?: AbortSignal): Promise<void> =>
  sleep(afterMs, undefined, { ...(signal && { signal }) });
