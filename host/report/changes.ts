// What a state changed, as text for people: a diff as it is, old and new of a member with an arrow between.
import { asText, isObject } from '../core/salt.js';
import { bounded } from './bounded.js';

/** Characters that are kept of all changes of a state. */
const MAX_CHANGES = 2000;

/** Members of `changes` that say nothing of what was changed. */
const UNTOLD = new Set(['pid']);

const isLines = (text: string): boolean => text.includes('\n');

function memberText(name: string, value: unknown): string {
  if (isObject(value)) {
    const { old, new: now, ...rest } = value;
    if (Object.keys(rest).length === 0 && ('old' in value || 'new' in value)) {
      const [before, after] = [asText(old) || '(none)', asText(now) || '(none)'];
      return isLines(before + after)
        ? `${name}:\n- ${before.trimEnd()}\n+ ${after.trimEnd()}`
        : `${name}: ${before} → ${after}`;
    }
    return `${name}: ${JSON.stringify(value)}`;
  }
  const text = asText(value).trimEnd();
  return isLines(text) ? `${name}:\n${text}` : `${name}: ${text}`;
}

/** The text of Salt's `changes`; empty where there are none. A diff alone is not named: all see what it is. */
export function changesText(changes: unknown): string {
  if (!isObject(changes)) return changes === undefined || changes === null ? '' : bounded(asText(changes), MAX_CHANGES);
  const { diff, ...rest } = changes;
  const members = Object.entries(rest)
    .filter(([name, value]) => !UNTOLD.has(name) && value !== '' && value !== null)
    .map(([name, value]) => memberText(name, value));
  const parts = diff === undefined ? members : [asText(diff).trimEnd(), ...members];
  return bounded(parts.join('\n'), MAX_CHANGES);
}
