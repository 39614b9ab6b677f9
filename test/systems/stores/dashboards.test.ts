// Every panel of the shipped dashboards, as OpenSearch Dashboards and Kibana ask it, on real servers: the numbers are
// the report's.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FIXTURE, itWith, run, temporaryDirectory } from '../../support/command.js';
import { result, returnLine } from '../../support/report-events.js';
import {
  type Picked,
  type SavedObject,
  controlsOf,
  searchOf,
  shippedObjects,
  visState,
} from '../../support/stores/dashboards.js';
import type { SearchAnswer } from '../../support/stores/server.js';
import { type Stage, describeServers } from '../../support/stores/servers.js';

/** The servers share the machine with whatever else runs there. */
const LONG_MS = 180_000;
const INDEX = 'salt-states-000001';
const ROWS = 20;

interface Row {
  readonly state_name: string;
  readonly function: string;
  readonly count: number;
  readonly sls: readonly string[];
  readonly minions: number;
  readonly comments: readonly { readonly comment: string | null; readonly count: number }[];
  readonly last: { readonly minion_id: string; readonly time: string };
}

/** The report, as far as panels show it. */
interface Report {
  readonly from: string;
  readonly to: string;
  readonly states: Readonly<Record<string, number>>;
  readonly failed_states: { readonly total: number; readonly rows: readonly Row[] };
  readonly failing_minions: {
    readonly rows: readonly { readonly minion_id: string; readonly failed: number; readonly compile_errors: number }[];
  };
  readonly compile_errors: { readonly count: number; readonly rows: readonly (Row & { readonly error: string })[] };
  /** Every state in every SLS file. */
  readonly states_seen: {
    readonly rows: readonly { readonly state_name: string; readonly failed: number; readonly followers: number }[];
  };
  readonly drift: { readonly rows: readonly Row[] };
  readonly slowest_states: {
    readonly rows: readonly {
      readonly state_name: string;
      readonly longest_ms: number;
      readonly mean_ms: number;
      readonly count: number;
      readonly longest: { readonly minion_id: string };
    }[];
  };
  readonly changes_over_time: readonly ({ readonly from: string; readonly to: string } & Readonly<
    Record<string, number | string>
  >)[];
}

interface Bucket {
  readonly key: string | number;
  readonly doc_count: number;
  readonly [aggregation: string]: unknown;
}

const root = temporaryDirectory();
const options = join(root, 'options.json');
const more = join(root, 'more.ndjson');
const MINION = 'db-02';
const ofMinion = join(root, 'minion.ndjson');
let report: Report;
let picked: Picked;

/**
 * Beside the real events: more minions, failures of every number, two that fail at once, a state without a duration.
 */
function moreEvents(): string {
  const lines = ['db-01', 'db-02', 'db-03'].flatMap((minion, at) =>
    Array.from({ length: at + 3 }, (_, time) => {
      const stamp = `2026-11-22T09:20:${10 + time}.${at}00000+00:00`;
      const jid = `2026112209201${time}00000${at}`;
      const returned = {
        ...result('disk', { result: false, comment: `full on ${minion}`, duration: 2 + at + time / 10 }),
        ...(at > 0 && result('swap', { result: false, comment: 'off', duration: 1 + at + time / 10 })),
        ...result('data', {
          result: false,
          __state_ran__: false,
          comment: 'One or more requisite failed: web.disk',
          duration: 1 + at + time / 10,
        }),
        ...result('slow', { duration: 1000 * (at + 1) + time }),
        ...result('unmeasured', { duration: undefined }),
        ...result('tested', { result: null, comment: 'would', changes: { mode: '0644' }, duration: 0.3 }),
      };
      return returnLine({ jid, minion, stamp, returned });
    }),
  );
  const error = returnLine({ jid: '20261122092030000001', minion: 'db-09', returned: ['Rendering SLS failed'] });
  return [...lines, error].join('');
}

const reportOn = async (files: readonly string[]): Promise<Report> =>
  JSON.parse((await run(['report', ...files, '--format', 'json'])).stdout) as Report;

beforeAll(async () => {
  writeFileSync(
    options,
    '{"id": true, "causes": true, "summary": true, "returns": "all", "add": {"environment": "production"}}',
  );
  writeFileSync(more, moreEvents());
  report = await reportOn([FIXTURE, more]);
  const [first] = report.changes_over_time;
  const spanMs = Date.parse(first!.to) - Date.parse(first!.from);
  // Times have six digits in the records, three in the report.
  picked = { from: report.from, to: new Date(Date.parse(report.to) + 1).toISOString(), spanMs };
}, LONG_MS);

/** A row of a panel before the ties at its end, where the panel and the report may choose differently. */
const certain = <Each>(rows: readonly Each[], rank: (row: Each) => number): Each[] =>
  rows.length < ROWS ? [...rows] : rows.filter((row) => rank(row) > rank(rows.at(-1)!));

