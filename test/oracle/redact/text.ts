// A text without its secrets. From docs/redaction.md: the groups, each by itself, and what becomes of what they find.
import { assignments, keys } from './assignments.js';
import { blanks, options, xml } from './beside.js';
import type { Names } from './names.js';
import { pem } from './pem.js';
import { programs } from './programs.js';
import { hashes, tokens, webhooks } from './shapes.js';
import { lines, schemes, sql, urls } from './spellings.js';
import { type Found, type View, viewOf } from './view.js';

export const MASK = '[redacted]';

/** The groups that look into texts, in the order of the docs. */
const TEXT_GROUPS = {
  assignments,
  keys,
  options,
  blanks,
  programs,
  sql,
  tokens,
  hashes,
  webhooks,
  xml,
  urls,
  schemes,
  pem,
  lines,
} satisfies Record<string, (view: View) => Iterable<Found>>;

export type TextGroup = keyof typeof TEXT_GROUPS;
export type Group = TextGroup | 'members' | 'pairs' | 'files';
export const GROUPS: readonly Group[] = ['members', 'pairs', ...(Object.keys(TEXT_GROUPS) as TextGroup[]), 'files'];

/**
 * Of rules that begin to read at the same place the first counts where it masks that place. A line begins before its
 * first word.
 */
const IN_ORDER: readonly TextGroup[] = [
  'lines',
  ...(Object.keys(TEXT_GROUPS) as TextGroup[]).filter((group) => group !== 'lines'),
];

/** What of the options a text needs. */
export interface TextSettings extends Names {
  readonly groups: ReadonlySet<Group>;
  readonly programs: readonly string[];
}

/** The text, each secret in it replaced. */
export function maskedText(text: string, settings: TextSettings): string {
  const view = viewOf(text, settings, settings.programs);
  const found = IN_ORDER.filter((group) => settings.groups.has(group))
    .flatMap((group) => [...TEXT_GROUPS[group](view)])
    .filter(({ masks }) => masks.length > 0)
    .sort((a, b) => a.at - b.at);
  // What begins inside of what is masked is not looked at.
  const masked: (readonly [number, number])[] = [];
  for (const { at, masks } of found) if (!masked.some(([start, end]) => at >= start && at < end)) masked.push(...masks);
  masked.sort(([a], [b]) => a - b);
  let result = '';
  let done = 0;
  for (let index = 0; index < masked.length;) {
    const [start = 0, first = 0] = masked[index] ?? [];
    let end = first;
    for (index++; (masked[index]?.[0] ?? Infinity) < end; index++) end = Math.max(end, masked[index]?.[1] ?? 0);
    result += text.slice(done, start) + MASK;
    done = end;
  }
  return result + text.slice(done);
}
