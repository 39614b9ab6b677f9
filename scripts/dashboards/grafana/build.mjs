// Writes Grafana's dashboards, a folder for each store of logs, and what provisions them.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DASHBOARDS } from './definition.mjs';

/** Grafana 11's form of dashboards. */
const SCHEMA_VERSION = 39;

/** How the stores of logs differ: Grafana's type of data source, and how a query is written into a panel. */
const STORES = {
  loki: {
    title: 'Loki',
    type: 'loki',
    target: (expr, { isInstant, isLines }) =>
      isLines === true
        ? { expr, queryType: 'range', maxLines: 500 }
        : { expr, queryType: isInstant ? 'instant' : 'range', legendFormat: isInstant ? '' : '{{kind}}{{minion}}' },
  },
  victorialogs: {
    title: 'VictoriaLogs',
    type: 'victoriametrics-logs-datasource',
    target: (expr, { isInstant, isLines }) =>
      isLines === true
        ? { expr, queryType: 'instant', maxLines: 500 }
        : { expr, queryType: isInstant ? 'stats' : 'statsRange', legendFormat: isInstant ? '' : '{{kind}}{{minion}}' },
  },
};

const METRICS = { type: 'prometheus', uid: '${metrics}' };
const logsOf = ({ type }) => ({ type, uid: '${logs}' });

function targetOf(query, index, store) {
  const refId = 'ABCDEFGHIJ'[index];
  if (query.language === 'logs')
    return { refId, datasource: logsOf(store), ...store.target(query.texts[store.name], query) };
  return {
    ...{ refId, datasource: METRICS, expr: query.expr, instant: true, range: false },
    format: query.isTable === true ? 'table' : 'time_series',
  };
}

function panelOf({ at, queries, defaults, overrides = [], ...rest }, index, store) {
  const isMixed = new Set(queries.map(({ language }) => language)).size > 1;
  if (isMixed) throw new Error(`${rest.title}: one data source a panel`);
  return {
    id: index + 1,
    ...rest,
    gridPos: at,
    datasource: queries[0].language === 'logs' ? logsOf(store) : METRICS,
    targets: queries.map((query, at) => targetOf(query, at, store)),
    fieldConfig: { defaults, overrides },
  };
}

const dataSource = (name, label, type) => ({
  ...{ type: 'datasource', name, label, query: type, refresh: 1, hide: 0, options: [] },
  ...{ includeAll: false, multi: false, regex: '' },
});
const text = (name, label, value) => ({
  ...{ type: 'textbox', name, label, query: value, hide: 0 },
  ...{ options: [{ text: value, value, selected: true }], current: { text: value, value } },
});
const minions = 'label_values(salt_last_run_success, minion)';
const VARIABLES = {
  minion: {
    ...{ type: 'query', name: 'minion', label: 'Minion', datasource: METRICS },
    ...{ query: { query: minions, refId: 'minions' }, refresh: 2, sort: 1, hide: 0, options: [] },
    ...{ includeAll: true, allValue: '.*', multi: true, regex: '', current: { text: ['All'], value: ['$__all'] } },
  },
  // A regular expression.
  environment: text('environment', 'Environment', '.*'),
  jid: text('jid', 'Job (jid)', ''),
  state: text('state', 'State', ''),
  traces: dataSource('traces', 'Traces', 'tempo'),
};

/** The job's spans, which `saltflat follow --to otlp://` sends. */
const TRACES = {
  datasource: '${traces}',
  queries: [
    {
      ...{ refId: 'A', datasource: { type: 'tempo', uid: '${traces}' }, queryType: 'traceql', limit: 20 },
      query: '{ span.salt.jid = "${jid}" }',
    },
  ],
  range: { from: '${__from}', to: '${__to}' },
};
const LINKS = {
  trace: {
    ...{ type: 'link', title: 'Its trace', icon: 'external link', tooltip: '', targetBlank: false, tags: [] },
    ...{ asDropdown: false, includeVars: false, keepTime: false },
    url: `/explore?schemaVersion=1&panes=${encodeURIComponent(JSON.stringify({ job: TRACES })).replaceAll(/%24%7B(\w+)%7D/g, '${$1}')}`,
  },
};
const OTHERS = {
  ...{ type: 'dashboards', title: 'Salt', icon: 'external link', tooltip: '', url: '', targetBlank: false },
  ...{ tags: ['salt'], asDropdown: true, includeVars: true, keepTime: true },
};

function dashboardOf({ uid, title, description, from, variables, links = [], panels }, store) {
  return {
    ...{ uid, title, description, tags: ['salt'], schemaVersion: SCHEMA_VERSION, editable: true, graphTooltip: 1 },
    ...{ timezone: 'browser', time: { from, to: 'now' }, refresh: '1m', fiscalYearStartMonth: 0, liveNow: false },
    links: [OTHERS, ...links.map((name) => LINKS[name])],
    templating: {
      list: [
        dataSource('metrics', 'Metrics', 'prometheus'),
        dataSource('logs', 'Logs', store.type),
        ...variables.map((name) => VARIABLES[name]),
      ],
    },
    annotations: { list: [] },
    panels: panels.map((panel, index) => panelOf(panel, index, store)),
  };
}

/** Writes `FOLDER/STORE/UID.json`. */
export function writeGrafana(folder) {
  for (const [name, row] of Object.entries(STORES)) {
    mkdirSync(join(folder, name), { recursive: true });
    for (const dashboard of DASHBOARDS) {
      const json = JSON.stringify(dashboardOf(dashboard, { name, ...row }), null, 1);
      writeFileSync(join(folder, name, `${dashboard.uid}.json`), `${json}\n`);
    }
  }
}
