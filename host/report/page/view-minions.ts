// The view of minions: when each ran, what came of it, how long it is silent.
import { h, type JSX } from 'preact';
import { STATE_KINDS, type StateKind } from '../data.js';
import type { MinionData } from '../data-runs.js';
import type { UnansweredRow } from '../tables.js';
import { numberText } from '../words.js';
import { agoText } from '../words-runs.js';
import { Part } from './part.js';
import { Section } from './parts.js';
import { type ViewProps, isFound, namesOf } from './shared.js';
import { Grid } from './table.js';

const countOf = ({ counts }: MinionData, kind: StateKind): number => counts[STATE_KINDS.indexOf(kind)]!;

export function MinionsView(props: ViewProps): JSX.Element {
  const { data, tables, address, filter, broken } = props;
  const names = namesOf(props);
  const failingNow = new Map<number, number>();
  for (const { failing, followers } of broken.causes)
    for (const { minion } of new Set([...failing, ...followers]))
      failingNow.set(minion, (failingNow.get(minion) ?? 0) + 1);
  const rows = data.minionRows
    .filter(
      ({ minion }) =>
        (filter.minion === null || filter.minion === minion) && isFound(address.find, names.minionOf(minion)),
    )
    .sort(
      (a, b) =>
        (failingNow.get(b.minion) ?? 0) - (failingNow.get(a.minion) ?? 0) ||
        b.silentJobs - a.silentJobs ||
        countOf(b, 'failed') + b.errors - countOf(a, 'failed') - a.errors ||
        names.minionOf(a.minion).localeCompare(names.minionOf(b.minion), 'en'),
    );
  const silentFor = ({ silentJobs, seenMs, silentMs }: MinionData): string => {
    if (silentJobs === 0) return '–';
    const fromMs = seenMs ?? silentMs;
    const ago = fromMs === null || data.lastMs === null ? '' : agoText(Math.max(0, data.lastMs - fromMs));
    return `${ago}, ${numberText(silentJobs)} unanswered${seenMs === null ? ', never seen' : ''}`;
  };
  const { isExpectedUnknown, isExpectedUnasked } = data.leftOut;
  const unanswered = 'Expected, never returned';
  return h(
    'div',
    { class: 'sections' },
    h(
      Section,
      { id: 'minions', title: 'Minions' },
      rows.length === 0
        ? h('p', { class: 'empty' }, 'None.')
        : h(Grid<MinionData>, {
            title: 'Minions',
            caption: null,
            rows,
            header: 0,
            columns: [
              ...(['Minion', ['Failing now', 'number'], 'Last run', 'Last success'] as const),
              ...([
                ['Failed', 'number'],
                ['Changed', 'number'],
                ['Unchanged', 'number'],
              ] as const),
              ...([['Would change', 'number'], ['Errors', 'number'], ['Runs', 'number'], 'Silent for'] as const),
            ],
            keyOf: ({ minion }) => minion,
            cells: (row) => [
              names.link({ minion: names.minionOf(row.minion) }, names.minionOf(row.minion)),
              numberText(failingNow.get(row.minion) ?? 0),
              row.runMs === null && row.runs === 0 ? 'never' : names.time(row.runMs),
              row.goodJid === '' && row.goodMs === null ? 'none' : names.time(row.goodMs),
              ...(['failed', 'changed', 'unchanged', 'would_change'] as const).map((kind) =>
                numberText(countOf(row, kind)),
              ),
              ...[numberText(row.errors + row.refused), numberText(row.runs), silentFor(row)],
            ],
          }),
      names.aside('minions'),
      filter.firstBin === null && filter.lastBin === null && filter.sls === null
        ? null
        : h('p', { class: 'aside' }, 'Counts of minions are of all times and SLS files.'),
    ),
    isExpectedUnknown || isExpectedUnasked
      ? h(
          Section,
          { id: 'unanswered', title: unanswered },
          h(
            'p',
            { class: 'empty' },
            isExpectedUnasked
              ? 'Not looked at: only some states were asked for.'
              : 'Not known: there is no salt/job/JID/new event.',
          ),
          names.aside('unanswered'),
        )
      : h(Part<UnansweredRow>, {
          ...{ id: 'unanswered', title: unanswered, table: tables.unanswered, names },
          empty: 'Every minion that was expected returned.',
          grid: {
            columns: ['Minion', ['Jobs', 'number'], 'Last job', 'Function', 'Begun'],
            header: 0,
            keyOf: ({ minion }) => minion,
            cells: ({ minion, jobs, last }) => [
              ...[names.minionOf(minion), numberText(jobs), names.job(last.jid), last.fun, names.time(last.atMs)],
            ],
          },
        }),
  );
}
