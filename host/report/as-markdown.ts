// A report as Markdown: a summary for a pull request, a job's page or a chat, of at most 60 lines.
import { splitStateName } from '../core/salt.js';
import { firstLine, printable } from '../text/terminal.js';
import { type Cause, brokenOf } from './broken.js';
import type { Group, ReportData } from './data.js';
import { type Tables, nameOf } from './tables.js';
import { numberText, plural, timeText } from './words.js';
import { brokenText } from './words-runs.js';

/** Rows of the table of causes, lines of each list behind it. */
const CAUSES = 25;
const LISTED = 5;
/** Characters of what a state said. */
const MAX_TEXT = 160;

/** Text as it stands, in a code span: nothing in it is Markdown, HTML or a mention. Fit for a table's cell. */
function code(text: string): string {
  const shown = printable(text.trim());
  const short = shown.length > MAX_TEXT ? `${shown.slice(0, MAX_TEXT - 1)}…` : shown;
  if (short === '') return '–';
  const fence = '`'.repeat(Math.max(0, ...[...short.matchAll(/`+/g)].map(([run]) => run.length)) + 1);
  const pad = short.startsWith('`') || short.endsWith('`') ? ' ' : '';
  return `${fence}${pad}${short.replaceAll('|', String.raw`\|`)}${pad}${fence}`;
}

const stateText = (stateName: string): string => {
  const { fun, id } = splitStateName(stateName);
  return [id, fun].filter((part) => part !== '').join(' · ');
};

/** The summary. Ends with a line feed. */
export function markdownOf(data: ReportData, tables: Tables): string {
  const broken = brokenOf(data);
  const minionOf = (minion: number): string => nameOf(data.minions, minion, '(others)');
  const where = (minions: readonly number[]): string =>
    minions.length === 1 ? code(minionOf(minions[0]!)) : plural(minions.length, 'minion');
  const { counts } = tables;
  const isGood = broken.minionCount === 0 && tables.errorCount === 0 && tables.refusedCount === 0;

  const causeRow = (cause: Cause): string => {
    const { state, text, minions, sinceMs, times, held, told } = cause;
    const { comment, reason } = told;
    const why = (data.texts[reason] ?? '').split('\n').at(-1) || firstLine(data.texts[comment] ?? '');
    const name = state === null ? `${text} (not in the return)` : stateText(data.stateNames[state]![0]);
    const cells = [code(name), where(minions), timeText(sinceMs), numberText(times), numberText(held), code(why)];
    return `| ${cells.join(' | ')} |`;
  };
  const causes = broken.causes.slice(0, CAUSES);
  const more = broken.causes.length - causes.length;
  const list = (title: string, items: readonly string[], total = items.length): readonly string[] =>
    items.length === 0
      ? []
      : [
          '',
          `**${title}**`,
          '',
          ...items.slice(0, LISTED).map((item) => `- ${item}`),
          ...(total > LISTED ? [`- … and ${numberText(total - LISTED)} more`] : []),
        ];
  const groupText = (group: Group): string =>
    `${code(firstLine(group.name))} on ${plural(group.minions, 'minion')}, last at ${timeText(group.last.atMs)}`;
  const span = [data.firstMs, data.lastMs].map(timeText);

  return [
    `### ${isGood ? '✔' : '✖'} Salt: ${brokenText(broken)}`,
    '',
    `${plural(tables.states, 'state')} of ${plural(data.jobReturns, 'job return')}, ${span.join(' to ')} UTC: ` +
      `${numberText(counts.failed)} failed, ${numberText(counts.changed)} changed, ` +
      `${numberText(counts.would_change)} would change, ${numberText(counts.unchanged)} unchanged, ` +
      `${numberText(counts.skipped)} skipped`,
    ...(causes.length === 0
      ? []
      : [
          '',
          '| cause | where | since (UTC) | times | holds back | why |',
          '| --- | --- | --- | ---: | ---: | --- |',
          ...causes.map(causeRow),
        ]),
    ...(more > 0 ? ['', `… and ${plural(more, 'more cause')}`] : []),
    ...list('Runs without states', data.errors.map(groupText)),
    ...list('Refused runs', data.refused.map(groupText)),
    ...list(
      'Never returned',
      data.unanswered.map(({ minion, jid, fun }) => `${code(minionOf(minion))}: ${code(fun)}, job ${code(jid)}`),
      data.unanswered.length + data.leftOut.unanswered,
    ),
    ...list(
      'Was failing, is fixed',
      broken.fixedRoots.map(
        ({ row: { state, minion, fixedMs }, held }) =>
          `${code(stateText(data.stateNames[state]![0]))} on ${code(minionOf(minion))}, at ${timeText(fixedMs)}` +
          (held === 0 ? '' : `; it held back ${plural(held, 'state')}`),
      ),
    ),
    '',
  ].join('\n');
}
