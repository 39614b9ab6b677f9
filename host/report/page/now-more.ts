// What else is to be known at once: minions that do not answer, and jobs that took much longer than usual.
import { h, type JSX } from 'preact';
import { type SlowJob, slowJobs } from '../slow.js';
import { timesOf } from '../tables.js';
import { durationText, plural } from '../words.js';
import { whatText } from '../words-runs.js';
import { Section } from './parts.js';
import { type Names, type ViewProps, isFound } from './shared.js';

/** Minions, and jobs, that are named. */
const MINIONS = 12;
const JOBS = 3;

/** Minions that did not answer since they were last seen, the longest silent first. */
export function Silent({ view, names }: { view: ViewProps; names: Names }): JSX.Element | null {
  const { data, filter, address } = view;
  const silent = data.minionRows
    .filter(({ minion, silentJobs }) => silentJobs > 0 && (filter.minion === null || filter.minion === minion))
    .filter(({ minion }) => isFound(address.find, names.minionOf(minion)))
    .toSorted((a, b) => (a.silentMs ?? 0) - (b.silentMs ?? 0));
  if (silent.length === 0) return null;
  return h(
    Section,
    { id: 'silent', title: `Silent now: ${plural(silent.length, 'minion')}` },
    h(
      'ul',
      { class: 'plain' },
      silent
        .slice(0, MINIONS)
        .map(({ minion, silentJobs, silentMs, seenMs }) =>
          h(
            'li',
            null,
            names.link({ view: 'minions', minion: names.minionOf(minion) }, names.minionOf(minion)),
            ...[' did not answer ', plural(silentJobs, 'job'), ' since ', names.time(silentMs)],
            ...(seenMs === null ? ['; it was never seen'] : ['; last seen ', names.time(seenMs)]),
          ),
        ),
    ),
    silent.length > MINIONS
      ? h('p', null, names.link({ view: 'minions' }, plural(silent.length - MINIONS, 'more minion')))
      : null,
  );
}

/** The newest jobs that were slow. */
export function SlowRuns({ view, names }: { view: ViewProps; names: Names }): JSX.Element | null {
  const { data, filter, address } = view;
  const [fromMs, toMs] = timesOf(data, filter);
  const isShown = ({ job, longest }: SlowJob): boolean =>
    (filter.minion === null || filter.minion === longest?.minion) &&
    (fromMs === null || (job.atMs !== null && job.atMs >= fromMs)) &&
    (toMs === null || (job.atMs !== null && job.atMs < toMs)) &&
    isFound(address.find, job.jid, whatText(job), ...job.runs.map(({ minion }) => names.minionOf(minion)));
  const slow = slowJobs(data.jobs).filter(isShown);
  if (slow.length === 0) return null;
  return h(
    Section,
    { id: 'slow-runs', title: 'Slow runs' },
    h(
      'ul',
      { class: 'plain' },
      slow
        .slice(0, JOBS)
        .map(({ job, usualMs, longest }) =>
          h(
            'li',
            null,
            ...[h('b', null, whatText(job)), ' at ', names.time(job.atMs), ' took '],
            ...[h('b', null, durationText(job.durationMs!)), `; ${durationText(usualMs)} is usual. Job `],
            names.job(job.jid),
            ...(longest === null ? [] : ['; longest on ', runLink(job.jid, longest.minion, names)]),
            longest === null ? '' : `, ${durationText(longest.durationMs!)}`,
          ),
        ),
    ),
    slow.length > JOBS
      ? h('p', { class: 'aside' }, `${plural(slow.length - JOBS, 'more job')} in the view Jobs.`)
      : null,
  );
}

const runLink = (jid: string, minion: number, names: Names): JSX.Element =>
  names.link({ view: 'jobs', job: jid, minion: names.minionOf(minion), state: '' }, names.minionOf(minion));
