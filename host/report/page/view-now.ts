// The view of what fails now: causes with what they hold back, what is fixed, and runs that gave no states.
import { h, type ComponentChildren, type JSX } from 'preact';
import { kindText } from '../../text/words.js';
import type { Cause, Fixed } from '../broken.js';
import type { Failing } from '../data-runs.js';
import { binText, noErrorText, noFailureText, numberText, plural } from '../words.js';
import { agoText, brokenText } from '../words-runs.js';
import { Long } from './cells.js';
import { Copy } from './copy.js';
import { Diff } from './diff.js';
import type { GroupRow } from '../tables.js';
import { Gauge } from './gauge.js';
import { groupCells } from './groups.js';
import { Silent, SlowRuns } from './now-more.js';
import { Part } from './part.js';
import { Chart, Section } from './parts.js';
import { type Names, type ViewProps, isFound, namesOf, searchedOf } from './shared.js';
import { type Column, Grid } from './table.js';

const KINDS = ['failed', 'changed', 'would_change', 'unchanged', 'skipped'] as const;

export function NowView(props: ViewProps): JSX.Element {
  const { data, tables, broken, charts, look, address } = props;
  const names = namesOf(props);
  const causes = broken.causes.filter((cause) => isCauseFound(props, cause));
  const fixed = broken.fixedRoots.filter(({ row: { state, minion } }) =>
    isFound(address.find, names.minionOf(minion), searchedOf(data, state)),
  );
  const { failing: dropped, fixed: droppedFixed, isNowUncertain } = data.runsLeftOut;
  const busy = tables.times.filter(({ counts }) => Object.values(counts).some((count) => count > 0));
  return h(
    'div',
    { class: 'sections' },
    h(
      Section,
      { id: 'now', title: 'Failing now' },
      h('p', { class: 'lead' }, broken.causes.length === 0 ? noFailing(props) : `${brokenText(broken)}.`),
      causes.length === 0
        ? null
        : h(
            'ol',
            { class: 'causes', 'aria-label': 'Causes' },
            causes
              .slice(0, CAUSES)
              .map((cause) => h(CauseItem, { key: `${cause.state} ${cause.text}`, cause, names, view: props })),
          ),
      causes.length > CAUSES ? h(MoreCauses, { causes: causes.slice(CAUSES), names, view: props }) : null,
      dropped > 0
        ? h(
            'p',
            { class: 'aside' },
            `${plural(dropped, 'failure')} more had no room here; the tables of failed states count them.`,
          )
        : null,
      isNowUncertain
        ? h(
            'p',
            { class: 'aside' },
            'The files were not in the order of time, and there are too many states to know of all whether they succeeded later.',
          )
        : null,
    ),
    h(Gauge, props),
    h(Silent, { view: props, names }),
    h(SlowRuns, { view: props, names }),
    fixed.length === 0
      ? null
      : h(
          Section,
          { id: 'fixed', title: 'Was failing, is fixed' },
          h(Grid<Fixed>, {
            title: 'Fixed states',
            caption: null,
            rows: fixed,
            header: 0,
            columns: FIXED_COLUMNS,
            keyOf: ({ row: { state, minion } }) => `${state} ${minion}`,
            cells: ({ row: { state, minion, sinceMs, fixedMs, fixedJid, times }, held }) => [
              ...[names.state(state), names.slsOfState(state), names.minionOf(minion)],
              ...[names.time(sinceMs), names.time(fixedMs), names.job(fixedJid, names.minionOf(minion))],
              ...[`${numberText(times)} ×`, held === 0 ? '–' : plural(held, 'state')],
            ],
          }),
          droppedFixed > 0
            ? h('p', { class: 'aside' }, `${numberText(droppedFixed)} that were fixed earlier are not kept.`)
            : null,
        ),
    h(Part<GroupRow>, {
      id: 'errors',
      title: 'Compile errors',
      empty: noErrorText(tables),
      table: tables.errors,
      names,
      grid: groupCells('error', names),
    }),
    data.refused.length === 0
      ? null
      : h(Part<GroupRow>, {
          ...{ id: 'refused', title: 'Refused runs: another one was at work', empty: 'No state run was refused.' },
          ...{ table: tables.refused, names },
          grid: groupCells('refused', names),
        }),
    h(
      Section,
      { id: 'times', title: 'Changes over time' },
      h(Chart, {
        draw: charts?.timeline,
        name: 'timeline',
        ...{ tables, data, look },
        label: `Bars: changed and would-change states, and failed ones on an axis of their own, in ${plural(tables.times.length, 'span')} of time; the table has the numbers`,
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
          columns: ['From (UTC)', ...KINDS.map((kind) => [kindText(kind), 'number'] as const)],
          keyOf: ({ fromMs }) => fromMs,
          cells: ({ fromMs, counts }): ComponentChildren[] => [
            ...[binText(fromMs, data.widthMs), ...KINDS.map((kind) => numberText(counts[kind]))],
          ],
        }),
      ),
    ),
  );
}

const FIXED_COLUMNS: readonly Column[] = [
  ...['State', 'SLS', 'Minion', 'Failed from', 'Fixed at', 'Fixed by'],
  ...([
    ['Failed', 'number'],
    ['Held back', 'number'],
  ] as const),
];

/** Causes that stand open; the others are behind a switch. */
const CAUSES = 20;
/** Minions of a cause that are named. */
const NAMED = 12;

