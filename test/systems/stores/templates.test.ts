// The shipped index templates with the real events, on real servers: nothing rejected, nothing twice, all of it to be
// found.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FIXTURE, type Run, records, run, temporaryDirectory } from '../../support/command.js';
import { type Stage, describeServers } from '../../support/stores/servers.js';
import { type Form, shippedJson } from '../../support/stores/templates.js';

type Json = Record<string, unknown>;

const FILES = [FIXTURE, join(process.cwd(), 'examples/events/salt-3008.3-masterless.ndjson')];
/** The servers share the machine with whatever else runs there. */
const LONG_MS = 180_000;
const PRESETS = { ecs: 'flatten_ecs', plain: 'flatten' } as const;
const INDEX = { ecs: 'salt-states', plain: 'salt-records' } as const;

const root = temporaryDirectory();
const options = join(root, 'options.json');
let sent: Readonly<Record<Form, readonly Json[]>>;
beforeAll(async () => {
  writeFileSync(options, '{"id": true, "summary": true, "add": {"environment": "production"}}');
  const all = async (form: Form): Promise<Json[]> =>
    records((await run(['replay', '-q', ...FILES, '--options', options, '--preset', PRESETS[form]])).stdout);
  sent = { ecs: await all('ecs'), plain: await all('plain') };
}, LONG_MS);

/** The values of a field in a record; those of a list one by one, as an index has them. */
function valuesOf(record: Json, field: string): unknown[] {
  const value = field.split('.').reduce<unknown>((object, name) => (object as Json | undefined)?.[name], record);
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? [...new Set<unknown>(value)] : [value];
}

/** How many records have each value of a field. */
function tally(all: readonly Json[], field: string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of all.flatMap((record) => valuesOf(record, field)))
    counts[String(value)] = (counts[String(value)] ?? 0) + 1;
  return counts;
}

describeServers('the shipped templates', ({ server, at }: Stage) => {
  let number = 0;
  let folder: string;
  beforeEach(() => mkdirSync((folder = join(root, `${server.host}-${++number}`))));
  const replay = (index: string, form: Form): Promise<Run> =>
    run(['replay', ...FILES, '--options', options, '--preset', PRESETS[form], '--to', at(index)], '', {}, folder);
  const verify = (index: string): Promise<Run> => run(['verify', ...FILES, '--options', options, '--in', at(index)]);
  const idsIn = async (index: string): Promise<string[]> =>
    (await server.search(index, { size: 10_000, _source: false })).hits.hits.map(({ _id: id }) => id).sort();
  const counted = async (index: string, query: object): Promise<number> =>
    (await server.search(index, { size: 0, track_total_hits: true, query })).hits.total.value;

  it.each([
    ['ecs', (record: Json) => (record['event'] as Json)['id']],
    ['plain', (record: Json) => record['event_id']],
  ] as const)(
    'take every record (%s) under its id, none rejected, none twice when all is sent twice',
    async (form, idOf) => {
      const index = `${INDEX[form]}-1`;
      const count = sent[form].length;
      for (const totals of [`${count} sent, 0 already there`, `0 sent, ${count} already there`]) {
        const { code, stderr } = await replay(index, form);
        expect(stderr).toContain(`${at(index)}: ${totals}, 0 rejected\n`);
        expect(stderr).not.toContain('no index template');
        expect(code).toBe(0);
        expect(await idsIn(index)).toEqual(sent[form].map(idOf).sort());
      }
      expect(await verify(index)).toMatchObject({ code: 0, stdout: expect.stringContaining(': complete: ') as string });
    },
    LONG_MS,
  );

  it(
    'make searches by what states changed, what came of it, and what they were called with',
    async () => {
      const index = 'salt-states-search';
      await replay(index, 'ecs');
      for (const [field, value] of [
        ['salt.changes.diff', 'New file'],
        ['event.outcome', 'failure'],
        ['salt.fun_args', 'web'],
        ['labels.environment', 'production'],
      ] as const) {
        const expected = tally(sent.ecs, field)[value];
        expect(expected).toBeGreaterThan(0);
        expect(await counted(index, { term: { [field]: value } })).toBe(expected);
      }
      // By value alone, at any depth of `changes`.
      const values = (value: unknown): unknown[] =>
        typeof value === 'object' && value !== null ? Object.values(value).flatMap(values) : [value];
      const holding = sent.ecs.filter((record) =>
        valuesOf(record, 'salt.changes').flatMap(values).includes('New file'),
      );
      expect(await counted(index, { term: { 'salt.changes': 'New file' } })).toBe(holding.length);
      const words = sent.ecs.filter((record) => /\bupdated\b/i.test(String(record['message'])));
      expect(words.length).toBeGreaterThan(0);
      expect(await counted(index, { match: { message: 'updated' } })).toBe(words.length);
    },
    LONG_MS,
  );

  it.each([
    [
      'ecs',
      ['host.name', 'salt.minion_id', 'salt.state.sls', 'salt.state.id', 'salt.jid', 'event.outcome', 'salt.kind'],
      'event.duration',
      'event.created',
    ],
    ['plain', ['minion_id', '__sls__', 'state_id', 'jid', 'event_type'], 'duration', '_stamp'],
  ] as const)(
    'let fields be counted and ranges be searched (%s)',
    async (form, fields, duration, time) => {
      const index = `${INDEX[form]}-ranges`;
      await replay(index, form);
      for (const field of fields) {
        const { aggregations } = await server.search(index, {
          size: 0,
          aggs: { values: { terms: { field, size: 10_000 } } },
        });
        const { buckets } = aggregations!['values'] as { buckets: { key: string; doc_count: number }[] };
        expect(Object.fromEntries(buckets.map(({ key, doc_count: count }) => [key, count]))).toEqual(
          tally(sent[form], field),
        );
      }
      const among = async (field: string, toNumber: (value: unknown) => number): Promise<void> => {
        const all = sent[form].flatMap((record) => valuesOf(record, field)).map(toNumber);
        const limit = all.sort((a, b) => a - b)[all.length >> 1]!;
        const later = all.filter((value) => value >= limit).length;
        expect(later).toBeLessThan(all.length);
        expect(await counted(index, { range: { [field]: { gte: limit } } })).toBe(later);
      };
      await among(duration, Number);
      await among(time, (value) => Date.parse(String(value)));
    },
    LONG_MS,
  );

  it(
    'hold behind the alias of the lifecycle, where an id is known to one index only: verify finds what came twice',
    async () => {
      const count = sent.ecs.length;
      await server.request('PUT', '/salt-states-000001', shippedJson('opensearch', 'first-index.json'));
      for (let times = 2; times > 0; times--) expect((await replay('salt-states', 'ecs')).code).toBe(0);
      expect(await server.count('salt-states')).toBe(count);
      expect(await server.request('POST', '/salt-states/_rollover')).toMatchObject({
        old_index: 'salt-states-000001',
        new_index: 'salt-states-000002',
      });
      expect((await verify('salt-states')).code).toBe(0);
      expect((await replay('salt-states', 'ecs')).stderr).toContain(`${count} sent, 0 already there, 0 rejected\n`);
      expect(await server.count('salt-states-000002')).toBe(count);
      const { code, stdout } = await verify('salt-states');
      expect(code).toBe(1);
      expect(stdout).toMatch(/ 0 missing, \d+ duplicated, 0 extra\n$/);
      expect(stdout).toContain('2 in salt-states-000001, salt-states-000002');
    },
    LONG_MS,
  );
});
