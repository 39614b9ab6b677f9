// What a reader can choose: minion, SLS file, time, what is searched for, colours.
import { h, type JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { OTHERS, type ReportData } from '../data.js';
import { type Filter, isNoFilter, nameOf } from '../tables.js';
import { binText } from '../words.js';

interface ChoiceProps {
  readonly id: string;
  readonly label: string;
  readonly all: string;
  readonly value: number | null;
  readonly options: readonly (readonly [value: number, text: string])[];
  readonly onChoice: (value: number | null) => void;
}

/** A labelled list of which one, or all, can be chosen. */
function Choice({ id, label, all, value, options, onChoice }: ChoiceProps): JSX.Element {
  const onChange = (event: Event): void => {
    const { value: chosen } = event.currentTarget as HTMLSelectElement;
    onChoice(chosen === '' ? null : Number(chosen));
  };
  return h(
    'div',
    { class: 'choice' },
    h('label', { for: id }, label),
    h(
      'select',
      { id, value: value === null ? '' : String(value), onChange, autocomplete: 'off' },
      h('option', { value: '' }, all),
      options.map(([option, text]) => h('option', { value: String(option) }, text)),
    ),
  );
}

/** The numbers that `names` may be filtered by, sorted by name, the others at the end. */
function choices(
  names: readonly string[],
  used: ReadonlySet<number>,
  others: string,
  none: string,
): [number, string][] {
  return [...used]
    .map((number): [number, string] => [number, nameOf(names, number, others) || none])
    .sort(
      ([a, first], [b, second]) => Number(a === OTHERS) - Number(b === OTHERS) || first.localeCompare(second, 'en'),
    );
}

/** The minions that can be filtered by. */
export function minionsIn({ totals, errors, refused, unanswered }: ReportData): ReadonlySet<number> {
  const minions = new Set(totals.map(([, minion]) => minion!));
  for (const [minion] of [...errors, ...refused].flatMap(({ cells }) => cells)) minions.add(minion!);
  for (const { cell } of unanswered) minions.add(cell);
  return minions;
}

interface FiltersProps {
  readonly data: ReportData;
  readonly filter: Filter;
  readonly find: string;
  readonly onFilter: (filter: Filter) => void;
  readonly onFind: (find: string) => void;
  readonly onAll: () => void;
  /** What is shown now, in words; read out when it changes. */
  readonly status: string;
}

const HOUR = 3_600_000;
const SPANS = [
  ['last hour', HOUR],
  ['last day', 24 * HOUR],
  ['last week', 7 * 24 * HOUR],
] as const;

/** The row of filters. */
export function Filters({ data, filter, find, onFilter, onFind, onAll, status }: FiltersProps): JSX.Element {
  const minions = useMemo(() => minionsIn(data), [data]);
  const slses = new Set(data.totals.map(([, , sls]) => sls!));
  for (const [, sls] of [...data.errors, ...data.refused].flatMap(({ cells }) => cells)) slses.add(sls!);
  const bins = Array.from({ length: data.bins }, (_, at): [number, string] => {
    const bin = data.firstBin + at;
    return [bin, binText(bin * data.widthMs, data.widthMs)];
  });
  const ends = bins.map(([bin]): [number, string] => [bin, binText((bin + 1) * data.widthMs, data.widthMs)]);
  const later = (bin: number | null): boolean => filter.firstBin === null || bin === null || bin >= filter.firstBin;
  const lastMs = data.lastMs ?? 0;
  // A span that is shorter than a bin cannot be told apart.
  const spans = SPANS.filter(([, ms]) => ms >= data.widthMs && data.firstMs !== null).map(
    ([text, ms]): [number, string] => [Math.max(data.firstBin, Math.floor((lastMs - ms) / data.widthMs)), text],
  );
  const isSpan = filter.lastBin === null && spans.some(([bin]) => bin === filter.firstBin);
  return h(
    'form',
    { class: 'filters', 'aria-label': 'Filter', onSubmit: (event: Event) => event.preventDefault() },
    h(
      'div',
      { class: 'choice search' },
      h('label', { for: 'find' }, 'Search'),
      h('input', {
        ...{ id: 'find', type: 'search', value: find, autocomplete: 'off', placeholder: 'state, minion, SLS, jid' },
        onInput: (event: Event) => onFind((event.currentTarget as HTMLInputElement).value),
      }),
    ),
    h(Choice, {
      id: 'filter-minion',
      label: 'Minion',
      all: 'all minions',
      value: filter.minion,
      options: choices(data.minions, minions, 'other minions', '(no name)'),
      onChoice: (minion) => onFilter({ ...filter, minion }),
    }),
    h(Choice, {
      id: 'filter-sls',
      label: 'SLS',
      all: 'all SLS files',
      value: filter.sls,
      options: choices(data.slses, slses, 'other SLS files', '(none)'),
      onChoice: (sls) => onFilter({ ...filter, sls }),
    }),
    spans.length === 0
      ? null
      : h(Choice, {
          id: 'filter-span',
          label: 'Time',
          all: filter.firstBin === null && filter.lastBin === null ? 'all of it' : 'as chosen',
          value: isSpan ? filter.firstBin : null,
          options: spans,
          onChoice: (firstBin) => onFilter({ ...filter, firstBin, lastBin: null }),
        }),
    h(Choice, {
      id: 'filter-from',
      label: 'From (UTC)',
      all: 'the beginning',
      value: filter.firstBin,
      options: bins,
      onChoice: (firstBin) => {
        const { lastBin } = filter;
        onFilter({
          ...filter,
          firstBin,
          lastBin: firstBin !== null && lastBin !== null && lastBin < firstBin ? null : lastBin,
        });
      },
    }),
    h(Choice, {
      id: 'filter-to',
      label: 'To (UTC)',
      all: 'the end',
      value: filter.lastBin,
      options: ends.filter(([bin]) => later(bin)),
      onChoice: (lastBin) => onFilter({ ...filter, lastBin }),
    }),
    h('button', { type: 'button', disabled: isNoFilter(filter) && find === '', onClick: onAll }, 'Show all'),
    h('p', { role: 'status' }, status),
  );
}

/** Light, dark, or as the system has it. */
export function ThemeSwitch({ theme, onTheme }: { theme: string; onTheme: (theme: string) => void }): JSX.Element {
  return h(
    'fieldset',
    { class: 'themes' },
    h('legend', null, 'Colours'),
    [
      ['auto', 'Auto'],
      ['light', 'Light'],
      ['dark', 'Dark'],
    ].map(([value, text]) =>
      h(
        'label',
        null,
        h('input', { type: 'radio', name: 'theme', value, checked: theme === value, onChange: () => onTheme(value!) }),
        h('span', null, text),
      ),
    ),
  );
}
