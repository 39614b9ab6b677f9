// The view of jobs: all of them, and one that is opened.
import { h, type JSX } from 'preact';
import { STATE_KINDS, type StateKind } from '../data.js';
import type { JobData } from '../data-runs.js';
import { slowJobs } from '../slow.js';
import { timesOf } from '../tables.js';
import { durationText, numberText } from '../words.js';
import { answeredText, whatText } from '../words-runs.js';
import { Job } from './job.js';
import { Section } from './parts.js';
import { type ViewProps, isFound, namesOf } from './shared.js';
import { Grid } from './table.js';

const countOf = ({ counts }: JobData, kind: StateKind): number => counts[STATE_KINDS.indexOf(kind)]!;

export function JobsView(props: ViewProps): JSX.Element {
  const { data, address, filter } = props;
  const names = namesOf(props);
  const opened = address.job === '' ? undefined : data.jobs.find(({ jid }) => jid === address.job);
  const [fromMs, toMs] = timesOf(data, filter);
  const isShown = (job: JobData): boolean =>
    (filter.minion === null ||
      job.runs.some(({ minion }) => minion === filter.minion) ||
      job.silent.includes(filter.minion)) &&
    (fromMs === null || (job.atMs !== null && job.atMs >= fromMs)) &&
    (toMs === null || (job.atMs !== null && job.atMs < toMs)) &&
    isFound(address.find, job.jid, whatText(job), ...job.runs.map(({ minion }) => names.minionOf(minion)));
  const jobs = data.jobs.filter(isShown);
  const usual = new Map(slowJobs(data.jobs).map(({ job, usualMs }) => [job, usualMs]));
  const tookOf = (job: JobData): JSX.Element | string => {
    if (job.durationMs === null) return '–';
    const usualMs = usual.get(job);
    if (usualMs === undefined) return durationText(job.durationMs);
    return h(
      'span',
      { class: 'slow', title: `${durationText(usualMs)} is usual` },
      ...[
        h('b', null, durationText(job.durationMs)),
        h('span', null, `${Math.round(job.durationMs / Math.max(usualMs, 1))} × usual`),
      ],
    );
  };
  const { jobs: dropped, runs: droppedRuns } = data.runsLeftOut;
  return h(
    'div',
    { class: 'sections' },
    opened === undefined ? null : h(Job, { ...props, job: opened }),
    h(
      Section,
      { id: 'jobs', title: opened === undefined ? 'Jobs' : 'All jobs' },
      address.job !== '' && opened === undefined
        ? h('p', { class: 'aside' }, `The job ${address.job} is not in this report.`)
        : null,
      jobs.length === 0
        ? h('p', { class: 'empty' }, 'None.')
        : h(Grid<JobData>, {
            title: 'Jobs',
            caption: null,
            rows: jobs,
            header: 1,
            columns: [
              ...(['At', 'Job', 'What', ['Answered', 'number'], ['Silent', 'number']] as const),
              ...([
                ['Failed', 'number'],
                ['Changed', 'number'],
                ['Unchanged', 'number'],
              ] as const),
              ...([
                ['Would change', 'number'],
                ['Errors', 'number'],
                ['Took', 'number'],
              ] as const),
            ],
            keyOf: ({ jid, atMs }) => `${jid} ${atMs}`,
            cells: (job) => [
              names.time(job.atMs),
              job.runs.length === 0 && job.silentCount === 0
                ? job.jid || '–'
                : names.link({ job: job.jid, state: '', only: '' }, job.jid || '(no jid)'),
              ...[whatText(job), answeredText(job), numberText(job.silentCount)],
              ...(['failed', 'changed', 'unchanged', 'would_change'] as const).map((kind) =>
                numberText(countOf(job, kind)),
              ),
              ...[numberText(job.errors + job.refused), tookOf(job)],
            ],
          }),
      dropped > 0 ? h('p', { class: 'aside' }, `${numberText(dropped)} older jobs are not kept.`) : null,
      droppedRuns > 0
        ? h(
            'p',
            { class: 'aside' },
            `Of ${numberText(droppedRuns)} older runs the counts are kept, the states are not.`,
          )
        : null,
    ),
  );
}
