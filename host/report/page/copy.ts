// A button that copies a text, where the page may be a file without the clipboard of secure pages.
import { h, type JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

/** How long it says that it did. */
const TOLD_MS = 2000;

/** The old way: what is selected is copied. Whether it was. */
function copySelected(text: string): boolean {
  const before = document.activeElement;
  const area = document.createElement('textarea');
  area.value = text;
  area.readOnly = true; // no keyboard comes up on a phone
  area.className = 'unseen';
  document.body.append(area);
  area.select();
  try {
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- all that there is where a page has no clipboard
    return document.execCommand('copy');
  } finally {
    area.remove();
    if (before instanceof HTMLElement) before.focus();
  }
}

/** Whether it was copied. */
async function copied(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copySelected(text); // no clipboard here, or it is not allowed
  }
}

/** `what`: what it is, `the jid`. */
export function Copy({ text, what }: { text: string; what: string }): JSX.Element {
  const [told, setTold] = useState('');
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const onClick = async (): Promise<void> => {
    setTold((await copied(text)) ? 'Copied' : 'Not copied: select it and copy it');
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setTold(''), TOLD_MS);
  };
  return h(
    'span',
    { class: 'copy' },
    h(
      'button',
      { type: 'button', 'aria-label': `Copy ${what} ${text}`, title: `Copy ${what}`, onClick: () => void onClick() },
      'Copy',
    ),
    h('span', { role: 'status' }, told),
  );
}
