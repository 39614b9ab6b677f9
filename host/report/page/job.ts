// An opened job: who answered, the matrix of minions and states, and one minion's run.
import { h, type JSX } from 'preact';
import { useState } from 'preact/hooks';
import { OUTCOMES, type Outcome, isFailure, outcomeAt, outcomesOf } from '../cells.js';
import type { ReportData } from '../data.js';
import type { JobData, RunData } from '../data-runs.js';
import { durationText, numberText, plural } from '../words.js';
import { answeredText, whatText } from '../words-runs.js';
import { type Only } from './address.js';
import { Copy } from './copy.js';
import { MARKS } from './marks.js';
import { Section } from './parts.js';
import { RunDetails } from './run.js';
import { type Names, type ViewProps, namesOf } from './shared.js';
import { Grid } from './table.js';

const ONLY_WORDS: Readonly<Record<Only, string>> = { '': 'All', failed: 'Failed', roots: 'Causes', changed: 'Changed' };

const isAmong = (only: Only, outcome: Outcome): boolean =>
  only === '' ||
  (only === 'failed' && isFailure(outcome)) ||
  (only === 'roots' && outcome === 'failed') ||
  (only === 'changed' && outcome === 'changed');

/** Places of states in a run, by their SLS file, in the order of the run. */
function bySls(data: ReportData, run: RunData): Map<number, number[]> {
  const groups = new Map<number, number[]>();
  data.plans[run.plan!]!.forEach((state, at) => {
    const sls = data.stateNames[state]![1];
    const group = groups.get(sls);
    if (group === undefined) groups.set(sls, [at]);
    else group.push(at);
  });
  return groups;
}

interface JobProps extends ViewProps {
  readonly job: JobData;
}

export function Job(props: JobProps): JSX.Element {
  const { job, address, onGo } = props;
  const names = namesOf(props);
  const run = job.runs.findLast(({ minion }) => names.minionOf(minion) === address.minion);
  return h(
    Section,
    { id: 'job', title: `${whatText(job)}, job ${job.jid || '(no jid)'}` },
    h(
      'p',
      { class: 'lead' },
      ...['Begun ', names.time(job.atMs), `; ${answeredText(job)} answered`],
      job.durationMs === null ? '' : ` in ${durationText(job.durationMs)}`,
      '. ',
      job.jid === '' ? null : h(Copy, { text: job.jid, what: 'the jid' }),
      ' ',
      names.link({ job: '', state: '', only: '' }, 'Close'),
    ),
    job.silentCount === 0
      ? null
      : h(
          'p',
          null,
          h('b', null, 'Silent: '),
          job.silent.map(names.minionOf).join(', '),
          job.silentCount > job.silent.length ? ` and ${numberText(job.silentCount - job.silent.length)} more` : '',
          '.',
        ),
    h(
      'fieldset',
      { class: 'only' },
      h('legend', null, 'Show states that'),
      (Object.keys(ONLY_WORDS) as Only[]).map((only) =>
        h(
          'label',
          null,
          h('input', { type: 'radio', name: 'only', checked: address.only === only, onChange: () => onGo({ only }) }),
          h('span', null, ONLY_WORDS[only]),
        ),
      ),
    ),
    h(Legend, null),
    h(Matrix, { ...props, names }),
    run === undefined ? null : h(RunDetails, { view: props, job, run, names }),
  );
}

function Legend(): JSX.Element {
  return h(
    'p',
    { class: 'legend' },
    OUTCOMES.map((outcome) => {
      const { sign, word, colour } = MARKS[outcome];
      return h('span', null, h('i', { class: colour, 'aria-hidden': 'true' }, sign), ` ${word}`);
    }),
  );
}

/** Rows that the matrix begins with, and how many more a button shows. */
const FEW = 50;

