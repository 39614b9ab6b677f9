// The page's elements, the same on the host, which writes them into the file, and in the browser, which filters.
import { h, type JSX } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useState } from 'preact/hooks';
import type { ReportData } from '../data.js';
import { type Filter, NO_FILTER, type Tables, isNoFilter, successRate, tablesOf } from '../tables.js';
import { notesOf, numberText, percentText, plural, redactionText, timeText } from '../words.js';
import { Filters, ThemeSwitch } from './controls.js';
import { Chart, type Charts, Section, type SharedProps } from './parts.js';
import { Sections } from './sections.js';

function Gauge({ tables, data, charts, look }: SharedProps): JSX.Element {
  const { counts, errorCount, refusedCount } = tables;
  const rate = successRate(data, counts);
  const numbers: [string, number, string][] = [
    ['Failed', counts.failed, 'failed'],
    ['Changed', counts.changed, 'changed'],
    ['Unchanged', counts.unchanged, 'unchanged'],
    ['Would change', counts.would_change, 'drift'],
    ['Skipped', counts.skipped, 'skipped'],
    ['Compile errors', errorCount, 'error'],
    ...(data.refused.length === 0 ? [] : [['Refused runs', refusedCount, 'refused'] as [string, number, string]]),
  ];
  const isWithoutRate = rate === null && data.isFailedOnly;
  const text = rate === null ? (isWithoutRate ? 'only failed' : 'no states') : percentText(rate);
  return h(
    Section,
    { id: 'gauge', title: 'Success' },
    h(
      'div',
      { class: 'dial' },
      h(Chart, {
        draw: charts?.gauge,
        name: 'half',
        tables,
        data,
        look,
        label: isWithoutRate
          ? 'No gauge: only what failed was asked for'
          : `Gauge: ${text} of the states that ran succeeded`,
      }),
      h('p', { class: 'rate' }, h('strong', null, text), h('span', null, isWithoutRate ? 'asked for' : 'succeeded')),
    ),
    h(
      'dl',
      { class: 'numbers' },
      numbers.map(([name, count, kind]) =>
        h(
          'div',
          { class: count === 0 ? 'zero' : '' },
          h('dt', null, h('i', { class: `dot ${kind}` }), name),
          h('dd', null, numberText(count)),
        ),
      ),
    ),
  );
}

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

/** The page. `charts` is absent on the host. */
export function App({ data, charts }: { data: ReportData; charts?: Charts | undefined }): JSX.Element {
  const [filter, onFilter] = useState<Filter>(NO_FILTER);
  const [theme, setTheme] = useState('auto');
  const look = useLook(theme);
  const tables = useMemo(() => tablesOf(data, filter), [data, filter]);
  const all = useMemo(() => tablesOf(data), [data]);
  useEffect(() => setTheme(remembered()), []);
  // Before the charts' effects, which ask what the colours are.
  useLayoutEffect(() => {
    document.documentElement.dataset['theme'] = theme;
  }, [theme]);
  const shared: SharedProps = { data, tables, charts, look, filter, onFilter };
  const notes = notesOf(data, all);
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
    h(Filters, { data, filter, onFilter, status: statusOf(tables, filter, all) }),
    h(
      'main',
      null,
      notes.length === 0
        ? null
        : h(
            'ul',
            { class: 'notes', 'aria-label': 'Notes' },
            notes.map((note) => h('li', null, note)),
          ),
      h(Sections, { ...shared, gauge: h(Gauge, shared) }),
    ),
    h(
      'footer',
      null,
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
