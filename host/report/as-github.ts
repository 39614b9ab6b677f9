// A report as workflow commands of GitHub Actions: an annotation for each cause, each error, each minion that is
// silent.
//
// GitHub shows ten errors and ten warnings of a step; all stand in its log.
import { splitStateName } from '../core/salt.js';
import { printable } from '../text/terminal.js';
import { brokenOf } from './broken.js';
import type { Group, ReportData } from './data.js';
import { nameOf } from './tables.js';
import { plural, timeText } from './words.js';
import { brokenText } from './words-runs.js';

type Level = 'error' | 'warning' | 'notice';

const lines = (text: string): string => text.split('\n').map(printable).join('\n');
const escaped = (text: string): string => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const property = (text: string): string => escaped(printable(text)).replaceAll(':', '%3A').replaceAll(',', '%2C');

const annotation = (level: Level, title: string, message: string): string =>
  `::${level} title=${property(title)}::${escaped(lines(message))}\n`;

/** The commands, a line each. */
export function githubOf(data: ReportData): string {
  const broken = brokenOf(data);
  const minionOf = (minion: number): string => nameOf(data.minions, minion, '(others)');
  const causes = broken.causes.map(({ state, text, minions, told, held, sinceMs }) => {
    const { id, fun } = splitStateName(state === null ? text : data.stateNames[state]![0]);
    const where = minions.length === 1 ? minionOf(minions[0]!) : plural(minions.length, 'minion');
    const said = [data.texts[told.comment] ?? '', data.texts[told.reason] ?? ''].filter((each) => each !== '');
    const since = `failing since ${timeText(sinceMs)} UTC, job ${told.lastJid}${held > 0 ? `, holds back ${plural(held, 'state')}` : ''}`;
    return annotation('error', `${id}${fun === '' ? '' : ` (${fun})`} on ${where}`, [...said, since].join('\n'));
  });
  const groups = (list: readonly Group[], what: string): string[] =>
    list.map(({ name, minions, last }) =>
      annotation('error', `${what} on ${minions === 1 ? minionOf(last.minion) : plural(minions, 'minion')}`, name),
    );
  const silent = data.unanswered.map(({ minion, jid, fun }) =>
    annotation('warning', `${minionOf(minion)} did not return`, `${fun}, job ${jid}`),
  );
  const drift = data.drift.length;
  return [
    ...causes,
    ...groups(data.errors, 'no states'),
    ...groups(data.refused, 'refused'),
    ...silent,
    ...(drift > 0 ? [annotation('warning', 'test=True', `${plural(drift, 'state')} would change`)] : []),
    annotation('notice', 'Salt', brokenText(broken)),
  ].join('');
}
