// Text from events, made fit for a terminal.
import stringWidth from 'string-width';

/** Unicode's controls (C0, C1, DEL), formats (direction of writing, invisible marks), lone surrogates, separators of lines. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/**
 * `text` without anything that a terminal would obey: each such character is shown by its number, `\x1b` or `\u{202e}`.
 * Neither cursor movement nor colours nor titles nor reversed writing get through (CWE-150).
 */
export function printable(text: string): string {
  return text.replace(UNSAFE, (character) => {
    const hex = character.codePointAt(0)!.toString(16);
    return hex.length <= 2 ? `\\x${hex.padStart(2, '0')}` : `\\u{${hex}}`;
  });
}

/** The first line of `text` that is not blank, printable; empty where there is none. */
export function firstLine(text: string): string {
  return printable(
    text
      .split(/\r\n|[\n\r]/)
      .find((line) => line.trim() !== '')
      ?.trim() ?? '',
  );
}

/** `text` cut to `columns` of a terminal, with `…` where something is left out. */
export function cut(text: string, columns: number): string {
  if (stringWidth(text) <= columns) return text;
  let kept = '';
  let width = 1; // the ellipsis
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    width += stringWidth(segment);
    if (width > columns) break;
    kept += segment;
  }
  return `${kept}…`;
}

/** `text` in exactly `columns`: cut or filled, at the end or, with `'right'`, at the start. */
export function fit(text: string, columns: number, align: 'left' | 'right' = 'left'): string {
  const short = cut(text, columns);
  const fill = ' '.repeat(Math.max(0, columns - stringWidth(short)));
  return align === 'left' ? short + fill : fill + short;
}
