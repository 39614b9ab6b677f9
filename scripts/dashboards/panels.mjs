// What panels are made of. Aggregations and parameters as OpenSearch Dashboards 1.0 and Kibana 7.10 save them, which
// every later version of both reads: Kibana by the migrations that its import runs.

/** Rows that a table or a bar chart has at most: as in the report. */
export const ROWS = 20;

// Metrics.
const metric = (type, field, label, more) => ({
  type,
  params: { ...(field !== undefined && { field }), ...more, customLabel: label },
});
export const count = (label) => metric('count', undefined, label);
export const distinct = (field, label) => metric('cardinality', field, label);
export const newest = (field, label) => metric('max', field, label);
export const longest = newest;
export const mean = (field, label) => metric('avg', field, label);
/** The field as the record has it that is the last, or the highest, by another one. */
export const top = (field, label, sortField = 'event.created') =>
  metric('top_hits', field, label, { aggregate: 'concat', size: 1, sortField, sortOrder: 'desc' });

// Buckets.
/** The most frequent values of a field; `by`: in the order of their names, or of the first metric (`longest`). */
export const terms = (field, label, { size = ROWS, by = 'count' } = {}) => ({
  type: 'terms',
  by,
  params: {
    field,
    size,
    order: by === 'name' ? 'asc' : 'desc',
    otherBucket: false,
    otherBucketLabel: 'Other',
    missingBucket: false,
    missingBucketLabel: 'Missing',
    customLabel: label,
  },
});
/** A bucket for each query, by its name. */
export const filters = (queries) => ({
  type: 'filters',
  params: {
    filters: Object.entries(queries).map(([label, query]) => ({ input: { query, language: 'lucene' }, label })),
  },
});
/** Spans of time, as wide as the time picker makes them. */
export const time = (field) => ({
  type: 'date_histogram',
  params: {
    field,
    useNormalizedEsInterval: true,
    useNormalizedOpenSearchInterval: true,
    scaleMetricValues: false,
    interval: 'auto',
    drop_partials: false,
    min_doc_count: 1,
    extended_bounds: {},
    customLabel: 'Time',
  },
});

/** Aggregations with ids and what they are for; a bucket in the order of a metric needs the metric's id. */
function aggregations(metrics, buckets) {
  const numbered = metrics.map((each, at) => ({ id: String(at + 1), enabled: true, schema: 'metric', ...each }));
  const orders = {
    name: '_key',
    count: numbered.find(({ type }) => type === 'count')?.id,
    longest: numbered[0].id,
  };
  return [
    ...numbered,
    ...Object.entries(buckets).map(([schema, { by, type, params }], at) => ({
      id: String(numbered.length + at + 1),
      enabled: true,
      type,
      schema,
      params: by === undefined ? params : { ...params, orderBy: orders[by] },
    })),
  ];
}

// Visualizations.
/** A table: a row for each bucket, a column for each metric. */
export const table = (rows, metrics) => ({
  type: 'table',
  aggs: aggregations(metrics, { bucket: rows }),
  params: {
    perPage: ROWS,
    showPartialRows: false,
    showMetricsAtAllLevels: false,
    showTotal: false,
    totalFunc: 'sum',
    percentageCol: '',
    sort: { columnIndex: null, direction: null },
  },
});

const axis = (id, position, labels, more) => ({
  id,
  position,
  show: true,
  style: {},
  labels: { show: true, ...labels },
  title: {},
  ...more,
});

const stacked = (type, segment, group, category, value) => ({
  type,
  aggs: aggregations([count('Number')], { segment, group }),
  params: {
    type: 'histogram',
    grid: { categoryLines: false },
    categoryAxes: [
      axis('CategoryAxis-1', category.position, category.labels, { type: 'category', scale: { type: 'linear' } }),
    ],
    valueAxes: [
      axis('ValueAxis-1', value.position, value.labels, {
        name: 'LeftAxis-1',
        type: 'value',
        scale: { type: 'linear', mode: 'normal' },
        title: { text: 'Number' },
      }),
    ],
    seriesParams: [
      {
        show: true,
        type: 'histogram',
        mode: 'stacked',
        data: { label: 'Number', id: '1' },
        valueAxis: 'ValueAxis-1',
        drawLinesBetweenPoints: true,
        lineWidth: 2,
        showCircles: true,
      },
    ],
    addTooltip: true,
    addLegend: true,
    legendPosition: 'right',
    times: [],
    addTimeMarker: false,
    labels: { show: false },
    thresholdLine: { show: false, value: 10, width: 1, style: 'full', color: '#E7664C' },
  },
});
/** Upright columns, a colour for each group. */
export const columns = (segment, group) =>
  stacked(
    'histogram',
    segment,
    group,
    { position: 'bottom', labels: { filter: true, truncate: 100 } },
    { position: 'left', labels: { rotate: 0, filter: false, truncate: 100 } },
  );
/** Lying bars, for long names. */
export const bars = (segment, group) =>
  stacked(
    'horizontal_bar',
    segment,
    group,
    { position: 'left', labels: { rotate: 0, filter: false, truncate: 200 } },
    { position: 'bottom', labels: { rotate: 0, filter: true, truncate: 100 } },
  );

/** The share that `part` is `of` all in the whole time that is looked at: the default would be its last span only. */
export const gauge = ({ part, of, good, fair }) => ({
  type: 'metrics',
  aggs: [],
  params: {
    id: 'saltflat-success',
    type: 'gauge',
    time_range_mode: 'entire_time_range',
    series: [
      {
        id: 'saltflat-success-series',
        label: 'did not fail',
        color: '#54B399',
        split_mode: 'everything',
        split_color_mode: 'gradient',
        metrics: [
          {
            id: 'saltflat-success-ratio',
            type: 'filter_ratio',
            metric_agg: 'count',
            numerator: { query: part, language: 'lucene' },
            denominator: { query: of, language: 'lucene' },
          },
        ],
        separate_axis: 0,
        axis_position: 'right',
        formatter: 'percent',
        chart_type: 'line',
        line_width: 1,
        point_size: 1,
        fill: 0.5,
        stacked: 'none',
      },
    ],
    interval: '',
    axis_position: 'left',
    axis_formatter: 'number',
    axis_scale: 'normal',
    show_legend: 1,
    show_grid: 1,
    tooltip_mode: 'show_all',
    drop_last_bucket: 0,
    gauge_max: '1',
    gauge_style: 'half',
    gauge_width: 10,
    gauge_inner_width: 10,
    gauge_inner_color: '',
    gauge_color_rules: [
      { id: 'saltflat-success-bad', operator: 'lt', value: fair, gauge: '#BD271E' },
      { id: 'saltflat-success-fair', operator: 'gte', value: fair, gauge: '#D6BF57' },
      { id: 'saltflat-success-good', operator: 'gte', value: good, gauge: '#54B399' },
    ],
    isModelInvalid: false,
  },
});
