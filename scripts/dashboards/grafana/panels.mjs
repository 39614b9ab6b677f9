// What Grafana's panels are made of. Panels are as Grafana 11 and later save them (schema version 39); options that are
// Grafana's defaults are left out.
import { KIND_COLOURS } from '../definition.mjs';

/** A query of Prometheus, for the numbers of now. */
export const prom = (expr, name = '') => ({ language: 'prometheus', expr, name });

/** A query of the store of logs, in both languages. */
export const logs = (name, texts) => ({ language: 'logs', texts, name });

const fixed = (color) => ({ mode: 'fixed', fixedColor: color });

/** Steps of colours: green, and from `yellow` and `red` on these. */
const thresholds = ({ yellow, red }) => ({
  mode: 'absolute',
  steps: [
    { color: 'green', value: null },
    ...(yellow === undefined ? [] : [{ color: 'yellow', value: yellow }]),
    ...(red === undefined ? [] : [{ color: 'red', value: red }]),
  ],
});

/** A colour for each kind of state, where a series or a cell is called so. */
const byKind = () =>
  Object.entries(KIND_COLOURS).map(([kind, color]) => ({
    matcher: { id: 'byName', options: kind },
    properties: [{ id: 'color', value: fixed(color) }],
  }));

const reduced = (calc) => ({ values: false, calcs: [calc], fields: '' });

/** A share, from 0 to 1. */
export const gauge = ({ title, description, good, fair }, at, texts) => ({
  type: 'gauge',
  title,
  description,
  at,
  queries: [{ ...logs('', texts), isInstant: true }],
  defaults: {
    unit: 'percentunit',
    min: 0,
    max: 1,
    color: { mode: 'thresholds' },
    thresholds: {
      mode: 'absolute',
      steps: [
        { color: 'red', value: null },
        { color: 'yellow', value: fair },
        { color: 'green', value: good },
      ],
    },
  },
  options: { reduceOptions: reduced('lastNotNull'), showThresholdLabels: false, showThresholdMarkers: true },
});

/** One number. */
export const number = (title, at, query, { description = '', yellow, red } = {}) => ({
  type: 'stat',
  title,
  description,
  at,
  queries: [{ ...query, isInstant: true }],
  defaults: { unit: 'short', color: { mode: 'thresholds' }, thresholds: thresholds({ yellow, red }) },
  options: { reduceOptions: reduced('lastNotNull'), colorMode: 'value', graphMode: 'none', textMode: 'value' },
});

/** Lines over time, or areas one on the other. */
export const over = (title, at, texts, { description, isStacked = false, unit = 'short' }) => ({
  type: 'timeseries',
  title,
  description,
  at,
  queries: [{ ...logs('', texts), isInstant: false }],
  defaults: {
    unit,
    color: { mode: 'palette-classic' },
    custom: isStacked
      ? { drawStyle: 'bars', fillOpacity: 80, lineWidth: 0, stacking: { mode: 'normal', group: 'A' } }
      : { drawStyle: 'points', pointSize: 6 },
  },
  overrides: isStacked ? byKind() : [],
  options: {
    legend: { displayMode: 'list', placement: 'bottom', showLegend: true, calcs: [] },
    tooltip: { mode: 'multi', sort: 'desc' },
  },
});

/** A link in the cells of a field to another dashboard, for the time that is looked at. */
const cellLink = ({ title, field, dashboard, variable }) => ({
  matcher: { id: 'byName', options: field },
  properties: [
    {
      id: 'links',
      value: [
        {
          title,
          url: `/d/${dashboard}?${variable}=\${__value.raw:percentencode}&\${environment:queryparam}&\${__url_time_range}`,
          targetBlank: false,
        },
      ],
    },
  ],
});

/** A table: a row for each set of labels, a column for each query. */
export const table = (title, at, queries, { description, sortBy: [field, desc], units = {}, hidden = [], link }) => ({
  type: 'table',
  title,
  description,
  at,
  queries: queries.map((query) => ({ ...query, isInstant: true, isTable: true })),
  defaults: { custom: { align: 'auto', cellOptions: { type: 'auto' }, filterable: true } },
  overrides: [
    ...Object.entries(units).map(([name, unit]) => ({
      matcher: { id: 'byName', options: name },
      properties: [{ id: 'unit', value: unit }],
    })),
    ...(link === undefined ? [] : [cellLink(link)]),
  ],
  options: { showHeader: true, cellHeight: 'sm', sortBy: [{ displayName: field, desc }] },
  transformations: [
    { id: 'labelsToFields', options: { mode: 'columns' } },
    { id: 'merge', options: {} },
    {
      id: 'organize',
      options: {
        excludeByName: Object.fromEntries(['Time', '__name__', ...hidden].map((name) => [name, true])),
        renameByName: Object.fromEntries(
          queries.flatMap(({ name }, index) => [
            [`Value #${'ABCDEFGHIJ'[index]}`, name],
            ...(queries.length === 1 ? [['Value', name]] : []),
          ]),
        ),
      },
    },
  ],
});

/** A table of two labels, a third one in its cells. */
export const matrix = (title, at, { row, column, value }, texts, { description, link }) => ({
  type: 'table',
  title,
  description,
  at,
  queries: [{ ...logs('Number', texts), isInstant: true, isTable: true }],
  defaults: {
    custom: { align: 'auto', cellOptions: { type: 'color-text' }, filterable: true },
    mappings: [
      {
        type: 'value',
        options: Object.fromEntries(
          Object.entries(KIND_COLOURS).map(([kind, color], index) => [kind, { text: kind, color, index }]),
        ),
      },
    ],
  },
  overrides: link === undefined ? [] : [cellLink({ ...link, field: `${row}\\${column}` })],
  options: { showHeader: true, cellHeight: 'sm', sortBy: [{ displayName: `${row}\\${column}`, desc: row === 'jid' }] },
  transformations: [
    { id: 'labelsToFields', options: { mode: 'columns' } },
    { id: 'merge', options: {} },
    {
      id: 'organize',
      options: {
        excludeByName: { Time: true, __name__: true },
        renameByName: { Value: 'Number', 'Value #A': 'Number' },
      },
    },
    { id: 'groupingToMatrix', options: { rowField: row, columnField: column, valueField: value, emptyValue: 'empty' } },
  ],
});

/** Lines of logs, newest first. */
export const list = (title, at, texts, { description }) => ({
  type: 'logs',
  title,
  description,
  at,
  queries: [{ ...logs('', texts), isLines: true }],
  defaults: {},
  options: {
    showTime: true,
    showLabels: false,
    showCommonLabels: false,
    wrapLogMessage: true,
    prettifyLogMessage: false,
    enableLogDetails: true,
    dedupStrategy: 'none',
    sortOrder: 'Descending',
  },
});
