// The columns of tables of groups: failed states, drift, errors, refused runs.
import { h } from 'preact';
import { OTHERS } from '../data.js';
import type { GroupRow } from '../tables.js';
import { minionsText, numberText } from '../words.js';
import { Comments, ErrorText, State } from './cells.js';
import type { Cells } from './part.js';
import type { Names } from './shared.js';

const countOf = ({ count, missed }: GroupRow): string => numberText(count) + (missed > 0 ? '+' : '');

const whereOf = ({ minions, minionCount, isMoreMinions }: GroupRow, names: Names): string =>
  minionCount === 1 && !isMoreMinions && minions[0] !== undefined && minions[0] !== OTHERS
    ? names.minionOf(minions[0])
    : minionsText(minionCount, isMoreMinions);

/** Groups of states, counted under `count`. */
export const stateCells = (count: string, names: Names): Cells<GroupRow> => ({
  columns: [[count, 'number'], 'State', 'SLS', 'Where', 'Comment', 'Last'],
  header: 1,
  keyOf: ({ name }) => name,
  cells: (row) => [
    ...[countOf(row), h(State, row), names.slsesOf(row.slses), whereOf(row, names), h(Comments, row)],
    names.time(row.last.atMs),
  ],
});

/** Groups of runs that gave no states. */
export const groupCells = (kind: 'error' | 'refused', names: Names): Cells<GroupRow> => ({
  columns: [['Times', 'number'], 'Run', 'Where', kind === 'error' ? 'Error' : 'Why', 'Last'],
  header: 1,
  keyOf: ({ name }) => name,
  cells: (row) => [
    ...[countOf(row), row.comments[0]?.remark?.comment ?? '–', whereOf(row, names)],
    ...[kind === 'error' ? h(ErrorText, { error: row.name }) : row.name, names.time(row.last.atMs)],
  ],
});
