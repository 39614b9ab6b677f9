// Whether options mask secrets.
import type { Options } from './options.js';

/** Whether `redact` is on, and leaves anything to mask. */
export function isRedacted({ redact = false }: Options): boolean {
  if (typeof redact === 'boolean') return redact;
  const { members = [], defaults = true, strings = true, diffs = 'keep' } = redact;
  return defaults || strings || members.length > 0 || diffs !== 'keep';
}
