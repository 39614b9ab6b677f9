// `saltflat replay --to` a store that fails: nothing is lost, nothing is hidden.
import { existsSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { FIXTURE, type Run, eventLine, records, run, state, temporaryDirectory } from '../../support/command.js';
import { closedPort } from '../../support/receiver.js';
import { ELASTICSEARCH, FakeStore } from '../../support/stores/fake.js';
import { closeFakes } from '../../support/stores/listening.js';

const root = temporaryDirectory();
let folders = 0;
let folder: string;
beforeEach(() => {
  folder = join(root, String(folders++));
  mkdirSync(folder);
});
afterEach(closeFakes);

const USER = { SALTFLAT_HTTP_USER: 'salt', SALTFLAT_HTTP_PASSWORD: 'hunter2!' };
const TOKEN = { SALTFLAT_HTTP_TOKEN: 's3cr3t-t0ken' };

/** Runs in the test's own folder. */
const replay = (to: string, args: readonly string[] = [FIXTURE], env = {}, input = ''): Promise<Run> =>
  run(['replay', ...args, '--to', to], input, env, folder);
/** Where rejects are kept. */
const KEPT = ['--rejects', 'saltflat.rejects'];
const rejects = (name = 'saltflat.rejects'): Record<string, unknown>[] =>
  existsSync(join(folder, name)) ? records(readFileSync(join(folder, name), 'utf8')) : [];
/** Events of one state each, in a file. */
const events = (name: string, jids: readonly string[], comment = 'c'): string => {
  const path = join(folder, name);
  writeFileSync(path, jids.map((jid) => `${eventLine(jid, [state({ comment })])}\n`).join(''));
  return path;
};
const jidOf = (document: Record<string, unknown>): string => (document['salt'] as { jid: string }).jid;
const jids = (fake: FakeStore): string[] => [...fake.documents.values()].map(jidOf).sort();

describe.each(['opensearch', 'elasticsearch'])('saltflat replay --to %s://', (kind) => {
  const headers = kind === 'elasticsearch' ? ELASTICSEARCH : {};
  const address = (fake: FakeStore, index = 'salt'): string => `${kind}://${fake.host}/${index}`;

  it('sends every record of the real events once, in ECS, with id and @timestamp', async () => {
    const fake = await FakeStore.listen({ headers });
    const { code, stdout, stderr } = await replay(address(fake));
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(stderr).toMatch(
      new RegExp(
        `^saltflat: 679 events, .*\nsaltflat: ${kind}://${fake.host}/salt: 476 sent, 0 already there, 0 rejected\n$`,
      ),
    );
    expect(fake.documents.size).toBe(476);
    for (const [id, document] of fake.documents) {
      const event = document['event'] as Record<string, string>;
      expect(event['id']).toBe(id);
      expect(document['@timestamp']).toBe(event['end'] ?? event['created']);
    }
    expect(fake.asked[0]!.headers).not.toHaveProperty('authorization');
  });

  it('says what was there already', async () => {
    const fake = await FakeStore.listen({ headers });
    await replay(address(fake));
    expect((await replay(address(fake))).stderr).toContain(': 0 sent, 476 already there, 0 rejected\n');
  });

  it('keeps rejected documents with the reason, tries 429 again, and exits with 4', async () => {
    const error = {
      type: 'mapper_parsing_exception',
      reason: 'failed to parse field [a]',
      caused_by: { type: 'illegal_state_exception', reason: 'no object' },
    };
    const fake = await FakeStore.listen({
      headers,
      item: (document, number) => {
        if (jidOf(document) === '2') return { status: 400, error };
        return jidOf(document) === '3' && number === 1 ? { status: 429, error: { type: 'rejected_execution' } } : null;
      },
    });
    const { code, stderr } = await replay(address(fake), [events('a.ndjson', ['1', '2', '3']), ...KEPT]);
    expect(code).toBe(4);
    expect(stderr).toContain('answered 429 (rejected_execution) for 1 document; trying again (try 2 of 10)\n');
    expect(stderr).toContain(': 2 sent, 0 already there, 1 rejected, kept in saltflat.rejects\n');
    expect(jids(fake)).toEqual(['1', '3']);
    expect(fake.asked[1]!.body).toHaveLength(2); // the one document, not those that were taken
    expect(rejects()).toEqual([
      {
        time: expect.stringMatching(/^\d{4}-.*Z$/) as string,
        status: 400,
        reason: 'mapper_parsing_exception: failed to parse field [a] (illegal_state_exception: no object)',
        to: address(fake),
        record: expect.objectContaining({ salt: expect.objectContaining({ jid: '2' }) as object }) as object,
      },
    ]);
    expect(rejects()[0]!['record']).not.toHaveProperty('@timestamp'); // the record as it left the filter
  });

  it.each([
    ['429', { status: 429 }],
    ['503', { status: 503 }],
    ['a lost connection', 'broken' as const],
    ['an answer without items', { status: 200, body: { items: [null, null] } }],
    ['an answer with items of nothing', { status: 200, body: { items: [{ create: null }, { create: null }] } }],
  ])('tries again after %s, and loses nothing', async (_, answer) => {
    const fake = await FakeStore.listen({ headers, answer: (__, number) => (number === 1 ? answer : null) });
    const { code, stderr } = await replay(address(fake), [events('a.ndjson', ['1', '2'])]);
    expect({ code, jids: jids(fake) }).toEqual({ code: 0, jids: ['1', '2'] });
    expect(stderr).toContain('trying again (try 2 of 10)\n');
  });

  it('leaves a store alone as long as Retry-After says', async () => {
    const busy = { status: 429, headers: { 'retry-after': '2' } };
    const fake = await FakeStore.listen({ headers, answer: (_, number) => (number === 1 ? busy : null) });
    const { code, stderr } = await replay(address(fake), [events('a.ndjson', ['1'])]);
    expect({ code, jids: jids(fake) }).toEqual({ code: 0, jids: ['1'] });
    expect(stderr).toContain('answered 429; trying again after 2 s, as it says (try 2 of 10)\n');
    expect(fake.asked[1]!.atMs - fake.asked[0]!.atMs).toBeGreaterThanOrEqual(2000);
  });

  it('halves what is too large; a single record that is too large is rejected', async () => {
    const fake = await FakeStore.listen({
      headers,
      answer: ({ body }) =>
        body.length > 4 || body.some((each) => 'salt' in each && jidOf(each) === '5') ? { status: 413 } : null,
    });
    const { code } = await replay(address(fake), [events('a.ndjson', ['1', '2', '3', '4', '5']), ...KEPT]);
    expect({ code, jids: jids(fake) }).toEqual({ code: 4, jids: ['1', '2', '3', '4'] });
    expect(rejects()).toMatchObject([{ status: 413, record: { salt: { jid: '5' } } }]);
  });

  it('stops at once where the credentials are wrong, and never prints them', async () => {
    const echo = { error: { type: 'security_exception', reason: `no such user: ${USER.SALTFLAT_HTTP_PASSWORD}` } };
    const fake = await FakeStore.listen({ headers, answer: () => ({ status: 401, body: echo }) });
    const { code, stderr } = await replay(address(fake), [FIXTURE], USER);
    expect(code).toBe(4);
    expect(stderr).toContain('answered 401 (security_exception: no such user: […]); check SALTFLAT_HTTP_USER');
    expect(stderr).not.toContain('hunter2');
    expect(fake.asked).toHaveLength(1);
    expect(fake.asked[0]!.headers.authorization).toBe(`Basic ${Buffer.from('salt:hunter2!').toString('base64')}`);
  });

  it('stops at once where an answer speaks of the index, and keeps nothing as rejected', async () => {
    const error = { type: 'index_not_found_exception', reason: 'no such index [salt]' };
    const fake = await FakeStore.listen({ headers, item: () => ({ status: 404, error }) });
    const { code, stderr } = await replay(address(fake), [FIXTURE, ...KEPT]);
    expect(code).toBe(4);
    expect(stderr).toContain('answered 404 (index_not_found_exception: no such index [salt]); check the address');
    expect(rejects()).toEqual([]);
  });

  it('sends a token', async () => {
    const fake = await FakeStore.listen({ headers });
    await replay(address(fake), [events('a.ndjson', ['1'])], TOKEN);
    const scheme = kind === 'elasticsearch' ? 'ApiKey' : 'Bearer';
    expect(fake.asked[0]!.headers.authorization).toBe(`${scheme} s3cr3t-t0ken`);
  });

  it('gives up after --tries, and goes on from the checkpoint', async () => {
    const all = Array.from({ length: 40 }, (_, at) => String(100 + at));
    const file = events('a.ndjson', all, 'x'.repeat(200_000)); // 8 MB: several requests
    const args = [file, '--checkpoint', 'checkpoint', '--tries', '1'];
    const fake = await FakeStore.listen({ headers, answer: (_, number) => (number > 1 ? { status: 503 } : null) });
    const { code, stderr } = await replay(address(fake), args);
    expect(code).toBe(4);
    expect(stderr).toMatch(/answered 503; gave up after 1 try\n$/);
    const before = jids(fake);
    expect(before.length).toBeGreaterThan(0);
    const [host, port] = fake.host.split(':') as [string, string];
    await fake.close();

    const again = await FakeStore.listen({ headers, port: Number(port) });
    const second = await replay(`${kind}://${host}:${port}/salt`, args);
    expect(second.code).toBe(0);
    expect(jids(again).length).toBeLessThan(all.length);
    expect([...new Set([...before, ...jids(again)])].sort()).toEqual(all);
  });

  it('says that nobody listens', async () => {
    const port = await closedPort();
    const { code, stderr } = await replay(`${kind}://127.0.0.1:${port}/salt`, [FIXTURE, '--tries', '1']);
    expect(code).toBe(4);
    expect(stderr).toContain('connection refused; gave up after 1 try\n');
  });
});

describe('saltflat replay --to a store', () => {
  it('keeps no rejects that nobody asked for, and says each reason once', async () => {
    const error = { type: 'mapper_parsing_exception', reason: 'no' };
    const fake = await FakeStore.listen({
      item: (document) => (jidOf(document) === '2' ? null : { status: 400, error }),
    });
    const { code, stderr } = await replay(`opensearch://${fake.host}/salt`, [events('a.ndjson', ['1', '2', '3'])]);
    expect(code).toBe(4);
    expect(stderr.match(/: rejected: 400 \(mapper_parsing_exception: no\)\n/g)).toHaveLength(1);
    expect(stderr).toContain(': 1 sent, 0 already there, 2 rejected and not kept: --rejects FILE keeps them\n');
    expect(readdirSync(folder)).toEqual(['a.ndjson']);
  });

  it('does not keep rejects through a link', async () => {
    const error = { type: 'mapper_parsing_exception' };
    const fake = await FakeStore.listen({ item: () => ({ status: 400, error }) });
    symlinkSync(join(folder, 'other'), join(folder, 'saltflat.rejects'));
    const args = [events('a.ndjson', ['1']), ...KEPT];
    const { code, stderr } = await replay(`opensearch://${fake.host}/salt`, args);
    expect(code).toBe(4);
    expect(stderr).toContain('--rejects saltflat.rejects: cannot be written: is a link; name the file itself\n');
    expect(readdirSync(folder)).not.toContain('other');
  });

  it('refuses an Elasticsearch that does not say so', async () => {
    const fake = await FakeStore.listen();
    const { code, stderr } = await replay(`elasticsearch://${fake.host}/salt`, [events('a.ndjson', ['1'])]);
    expect(code).toBe(4);
    expect(stderr).toContain('is no Elasticsearch of 7.14 or later; opensearch:// is for OpenSearch\n');
  });

  it('passes over what the checkpoint has, also in gzip, and reads on where a file has grown', async () => {
    const fake = await FakeStore.listen();
    const to = `opensearch://${fake.host}/salt`;
    const file = events('a.ndjson', ['1', '2']);
    writeFileSync(join(folder, 'b.gz'), gzipSync(`${eventLine('3', [state()])}\n`));
    const args = [file, 'b.gz', '--checkpoint', 'checkpoint'];
    await replay(to, args);
    expect((await replay(to, args)).stderr).toMatch(
      /^saltflat: passed over 3 lines of 2 files that earlier runs delivered; there was nothing new\nsaltflat: 0 events, .*\n.*\n$/,
    );
    events('a.ndjson', ['1', '2', '4']);
    const { stderr } = await replay(to, args);
    expect(stderr).toContain(`saltflat: ${file}: going on after line 2; the lines before it were delivered earlier\n`);
    expect(stderr).toContain('saltflat: passed over 3 lines of 2 files that earlier runs delivered\n');
    expect(stderr).toMatch(/: 1 event, .*\n.*: 1 sent, 0 already there/);
    expect(jids(fake)).toEqual(['1', '2', '3', '4']);
  });

  it('sends all of a file that is another one than the checkpoint knows', async () => {
    const fake = await FakeStore.listen();
    const args = [events('a.ndjson', ['1', '2']), '--checkpoint', 'checkpoint'];
    await replay(`opensearch://${fake.host}/salt`, args);
    events('a.ndjson', ['7', '8']);
    const { stderr } = await replay(`opensearch://${fake.host}/salt`, args);
    expect(stderr).toContain('is not the file that the checkpoint knows; all of it is sent\n');
    expect(jids(fake)).toEqual(['1', '2', '7', '8']);
  });

  it('begins anew for another index and for other options', async () => {
    const fake = await FakeStore.listen();
    const args = [events('a.ndjson', ['1', '2']), '--checkpoint', 'checkpoint'];
    writeFileSync(join(folder, 'options.json'), '{"add": {"a": 1}}');
    await replay(`opensearch://${fake.host}/one`, args);
    expect((await replay(`opensearch://${fake.host}/two`, args)).stderr).toContain('saltflat: 2 events');
    const other = await replay(`opensearch://${fake.host}/one`, [...args, '--options', 'options.json']);
    expect(other.stderr).toContain('saltflat: 2 events');
  });

  it('makes ids whatever the options say, and keeps what else they say', async () => {
    const fake = await FakeStore.listen();
    writeFileSync(join(folder, 'options.json'), '{"id": false, "add": {"environment": "test"}}');
    const args = [events('a.ndjson', ['1']), '--options', 'options.json', '--preset', 'flatten'];
    await replay(`opensearch://${fake.host}/salt`, args);
    const [[id, document]] = [...fake.documents] as [[string, Record<string, unknown>]];
    expect(document).toMatchObject({ event_id: id, environment: 'test', '@timestamp': '2026-11-22T09:19:48.957570Z' });
  });

  it('gives events that were let pass an id too, and leaves an @timestamp that is there', async () => {
    const fake = await FakeStore.listen();
    writeFileSync(join(folder, 'options.json'), '{"other_events": "pass"}');
    const passed = '{"tag":"a","data":{"_stamp":"2026-11-22T09:19:48.957570","id":"web-01"}}';
    const stamped = '{"tag":"b","@timestamp":"2020-01-01T00:00:00Z"}';
    const args = ['--options', 'options.json'];
    const send = (): Promise<Run> => replay(`opensearch://${fake.host}/salt`, args, {}, `${passed}\n${stamped}\n`);
    await send();
    await send();
    expect([...fake.documents.values()]).toEqual([
      { '@timestamp': '2026-11-22T09:19:48.957570Z', ...(JSON.parse(passed) as object) },
      JSON.parse(stamped),
    ]);
    const lines = fake.asked[0]!.body.map((line) => JSON.stringify(line));
    expect(lines.join('\n').match(/@timestamp/g)).toHaveLength(2);
  });

  it('sends malformed lines with their place, and --strict says so', async () => {
    const fake = await FakeStore.listen();
    const input = `{"data":\n${eventLine('1', [state()])}\n`;
    const { code } = await replay(`opensearch://${fake.host}/salt`, ['--strict'], {}, input);
    expect(code).toBe(1);
    expect([...fake.documents.values()]).toMatchObject([
      { log: { file: { path: '-', line: 1 } } },
      { salt: { jid: '1' } },
    ]);
  });

  it.each([
    ['opensearch://u:hunter2@h/i', [], {}, 'the command line is no place for credentials'],
    ['opensearch://h/', [], {}, 'name an index'],
    ['opensearch://h/Upper', [], {}, 'no index is called so'],
    ['opensearch://h/a*', [], {}, 'no index is called so'],
    ['opensearch://h/a/b', [], {}, 'expected opensearch://[HOST[:PORT]]/INDEX'],
    ['opensearch://h:70000/a', [], {}, 'expected opensearch://[HOST[:PORT]]/INDEX'],
    ['splunk-hec://h', [], {}, 'needs its token in SALTFLAT_HTTP_TOKEN'],
    ['splunk-hec://h/No', [], TOKEN, 'an index of Splunk has'],
    ['opensearch://h/a', ['--preset', 'flatten_array'], {}, 'one record a document'],
    ['opensearch://h/a', ['--tls-ca', 'x'], {}, 'needs an address over TLS'],
    ['tcp://h:1', ['--rejects', 'x'], {}, '--rejects needs --to a store'],
    ['opensearch://h/a', [], { ...USER, ...TOKEN }, 'are both set; choose one'],
  ])('refuses %s %j before anything is sent', async (to, args, env, message) => {
    const { code, stdout, stderr } = await replay(to, [FIXTURE, ...args], env);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr).not.toContain('hunter2');
  });
});
