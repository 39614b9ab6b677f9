// What a report knows of single runs as text: what fails now and is fixed, and the last jobs.
import { splitStateName } from '../core/salt.js';
import { firstLine, printable } from '../text/terminal.js';
import { type Broken, type Cause, brokenOf } from './broken.js';
import { type Column, type TextOptions, grid } from './columns.js';
import { type ReportData, STATE_KINDS } from './data.js';
import type { Failing, JobData } from './data-runs.js';
import { ROWS, nameOf } from './tables.js';
import { durationText, numberText, plural, shownOf, timeText } from './words.js';
import { answeredText, brokenText, whatText } from './words-runs.js';

/** Jobs that are shown. */
const JOBS = 10;
/** Followers that are named below their cause, and minions of it. */
const NAMED = 3;

/** `09:19:48` with the day in front: the year is nearly always this one. */
const shortTime = (ms: number | null): string => timeText(ms).slice(5, 16) || '–';

/** What fails now with its causes, what is fixed, the last jobs. */
export function runsText(data: ReportData, options: TextOptions): string {
  const { colors } = options;
  const broken = brokenOf(data);
  const minionOf = (minion: number): string => printable(nameOf(data.minions, minion, '(others)'));
  const title = (text: string): string => `\n${colors.bold(text)}\n`;
  const some = (names: readonly string[]): string =>
    names.slice(0, NAMED).join(', ') + (names.length > NAMED ? ` and ${numberText(names.length - NAMED)} more` : '');
  const stateText = (state: number): { main: string; rest: string } => {
    const { fun, id } = splitStateName(data.stateNames[state]![0]);
    return { main: printable(id), rest: printable(fun) };
  };
  const whyText = ({ comment, reason }: Failing): string =>
    [firstLine(data.texts[comment] ?? ''), printable((data.texts[reason] ?? '').split('\n').at(-1) ?? '')]
      .filter((text) => text !== '')
      .join(': ');
  const causeCells = (cause: Cause): (string | { main: string; rest: string })[] => {
    const { state, text, minions, sinceMs, told, times, held } = cause;
    return [
      state === null ? `(not in the return) ${printable(text)}` : stateText(state),
      minions.length === 1 ? minionOf(minions[0]!) : plural(minions.length, 'minion'),
      shortTime(sinceMs),
      numberText(times),
      numberText(held),
      whyText(told),
    ];
  };
  return [
    title(`Failing now: ${brokenText(broken)}`),
    broken.causes.length === 0 ? '' : `${grid(CAUSE_COLUMNS, broken.causes.slice(0, ROWS).map(causeCells), options)}\n`,
    broken.causes.length > ROWS
      ? `  … and ${plural(broken.causes.length - ROWS, 'more cause')}: --format json or html\n`
      : '',
    data.runsLeftOut.failing > 0 ? `  … and ${numberText(data.runsLeftOut.failing)} that had no room\n` : '',
    fixedText(broken),
    jobsText(),
  ].join('');

  function fixedText({ fixedRoots }: Broken): string {
    if (fixedRoots.length === 0) return '';
    const rows = fixedRoots
      .slice(0, NAMED * 2)
      .map(({ row: { state, minion, fixedMs, sinceMs }, held }) => [
        ...[stateText(state), minionOf(minion), shortTime(sinceMs), shortTime(fixedMs), numberText(held)],
      ]);
    return `${title(`Was failing, is fixed (${shownOf(rows.length, fixedRoots.length + data.runsLeftOut.fixed, false)})`)}${grid(FIXED_COLUMNS, rows, options)}\n`;
  }

  function jobsText(): string {
    const jobs = data.jobs.filter(({ runs, silentCount }) => runs.length > 0 || silentCount > 0);
    if (jobs.length === 0) return '';
    const rows = jobs
      .slice(0, JOBS)
      .map((job: JobData) => [
        ...[shortTime(job.atMs), printable(whatText(job)), answeredText(job)],
        ...(['failed', 'changed'] as const).map((kind) => numberText(job.counts[STATE_KINDS.indexOf(kind)]!)),
        job.durationMs === null ? '–' : durationText(job.durationMs),
        [printable(job.jid), job.silentCount > 0 ? `silent: ${some(job.silent.map(minionOf))}` : '']
          .filter((text) => text !== '')
          .join(' '),
      ]);
    return `${title(`Jobs (${shownOf(rows.length, jobs.length, data.runsLeftOut.jobs > 0)})`)}${grid(JOB_COLUMNS, rows, options)}\n`;
  }
}

const CAUSE_COLUMNS: readonly Column[] = [
  ['cause'],
  ['where'],
  ['since'],
  ['times', 'right'],
  ['holds', 'right'],
  ['why'],
];

const FIXED_COLUMNS: readonly Column[] = [['state'], ['where'], ['since'], ['fixed'], ['held', 'right']];

const JOB_COLUMNS: readonly Column[] = [
  ['at (UTC)'],
  ['job'],
  ['answered', 'right'],
  ['failed', 'right'],
  ['changed', 'right'],
  ['took', 'right'],
  ['jid'],
];
