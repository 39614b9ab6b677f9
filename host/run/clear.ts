// What is said where records may be read by others with their secrets in the clear.
import { stat } from 'node:fs/promises';
import { isRedacted } from '../core/redacted.js';
import type { Saltflat } from '../index.js';

/** Who may read a file besides its owner: its group, or all. */
const OTHERS = 0o044;

const ADVICE = '--options FILE with "redact": true masks them';

/** Of a report that is passed on to others; null where secrets are masked. */
export const clearReport = ({ options }: Saltflat, path: string): string | null =>
  isRedacted(options) ? null : `${path}: secrets in it are not masked; ${ADVICE}`;

/** Of a file of records that others may read; null where they may not, or secrets are masked. */
export async function clearFile({ options }: Saltflat, path: string): Promise<string | null> {
  if (isRedacted(options)) return null;
  const stats = await stat(path).catch(() => null);
  if (stats?.isFile() !== true || (stats.mode & OTHERS) === 0) return null;
  return `${path}: others may read it, and secrets in its records are not masked; chmod 600, or ${ADVICE}`;
}
