// The page's elements, the same on the host, which writes them into the file, and in the browser, which filters.
import { h, type JSX } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useState } from 'preact/hooks';
import { brokenOf } from '../broken.js';
import type { ReportData } from '../data.js';
import { type Filter, NO_FILTER, type Tables, isNoFilter, tablesOf } from '../tables.js';
import { numberText, placedNotes, plural, redactionText, timeText } from '../words.js';
import { type Address, NOWHERE, VIEWS, type View, filterOf, filterPart, hashOf, readAddress } from './address.js';
import { Filters, ThemeSwitch } from './controls.js';
import type { Charts } from './parts.js';
import { type ViewProps, namesOf } from './shared.js';
import { CompareView } from './view-compare.js';
import { JobsView } from './view-jobs.js';
import { MinionsView } from './view-minions.js';
import { NowView } from './view-now.js';
import { StatesView } from './view-states.js';

/** Which colours hold now: the reader's choice and what the system prefers. */
function useLook(theme: string): string {
  const [isDark, setDark] = useState(false);
  useEffect(() => {
    const query = matchMedia('(prefers-color-scheme: dark)');
    const onChange = (): void => setDark(query.matches);
    onChange();
    query.addEventListener('change', onChange);
    return () => query.removeEventListener('change', onChange);
  }, []);
  return `${theme} ${isDark}`;
}

const THEME_KEY = 'saltflat-theme';

/** What was chosen before; a page from a file may not be allowed to remember. */
function remembered(): string {
  try {
    return localStorage.getItem(THEME_KEY) ?? 'auto';
  } catch {
    return 'auto';
  }
}

function remember(theme: string): void {
  try {
    localStorage.setItem(THEME_KEY, theme);
  } catch {
    // then not
  }
}

const VIEW_ROWS = {
  now: { title: 'Now', show: NowView },
  jobs: { title: 'Jobs', show: JobsView },
  minions: { title: 'Minions', show: MinionsView },
  states: { title: 'States', show: StatesView },
  compare: { title: 'Compare', show: CompareView },
} as const satisfies Record<View, { title: string; show: (props: ViewProps) => JSX.Element }>;

/**
 * What the address says, and what goes to another one. Null on the host: all views are in the file, for who runs no
 * scripts.
 */
function useAddress(): [Address | null, (change: Partial<Address>) => void] {
  const [address, setAddress] = useState<Address | null>(() =>
    typeof location === 'undefined' ? null : readAddress(location.hash),
  );
  useLayoutEffect(() => {
    const read = (): void => setAddress(readAddress(location.hash));
    addEventListener('hashchange', read);
    return () => removeEventListener('hashchange', read);
  }, []);
  return [
    address,
    (change) => {
      // What is typed must not be one step of the history a letter.
      const hash = hashOf(readAddress(location.hash), change);
      if (Object.keys(change).join() === 'find') history.replaceState(null, '', hash);
      else location.hash = hash;
      setAddress(readAddress(hash));
    },
  ];
}

/** The page. `charts` is absent on the host. */
export function App({ data, charts }: { data: ReportData; charts?: Charts | undefined }): JSX.Element {
  const [given, onGo] = useAddress();
  const address = given ?? NOWHERE;
  const { minion, sls, from, to } = address;
  const filter = useMemo(() => filterOf(data, address), [data, minion, sls, from, to]);
  const [theme, setTheme] = useState('auto');
  const look = useLook(theme);
  const tables = useMemo(() => tablesOf(data, filter), [data, filter]);
  const broken = useMemo(() => brokenOf(data, filter), [data, filter]);
  const all = useMemo(() => (isNoFilter(filter) ? tables : tablesOf(data)), [data]);
  useEffect(() => setTheme(remembered()), []);
  // Before the charts' effects, which ask what the colours are.
  useLayoutEffect(() => {
    document.documentElement.dataset['theme'] = theme;
  }, [theme]);
  const shared: ViewProps = { data, tables, broken, charts, look, address, filter, onGo };
  const wrong = placedNotes(data, all).filter(({ place }) => place === 'all');
  const { aside } = namesOf(shared);
  const span = data.firstMs === null ? '' : `, ${timeText(data.firstMs)} to ${timeText(data.lastMs)} UTC`;
  return h(
    'div',
    { class: 'page' },
    h(
      'header',
      null,
      h('h1', null, 'Salt report'),
      h('p', { class: 'span' }, `${plural(all.states, 'state')} of ${plural(data.jobReturns, 'job return')}${span}`),
      h(
        'p',
        { class: data.isRedacted ? 'redaction' : 'redaction off' },
        [redactionText(data), ...(data.filters.length === 0 ? [] : [`Asked for: ${data.filters.join(' ')}.`])].join(
          ' ',
        ),
      ),
      h(ThemeSwitch, {
        theme,
        onTheme: (chosen: string) => {
          setTheme(chosen);
          remember(chosen);
        },
      }),
    ),
    h(
      'nav',
      { 'aria-label': 'Views' },
      VIEWS.map((view) =>
        h(
          'a',
          {
            href: hashOf(address, { view, job: '', state: '', only: '' }),
            'aria-current': given?.view === view ? 'page' : undefined,
          },
          VIEW_ROWS[view].title,
        ),
      ),
    ),
    h(Filters, {
      data,
      filter,
      find: address.find,
      onFilter: (chosen) => onGo(filterPart(data, chosen)),
      onFind: (find) => onGo({ find }),
      onAll: () => onGo({ ...filterPart(data, NO_FILTER), find: '' }),
      status: statusOf(tables, filter, all),
    }),
    h(
      'main',
      null,
      wrong.length === 0
        ? null
        : h(
            'ul',
            { class: 'notes', 'aria-label': 'Notes' },
            wrong.map(({ text }) => h('li', null, text)),
          ),
      isNoFilter(filter) ? null : aside('filter'),
      (given === null ? VIEWS : [given.view]).map((view) => h(VIEW_ROWS[view].show, { key: view, ...shared })),
    ),
    h(
      'footer',
      null,
      aside('source'),
      h(
        'p',
        null,
        `Made by saltflat ${data.version} at ${timeText(Date.parse(data.generated))} UTC from ${data.files.join(', ')}. All times are UTC.`,
      ),
    ),
  );
}

/** What the filter leaves, in words. */
function statusOf({ counts, states, unplaced }: Tables, filter: Filter, all: Tables): string {
  if (isNoFilter(filter)) return `All ${plural(states, 'state')}, ${numberText(counts.failed)} failed`;
  const rest = unplaced === 0 ? '' : `; of ${numberText(unplaced)} more it is not known where they were`;
  return `${numberText(states)} of ${plural(all.states, 'state')}, ${numberText(counts.failed)} failed${rest}`;
}
