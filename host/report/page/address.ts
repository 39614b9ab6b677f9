// What is looked at, in the page's address: a link shows another reader the same.
import { OTHERS, type ReportData } from '../data.js';
import type { Filter } from '../tables.js';

/** The page's views. Without scripts all of them are there, one below the other. */
export const VIEWS = ['now', 'jobs', 'minions', 'states', 'compare'] as const;
export type View = (typeof VIEWS)[number];

/** Which states of a job are shown. */
export const ONLY = ['', 'failed', 'roots', 'changed'] as const;
export type Only = (typeof ONLY)[number];

/** All members are texts of the address; empty where nothing is chosen. */
export interface Address {
  readonly view: View;
  /** The jid of the opened job, the name of the chosen minion, the `state_name` of the opened state. */
  readonly job: string;
  readonly minion: string;
  readonly state: string;
  /** The name of an SLS file. */
  readonly sls: string;
  /** Times, ISO 8601 to the second. */
  readonly from: string;
  readonly to: string;
  readonly only: Only;
  readonly find: string;
  /** What is compared: a jid, or a time with `@` before it. */
  readonly before: string;
  readonly after: string;
}

export const NOWHERE: Address = {
  ...{ view: 'now', job: '', minion: '', state: '', sls: '', from: '', to: '', only: '' },
  ...{ find: '', before: '', after: '' },
};

const isOneOf = <Text extends string>(all: readonly Text[], text: string): text is Text =>
  (all as readonly string[]).includes(text);

/** What the part of the address from `#` on says. */
export function readAddress(hash: string): Address {
  const given = new URLSearchParams(hash.replace(/^#/, ''));
  const members = Object.keys(NOWHERE).map((name) => [name, given.get(name) ?? '']);
  const { view, only, ...rest } = Object.fromEntries(members) as Record<keyof Address, string>;
  const isOpened = rest.job !== '';
  return {
    ...rest,
    view: isOneOf(VIEWS, view) ? view : isOpened ? 'jobs' : 'now',
    only: isOneOf(ONLY, only) ? only : '',
  };
}

/** `address` as it stands from `#` on; the members of `change` are other ones. */
export function hashOf(address: Address, change: Partial<Address> = {}): string {
  const given = new URLSearchParams();
  for (const [name, text] of Object.entries({ ...address, ...change })) if (text !== '') given.set(name, text);
  return `#${given.toString()}`;
}

/** How those that are not told apart are called in an address, and those without a name. */
const OTHERS_NAME = '(others)';
const NO_NAME = '(none)';

/** The number of a name that may be filtered by; null of an empty one and of one that is not there. */
function numberOf(names: readonly string[], name: string): number | null {
  if (name === '' || name === OTHERS_NAME) return name === '' ? null : OTHERS;
  const at = names.indexOf(name === NO_NAME ? '' : name, 1);
  return at < 0 ? null : at;
}

const nameOf = (names: readonly string[], number: number | null): string =>
  number === null ? '' : number === OTHERS ? OTHERS_NAME : names[number]! || NO_NAME;

/** The filter that an address means. Its times are those of bins: the first one, and up to the last one's end. */
export function filterOf(data: ReportData, { minion, sls, from, to }: Address): Filter {
  const binOf = (time: string, round: (bin: number) => number): number | null => {
    const bin = round(Date.parse(time) / data.widthMs);
    if (Number.isNaN(bin) || data.bins === 0) return null;
    return Math.min(data.firstBin + data.bins - 1, Math.max(data.firstBin, bin));
  };
  return {
    minion: numberOf(data.minions, minion),
    sls: numberOf(data.slses, sls),
    firstBin: binOf(from, Math.floor),
    lastBin: binOf(to, (bin) => Math.ceil(bin) - 1),
  };
}

const isoOf = (ms: number): string => new Date(ms).toISOString().slice(0, 19) + 'Z';

/** What an address says of a filter. */
export function filterPart(data: ReportData, { minion, sls, firstBin, lastBin }: Filter): Partial<Address> {
  return {
    minion: nameOf(data.minions, minion),
    sls: nameOf(data.slses, sls),
    from: firstBin === null ? '' : isoOf(firstBin * data.widthMs),
    to: lastBin === null ? '' : isoOf((lastBin + 1) * data.widthMs),
  };
}
