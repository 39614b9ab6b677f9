// A report as text: for a terminal, a pipe, a file.
import { splitStateName } from '../core/salt.js';
import { firstLine, printable } from '../text/terminal.js';
import { OTHERS, type ReportData } from './data.js';
import { runsText } from './as-text-runs.js';
import { type Cell, type Column, type TextOptions, grid } from './columns.js';
import { type GroupRow, type Table, type Tables, nameOf, successRate } from './tables.js';
import {
  binText,
  durationText,
  noErrorText,
  noFailureText,
  notesOf,
  minionsText,
  numberText,
  percentText,
  plural,
  redactionText,
  shownOf,
  timeText,
} from './words.js';

/** A state as the page has it: its ID, then `file.managed`, then the name where it is another. */
function stateCell(stateName: string): Cell {
  const { fun, id, name } = splitStateName(stateName);
  const rest = [fun, name ?? ''].filter((part) => part !== '').map(printable);
  return { main: printable(id), rest: rest.join(' · ') };
}

/** How it stands: the sums, what fails now, what is fixed, the last jobs. */
export const briefOf = (data: ReportData, tables: Tables, options: TextOptions): string =>
  `${head(data, tables, options)}${runsText(data, options)}\nAll tables: --format text. A page to open and filter: -o report.html\n`;

/** The whole report as text. */
export function textOf(data: ReportData, tables: Tables, options: TextOptions): string {
  const { colors } = options;
  const minionOf = (minion: number): string => printable(nameOf(data.minions, minion, '(others)'));
  const slsOf = (slses: readonly number[]): string =>
    slses
      .map((sls) => printable(nameOf(data.slses, sls, '(others)')))
      .filter((sls) => sls !== '')
      .join(', ');
  const title = (text: string): string => `\n${colors.bold(text)}\n`;
  const part = <Row>(
    name: string,
    table: Table<Row>,
    empty: string,
    columns: readonly Column[],
    write: (row: Row) => readonly Cell[],
  ): string =>
    table.total === 0
      ? `${title(name)}  ${empty}\n`
      : `${title(`${name} (${shownOf(table.rows.length, table.total, table.isMore)})`)}${grid(columns, table.rows.map(write), options)}\n`;
  const onMinions = ({ minions, minionCount, isMoreMinions }: GroupRow): string =>
    minionCount === 1 && !isMoreMinions && minions[0] !== undefined && minions[0] !== OTHERS
      ? minionOf(minions[0])
      : minionsText(minionCount, isMoreMinions);
  const commentOf = ({ comments }: GroupRow): string =>
    [firstLine(comments[0]?.remark?.comment ?? ''), lastLine(comments[0]?.remark?.reason ?? '')]
      .filter((text) => text !== '')
      .join(': ') + (comments.length > 1 ? ` (and ${plural(comments.length - 1, 'other')})` : '');
  const countOf = ({ count, missed }: GroupRow): string => numberText(count) + (missed > 0 ? '+' : '');

  return [
    head(data, tables, options),
    runsText(data, options),
    part(
      'Failed states',
      tables.failed,
      noFailureText(data, tables),
      [['failed', 'right'], ['state'], ['sls'], ['where'], ['comment']],
      (row) => [countOf(row), stateCell(row.name), slsOf(row.slses), onMinions(row), commentOf(row)],
    ),
    part(
      'Compile errors',
      tables.errors,
      noErrorText(tables),
      [['times', 'right'], ['run'], ['where'], ['error']],
      (row) => [countOf(row), printable(row.comments[0]?.remark?.comment ?? ''), onMinions(row), errorLine(row.name)],
    ),
    tables.refused.total === 0
      ? ''
      : part(
          'Refused runs: another one was at work',
          tables.refused,
          '',
          [['times', 'right'], ['run'], ['where'], ['why']],
          (row) => [
            countOf(row),
            printable(row.comments[0]?.remark?.comment ?? ''),
            onMinions(row),
            printable(row.name),
          ],
        ),
    part(
      'Failing minions',
      tables.minions,
      'None.',
      [['failed', 'right'], ['compile errors', 'right'], ['states', 'right'], ['minion']],
      ({ minion, failed, errors, states }) => [...[failed, errors, states].map(numberText), minionOf(minion)],
    ),
    data.leftOut.isExpectedUnknown || data.leftOut.isExpectedUnasked
      ? ''
      : part(
          'Expected, never returned',
          tables.unanswered,
          'Every minion that was expected returned.',
          [['jobs', 'right'], ['minion'], ['last (UTC)'], ['jid'], ['function']],
          ({ minion, jobs, last }) => [
            numberText(jobs),
            minionOf(minion),
            timeText(last.atMs),
            printable(last.jid),
            printable(last.fun),
          ],
        ),
    part(
      'Drift: test=True would change',
      tables.drift,
      'None seen.',
      [['times', 'right'], ['state'], ['sls'], ['where'], ['comment']],
      (row) => [countOf(row), stateCell(row.name), slsOf(row.slses), onMinions(row), commentOf(row)],
    ),
    part(
      'Slowest states',
      tables.slow,
      'No state has a duration.',
      [['longest', 'right'], ['mean', 'right'], ['runs', 'right'], ['state'], ['sls'], ['longest on']],
      (row) => [
        durationText(row.maxMs),
        durationText(row.meanMs),
        numberText(row.count),
        stateCell(row.name),
        slsOf(row.slses),
        row.longest === null ? '' : minionOf(row.longest.minion),
      ],
    ),
    times(data, tables, options),
  ].join('');
}

