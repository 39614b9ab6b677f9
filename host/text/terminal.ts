// What a terminal can show, and text from events made fit for it.
import pc from 'picocolors';
import stringWidth from 'string-width';

/** Picocolors' functions, with colours or without. */
export type Colors = ReturnType<typeof pc.createColors>;

/** How lines are drawn. */
export interface ViewOptions {
  readonly colors: Colors;
  /** The terminal's width, where the comment is cut; uncut where absent. */
  readonly columns?: number | undefined;
}

/** Colours on a terminal, unless NO_COLOR (https://no-color.org) or `TERM=dumb` says otherwise. */
export function viewOptions(stdout: NodeJS.WriteStream): ViewOptions {
  const { NO_COLOR: noColor, TERM: term } = process.env;
  // `isTTY` is undefined in a pipe, and picocolors would then decide itself (CI=true is colour to it).
  const isColored =
    (stdout.isTTY as boolean | undefined) === true && (noColor === undefined || noColor === '') && term !== 'dumb';
  return {
    colors: pc.createColors(isColored),
    columns: stdout.isTTY && stdout.columns > 0 ? stdout.columns : undefined,
  };
}

/**
 * Unicode's controls (C0, C1, DEL), formats (direction of writing, invisible marks), lone surrogates, separators of
 * lines.
 */
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

/** What JSON lets stand raw in its strings and a terminal would obey: DEL, C1, formats, separators of lines. */
const UNSAFE_IN_JSON = /[\x7f-\x9f\p{Cf}\p{Zl}\p{Zp}]/gu;

/** The same JSON for a terminal: each such character as `\u009b`. Those below U+0020 stand between its tokens alone. */
export function printableJson(json: string): string {
  return json.replace(UNSAFE_IN_JSON, (character) =>
    // Beyond U+FFFF a character is two halves, an escape each.
    character
      .split('')
      .map((half) => `\\u${half.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  );
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

/** No column holds more characters of a text that is cut: any number of marks without a width could stand in one. */
const COLUMN_CHARACTERS = 8;

/** What takes a column a character, and joins with nothing. */
const PLAIN = /^[ -~]*$/;

/** `text` cut to `columns` of a terminal, with `…` where something is left out. */
export function cut(text: string, columns: number): string {
  // Nearly all texts are plain, and their characters need not be taken apart: 40 against 7 MB/s of `show`.
  if (columns > 0 && PLAIN.test(text.slice(0, columns + 1)))
    return text.length <= columns ? text : `${text.slice(0, columns - 1)}…`;
  const limit = columns * COLUMN_CHARACTERS;
  if (text.length <= limit && stringWidth(text) <= columns) return text;
  let kept = '';
  let width = 1; // the ellipsis
  for (const { segment } of new Intl.Segmenter().segment(text.slice(0, limit + 1))) {
    if (kept.length + segment.length > limit) break;
    width += stringWidth(segment);
    if (width > columns) break;
    kept += segment;
  }
  return `${kept}…`;
}

/** `text` in exactly `columns`: cut or filled, at the end or, with `'right'`, at the start. */
export function fit(text: string, columns: number, align: 'left' | 'right' = 'left'): string {
  const short = cut(text, columns);
  const isFull = text.length > columns && PLAIN.test(text.slice(0, columns + 1));
  const width = isFull ? columns : PLAIN.test(short) ? short.length : stringWidth(short);
  const fill = ' '.repeat(Math.max(0, columns - width));
  return align === 'left' ? short + fill : fill + short;
}
