// Writes the dashboard as the saved objects that OpenSearch Dashboards and Kibana import, and those of Grafana
// (grafana/):
//
//   node scripts/dashboards/build.mjs [FOLDER]     into FOLDER/opensearch, …/elasticsearch and …/grafana
//
// FOLDER is `examples` unless told.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { URL, fileURLToPath } from 'node:url';
import { writeGrafana } from './grafana/build.mjs';
import { CONTROLS, DASHBOARD, DATA_VIEW, PANELS } from './definition.mjs';

const ofDataView = (name) => ({ name, type: 'index-pattern', id: DATA_VIEW.id });
const INDEX = 'kibanaSavedObjectMeta.searchSourceJSON.index';

/** What a query and filters are saved as. */
const searchSource = (query, more) => ({
  searchSourceJSON: JSON.stringify({ query: { query, language: 'lucene' }, filter: [], ...more }),
});

/**
 * What differs. Versions are those of the saved objects' form, not of the product: with them its import knows which of
 * its migrations to run. OpenSearch Dashboards 1 to 3 know none later than these; Kibana 8.8 and later take the same
 * panels from there.
 */
const PRODUCTS = [
  {
    folder: 'opensearch',
    versions: { 'index-pattern': '7.6.0', search: '7.9.3', visualization: '7.10.0', dashboard: '7.9.3' },
    stamp: (type, version) => ({ migrationVersion: { [type]: version } }),
    // The gauge names indices, not the index pattern.
    gauge: () => ({ params: { index_pattern: DATA_VIEW.title }, references: [] }),
    controls: 'panel',
    panelReference: (panel) => `panel_${panel}`,
  },
  {
    folder: 'elasticsearch',
    versions: { 'index-pattern': '7.6.0', search: '7.9.3', visualization: '7.10.0', dashboard: '8.7.0' },
    stamp: (type, version) => ({ coreMigrationVersion: '8.8.0', typeMigrationVersion: version }),
    gauge: () => ({
      params: { use_kibana_indexes: true, index_pattern_ref_name: 'metrics_0_index_pattern' },
      references: [ofDataView('metrics_0_index_pattern')],
    }),
    controls: 'dashboard',
    panelReference: (panel) => `${panel}:panel_${panel}`,
  },
];

const dataView = () => ({
  type: 'index-pattern',
  id: DATA_VIEW.id,
  attributes: {
    title: DATA_VIEW.title,
    timeFieldName: DATA_VIEW.timeField,
    fieldFormatMap: JSON.stringify(DATA_VIEW.formats),
    // No list of fields: both products then ask the store for it.
  },
  references: [],
});

const idOf = (panel) => `${DASHBOARD.id}-${panel.id}`;

/** What users would have set by hand. The two products keep the widths of columns in different places. */
function uiState({ colours, widths }) {
  const columnsWidth = widths?.map((width, colIndex) => ({ colIndex, width }));
  const vis = {
    ...(colours !== undefined && { colors: colours }),
    ...(columnsWidth !== undefined && { columnsWidth, params: { colWidth: columnsWidth } }),
  };
  return Object.keys(vis).length === 0 ? {} : { vis };
}

const visualization = ({ id, title, description, type, params, aggs, ...rest }, meta, references) => ({
  type: 'visualization',
  id: idOf({ id }),
  attributes: {
    title: `[Salt] ${title}`,
    description: description ?? '',
    visState: JSON.stringify({ title: `[Salt] ${title}`, type, params, aggs }),
    uiStateJSON: JSON.stringify(uiState(rest)),
    version: 1,
    kibanaSavedObjectMeta: meta,
  },
  references,
});

/** A list of records, newest first. */
const search = ({ id, title, description, query, list }) => ({
  type: 'search',
  id: idOf({ id }),
  attributes: {
    title: `[Salt] ${title}`,
    description: description ?? '',
    hits: 0,
    columns: list,
    sort: [[DATA_VIEW.timeField, 'desc']],
    version: 1,
    kibanaSavedObjectMeta: searchSource(query, { highlightAll: true, version: true, indexRefName: INDEX }),
  },
  references: [ofDataView(INDEX)],
});

