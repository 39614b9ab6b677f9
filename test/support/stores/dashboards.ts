// The shipped dashboards, and the searches that OpenSearch Dashboards and Kibana make of their panels.
//
// After the products' own code, for what these panels use of it: OpenSearch Dashboards 2.19
// `src/plugins/data/common/search/aggs` (`agg_configs.ts`, `buckets/*.ts`, `metrics/*.ts`: `toDsl` and `write`),
// `data/common/opensearch_query` (`from_lucene.ts`),
// `vis_type_timeseries/server/lib/vis_data/request_processors/series` (`query.js`, `date_histogram.js`,
// `filter_ratios.js`). Kibana's are the same, but that a top hit is read by `fields`. What changes only how an answer
// is packed is left out. The searches were compared once with those that a running OpenSearch Dashboards 2.19.2 sent.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { records } from '../command.js';
import type { StoreName } from './templates.js';

/** A saved object. */
export interface SavedObject {
  readonly type: 'index-pattern' | 'visualization' | 'search' | 'dashboard';
  readonly id: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly references: readonly { readonly name: string; readonly type: string; readonly id: string }[];
  readonly [version: string]: unknown;
}

/** An aggregation as a visualization has it. */
export interface Aggregation {
  readonly id: string;
  readonly type: string;
  readonly schema: string;
  readonly params: {
    readonly field?: string;
    readonly filters?: readonly { readonly input: Query; readonly label: string }[];
    readonly [name: string]: unknown;
  };
}

interface Query {
  readonly query: string;
  readonly language: string;
}

interface Ratio {
  readonly id: string;
  readonly type: string;
  readonly numerator: Query;
  readonly denominator: Query;
}

/** What a visualization shows and how. */
export interface VisState {
  readonly type: string;
  readonly aggs: readonly Aggregation[];
  readonly params: {
    readonly time_field?: string;
    readonly time_range_mode?: string;
    readonly index_pattern?: string;
    readonly series?: readonly { readonly id: string; readonly metrics: readonly Ratio[] }[];
    readonly controls?: readonly { readonly label: string; readonly fieldName: string }[];
    readonly [name: string]: unknown;
  };
}

/** What the time picker says, and how wide a span of time is then. */
export interface Picked {
  readonly from: string;
  readonly to: string;
  readonly spanMs: number;
}

/** The saved objects of a shipped file. */
export function shippedObjects(store: StoreName): SavedObject[] {
  const path = join(process.cwd(), 'examples', store, 'dashboards.ndjson');
  return records(readFileSync(path, 'utf8')) as unknown as SavedObject[];
}

/** A member that holds JSON in a string. */
export const parsed = (object: SavedObject, member: string): unknown => JSON.parse(object.attributes[member] as string);

export const visState = (object: SavedObject): VisState => parsed(object, 'visState') as VisState;

/**
 * The fields of the drop-down lists in a saved object, by their labels: OpenSearch Dashboards has a panel of them,
 * Kibana has them in the dashboard.
 */
export function controlsOf(object: SavedObject): Readonly<Record<string, string>> {
  if (object.type === 'visualization')
    return Object.fromEntries(
      (visState(object).params.controls ?? []).map(({ label, fieldName }) => [label, fieldName]),
    );
  const { panelsJSON = '{}' } = (object.attributes['controlGroupInput'] ?? {}) as { panelsJSON?: string };
  const controls = JSON.parse(panelsJSON) as Record<string, { explicitInput: { title: string; fieldName: string } }>;
  return Object.fromEntries(
    Object.values(controls).map(({ explicitInput: { title, fieldName } }) => [title, fieldName]),
  );
}

/** The query that a saved object's search starts from; null where it has none. */
export function queryOf({ attributes }: SavedObject): Query | null {
  const { searchSourceJSON } = attributes['kibanaSavedObjectMeta'] as { searchSourceJSON: string };
  return (JSON.parse(searchSourceJSON) as { query?: Query }).query ?? null;
}

/** `luceneStringToDsl` and `decorateQuery`, with the products' default settings. */
function queryDsl({ query, language }: Query): object {
  if (language !== 'lucene') throw new Error(`a query in ${language}`);
  return { query_string: { query, analyze_wildcard: true, time_zone: 'UTC' } };
}

const boolDsl = (must: readonly object[], filter: readonly object[] = []): object => ({
  bool: { must, filter, should: [], must_not: [] },
});

const timeRange = (field: string, { from, to }: Picked): object => ({
  range: { [field]: { gte: from, lte: to, format: 'strict_date_optional_time' } },
});

const isMetric = ({ schema }: Aggregation): boolean => schema === 'metric';

