// A table of the page.
import { h, type ComponentChildren, type JSX } from 'preact';

/** A title, with `number` where its column is right-aligned. */
export type Column = string | readonly [title: string, align: 'number'];

export interface GridProps<Row> {
  readonly title: string;
  /** How many rows of how many, where there are more. */
  readonly caption: string | null;
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
  /** The cells of a row. The one at `header` names the row. */
  readonly cells: (row: Row) => readonly ComponentChildren[];
  readonly header: number;
  /** What stays with its row when others go: a comment that was opened. */
  readonly keyOf: (row: Row) => string | number;
}

/** A table that can be scrolled with the keyboard where it is wider than the page. */
export function Grid<Row>({ title, caption, columns, rows, cells, header, keyOf }: GridProps<Row>): JSX.Element {
  const align = (column: Column | undefined): string => (typeof column === 'string' ? '' : 'number');
  return h(
    'div',
    { class: 'scroll', tabIndex: 0, role: 'group', 'aria-label': `${title}, table` },
    h(
      'table',
      null,
      caption === null ? null : h('caption', null, caption),
      h(
        'thead',
        null,
        h(
          'tr',
          null,
          columns.map((column) =>
            h('th', { scope: 'col', class: align(column) }, typeof column === 'string' ? column : column[0]),
          ),
        ),
      ),
      h(
        'tbody',
        null,
        rows.map((row) =>
          h(
            'tr',
            { key: keyOf(row) },
            cells(row).map((cell, at) =>
              at === header
                ? h('th', { scope: 'row', class: align(columns[at]) }, cell)
                : h('td', { class: align(columns[at]) }, cell),
            ),
          ),
        ),
      ),
    ),
  );
}
