// The view of states: which fail most, take longest, change most often, and would change.
import { h, type JSX } from 'preact';
import type { StateData } from '../data-runs.js';
import { STATE_KINDS, type StateKind } from '../data.js';
import type { GroupRow, SlowRow } from '../tables.js';
import { durationText, noFailureText, numberText, plural } from '../words.js';
import { isChangedInEveryRun, ranOf } from '../words-runs.js';
import { State } from './cells.js';
import { stateCells } from './groups.js';
import { Part } from './part.js';
import { Section } from './parts.js';
import { type ViewProps, isFound, namesOf, searchedOf } from './shared.js';
import { Grid } from './table.js';

const countOf = ({ counts }: StateData, kind: StateKind): number => counts[STATE_KINDS.indexOf(kind)]!;

export function StatesView(props: ViewProps): JSX.Element {
  const { data, tables, address, filter } = props;
  const names = namesOf(props);
  const isShown = ({ state }: StateData): boolean =>
    (filter.sls === null || data.stateNames[state]![1] === filter.sls) &&
    isFound(address.find, searchedOf(data, state), names.slsOfState(state));
  const often = data.stateRows
    .filter((row) => countOf(row, 'changed') > 0 && isShown(row))
    .sort(
      (a, b) =>
        Number(isChangedInEveryRun(b)) - Number(isChangedInEveryRun(a)) ||
        countOf(b, 'changed') - countOf(a, 'changed'),
    );
  const always = often.filter(isChangedInEveryRun).length;
  const { states: rowsLeft, isStatesCut } = data.runsLeftOut;
  return h(
    'div',
    { class: 'sections' },
    h(Part<GroupRow>, {
      id: 'failed',
      title: 'Top failed states',
      empty: noFailureText(data, tables),
      table: tables.failed,
      names,
      grid: stateCells('Failed', names),
    }),
    h(Part<SlowRow>, {
      id: 'slow',
      title: 'Slowest states',
      empty: 'No state has a duration.',
      table: tables.slow,
      names,
      grid: {
        columns: [['Longest', 'number'], ['Mean', 'number'], ['Runs', 'number'], 'State', 'SLS', 'Longest on', 'At'],
        header: 3,
        keyOf: ({ name }) => name,
        cells: ({ name, slses, maxMs, meanMs, count, longest }) => [
          ...[durationText(maxMs), durationText(meanMs), numberText(count)],
          ...[h(State, { name }), names.slsesOf(slses)],
          ...(longest === null ? ['–', '–'] : [names.minionOf(longest.minion), names.time(longest.atMs)]),
        ],
      },
    }),
    h(
      Section,
      { id: 'often', title: 'Most often changed' },
      often.length === 0
        ? h('p', { class: 'empty' }, 'No state changed anything.')
        : h(
            'p',
            { class: 'lead' },
            always === 0
              ? 'No state changed something in every run.'
              : `${plural(always, 'state')} changed something in every run: a state that is in order changes nothing.`,
          ),
      often.length === 0
        ? null
        : h(Grid<StateData>, {
            title: 'Most often changed',
            caption: null,
            rows: often,
            header: 2,
            columns: [
              ['Changed', 'number'],
              ['Runs', 'number'],
              'State',
              'SLS',
              'In every run',
              ['Minions', 'number'],
              ['Would change', 'number'],
              ['Mean', 'number'],
            ],
            keyOf: ({ state }) => state,
            cells: (row) => [
              ...[numberText(countOf(row, 'changed')), numberText(ranOf(row))],
              ...[names.state(row.state), names.slsOfState(row.state), isChangedInEveryRun(row) ? 'yes' : 'no'],
              ...[numberText(row.minions), numberText(countOf(row, 'would_change'))],
              row.timed === 0 ? '–' : durationText(row.totalMs / row.timed),
            ],
          }),
      rowsLeft > 0 || isStatesCut
        ? h(
            'p',
            { class: 'aside' },
            'There are too many different states: those that take the longest and change most often are here.',
          )
        : null,
    ),
    h(Part<GroupRow>, {
      ...{ id: 'drift', title: 'Drift: test=True would change', table: tables.drift, names },
      empty: 'No run with test=True would change anything.',
      grid: stateCells('Times', names),
    }),
  );
}
