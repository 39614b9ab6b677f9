// What a state came to, as a sign, a colour and a word: none of them says it alone.
import { h, type JSX } from 'preact';
import type { Outcome } from '../cells.js';

interface Mark {
  readonly sign: string;
  readonly word: string;
  /** The class of its colour. */
  readonly colour: string;
}

export const MARKS: Readonly<Record<Outcome, Mark>> = {
  failed: { sign: '✖', word: 'failed', colour: 'failed' },
  follower: { sign: '↳', word: 'held back', colour: 'failed' },
  changed: { sign: '●', word: 'changed', colour: 'changed' },
  unchanged: { sign: '✔', word: 'unchanged', colour: 'unchanged' },
  skipped: { sign: '–', word: 'skipped', colour: 'skipped' },
  would_change: { sign: '◌', word: 'would change', colour: 'drift' },
};

/** Sign and word. */
export function Came({ outcome }: { outcome: Outcome }): JSX.Element {
  const { sign, word, colour } = MARKS[outcome];
  return h('span', { class: `outcome ${colour}` }, h('i', { 'aria-hidden': 'true' }, sign), ` ${word}`);
}
