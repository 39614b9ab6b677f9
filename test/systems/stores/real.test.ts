// `saltflat replay --to` and `saltflat verify --in` with a real OpenSearch.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWith } from '../../support/program.js';
import { FIXTURE, type Run, eventLine, records, run, state, temporaryDirectory } from '../../support/command.js';
import { ElasticsearchProxy } from '../../support/stores/fake.js';

import { type OpenSearch, missingOpenSearch, startOpenSearch } from '../../support/stores/opensearch.js';
import { shippedMapping } from '../../support/stores/templates.js';

const ECS_MAPPING = shippedMapping('opensearch', 'ecs');
const PLAIN_MAPPING = shippedMapping('opensearch', 'plain');
const root = temporaryDirectory();
/** The server shares the machine with whatever else runs there. */
const LONG_MS = 120_000;

describeWith('a real OpenSearch', missingOpenSearch(), () => {
  const opensearch: OpenSearch = startOpenSearch();
  let number = 0;
  let folder: string;
  let index: string;
  beforeEach(() => {
    index = `salt-${++number}`;
    folder = join(root, String(number));
    mkdirSync(folder);
  });

  const create = (mappings: object, name = index): Promise<unknown> =>
    opensearch.request('PUT', `/${name}`, { mappings });
  const at = (name = index): string => `opensearch://${opensearch.host}/${name}`;
  const replay = (args: readonly string[] = [FIXTURE], name = index): Promise<Run> =>
    run(['replay', ...args, '--to', at(name)], '', {}, folder);
  const verify = (args: readonly string[] = [FIXTURE], name = index): Promise<Run> =>
    run(['verify', ...args, '--in', at(name)], '', {}, folder);
  const findings = async (args: readonly string[] = [FIXTURE], name = index): Promise<Record<string, unknown>[]> =>
    records((await verify([...args, '--format', 'json'], name)).stdout);
  /** Adds a document as it stands, under an id of the store's own. */
  const add = (document: object, name = index): Promise<unknown> =>
    opensearch.request('POST', `/${name}/_doc`, document);
  const stored = async (
    query: object = { match_all: {} },
  ): Promise<{ _id: string; _source: Record<string, unknown> }> =>
    (await opensearch.search(index, { query, size: 1, sort: ['event.id'] })).hits.hits[0]!;

  it.each([
    ['flatten_ecs', ECS_MAPPING],
    ['flatten', PLAIN_MAPPING],
  ])(
    'takes every record of the real events by %s, none rejected, none twice',
    async (preset, mapping) => {
      await create(mapping);
      for (const totals of ['476 sent, 0 already there', '0 sent, 476 already there']) {
        const { code, stderr } = await replay([FIXTURE, '--preset', preset]);
        expect(stderr).toContain(`${at()}: ${totals}, 0 rejected\n`);
        expect(code).toBe(0);
        expect(await opensearch.count(index)).toBe(476);
      }
      const { code, stdout } = await verify();
      expect(stdout).toBe(
        `${at()}: complete: 476 records of 679 events in 1 file: 476 there, 0 missing, 0 duplicated, 0 extra\n`,
      );
      expect(code).toBe(0);
    },
    LONG_MS,
  );

  it(
    'has the records as replay writes them',
    async () => {
      await create(ECS_MAPPING);
      writeFileSync(join(folder, 'options.json'), '{"id": true}');
      await replay();
      const written = await run([
        'replay',
        FIXTURE,
        '--preset',
        'flatten_ecs',
        '--options',
        join(folder, 'options.json'),
      ]);
      const { hits } = (await opensearch.search(index, { size: 1000 })).hits;
      const found = new Map(hits.map(({ _id, _source }) => [_id, _source]));
      for (const record of records(written.stdout))
        expect(found.get((record['event'] as { id: string }).id)).toEqual({
          '@timestamp': expect.stringMatching(/^2026-.*Z$/) as string,
          ...record,
        });
    },
    LONG_MS,
  );

  it(
    'keeps what the mapping refuses, with the reason, and takes the rest',
    async () => {
      await create({
        dynamic: false,
        properties: { salt: { properties: { state: { properties: { sls: { type: 'date' } } } } } },
      });
      const { code, stderr } = await replay([FIXTURE, '--rejects', 'saltflat.rejects']);
      expect(code).toBe(4);
      const kept = records(readFileSync(join(folder, 'saltflat.rejects'), 'utf8'));
      expect(kept.length).toBeGreaterThan(400);
      expect(stderr).toContain(
        `${476 - kept.length} sent, 0 already there, ${kept.length} rejected, kept in saltflat.rejects`,
      );
      expect(await opensearch.count(index)).toBe(476 - kept.length);
      for (const { status, reason, record } of kept) {
        expect(status).toBe(400);
        expect(reason).toMatch(
          /^mapper_parsing_exception: failed to parse field \[salt\.state\.sls\] of type \[date\]/,
        );
        expect(record).toHaveProperty('salt.state.sls');
      }
    },
    LONG_MS,
  );

  it(
    'warns of an index that nobody has made, and not of one with a template',
    async () => {
      expect((await replay()).stderr).toContain(`${at()}: is not there, and no index template has a mapping for it`);
      await opensearch.request('PUT', '/_index_template/made', {
        index_patterns: ['made-*'],
        template: { mappings: ECS_MAPPING },
      });
      const { code, stderr } = await replay([FIXTURE], 'made-1');
      expect({ code, stderr }).toEqual({ code: 0, stderr: expect.not.stringContaining('is not there') as string });
    },
    LONG_MS,
  );

  it(
    'finds what is missing, doubled and extra',
    async () => {
      await create(ECS_MAPPING);
      await replay();
      const lost = await stored({ term: { 'salt.kind': 'failed' } });
      const doubled = await stored({ term: { 'salt.kind': 'changed' } });
      await opensearch.request('DELETE', `/${index}/_doc/${lost._id}`);
      await add(doubled._source);
      const extra = JSON.parse(JSON.stringify(doubled._source)) as { event: { id: string }; salt: { jid: string } };
      extra.event.id = 'f'.repeat(32);
      await add(extra);
      await add({ ...extra, salt: { ...extra.salt, jid: '20200101000000000000' } }); // of a job that the files do not have

      const found = await findings();
      const salt = lost._source['salt'] as Record<string, unknown>;
      expect(found.slice(0, -1).sort((a, b) => String(a['finding']).localeCompare(String(b['finding'])))).toEqual([
        expect.objectContaining({
          finding: 'duplicated',
          event_id: doubled._id,
          copies: 2,
          indices: [index],
          file: FIXTURE,
        }),
        expect.objectContaining({
          finding: 'extra',
          event_id: 'f'.repeat(32),
          copies: 1,
          jid: extra.salt.jid,
          indices: [index],
        }),
        {
          finding: 'missing',
          event_id: lost._id,
          jid: salt['jid'],
          minion_id: salt['minion_id'],
          fun: salt['fun'],
          state_name: (salt['state'] as { key: string }).key,
          file: FIXTURE,
          line: expect.any(Number) as number,
          copies: 0,
          indices: [],
        },
      ]);
      expect(found.at(-1)).toMatchObject({
        finding: 'summary',
        missing: 1,
        duplicated: 1,
        extra: 1,
        found: 475,
        complete: false,
      });
      const line = readFileSync(FIXTURE, 'utf8').split('\n')[
        (found.find(({ finding }) => finding === 'missing')!['line'] as number) - 1
      ];
      expect(line).toContain(JSON.stringify(salt['jid']));

      const { code, stdout } = await verify();
      expect(code).toBe(1);
      expect(stdout).toMatch(/^ +jid +minion +function +state +where +event_id\nmissing +\d/);
      expect(stdout).toMatch(new RegExp(`\nduplicated +.* 2 in ${index} +${doubled._id}\n`));
      expect(stdout).toMatch(/475 there, 1 missing, 1 duplicated, 1 extra\n$/);
    },
    LONG_MS,
  );

  it(
    'goes by the options: what they leave out is extra, what was sent with them is complete',
    async () => {
      await create(ECS_MAPPING);
      writeFileSync(join(folder, 'failed.json'), '{"only": "failed"}');
      await replay([FIXTURE, '--options', 'failed.json']);
      const sent = await opensearch.count(index);
      expect(sent).toBeLessThan(100);
      expect((await verify([FIXTURE, '--options', 'failed.json'])).code).toBe(0);
      expect((await findings()).at(-1)).toMatchObject({ found: sent, missing: 476 - sent, extra: 0 });
      expect((await verify()).stdout).toContain(
        '\nmissing records: were they sent with --options? What these leave out ',
      );
      await replay();
      // Extra are those of jobs with a failed state: of others these options say nothing.
      const all = records((await run(['replay', '-q', FIXTURE])).stdout);
      const failed = records((await run(['replay', '-q', FIXTURE, '--options', join(folder, 'failed.json')])).stdout);
      const jids = new Set(failed.map(({ jid }) => jid));
      const ofTheseJobs = all.filter(({ jid }) => jids.has(jid)).length;
      expect(ofTheseJobs).toBeGreaterThan(sent);
      expect((await findings([FIXTURE, '--options', 'failed.json'])).at(-1)).toMatchObject({
        missing: 0,
        extra: ofTheseJobs - sent,
      });
    },
    LONG_MS,
  );

  it(
    'writes to a data stream, and finds what came again behind a rollover',
    async () => {
      const template = { index_patterns: ['stream-*'], data_stream: {}, template: { mappings: ECS_MAPPING } };
      await opensearch.request('PUT', '/_index_template/stream', template);
      expect((await replay([FIXTURE], 'stream-a')).code).toBe(0);
      expect((await replay([FIXTURE], 'stream-a')).code).toBe(0);
      expect(await opensearch.count('stream-a')).toBe(476);
      expect((await verify([FIXTURE], 'stream-a')).code).toBe(0);
      await opensearch.request('POST', '/stream-a/_rollover');
      const doubled = { ...(await opensearch.search('stream-a', { size: 1 })).hits.hits[0]!._source };
      await add(doubled, 'stream-a');
      const found = await findings([FIXTURE], 'stream-a');
      expect(found).toMatchObject([
        { finding: 'duplicated', copies: 2, indices: ['.ds-stream-a-000001', '.ds-stream-a-000002'] },
        { finding: 'summary', missing: 0, duplicated: 1, extra: 0 },
      ]);
    },
    LONG_MS,
  );

  it(
    'compares by .keyword where the store made the mapping, and over several indices',
    async () => {
      writeFileSync(join(folder, 'text.json'), '{"changes": "text", "fun_args": "text"}');
      const args = [FIXTURE, '--options', 'text.json'];
      await replay(['--preset', 'flatten', ...args], `${index}-plain`);
      expect((await verify(args, `${index}-plain`)).code).toBe(0);
      await create(ECS_MAPPING, `${index}-ecs`);
      await replay(args, `${index}-ecs`);
      expect((await findings(args, `${index}-*`)).at(-1)).toMatchObject({
        found: 476,
        missing: 0,
        duplicated: 476,
        extra: 0,
      });
    },
    LONG_MS,
  );

  it(
    'says that ids are no keywords, and that an index is not there',
    async () => {
      await create({ properties: { event: { properties: { id: { type: 'text' } } } } });
      const { code, stderr } = await verify();
      expect({ code, stderr }).toEqual({
        code: 4,
        stderr: expect.stringContaining('event.id is not a keyword there') as string,
      });
      expect(await verify([FIXTURE], 'nowhere')).toEqual({
        code: 4,
        stdout: '',
        stderr: expect.stringContaining('answered 404 (index_not_found_exception: no such index [nowhere])') as string,
      });
      expect((await findings([FIXTURE], 'nowhere*')).at(-1)).toMatchObject({ found: 0, missing: 476 });
    },
    LONG_MS,
  );

  it(
    'tells documents of these jobs without an id, and files that cannot be read',
    async () => {
      await create(ECS_MAPPING);
      await replay();
      const { salt } = (await stored())._source;
      await add({ salt });
      const { code, stdout } = await verify();
      expect(code).toBe(1);
      expect(stdout).toMatch(/^1 document of these jobs without an id: .*\n.*: different: /);
      const partly = await verify(['nowhere.ndjson']);
      expect(partly.code).toBe(3);
      expect(partly.stdout).toContain(': nothing to compare: 0 records');
    },
    LONG_MS,
  );

  it(
    "does the same through Elasticsearch's client",
    async () => {
      await create(ECS_MAPPING);
      const proxy = await ElasticsearchProxy.listen(opensearch.host);
      const to = `elasticsearch://${proxy.host}/${index}`;
      try {
        const sent = await run(['replay', FIXTURE, '--to', to], '', {}, folder);
        expect(sent.stderr).toContain(`${to}: 476 sent, 0 already there, 0 rejected\n`);
        expect((await run(['verify', FIXTURE, '--in', to])).code).toBe(0);
        await opensearch.request('DELETE', `/${index}/_doc/${(await stored())._id}`);
        const { code, stdout } = await run(['verify', FIXTURE, '--in', to]);
        expect({ code, stdout }).toEqual({ code: 1, stdout: expect.stringContaining('1 missing, 0 dup') as string });
      } finally {
        await proxy.close();
      }
    },
    LONG_MS,
  );

  it(
    'compares more ids, jobs and copies than one page or one search holds',
    async () => {
      await create(ECS_MAPPING);
      const jobs = 11_000;
      const jid = (job: number): string => String(20261122091947000000n + BigInt(job));
      const path = join(folder, 'many.ndjson');
      writeFileSync(path, Array.from({ length: jobs }, (_, job) => `${eventLine(jid(job), [state()])}\n`).join(''));
      expect((await replay([path])).code).toBe(0);
      expect((await findings([path])).at(-1)).toMatchObject({ expected: jobs, found: jobs, complete: true });

      const doubled = await stored();
      const copies = 12_000; // more than a search gives
      const action = JSON.stringify({ index: {} });
      const document = JSON.stringify({ event: doubled._source['event'], salt: doubled._source['salt'] });
      await opensearch.request('POST', `/${index}/_bulk`, `${action}\n${document}\n`.repeat(copies));
      const lost = (await opensearch.search(index, { size: 3, sort: [{ 'event.id': 'desc' }] })).hits.hits;
      for (const { _id } of lost) await opensearch.request('DELETE', `/${index}/_doc/${_id}`);
      const alien = (job: string): object => ({ event: { id: `${job}-x` }, salt: { jid: job } });
      await add(alien(jid(5)));
      await add(alien(`${jid(5)}5`)); // sorted between two jobs of the file, and none of them
      const found = await findings([path]);
      expect(found).toHaveLength(6);
      expect(found.find(({ finding }) => finding === 'extra')).toMatchObject({ event_id: `${jid(5)}-x` });
      expect(found.find(({ finding }) => finding === 'duplicated')).toMatchObject({
        event_id: doubled._id,
        copies: copies + 1,
      });
      expect(
        found
          .filter(({ finding }) => finding === 'missing')
          .map(({ event_id: id }) => id)
          .sort(),
      ).toEqual(lost.map(({ _id }) => _id).sort());
      expect(found.at(-1)).toMatchObject({ expected: jobs, found: jobs - 3, missing: 3, duplicated: 1, extra: 1 });
    },
    LONG_MS,
  );
});