function noFailing({ data, tables, filter }: ViewProps): string {
  const isAll = Object.values(filter).every((value) => value === null);
  if (tables.counts.failed > 0)
    return isAll ? 'Nothing fails now: all that failed is fixed.' : 'Nothing of this fails now.';
  return noFailureText(data, tables);
}

function isCauseFound({ data, address }: ViewProps, { state, text, minions, followers }: Cause): boolean {
  return isFound(
    address.find,
    text,
    ...(state === null ? [] : [searchedOf(data, state), data.slses[data.stateNames[state]![1]]!]),
    ...minions.map((minion) => data.minions[minion]!),
    ...followers.map((row) => searchedOf(data, row.state)),
  );
}

interface CauseProps {
  readonly cause: Cause;
  readonly names: Names;
  readonly view: ViewProps;
}

/** A cause: what, where, since when, why; what it holds back. */
function CauseItem({ cause, names, view }: CauseProps): JSX.Element {
  const { state, text, failing, followers, minions, sinceMs, times, last } = cause;
  const { data } = view;
  const held = [...new Map(followers.map((row) => [row.state, row])).values()];
  const since = data.lastMs === null || sinceMs === null ? null : agoText(data.lastMs - sinceMs);
  return h(
    'li',
    { class: 'cause' },
    h(
      'div',
      { class: 'what' },
      h('i', { class: 'sign failed', 'aria-hidden': 'true' }, '✖'),
      state === null
        ? h(
            'span',
            { class: 'state' },
            h('span', { class: 'id' }, text || 'A state that is not in the return'),
            h('span', { class: 'fun' }, 'not in the return'),
          )
        : names.state(state),
      state === null ? null : h('span', { class: 'sls' }, names.slsOfState(state)),
    ),
    h(
      'p',
      { class: 'where' },
      ...minions
        .slice(0, NAMED)
        .flatMap((minion, at) => [
          at === 0 ? 'on ' : ', ',
          names.link(
            { view: 'jobs', job: jobOn(cause, minion), minion: names.minionOf(minion), state: '' },
            names.minionOf(minion),
          ),
        ]),
      minions.length > NAMED ? ` and ${plural(minions.length - NAMED, 'more minion')}` : '',
      ', since ',
      names.time(sinceMs),
      since === null || since === '0 s' ? '' : ` (for ${since})`,
      `, ${numberText(times)} ${times === 1 ? 'time' : 'times'}; last job `,
      names.job(last.lastJid),
      last.lastJid === '' ? null : h(Copy, { text: last.lastJid, what: 'the jid' }),
    ),
    failing.length === 0
      ? h('p', { class: 'aside' }, 'It did not fail by itself when it last ran; these wait for it:')
      : null,
    saidBy(cause).map((row, _, all) => h(Said, { row, names, isOneOfMany: all.length > 1 })),
    held.length === 0
      ? null
      : h(
          'details',
          { class: 'followers' },
          h('summary', null, `Holds back ${plural(held.length, 'state')}`),
          h(
            'ul',
            null,
            held.map((row) =>
              h('li', null, names.state(row.state), h('span', { class: 'sls' }, names.slsOfState(row.state))),
            ),
          ),
        ),
  );
}

/** Different things that a cause says, which are shown. */
const SAID = 3;

/** One of its failures for each different thing that it says, the newest first. */
function saidBy({ failing }: Cause): Failing[] {
  const said = new Map<string, Failing>();
  for (const row of failing) {
    const key = `${row.comment} ${row.reason}`;
    if (!said.has(key)) said.set(key, row);
  }
  return [...said.values()].slice(0, SAID);
}

/** Comment, reason and changes of a failure. */
function Said({ row, names, isOneOfMany }: { row: Failing; names: Names; isOneOfMany: boolean }): JSX.Element {
  const [comment, reason, changes] = [row.comment, row.reason, row.changes].map(names.textAt) as [
    string,
    string,
    string,
  ];
  return h(
    'div',
    { class: 'said' },
    isOneOfMany ? h('div', { class: 'by' }, `${names.minionOf(row.minion)}:`) : null,
    comment === '' ? null : h(Long, { text: comment }),
    reason === '' ? null : h('div', { class: 'text reason' }, reason),
    changes === '' ? null : h('details', null, h('summary', null, 'What it changed'), h(Diff, { text: changes })),
  );
}

/** The job in which it last failed on a minion. */
function jobOn({ failing, followers }: Cause, minion: number): string {
  return [...failing, ...followers].find((row) => row.minion === minion)!.lastJid;
}

function MoreCauses({ causes, names, view }: { causes: readonly Cause[]; names: Names; view: ViewProps }): JSX.Element {
  return h(
    'details',
    null,
    h('summary', null, plural(causes.length, 'more cause')),
    h(Grid<Cause>, {
      title: 'More causes',
      caption: null,
      rows: causes,
      header: 0,
      columns: ['State', 'SLS', 'Minions', 'Since', ['Times', 'number'], 'Comment'],
      keyOf: ({ state, text }) => `${state} ${text}`,
      cells: ({ state, text, minions, sinceMs, times, told }) => [
        state === null ? text || '–' : names.state(state),
        state === null ? '–' : names.slsOf(view.data.stateNames[state]![1]),
        minions.length === 1 ? names.minionOf(minions[0]!) : plural(minions.length, 'minion'),
        ...[names.time(sinceMs), numberText(times), h(Long, { text: names.textAt(told.comment) })],
      ],
    }),
  );
}
