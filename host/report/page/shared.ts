// What all views are given, and what they say alike: names, times, links.
import { h, type ComponentChildren, type JSX } from 'preact';
import { splitStateName } from '../../core/salt.js';
import type { Broken } from '../broken.js';
import type { ReportData } from '../data.js';
import { type Filter, type Tables, nameOf } from '../tables.js';
import { type Place, placedNotes } from '../words.js';
import { type Address, hashOf } from './address.js';
import { State, Time } from './cells.js';
import type { Charts } from './parts.js';

export interface ViewProps {
  readonly data: ReportData;
  readonly tables: Tables;
  readonly broken: Broken;
  readonly charts: Charts | undefined;
  readonly look: string;
  readonly address: Address;
  readonly filter: Filter;
  /** Goes to another address; what is not given stays. */
  readonly onGo: (change: Partial<Address>) => void;
}

/** What the views write alike. */
export interface Names {
  readonly minionOf: (minion: number) => string;
  readonly slsOf: (sls: number) => string;
  readonly slsesOf: (slses: readonly number[]) => string;
  readonly textAt: (number: number) => string;
  readonly time: (ms: number | null) => JSX.Element;
  readonly state: (state: number) => JSX.Element;
  /** The SLS file of a state. */
  readonly slsOfState: (state: number) => string;
  /** Where a change of the address leads, as a link. */
  readonly link: (change: Partial<Address>, text: ComponentChildren, label?: string) => JSX.Element;
  readonly job: (jid: string, minion?: string) => JSX.Element | string;
  /** What is left out where it would be. */
  readonly aside: (place: Place) => JSX.Element | null;
}

export function namesOf({ data, tables, address }: Pick<ViewProps, 'data' | 'tables' | 'address'>): Names {
  const thisYear = new Date(data.lastMs ?? 0).toISOString().slice(0, 5);
  const jids = new Set(data.jobs.map(({ jid }) => jid));
  const minionOf = (minion: number): string => nameOf(data.minions, minion, 'other minions') || '(no name)';
  const slsOf = (sls: number): string => nameOf(data.slses, sls, 'others') || '–';
  const link = (change: Partial<Address>, text: ComponentChildren, label?: string): JSX.Element =>
    h('a', { href: hashOf(address, change), 'aria-label': label }, text);
  return {
    ...{ minionOf, slsOf, link },
    slsesOf: (slses) => slses.map(slsOf).join(', '),
    textAt: (number) => data.texts[number] ?? '',
    time: (ms) => h(Time, { ms, thisYear }),
    state: (state) => h(State, { name: data.stateNames[state]![0] || '(another state)' }),
    slsOfState: (state) => slsOf(data.stateNames[state]![1]),
    job: (jid, minion = '') =>
      jids.has(jid) && jid !== '' ? link({ view: 'jobs', job: jid, minion, state: '' }, jid) : jid,
    aside: (place) => {
      const notes = placedNotes(data, tables).filter((note) => note.place === place);
      return notes.length === 0
        ? null
        : h(
            'div',
            { class: 'aside' },
            notes.map(({ text }) => h('p', null, text)),
          );
    },
  };
}

/** Whether one of `texts` holds what is searched for, whatever its case. */
export function isFound(find: string, ...texts: readonly string[]): boolean {
  const wanted = find.trim().toLowerCase();
  return wanted === '' || texts.some((text) => text.toLowerCase().includes(wanted));
}

/** The ID and the function of a state, to be searched in. */
export const searchedOf = (data: ReportData, state: number): string => {
  const { fun, id, name } = splitStateName(data.stateNames[state]![0]);
  return `${id} ${fun} ${name ?? ''}`;
};