/** One aggregation, as its `write` does it. */
function aggregationDsl(
  { type, params }: Aggregation,
  metrics: readonly Aggregation[],
  store: StoreName,
  picked: Picked,
): object {
  switch (type) {
    case 'cardinality':
    case 'max':
    case 'avg':
      return { [type]: { field: params.field } };
    case 'top_hits': {
      const how = { size: params['size'], sort: [{ [params['sortField'] as string]: { order: params['sortOrder'] } }] };
      return {
        top_hits:
          store === 'opensearch'
            ? { ...how, _source: params.field }
            : { ...how, _source: false, fields: [{ field: params.field }] },
      };
    }
    case 'terms': {
      const orderBy = params['orderBy'] as string;
      const isCount = metrics.find(({ id }) => id === orderBy)?.type === 'count';
      return {
        terms: {
          field: params.field,
          size: params['size'],
          order: { [isCount ? '_count' : orderBy]: params['order'] },
        },
      };
    }
    case 'filters':
      return {
        filters: {
          filters: Object.fromEntries(params.filters!.map(({ input, label }) => [label, boolDsl([queryDsl(input)])])),
        },
      };
    case 'date_histogram':
      if (params['interval'] !== 'auto') throw new Error(`spans of ${params['interval'] as string}`);
      return {
        date_histogram: {
          field: params.field,
          fixed_interval: `${picked.spanMs}ms`,
          time_zone: 'UTC',
          min_doc_count: params['min_doc_count'],
        },
      };
    default:
      throw new Error(`an aggregation ${type}`);
  }
}

/** Each bucket holds the next one, the last the metrics. Counts are in the answer anyway. */
function aggregationsDsl(aggs: readonly Aggregation[], store: StoreName, picked: Picked): object {
  const metrics = aggs.filter(isMetric);
  let dsl = Object.fromEntries(
    metrics
      .filter(({ type }) => type !== 'count')
      .map((each) => [each.id, aggregationDsl(each, metrics, store, picked)]),
  );
  for (const bucket of aggs.filter((each) => !isMetric(each)).reverse())
    dsl = {
      [bucket.id]: {
        ...aggregationDsl(bucket, metrics, store, picked),
        ...(Object.keys(dsl).length > 0 && { aggs: dsl }),
      },
    };
  return dsl;
}

/** The ratios of a gauge over the whole time that was picked. */
function gaugeDsl({ params }: VisState, picked: Picked, filters: readonly object[]): object {
  if (params.time_range_mode !== 'entire_time_range') throw new Error('a gauge of the last span only');
  const field = params.time_field!;
  const ratio = ({ id, numerator, denominator }: Ratio): [string, object][] => [
    [`${id}-numerator`, { filter: boolDsl([queryDsl(numerator)]) }],
    [`${id}-denominator`, { filter: boolDsl([queryDsl(denominator)]) }],
    [
      id,
      {
        bucket_script: {
          buckets_path: { numerator: `${id}-numerator>_count`, denominator: `${id}-denominator>_count` },
          script:
            'params.numerator != null && params.denominator != null && params.denominator > 0 ? params.numerator / params.denominator : 0',
        },
      },
    ],
  ];
  const series = params.series!.map(({ id, metrics }) => [
    id,
    {
      filter: { match_all: {} },
      aggs: {
        timeseries: {
          auto_date_histogram: { field, buckets: 1 },
          aggs: Object.fromEntries(metrics.flatMap(ratio)),
        },
      },
    },
  ]);
  return {
    size: 0,
    query: boolDsl([{ match_all: {} }, timeRange(field, picked)], filters),
    aggs: Object.fromEntries(series) as object,
  };
}

/**
 * The search that a product makes of a panel. The dashboard's own query is empty and matches all; `chosen` is what was
 * chosen in its drop-down lists, by field.
 */
export function searchOf(
  panel: SavedObject,
  timeField: string,
  store: StoreName,
  picked: Picked,
  chosen: Readonly<Record<string, string>> = {},
): object {
  const filters = Object.entries(chosen).map(([field, value]) => ({ match_phrase: { [field]: value } }));
  if (panel.type === 'visualization' && visState(panel).type === 'metrics')
    return gaugeDsl(visState(panel), picked, filters);
  const own = queryOf(panel)!;
  const query = boolDsl(
    [{ match_all: {} }, ...(own.query === '' ? [] : [queryDsl(own)])],
    [...filters, timeRange(timeField, picked)],
  );
  if (panel.type === 'visualization')
    return { size: 0, query, aggs: aggregationsDsl(visState(panel).aggs, store, picked) };
  const sort = (panel.attributes['sort'] as [string, string][]).map(([field, order]) => ({ [field]: { order } }));
  return { size: 500, track_total_hits: true, query, sort };
}
