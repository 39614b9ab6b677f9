// Which states failed of themselves, and which Salt did not run for those: `causes` in docs/options.md.
import { get, has } from './json.js';
import { type State, stateId } from './parts.js';

/** How Salt's comment of a state begins that it did not run. */
const PREFIX = 'One or more requisite failed: ';
const BETWEEN = ', ';
/** A name with more of them is not looked for. */
const MOST_COMMAS = 15;
/** How many causes a record names, states and texts together. */
const MOST_CAUSES = 100;

/** What a follower follows: in the order of the return, and texts behind them. */
export interface Causes {
  readonly roots: readonly State[];
  readonly texts: readonly string[];
}

function hasChanges(changes: unknown): boolean {
  if (typeof changes === 'string') return changes !== '';
  return typeof changes === 'object' && Object.keys(changes ?? {}).length > 0;
}

/** What the comment of a follower says behind its beginning; null for any other state. */
function textOf({ name, state }: State): string | null {
  const comment = get(state, 'comment');
  if (name === null || get(state, 'result') !== false || hasChanges(get(state, 'changes'))) return null;
  if (has(state, '__state_ran__') && get(state, '__state_ran__') !== false) return null;
  return typeof comment === 'string' && comment.startsWith(PREFIX) ? comment.slice(PREFIX.length) : null;
}

/** Whether a state is one that Salt did not run because a requisite failed. */
export function isFollower(state: State): boolean {
  return textOf(state) !== null;
}

/** SLS.ID, as Salt writes it in comments. */
function nameOf({ name, state }: State): string | null {
  const sls = get(state, '__sls__');
  return typeof sls === 'string' ? `${sls}.${stateId(name, state)}` : null;
}

/**
 * A text taken apart: the names in it, and what stands between them. Of several names that begin at one place the
 * longest holds.
 */
function split(text: string, names: readonly string[]): { named: string[]; rest: string[] } {
  const named: string[] = [];
  const rest: string[] = [];
  let gap = 0;
  let at = 0;
  while (at < text.length) {
    const isWhole = (name: string): boolean => {
      const end = at + name.length;
      return text.startsWith(name, at) && (end === text.length || text.startsWith(BETWEEN, end));
    };
    const found = names.filter(isWhole).reduce((longest, name) => (name.length > longest.length ? name : longest), '');
    if (found === '') {
      const next = text.indexOf(BETWEEN, at);
      at = next < 0 ? text.length : next + BETWEEN.length;
      continue;
    }
    if (gap < at) rest.push(text.slice(gap, at - BETWEEN.length));
    named.push(found);
    at += found.length + BETWEEN.length;
    gap = at;
  }
  if (gap < text.length) rest.push(text.slice(gap));
  return { named, rest };
}

/** The causes of each follower among the states of a part. */
export function causesOf(states: readonly State[]): ReadonlyMap<State, Causes> {
  const failed = states.filter(({ name, state }) => name !== null && get(state, 'result') === false);
  const edges = new Map<State, { readonly states: readonly State[]; readonly rest: readonly string[] }>();
  const texts: { readonly holder: unknown; readonly text: string }[] = []; // in the order in which they are met
  for (const follower of failed) {
    const text = textOf(follower);
    if (text === null) continue;
    const beside = failed.filter(({ holder }) => holder === follower.holder);
    const names = new Set(beside.map(nameOf).filter((name) => name !== null));
    const { named, rest } = split(
      text,
      [...names].filter((name) => name.split(BETWEEN).length <= MOST_COMMAS + 1),
    );
    texts.push(...rest.map((each) => ({ holder: follower.holder, text: each })));
    edges.set(follower, { states: beside.filter((each) => named.includes(nameOf(each) ?? '')), rest });
  }
  const causes = new Map<State, Causes>();
  for (const follower of edges.keys()) {
    const seen = new Set<State>([follower]);
    for (const each of seen) for (const next of edges.get(each)?.states ?? []) seen.add(next);
    const reached = [...seen].flatMap((each) => edges.get(each)?.rest ?? []);
    const roots = states.filter((each) => seen.has(each) && !edges.has(each));
    const met = texts.filter(({ holder }) => holder === follower.holder).map(({ text }) => text);
    const left = [...new Set(met)].filter((text) => reached.includes(text));
    causes.set(follower, {
      roots: roots.slice(0, MOST_CAUSES),
      texts: left.slice(0, Math.max(0, MOST_CAUSES - roots.length)),
    });
  }
  return causes;
}
