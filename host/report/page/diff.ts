// Changes as text, lines of a diff in their colours.
import { h, type JSX } from 'preact';

/** The class of a line; its first character says the same to those who see no colours. */
function classOf(line: string): string {
  if (line.startsWith('@@') || line.startsWith('+++') || line.startsWith('---')) return 'hunk';
  if (line.startsWith('+')) return 'added';
  return line.startsWith('-') ? 'removed' : '';
}

/** A text with lines that are added, removed or neither. */
export function Diff({ text }: { text: string }): JSX.Element {
  return h(
    'pre',
    { class: 'diff', tabIndex: 0, 'aria-label': 'Changes' },
    text.split('\n').map((line) => h('span', { class: classOf(line) }, `${line}\n`)),
  );
}
