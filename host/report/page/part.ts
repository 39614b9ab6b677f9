// A section with one of the tables that count groups, and what is left out of it.
import { h, type JSX } from 'preact';
import type { Table } from '../tables.js';
import { type Place, shownOf } from '../words.js';
import { Section } from './parts.js';
import type { Names } from './shared.js';
import { Grid, type GridProps } from './table.js';

export type Cells<Row> = Omit<GridProps<Row>, 'title' | 'caption' | 'rows'>;

interface PartProps<Row> {
  readonly id: Place;
  readonly title: string;
  /** What is said where there is no row. */
  readonly empty: string;
  readonly table: Table<Row>;
  readonly names: Names;
  readonly grid: Cells<Row>;
}

export function Part<Row>({ id, title, empty, table, names, grid }: PartProps<Row>): JSX.Element {
  const { rows, total, isMore } = table;
  return h(
    Section,
    { id, title },
    total === 0
      ? h('p', { class: 'empty' }, empty)
      : h(Grid<Row>, {
          ...grid,
          rows,
          title,
          caption: rows.length < total ? shownOf(rows.length, total, isMore) : null,
        }),
    names.aside(id),
  );
}
