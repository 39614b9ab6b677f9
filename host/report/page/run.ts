// One minion's run: its states by time, and what each says.
import { h, type JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { splitStateName } from '../../core/salt.js';
import { type Cell, cellAt, isFailure } from '../cells.js';
import type { Detail, JobData, RunData } from '../data-runs.js';
import { durationText } from '../words.js';
import { Long } from './cells.js';
import { Diff } from './diff.js';
import { Came } from './marks.js';
import { type Names, type ViewProps, isFound, searchedOf } from './shared.js';
import { Grid } from './table.js';

interface RunProps {
  readonly view: ViewProps;
  readonly job: JobData;
  readonly run: RunData;
  readonly names: Names;
}

interface Row extends Cell {
  readonly at: number;
  readonly state: number;
  readonly isCritical: boolean;
}

/**
 * So much may lie between the end of a state and the start of the next that waited for it. Milliseconds; starts are
 * inexact.
 */
const SLACK_MS = 20;
const SLACK = 0.01;

/**
 * The places of the states that the run's end waited for: back from the last one, each time the one that ended last
 * before.
 */
function criticalOf(cells: readonly Cell[]): ReadonlySet<number> {
  const critical = new Set<number>();
  const endOf = ({ startMs, durationMs }: Cell): number => (startMs ?? 0) + (durationMs ?? 0);
  const timed = cells
    .flatMap(({ startMs }, at) => (startMs === null ? [] : [at]))
    .sort((a, b) => endOf(cells[b]!) - endOf(cells[a]!));
  let limit = Infinity;
  for (const at of timed) {
    const cell = cells[at]!;
    if (endOf(cell) > limit + SLACK_MS + limit * SLACK && limit !== Infinity) continue;
    critical.add(at);
    limit = Math.min(limit, cell.startMs!);
  }
  return critical;
}

export function RunDetails({ view, run, names, job }: RunProps): JSX.Element {
  const { data, address } = view;
  const title = useRef<HTMLHeadingElement>(null);
  // Who follows a link to a minion's run sees it; a state that is opened in it stays where it is.
  useEffect(() => {
    if (address.state === '') title.current?.scrollIntoView({ block: 'nearest' });
  }, [address.minion, address.job]);
  const minion = names.minionOf(run.minion);
  const heading = h('h3', { ref: title }, `${minion} in this job`);
  if (run.plan === null)
    return h(
      'div',
      { id: 'run' },
      heading,
      run.error >= 0
        ? h(Long, { text: names.textAt(run.error) })
        : h('p', { class: 'aside' }, 'The states of this run had no room.'),
    );
  const plan = data.plans[run.plan]!;
  const cells = plan.map((_, at) => cellAt(run, at));
  const critical = criticalOf(cells);
  const details = new Map(run.details.map((detail) => [detail[0]!, detail]));
  const { only, find } = address;
  const rows = plan
    .map((state, at): Row => ({ ...cells[at]!, at, state, isCritical: critical.has(at) }))
    .filter(({ outcome }) =>
      only === 'failed' ? isFailure(outcome) : only === '' || outcome === (only === 'roots' ? 'failed' : only),
    )
    .filter(({ state }) => isFound(find, searchedOf(data, state), names.slsOfState(state), minion, job.jid));
  const wholeMs = run.durationMs ?? 0;
  const startMs = (row: Row): number => row.startMs ?? 0;
  rows.sort((a, b) => startMs(a) - startMs(b) || a.at - b.at);
  return h(
    'div',
    { id: 'run' },
    heading,
    h(
      'p',
      { class: 'lead' },
      `${run.durationMs === null ? '' : `${durationText(run.durationMs)}; `}the bars show when each state ran; dark ones are those that the end of the run waited for.`,
    ),
    h(Grid<Row>, {
      title: `States of ${minion}`,
      caption: null,
      rows: withOpened(rows, data.stateNames, address.state),
      header: 1,
      columns: ['Came to', 'State', 'SLS', ['Start', 'number'], ['Took', 'number'], 'When'],
      first: 200,
      keyOf: ({ at }) => at,
      cells: (row) => [
        h(Came, row),
        names.link({ state: isOpened(row) ? '' : data.stateNames[row.state]![0] }, names.state(row.state)),
        names.slsOfState(row.state),
        row.startMs === null ? '–' : `+${durationText(row.startMs)}`,
        row.durationMs === null ? '–' : durationText(row.durationMs),
        h(Bar, { row, wholeMs }),
      ],
      below: (row) => (isOpened(row) ? h(StateDetails, { row, detail: details.get(row.at), names, view, run }) : null),
    }),
    run.isDetailCut
      ? h('p', { class: 'aside' }, 'Comments and changes of this run are not all kept, for want of room.')
      : null,
  );

  function isOpened({ state }: Row): boolean {
    return address.state !== '' && data.stateNames[state]![0] === address.state;
  }
}

/** The rows, the opened one among the first, where a table that begins with a few rows would not show it. */
function withOpened(rows: readonly Row[], names: ViewProps['data']['stateNames'], opened: string): readonly Row[] {
  const at = opened === '' ? -1 : rows.findIndex(({ state }) => names[state]![0] === opened);
  return at < 0 ? rows : [rows[at]!, ...rows.slice(0, at), ...rows.slice(at + 1)];
}

function Bar({
  row: { startMs, durationMs, outcome, isCritical },
  wholeMs,
}: {
  row: Row;
  wholeMs: number;
}): JSX.Element | null {
  if (startMs === null || wholeMs <= 0) return null;
  const percent = (ms: number): string => `${Math.min(100, Math.max(0, (100 * ms) / wholeMs))}%`;
  return h(
    'span',
    { class: 'track' },
    h('span', {
      class: `bar ${isCritical ? 'critical' : ''} ${isFailure(outcome) ? 'failed' : ''}`,
      style: { left: percent(startMs), width: percent(durationMs ?? 0) },
    }),
  );
}

interface DetailsProps {
  readonly row: Row;
  readonly detail: Detail | undefined;
  readonly names: Names;
  readonly view: ViewProps;
  readonly run: RunData;
}

/** All that is known of one state of the run. */
function StateDetails({ row, detail, names, view, run }: DetailsProps): JSX.Element {
  const [name, sls] = view.data.stateNames[row.state]!;
  const { id } = splitStateName(name);
  const [, comment = -1, changes = -1, ...causes] = detail ?? [];
  const facts: [string, JSX.Element | string][] = [
    ['SLS', names.slsOf(sls)],
    ['ID to look for', h('code', null, id)],
    ['State', h('code', null, name)],
    ['Run at', names.time(run.atMs)],
    ['Began', row.startMs === null ? '–' : `${durationText(row.startMs)} after the run`],
    ['Took', row.durationMs === null ? '–' : durationText(row.durationMs)],
    ...(causes.length === 0
      ? []
      : [
          [
            'Held back by',
            h(
              'ul',
              null,
              causes.map((cause) =>
                h(
                  'li',
                  null,
                  cause === 0
                    ? 'a state that is not in the return'
                    : names.link({ state: view.data.stateNames[cause]![0] }, names.state(cause)),
                ),
              ),
            ),
          ] as [string, JSX.Element],
        ]),
  ];
  return h(
    'div',
    { class: 'details' },
    detail === undefined && row.outcome !== 'unchanged' && row.outcome !== 'skipped' && run.isDetailCut
      ? h('p', { class: 'aside' }, 'What it said is not kept, for want of room.')
      : null,
    comment < 0 ? null : h(Long, { text: names.textAt(comment) }),
    changes < 0 ? null : h(Diff, { text: names.textAt(changes) }),
    h(
      'dl',
      { class: 'facts' },
      facts.map(([term, fact]) => h('div', null, h('dt', null, term), h('dd', null, fact))),
    ),
  );
}
