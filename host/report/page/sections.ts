// The page's tables.
import { h, type ComponentChildren, type JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { kindText } from '../../text/words.js';
import { OTHERS } from '../data.js';
import { type GroupRow, type MinionRow, type SlowRow, type Table, type UnansweredRow, nameOf } from '../tables.js';
import {
  binText,
  durationText,
  minionsText,
  noErrorText,
  noFailureText,
  numberText,
  plural,
  shownOf,
} from '../words.js';
import { minionsIn } from './controls.js';
import { type Column, Grid, type GridProps } from './table.js';
import { Chart, Section, type SharedProps } from './parts.js';
import { Comments, ErrorText, State, Time } from './cells.js';

const KINDS = ['failed', 'changed', 'would_change', 'unchanged', 'skipped'] as const;

const number = (title: string): Column => [title, 'number'];

/** All tables; the gauge stands first, then the failed states: beside it where there is room. */
export function Sections(props: SharedProps & { readonly gauge: JSX.Element }): JSX.Element {
  const { data, tables, charts, look, filter, onFilter } = props;
  const thisYear = new Date(data.lastMs ?? 0).toISOString().slice(0, 5);
  const time = (ms: number | null): JSX.Element => h(Time, { ms, thisYear });
  const minionOf = (minion: number): string => nameOf(data.minions, minion, 'other minions') || '(no name)';
  const slsOf = (slses: readonly number[]): string =>
    slses.map((sls) => nameOf(data.slses, sls, 'others') || '–').join(', ');
  const on = ({ minions, minionCount, isMoreMinions }: GroupRow): string =>
    minionCount === 1 && !isMoreMinions && minions[0] !== undefined && minions[0] !== OTHERS
      ? minionOf(minions[0])
      : minionsText(minionCount, isMoreMinions);
  const countOf = ({ count, missed }: GroupRow): string => numberText(count) + (missed > 0 ? '+' : '');
  const filterable = useMemo(() => minionsIn(data), [data]);
  const chooseMinion = (minion: number): JSX.Element | string =>
    !filterable.has(minion)
      ? minionOf(minion)
      : h(
          'button',
          {
            type: 'button',
            class: 'link',
            title: 'Show this minion only',
            onClick: () => onFilter({ ...filter, minion }),
          },
          minionOf(minion),
        );
  const part = <Row>(
    section: { readonly id: string; readonly title: string; readonly empty: string },
    { rows, total, isMore }: Table<Row>,
    grid: Omit<GridProps<Row>, 'title' | 'caption' | 'rows'>,
  ): JSX.Element =>
    h(
      Section,
      { id: section.id, title: section.title },
      total === 0
        ? h('p', { class: 'empty' }, section.empty)
        : h(Grid<Row>, {
            ...grid,
            rows,
            title: section.title,
            caption: rows.length < total ? shownOf(rows.length, total, isMore) : null,
          }),
    );
  const groupGrid = (count: string): Omit<GridProps<GroupRow>, 'title' | 'caption' | 'rows'> => ({
    columns: [number(count), 'State', 'SLS', 'Where', 'Comment', 'Last'],
    header: 1,
    keyOf: ({ name }) => name,
    cells: (row) => [countOf(row), h(State, row), slsOf(row.slses), on(row), h(Comments, row), time(row.last.atMs)],
  });
  const busy = tables.times.filter(({ counts }) => Object.values(counts).some((count) => count > 0));
  const noFailure = noFailureText(data, tables);
  const unanswered = 'Expected, never returned';

  return h(
    'div',
    { class: 'sections' },
    props.gauge,
    part({ id: 'failed', title: 'Top failed states', empty: noFailure }, tables.failed, groupGrid('Failed')),
    part({ id: 'minions', title: 'Failing minions', empty: 'None.' }, tables.minions, {
      columns: ['Minion', number('Failed'), number('Errors'), number('States')],
      header: 0,
      keyOf: ({ minion }) => minion,
      cells: ({ minion, failed, errors, states }: MinionRow) => [
        ...[chooseMinion(minion), ...[failed, errors, states].map(numberText)],
      ],
    }),
    part({ id: 'errors', title: 'Compile errors', empty: noErrorText(tables) }, tables.errors, {
      columns: [number('Times'), 'Run', 'Where', 'Error', 'Last'],
      header: 1,
      keyOf: ({ name }) => name,
      cells: (row) => [
        ...[countOf(row), row.comments[0]?.remark?.comment ?? '–', on(row), h(ErrorText, { error: row.name })],
        time(row.last.atMs),
      ],
    }),
    data.refused.length === 0
      ? null
      : part(
          { id: 'refused', title: 'Refused runs: another one was at work', empty: 'No state run was refused.' },
          tables.refused,
          {
            columns: [number('Times'), 'Run', 'Where', 'Why', 'Last'],
            header: 1,
            keyOf: ({ name }) => name,
            cells: (row) => [
              ...[countOf(row), row.comments[0]?.remark?.comment ?? '–', on(row), row.name, time(row.last.atMs)],
            ],
          },
        ),
    data.leftOut.isExpectedUnknown || data.leftOut.isExpectedUnasked
      ? h(
          Section,
          { id: 'unanswered', title: unanswered },
          h(
            'p',
            { class: 'empty' },
            data.leftOut.isExpectedUnasked
              ? 'Not looked at: only some states were asked for.'
              : 'Not known: there is no salt/job/JID/new event.',
          ),
        )
      : part(
          { id: 'unanswered', title: unanswered, empty: 'Every minion that was expected returned.' },
          tables.unanswered,
          {
            columns: ['Minion', number('Jobs'), 'Last job', 'Function', 'Begun'],
            header: 0,
            keyOf: ({ minion }) => minion,
            cells: ({ minion, jobs, last }: UnansweredRow) => [
              minionOf(minion),
              numberText(jobs),
              last.jid,
              last.fun,
              time(last.atMs),
            ],
          },
        ),
    h(
      Section,
      { id: 'times', title: 'Changes over time' },
      h(Chart, {
        draw: charts?.timeline,
        name: 'timeline',
        tables,
        data,
        look,
        label: `Bars: failed, changed and would-change states in ${plural(tables.times.length, 'span')} of time; the table has the numbers`,
      }),
      h(
        'details',
        { class: 'numbers-behind' },
        h('summary', null, 'As a table'),
        h(Grid<(typeof busy)[number]>, {
          title: 'States by time and kind',
          caption: null,
          rows: busy,
          header: 0,
          columns: ['From (UTC)', ...KINDS.map((kind) => number(kindText(kind)))],
          keyOf: ({ fromMs }) => fromMs,
          cells: ({ fromMs, counts }): ComponentChildren[] => [
            ...[binText(fromMs, data.widthMs), ...KINDS.map((kind) => numberText(counts[kind]))],
          ],
        }),
      ),
    ),
    part(
      { id: 'drift', title: 'Drift: test=True would change', empty: 'No run with test=True would change anything.' },
      tables.drift,
      groupGrid('Times'),
    ),
    part({ id: 'slow', title: 'Slowest states', empty: 'No state has a duration.' }, tables.slow, {
      columns: [number('Longest'), number('Mean'), number('Runs'), 'State', 'SLS', 'Longest on', 'At'],
      header: 3,
      keyOf: ({ name }) => name,
      cells: ({ name, slses, maxMs, meanMs, count, longest }: SlowRow) => [
        durationText(maxMs),
        durationText(meanMs),
        numberText(count),
        h(State, { name }),
        slsOf(slses),
        ...(longest === null ? ['–', '–'] : [minionOf(longest.minion), time(longest.atMs)]),
      ],
    }),
  );
}
