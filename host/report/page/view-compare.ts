// The view that sets two jobs, or two times, beside each other.
import { h, type JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { type Difference, FATES, type Fate, type Side, compare, hasStates, usualSides } from '../compare.js';
import type { ReportData } from '../data.js';
import { binText, durationText, plural, timeText } from '../words.js';
import { whatText } from '../words-runs.js';
import { Came } from './marks.js';
import { Section } from './parts.js';
import { type ViewProps, isFound, namesOf, searchedOf } from './shared.js';
import { Grid } from './table.js';

const FATE_WORDS: Readonly<Record<Fate, string>> = {
  newly_failing: 'Newly failing',
  still_failing: 'Still failing',
  fixed: 'Fixed',
  newly_changed: 'Newly changed',
  slower: 'Slower',
};

/** Jobs that can be chosen. */
const CHOICES = 300;

/** A time in the address has this before it. */
const AT = '@';

/** What is compared unless told, as the address says it. */
const usual = (data: ReportData): readonly string[] =>
  (usualSides(data) ?? []).map((side) => ('job' in side ? data.jobs[side.job]!.jid : timeOf(side.untilMs)));

function sideOf(data: ReportData, text: string): Side | null {
  if (text.startsWith(AT)) {
    const untilMs = Date.parse(text.slice(AT.length));
    return Number.isNaN(untilMs) ? null : { untilMs };
  }
  const job = data.jobs.findIndex(({ jid }) => jid === text);
  return job < 0 ? null : { job };
}

interface ChoiceProps {
  readonly id: string;
  readonly label: string;
  readonly value: string;
  readonly data: ReportData;
  readonly onChoice: (value: string) => void;
}

function SideChoice({ id, label, value, data, onChoice }: ChoiceProps): JSX.Element {
  const jobs = data.jobs.filter(hasStates).slice(0, CHOICES);
  const ends = Array.from({ length: data.bins }, (_, at) => (data.firstBin + at + 1) * data.widthMs).reverse();
  const choices = [...jobs.map(({ jid }) => jid), ...ends.map(timeOf)];
  return h(
    'div',
    { class: 'choice' },
    h('label', { for: id }, label),
    h(
      'select',
      {
        ...{ id, value, autocomplete: 'off' },
        onChange: (event: Event) => onChoice((event.currentTarget as HTMLSelectElement).value),
      },
      choices.includes(value) ? null : h('option', { value }, value || 'choose'),
      h(
        'optgroup',
        { label: 'A job' },
        jobs.map((job) =>
          h('option', { value: job.jid }, `${timeText(job.atMs).slice(5)} ${whatText(job)} ${job.jid}`),
        ),
      ),
      h(
        'optgroup',
        { label: 'All that ran before' },
        ends.map((ms) => h('option', { value: timeOf(ms) }, binText(ms, data.widthMs))),
      ),
    ),
  );
}

const timeOf = (ms: number): string => `${AT}${new Date(ms).toISOString().slice(0, 19)}Z`;

export function CompareView(props: ViewProps): JSX.Element {
  const { data, address, filter, onGo } = props;
  const names = namesOf(props);
  const [usualBefore = '', usualAfter = ''] = useMemo(() => usual(data), [data]);
  const [before, after] = [address.before || usualBefore, address.after || usualAfter];
  const [from, to] = [sideOf(data, before), sideOf(data, after)];
  const comparison = useMemo(
    () => (from === null || to === null ? null : compare(data, from, to)),
    [data, before, after],
  );
  const isShown = ({ minion, state }: Difference): boolean =>
    (filter.minion === null || filter.minion === minion) &&
    (filter.sls === null || filter.sls === data.stateNames[state]![1]) &&
    isFound(address.find, names.minionOf(minion), searchedOf(data, state), names.slsOfState(state));
  const took = (ms: number | null): string => (ms === null ? '–' : durationText(ms));
  return h(
    'div',
    { class: 'sections' },
    h(
      Section,
      { id: 'compare', title: 'Compare' },
      h(
        'div',
        { class: 'sides' },
        h(SideChoice, {
          id: 'before',
          label: 'Before',
          value: before,
          data,
          onChoice: (chosen) => onGo({ before: chosen }),
        }),
        h(SideChoice, {
          id: 'after',
          label: 'After',
          value: after,
          data,
          onChoice: (chosen) => onGo({ after: chosen }),
        }),
      ),
      comparison === null
        ? h('p', { class: 'empty' }, 'There are no two jobs to compare.')
        : h(
            'p',
            { class: 'lead' },
            `${plural(comparison.inBoth, 'state')} on a minion ran in both: ${FATES.map((fate) => `${comparison.differences[fate].filter(isShown).length} ${FATE_WORDS[fate].toLowerCase()}`).join(', ')}.`,
          ),
      comparison?.isCut === true
        ? h('p', { class: 'aside' }, 'The states of some of these runs had no room: they are not compared.')
        : null,
    ),
    comparison === null
      ? null
      : FATES.map((fate) => {
          const rows = comparison.differences[fate].filter(isShown);
          if (rows.length === 0) return null;
          return h(
            Section,
            { id: `compare-${fate}`, title: `${FATE_WORDS[fate]} (${rows.length})` },
            h(Grid<Difference>, {
              title: FATE_WORDS[fate],
              caption: null,
              rows,
              header: 0,
              columns: [
                'State',
                'SLS',
                'Minion',
                'Before',
                'After',
                ['Took before', 'number'],
                ['Takes now', 'number'],
              ],
              keyOf: ({ minion, state }) => `${minion} ${state}`,
              cells: ({ minion, state, before: then, after: now, beforeMs, afterMs }) => [
                ...[names.state(state), names.slsOfState(state), names.minionOf(minion)],
                ...[then === null ? 'did not run' : h(Came, { outcome: then }), h(Came, { outcome: now })],
                ...[took(beforeMs), took(afterMs)],
              ],
            }),
          );
        }),
  );
}