function panelObject(panel, product) {
  if (panel.list !== undefined) return search(panel);
  if (panel.type === 'metrics') {
    const { params, references } = product.gauge();
    return visualization(
      { ...panel, params: { ...panel.params, time_field: DATA_VIEW.timeField, ...params } },
      { searchSourceJSON: '{}' }, // it has queries of its own
      references,
    );
  }
  return visualization(panel, searchSource(panel.query ?? '', { indexRefName: INDEX }), [ofDataView(INDEX)]);
}

/** OpenSearch Dashboards has its drop-down lists in a panel, above the others. */
const CONTROLS_PANEL = { id: 'controls', title: 'Filter', at: { x: 0, y: 0, w: 48, h: 5 } };

function controlsObject() {
  const nameOf = (at) => `control_${at}_index_pattern`;
  return visualization(
    {
      ...CONTROLS_PANEL,
      type: 'input_control_vis',
      aggs: [],
      params: {
        controls: CONTROLS.map(({ id, label, field }, at) => ({
          id,
          label,
          fieldName: field,
          parent: '',
          type: 'list',
          options: { type: 'terms', multiselect: true, dynamicOptions: true, size: 100, order: 'desc' },
          indexPatternRefName: nameOf(at),
        })),
        updateFiltersOnChange: true,
        useTimeFilter: true,
        pinFilters: false,
      },
    },
    searchSource(''),
    CONTROLS.map((_, at) => ofDataView(nameOf(at))),
  );
}

/** Kibana has them in the dashboard. */
const controlGroup = () => ({
  controlStyle: 'oneLine',
  chainingSystem: 'HIERARCHICAL',
  panelsJSON: JSON.stringify(
    Object.fromEntries(
      CONTROLS.map(({ id, label, field }, order) => [
        id,
        {
          order,
          width: 'medium',
          grow: true,
          type: 'optionsListControl',
          explicitInput: { id, title: label, fieldName: field, enhancements: {} },
        },
      ]),
    ),
  ),
  ignoreParentSettingsJSON: JSON.stringify({
    ignoreFilters: false,
    ignoreQuery: false,
    ignoreTimerange: false,
    ignoreValidations: false,
  }),
});

function dashboard(product) {
  const isPanel = product.controls === 'panel';
  const shift = isPanel ? CONTROLS_PANEL.at.h : 0;
  const placed = [
    ...(isPanel ? [CONTROLS_PANEL] : []),
    ...PANELS.map((panel) => ({ ...panel, at: { ...panel.at, y: panel.at.y + shift } })),
  ].map((panel) => ({ ...panel, kind: panel.list === undefined ? 'visualization' : 'search' }));
  return {
    type: 'dashboard',
    id: DASHBOARD.id,
    attributes: {
      title: DASHBOARD.title,
      description: DASHBOARD.description,
      panelsJSON: JSON.stringify(
        placed.map(({ id, title, at, kind }) => ({
          version: product.versions.dashboard,
          type: kind,
          panelIndex: id,
          gridData: { ...at, i: id },
          embeddableConfig: { title },
          title,
          panelRefName: `panel_${id}`,
        })),
      ),
      optionsJSON: JSON.stringify({ hidePanelTitles: false, useMargins: true }),
      version: 1,
      timeRestore: true,
      timeFrom: 'now-24h',
      timeTo: 'now',
      refreshInterval: { pause: true, value: 0 },
      kibanaSavedObjectMeta: searchSource(''),
      ...(!isPanel && { controlGroupInput: controlGroup() }),
    },
    references: [
      ...placed.map(({ id, kind }) => ({ name: product.panelReference(id), type: kind, id: idOf({ id }) })),
      ...(isPanel ? [] : CONTROLS.map(({ id }) => ofDataView(`controlGroup_${id}:optionsListDataView`))),
    ],
  };
}

const target = process.argv[2] ?? fileURLToPath(new URL('../../examples', import.meta.url));
for (const product of PRODUCTS) {
  const objects = [
    dataView(),
    ...(product.controls === 'panel' ? [controlsObject()] : []),
    ...PANELS.map((panel) => panelObject(panel, product)),
    dashboard(product),
  ];
  const path = join(target, product.folder, 'dashboards.ndjson');
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(
    path,
    objects
      .map(
        (object) => `${JSON.stringify({ ...object, ...product.stamp(object.type, product.versions[object.type]) })}\n`,
      )
      .join(''),
  );
}
writeGrafana(join(target, 'grafana'));
