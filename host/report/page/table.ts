// A table of the page; on a narrow one each row is a card.
import { h, type ComponentChildren, type JSX } from 'preact';
import { useState } from 'preact/hooks';
import { ROWS } from '../tables.js';
import { numberText, shownOf } from '../words.js';

/** A title, with `number` where its column is right-aligned. */
export type Column = string | readonly [title: string, align: 'number'];

export interface GridProps<Row> {
  readonly title: string;
  /** How many rows of how many, where there are more than `rows`. */
  readonly caption: string | null;
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
  /** The cells of a row. The one at `header` names the row. */
  readonly cells: (row: Row) => readonly ComponentChildren[];
  readonly header: number;
  /** What stays with its row when others go: a comment that was opened. */
  readonly keyOf: (row: Row) => string | number;
  /** How many rows it begins with; a few unless told. */
  readonly first?: number;
  /** What stands below a row, over its whole width. */
  readonly below?: (row: Row) => JSX.Element | null;
}

/** How many more rows a button shows. */
const MORE = 100;

const titleOf = (column: Column): string => (typeof column === 'string' ? column : column[0]);

/** A table that can be scrolled with the keyboard where it is wider than the page. Long ones begin with a few rows. */
export function Grid<Row>(props: GridProps<Row>): JSX.Element {
  const { title, columns, rows, cells, header, keyOf, below } = props;
  const [limit, setLimit] = useState(props.first ?? ROWS);
  const shown = rows.slice(0, limit);
  const rest = rows.length - shown.length;
  const caption = props.caption ?? (rest > 0 ? shownOf(shown.length, rows.length, false) : null);
  const align = (column: Column | undefined): string => (typeof column === 'string' ? '' : 'number');
  const cellOf = (content: ComponentChildren, at: number): JSX.Element => {
    const column = columns[at]!;
    const isWord = typeof content === 'string' && content !== '' && align(column) === '';
    const cell = isWord ? h('span', { class: 'fit' }, content) : content;
    const shared = { class: align(column), 'data-title': titleOf(column) };
    return at === header
      ? h('th', { scope: 'row', role: 'rowheader', ...shared }, cell)
      : h('td', { role: 'cell', ...shared }, cell);
  };
  const rowOf = (row: Row): (JSX.Element | null)[] => {
    const opened = below?.(row) ?? null;
    return [
      h('tr', { key: keyOf(row), role: 'row' }, cells(row).map(cellOf)),
      opened === null
        ? null
        : h(
            'tr',
            { key: `below ${keyOf(row)}`, role: 'row', class: 'below' },
            h('td', { role: 'cell', colSpan: columns.length }, opened),
          ),
    ];
  };
  return h(
    'div',
    { class: 'scroll', tabIndex: 0, role: 'group', 'aria-label': `${title}, table` },
    h(
      'table',
      { role: 'table' },
      caption === null ? null : h('caption', null, caption),
      h(
        'thead',
        { role: 'rowgroup' },
        h(
          'tr',
          { role: 'row' },
          columns.map((column) =>
            h('th', { scope: 'col', role: 'columnheader', class: align(column) }, titleOf(column)),
          ),
        ),
      ),
      h('tbody', { role: 'rowgroup' }, shown.map(rowOf)),
    ),
    rest === 0
      ? null
      : h(
          'button',
          { type: 'button', class: 'more', onClick: () => setLimit(limit + MORE) },
          `Show ${numberText(Math.min(MORE, rest))} more of ${numberText(rest)}`,
        ),
  );
}
