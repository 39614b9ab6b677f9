// The share of success, and how many states of each kind.
import { h, type JSX } from 'preact';
import { successRate } from '../tables.js';
import { numberText, percentText } from '../words.js';
import { Chart, Section } from './parts.js';
import type { ViewProps } from './shared.js';

export function Gauge({
  tables,
  data,
  charts,
  look,
}: Pick<ViewProps, 'tables' | 'data' | 'charts' | 'look'>): JSX.Element {
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
