// The words of what a report knows of single runs: those that text and page share.
import type { Broken } from './broken.js';
import { STATE_KINDS } from './data.js';
import type { JobData, StateData } from './data-runs.js';
import { numberText, plural } from './words.js';

const SECOND = 1000;
const UNITS = [
  [86_400 * SECOND, 'd'],
  [3600 * SECOND, 'h'],
  [60 * SECOND, 'min'],
  [SECOND, 's'],
] as const;

/** How long something is ago, in the largest unit that it fills: `3 d`, `5 h`, `12 min`. */
export function agoText(ms: number): string {
  const [size, unit] = UNITS.find(([each]) => ms >= each) ?? UNITS.at(-1)!;
  return `${numberText(Math.floor(Math.max(0, ms) / size))} ${unit}`;
}

/** `12 causes, 87 followers on 3 minions`. */
export function brokenText({ causeStates, followerStates, minionCount }: Broken): string {
  if (minionCount === 0) return 'Nothing fails now.';
  return `${plural(causeStates, 'cause')}, ${plural(followerStates, 'follower')} on ${plural(minionCount, 'minion')}`;
}

/** `9 of 10 answered`; what is not known is not said. */
export const answeredText = ({ asked, answered }: JobData): string =>
  asked === null ? numberText(answered) : `${numberText(answered)} of ${numberText(asked)}`;

/** The SLS files of a job, the function where it names none. */
export const whatText = ({ fun, sls }: JobData): string => (sls === '' ? fun : `${fun} ${sls}`);

const at = (kind: (typeof STATE_KINDS)[number]): number => STATE_KINDS.indexOf(kind);

/** How often a state ran: skipped ones did not, and with `test=True` nothing is done. */
export const ranOf = ({ counts }: StateData): number =>
  counts[at('failed')]! + counts[at('changed')]! + counts[at('unchanged')]!;

/** Whether a state changed something whenever it ran, and ran twice on some minion: it is not idempotent. */
export const isChangedInEveryRun = (row: StateData): boolean =>
  row.minions > 0 && row.counts[at('changed')]! === ranOf(row) && ranOf(row) > row.minions;