describeServers('the panels of the dashboard', ({ store, server, at }: Stage) => {
  const objects = shippedObjects(store);
  const timeField = objects[0]!.attributes['timeFieldName'] as string;
  beforeAll(async () => {
    const { code, stderr } = await run(
      ['replay', FIXTURE, more, '--options', options, '--to', at(INDEX)],
      '',
      {},
      root,
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining(', 0 rejected') as string });
  }, LONG_MS);

  const object = (id: string): SavedObject => objects.find((each) => each.id === id)!;
  const ask = (id: string, chosen: Readonly<Record<string, string>> = {}): Promise<SearchAnswer> =>
    server.search(objects[0]!.attributes['title'] as string, searchOf(object(id), timeField, store, picked, chosen));

  /** The id of an aggregation by the name of its column. */
  const column = (id: string, label: string): string =>
    visState(object(id)).aggs.find(({ params }) => params['customLabel'] === label)!.id;
  /** The rows of a panel; the cells of a row. */
  const bucketsOf = async (id: string): Promise<readonly Bucket[]> => {
    const bucket = visState(object(id)).aggs.find(({ schema }) => schema !== 'metric')!.id;
    return ((await ask(id)).aggregations![bucket] as { buckets: Bucket[] }).buckets;
  };
  const value = (bucket: Bucket, id: string, label: string): number =>
    (bucket[column(id, label)] as { value: number }).value;
  const shown = (bucket: Bucket, id: string, label: string): unknown => {
    const { field } = visState(object(id)).aggs.find(({ params }) => params['customLabel'] === label)!.params;
    const [hit] = (
      bucket[column(id, label)] as { hits: { hits: { _source?: object; fields?: Record<string, unknown[]> }[] } }
    ).hits.hits;
    if (hit?.fields !== undefined) return hit.fields[field!]?.[0];
    return field!.split('.').reduce<unknown>((value, name) => (value as Record<string, unknown>)?.[name], hit?._source);
  };

  // The test's Elasticsearch has no `auto_date_histogram`: that is of a module that Maven's does not bring.
  const itWithGauge = itWith(store === 'opensearch', 'the aggregation is not in this server');
  itWithGauge('show as much success as the report', async () => {
    const { aggregations } = await ask('saltflat-success');
    const [series] = Object.values(aggregations!) as { timeseries: { buckets: Bucket[] } }[];
    expect(series!.timeseries.buckets).toHaveLength(1);
    const { id } = visState(object('saltflat-success')).params.series![0]!.metrics[0]!;
    expect((series!.timeseries.buckets[0]![id] as { value: number }).value).toBeCloseTo(
      report.states['success_rate']!,
      12,
    );
  });

  const numbers = async (chosen: Readonly<Record<string, string>> = {}): Promise<Record<string, number>> => {
    const answer = await ask('saltflat-numbers', chosen);
    const [filters] = Object.values(answer.aggregations!) as { buckets: Record<string, Bucket> }[];
    const counts = Object.entries(filters!.buckets).map(([label, bucket]) => [label, bucket.doc_count]);
    return Object.fromEntries(counts) as Record<string, number>;
  };
  const followersIn = ({ rows }: Report['states_seen']): number =>
    rows.reduce((sum, { followers }) => sum + followers, 0);
  const numbersIn = ({ states, states_seen: seen, compile_errors: errors }: Report): object => ({
    'States that ran': states['total']! - states['skipped']!,
    failed: states['failed'],
    'failed by themselves': states['failed']! - followersIn(seen),
    'failed because others did': followersIn(seen),
    changed: states['changed'],
    unchanged: states['unchanged'],
    'would change': states['would_change'],
    'States skipped': states['skipped'],
    'Jobs without state results': errors.count,
  });

  it('show the numbers of states of each kind, and of jobs without state results', async () => {
    expect(await numbers()).toEqual(numbersIn(report));
  });

  it('show only the minion that is chosen in the drop-down list', async () => {
    writeFileSync(
      ofMinion,
      moreEvents()
        .split('\n')
        .filter((line) => line.includes(`"id":"${MINION}"`))
        .join('\n'),
    );
    const { Minion: field } = Object.assign({}, ...objects.map(controlsOf)) as Record<string, string>;
    const expected = await reportOn([ofMinion]);
    expect(expected.states['failed']).toBe(12);
    expect(await numbers({ [field!]: MINION })).toEqual(numbersIn(expected));
  });

  it('show the states of each kind in the same spans of time', async () => {
    const id = 'saltflat-changes-over-time';
    const spans = (await bucketsOf(id)).map((bucket) => [
      new Date(bucket.key).toISOString(),
      ...(bucket[column(id, 'Result')] as { buckets: Bucket[] }).buckets.map(({ key, doc_count: count }) => [
        key,
        count,
      ]),
    ]);
    const kinds = ['changed', 'failed', 'skipped', 'unchanged', 'would_change'];
    const expected = report.changes_over_time
      .map((span) => [span.from, ...kinds.map((kind) => [kind, span[kind]]).filter(([, count]) => count !== 0)])
      .filter((span) => span.length > 1);
    expect(expected.length).toBeGreaterThan(10);
    expect(spans).toEqual(expected);
  });

  it('show the most frequent failed states, with function, SLS, minions, the last time and its comment', async () => {
    const id = 'saltflat-failed-states';
    const rows = await bucketsOf(id);
    const { total, rows: reported } = report.failed_states;
    expect(total).toBeGreaterThan(ROWS);
    expect(rows.map(({ doc_count: count }) => count)).toEqual(reported.map(({ count }) => count));
    const sure = certain(reported, ({ count }) => count);
    expect(sure.length).toBeGreaterThan(3);
    for (const { state_name: name, function: fun, count, sls, minions, comments, last } of sure) {
      const row = rows.find(({ key }) => key === name)!;
      expect({
        count: row.doc_count,
        minions: value(row, id, 'Minions'),
        time: new Date(value(row, id, 'Last')).toISOString(),
        on: shown(row, id, 'Last on'),
        fun: shown(row, id, 'Function'),
        sls: [shown(row, id, 'SLS')],
      }).toEqual({ count, minions, time: last.time, on: last.minion_id, fun, sls });
      expect(comments.map(({ comment }) => comment)).toContain(shown(row, id, 'Last comment'));
    }
  });

  it('show what fails by itself, and nothing that others held back', async () => {
    const rows = await bucketsOf('saltflat-root-causes');
    const roots = new Map<string, number>();
    for (const { state_name: name, failed, followers } of report.states_seen.rows)
      if (failed > followers) roots.set(name, (roots.get(name) ?? 0) + failed - followers);
    const counts = [...roots.values()].sort((a, b) => b - a).slice(0, ROWS);
    expect(rows.map(({ doc_count: count }) => count)).toEqual(counts);
    for (const { key, doc_count: count } of rows) expect([key, roots.get(key as string)]).toEqual([key, count]);
    expect(followersIn(report.states_seen)).toBeGreaterThan(10);
  });

  it('show the failures of each minion', async () => {
    const id = 'saltflat-failing-minions';
    const group = visState(object(id)).aggs.find(({ schema }) => schema === 'group')!.id;
    const failures = (await bucketsOf(id)).map((bucket) => {
      const { buckets } = bucket[group] as { buckets: Record<string, Bucket> };
      return {
        minion_id: bucket.key,
        failed: buckets['failed states']!.doc_count,
        compile_errors: buckets['jobs without state results']!.doc_count,
      };
    });
    expect(failures.length).toBeGreaterThan(4);
    expect(new Set(failures)).toEqual(
      new Set(
        report.failing_minions.rows.map(({ minion_id, failed, compile_errors }) => ({
          minion_id,
          failed,
          compile_errors,
        })),
      ),
    );
    const sums = failures.map(({ failed, compile_errors: errors }) => failed + errors);
    expect(sums).toEqual([...sums].sort((a, b) => b - a));
  });

  it('list the jobs without state results, the newest first', async () => {
    const { total, hits } = (await ask('saltflat-compile-errors')).hits;
    expect(total.value).toBe(report.compile_errors.count);
    const jobs = hits.map(
      ({ _source }) => _source as { message: string; host: { name: string }; event: { created: string } },
    );
    const expected = report.compile_errors.rows.flatMap(({ error, count, last }) =>
      Array.from({ length: count }, () => [error, last.minion_id]),
    );
    expect(jobs.map(({ message, host }) => [message.trimEnd(), host.name]).sort()).toEqual(expected.sort());
    const times = jobs.map(({ event }) => event.created);
    expect(times).toEqual([...times].sort().reverse());
  });

  it('show the slowest states, with their mean and the minion of the longest run', async () => {
    const id = 'saltflat-slowest-states';
    const rows = (await bucketsOf(id)).map((bucket) => ({
      state_name: bucket.key,
      longest_ms: value(bucket, id, 'Longest') / 1e6,
      mean_ms: expect.closeTo(value(bucket, id, 'Mean') / 1e6, 2) as number,
      count: bucket.doc_count,
      on: shown(bucket, id, 'Longest on'),
    }));
    const reported = report.slowest_states.rows;
    expect(rows.map(({ longest_ms: ms }) => ms)).toEqual(reported.map(({ longest_ms: ms }) => ms));
    const sure = certain(reported, ({ longest_ms: ms }) => ms);
    expect(sure.length).toBeGreaterThan(10);
    for (const { state_name, longest_ms, mean_ms, count, longest } of sure)
      expect({ state_name, longest_ms, mean_ms, count, on: longest.minion_id }).toEqual(
        rows.find(({ state_name: name }) => name === state_name),
      );
  });

  it('show what test=True would change', async () => {
    const id = 'saltflat-drift';
    const rows = (await bucketsOf(id)).map((bucket) => ({
      state_name: bucket.key,
      count: bucket.doc_count,
      minions: value(bucket, id, 'Minions'),
      time: new Date(value(bucket, id, 'Last')).toISOString(),
    }));
    const reported = report.drift.rows.map(({ state_name, count, minions, last }) => ({
      ...{ state_name, count, minions },
      time: last.time,
    }));
    expect(rows.length).toBeGreaterThan(5);
    expect(new Set(rows)).toEqual(new Set(reported));
  });
});