function head(data: ReportData, tables: Tables, { colors }: TextOptions): string {
  const { counts, states, errorCount, refusedCount } = tables;
  const rate = successRate(data, counts);
  const gauge =
    rate === null
      ? data.isFailedOnly
        ? `${plural(counts.failed, 'failed state')}; only what failed was asked for`
        : 'No states.'
      : `${(counts.failed > 0 ? colors.red : colors.green)(`${percentText(rate)} succeeded`)}: ` +
        `${counts.failed} failed, ${counts.changed} changed, ${counts.unchanged} unchanged, ${counts.would_change} would change; ` +
        `${counts.skipped} skipped`;
  const span = data.firstMs === null ? '' : `, ${timeText(data.firstMs)} to ${timeText(data.lastMs)} UTC`;
  return [
    `${colors.bold('Salt report')}: ${plural(states, 'state')} of ${plural(data.jobReturns, 'job return')}${span}`,
    gauge,
    ...(errorCount > 0 ? [`${colors.red(plural(errorCount, 'state run'))} gave no states: see compile errors`] : []),
    ...(refusedCount > 0 ? [colors.yellow(`${plural(refusedCount, 'state run')} refused: see refused runs`)] : []),
    ...(data.filters.length > 0 ? [`Asked for: ${data.filters.map(printable).join(' ')}`] : []),
    redactionText(data),
    ...notesOf(data, tables).map((note) => colors.yellow(`! ${printable(note)}`)),
    '',
  ].join('\n');
}

/** The last line of a reason: a program says at its end why it gave up. */
const lastLine = (reason: string): string => printable(reason.split('\n').at(-1) ?? '');

/** Of a traceback the last line says what happened. */
function errorLine(error: string): string {
  const first = firstLine(error);
  if (!first.endsWith('Traceback (most recent call last):')) return first;
  return `${first} … ${firstLine(error.trimEnd().split('\n').at(-1) ?? '')}`;
}

function times(data: ReportData, { times: rows }: Tables, options: TextOptions): string {
  const busy = rows.filter(({ counts }) => Object.values(counts).some((count) => count > 0));
  if (busy.length === 0) return '';
  const lines = busy.map(({ fromMs, counts: { failed, changed, would_change: wouldChange, unchanged, skipped } }) => [
    binText(fromMs, data.widthMs),
    ...[failed, changed, wouldChange, unchanged, skipped].map(numberText),
  ]);
  const columns: Column[] = [
    ...[['from (UTC)'] as const],
    ...(['failed', 'changed', 'would change', 'unchanged', 'skipped'] as const).map((name) => [name, 'right'] as const),
  ];
  return `\n${options.colors.bold('Changes over time')}\n${grid(columns, lines, options)}\n`;
}
