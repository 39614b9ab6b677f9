// Rows and columns for a terminal: how wide each column is, and what is left out where there is no room.
import CliTable from 'cli-table3';
import stringWidth from 'string-width';
import { type Colors, cut } from '../text/terminal.js';

/** How it is drawn. */
export interface TextOptions {
  readonly colors: Colors;
  /** The terminal's width, which no row is wider than; absent, or 0 as some terminals say, where it is not known. */
  readonly columns?: number | undefined;
}

/** A column: its title, and `right` for numbers. */
export type Column = readonly [title: string, align?: 'right'];

/** A cell of two parts: where there is no room for both, `rest` goes before anything of `main` does. */
export interface TwoPart {
  readonly main: string;
  readonly rest: string;
}

export type Cell = string | TwoPart;

const INDENT = '  ';
const GAP = '  ';

/** What stands between the two parts, as the page has it. */
const BETWEEN = ' · ';

/**
 * Columns before the last where the width is not known: one text of an attacker cannot push all others out of sight.
 */
const WIDEST = 200;

/**
 * A column of texts is not made narrower for the sake of others, nor one of main parts up to `MAIN_SHARE` of the width.
 */
const NARROWEST = 10;
const MAIN_SHARE = 0.4;

// prettier-ignore
const NO_BORDERS = Object.fromEntries(
  [
    'top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right',
    'left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid',
  ].map((name) => [name, '']),
);

const mainOf = (cell: Cell): string => (typeof cell === 'string' ? cell : cell.main);

const wholeOf = (cell: Cell): string =>
  typeof cell === 'string' ? cell : cell.main + (cell.rest === '' ? '' : `${BETWEEN}${cell.rest}`);

/** `text` cut to `columns` in its middle: paths differ at their ends. */
function cutMiddle(text: string, columns: number): string {
  if (stringWidth(text) <= columns) return text;
  const start = cut(text, Math.ceil(columns / 2));
  let room = columns - stringWidth(start);
  let end = '';
  for (const { segment } of [...new Intl.Segmenter().segment(text)].reverse()) {
    room -= stringWidth(segment);
    if (room < 0) break;
    end = segment + end;
  }
  return start + end;
}

/** A cell in at most `columns`. */
function cutCell(cell: Cell, columns: number): string {
  if (typeof cell === 'string') return cut(cell, columns);
  const isRoomForMore = stringWidth(cell.main + BETWEEN) + 2 <= columns; // a character and the ellipsis
  return isRoomForMore ? cut(wholeOf(cell), columns) : cutMiddle(cell.main, columns);
}

const widest = (texts: readonly string[]): number => Math.max(0, ...texts.map((text) => stringWidth(text)));

/**
 * The width of each column. Where not all have what they would take, numbers have it, texts have what they need at
 * least, and the rest makes the narrowest column wider, again and again.
 */
function widthsOf(columns: readonly Column[], rows: readonly (readonly Cell[])[], width: number | undefined): number[] {
  const cellsOf = (at: number): Cell[] => rows.map((row) => row[at]!);
  const full = columns.map(([title], at) => Math.max(stringWidth(title), widest(cellsOf(at).map(wholeOf))));
  if (width === undefined) return full.map((each, at) => (at < full.length - 1 ? Math.min(each, WIDEST) : each));
  const widths = columns.map(([title, align], at) => {
    if (align === 'right') return full[at]!;
    const isTwoPart = cellsOf(at).some((cell) => typeof cell !== 'string');
    const main = isTwoPart ? Math.min(widest(cellsOf(at).map(mainOf)), Math.floor(width * MAIN_SHARE)) : 0;
    return Math.min(full[at]!, Math.max(stringWidth(title), NARROWEST, main));
  });
  const gaps = INDENT.length + GAP.length * (columns.length - 1);
  let spare = width - gaps - widths.reduce((sum, each) => sum + each, 0);
  for (; spare > 0; spare--) {
    const growing = widths.flatMap((each, at) => (each < full[at]! ? [at] : []));
    if (growing.length === 0) break;
    widths[growing.reduce((a, b) => (widths[b]! < widths[a]! ? b : a))]!++;
  }
  return widths;
}

/** Rows under titles. */
export function grid(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  { colors, columns: given }: TextOptions,
): string {
  const width = given === 0 ? undefined : given;
  const widths = widthsOf(columns, rows, width);
  const table = new CliTable({
    head: columns.map(([title]) => colors.dim(title)),
    chars: { ...NO_BORDERS, middle: GAP },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0, compact: true },
    colAligns: columns.map(([, align]) => align ?? 'left'),
  });
  table.push(...rows.map((row) => row.map((cell, at) => cutCell(cell, widths[at]!))));
  return table
    .toString()
    .split('\n')
    .map((line) => `${INDENT}${line.trimEnd()}`)
    .map((line) => (width === undefined ? line : cutColored(line, width)))
    .join('\n');
}

/** For terminals that have no room for what columns need at least. Only titles have colours, and they are short. */
const cutColored = (line: string, width: number): string => (line.includes('\u001b') ? line : cut(line, width));
