// What a receiver will never take, kept with the reason.
import { appendDurably } from './durable.js';
import { OutputError, codeOf, reasonOf } from '../core/error.js';

/** Records that were refused for good. */
export interface Refusal {
  readonly status: number;
  /** The first line of the answer, printable. */
  readonly reason: string;
  /** When, as ISO 8601 in UTC. */
  readonly time: string;
  /** The records, a line each. */
  readonly lines: readonly Uint8Array[];
}

/**
 * Adds refused records to the file, a line each: `{"time", "status", "reason", "to", "record"}`. Rejects with an
 * `OutputError`.
 */
export async function keepRefusals(path: string, to: string, refusals: readonly Refusal[]): Promise<void> {
  const text = refusals
    .map(({ time, status, reason, lines }) => {
      const why = JSON.stringify({ time, status, reason, to }).slice(0, -1);
      return lines.map((line) => `${why},"record":${Buffer.from(line).toString()}}\n`).join('');
    })
    .join('');
  try {
    await appendDurably(path, text);
  } catch (error) {
    throw new OutputError(`--rejects ${path}: cannot be written: ${reasonOf(error)}`, codeOf(error), path, error);
  }
}