/** One row a minion, one column an SLS file, one sign a state. */
function Matrix(props: JobProps & { readonly names: Names }): JSX.Element {
  const { data, job, address, names, filter } = props;
  const [limit, setLimit] = useState(FEW);
  const { only } = address;
  const runs = job.runs
    .filter(
      ({ plan, outcomes }) =>
        only === '' || (plan !== null && outcomesOf(outcomes).some((outcome) => isAmong(only, outcome))),
    )
    .toSorted(
      (a, b) => b.counts[0]! - a.counts[0]! || names.minionOf(a.minion).localeCompare(names.minionOf(b.minion), 'en'),
    );
  const shown = runs.slice(0, limit);
  const places = new Map(shown.filter(({ plan }) => plan !== null).map((run) => [run, bySls(data, run)]));
  const isSlsShown = (sls: number): boolean =>
    (filter.sls === null || filter.sls === sls) &&
    (only === '' ||
      shown.some((run) =>
        places
          .get(run)
          ?.get(sls)
          ?.some((at) => isAmong(only, outcomeAt(run.outcomes, at))),
      ));
  const slses = [...new Set([...places.values()].flatMap((groups) => [...groups.keys()]))].filter(isSlsShown);
  if (runs.length === 0)
    return h('p', { class: 'empty' }, only === '' ? 'No minion answered.' : 'No state of this job is of that kind.');
  return h(
    'div',
    { class: 'matrix' },
    h(Grid<RunData>, {
      title: 'States of each minion',
      caption: null,
      rows: shown,
      header: 0,
      columns: ['Minion', ...slses.map((sls) => names.slsOf(sls)), ['Took', 'number']],
      keyOf: ({ minion, atMs }) => `${minion} ${atMs}`,
      cells: (run) => [
        names.link({ job: job.jid, minion: names.minionOf(run.minion), state: '' }, names.minionOf(run.minion)),
        ...slses.map((sls, at) =>
          run.plan === null
            ? at === 0 || slses.length === 0
              ? withoutStates(run, names)
              : ''
            : places.get(run)!.has(sls)
              ? h(Signs, { run, places: places.get(run)!.get(sls)!, view: props })
              : '',
        ),
        ...(slses.length === 0 && run.plan === null ? [withoutStates(run, names)] : []),
        run.durationMs === null ? '–' : durationText(run.durationMs),
      ],
    }),
    runs.length > limit
      ? h(
          'button',
          { type: 'button', class: 'more', onClick: () => setLimit(limit + FEW) },
          `Show ${Math.min(FEW, runs.length - limit)} more of ${plural(runs.length - limit, 'minion')}`,
        )
      : null,
  );
}

const withoutStates = (run: RunData, names: Names): string =>
  run.error >= 0
    ? `${run.isRefused ? 'Refused' : 'Compile error'}: ${names.textAt(run.error)}`
    : 'The states of this run had no room; its counts are in the table of jobs.';

/** What is told of an SLS file's states to those who do not see them. */
function countText(outcomes: readonly Outcome[]): string {
  const counts = OUTCOMES.map((outcome) => [outcome, outcomes.filter((each) => each === outcome).length] as const);
  return counts
    .filter(([, count]) => count > 0)
    .map(([outcome, count]) => `${count} ${MARKS[outcome].word}`)
    .join(', ');
}

/** The signs of an SLS file's states. What failed or changed leads to the state; what is alike stands together. */
function Signs({ run, places, view }: { run: RunData; places: readonly number[]; view: JobProps }): JSX.Element {
  const { data, job, address } = view;
  const names = namesOf(view);
  const outcomes = places.map((at) => outcomeAt(run.outcomes, at));
  const parts: JSX.Element[] = [];
  let alike = '';
  const flush = (outcome: Outcome): void => {
    if (alike !== '') parts.push(h('span', { class: MARKS[outcome].colour, 'aria-hidden': 'true' }, alike));
    alike = '';
  };
  outcomes.forEach((outcome, index) => {
    const { sign, word, colour } = MARKS[outcome];
    const before = outcomes[index - 1];
    const isLink =
      isAmong(address.only, outcome) && (isFailure(outcome) || outcome === 'changed' || outcome === 'would_change');
    if (before !== undefined && (isLink || before !== outcome)) flush(before);
    if (!isAmong(address.only, outcome)) return;
    if (!isLink) {
      alike += sign;
      return;
    }
    const [name] = data.stateNames[data.plans[run.plan!]![places[index]!]!]!;
    const minion = names.minionOf(run.minion);
    parts.push(
      h('span', { class: colour }, names.link({ job: job.jid, minion, state: name }, sign, `${word}: ${name}`)),
    );
  });
  if (outcomes.length > 0) flush(outcomes.at(-1)!);
  return h('span', { class: 'signs' }, h('span', { class: 'unseen' }, `${countText(outcomes)} `), parts);
}
