// `saltflat verify --in` a store that cannot be asked. What it finds is in real.test.ts.
import { FIXTURE, type Run, run } from '../../support/command.js';
import { closedPort } from '../../support/receiver.js';
import { FakeStore } from '../../support/stores/fake.js';
import { type Answer, closeFakes } from '../../support/stores/listening.js';

afterEach(closeFakes);

const OPTIONS = 'examples/fluent-bit/saltflat.json';
/** A job that the events have. */
const JID = '20261122091947512388';
const USER = { SALTFLAT_HTTP_USER: 'salt', SALTFLAT_HTTP_PASSWORD: 'hunter2!' };
const verify = (address: string, args: readonly string[] = [], env = {}): Promise<Run> =>
  run(['verify', FIXTURE, '--in', address, ...args], '', env);

/** What a store holds: so many documents, and one of a job under an id that no file has. */
interface Stored {
  readonly documents?: number;
  readonly jid?: string;
}

const isAboutAll = ([body]: readonly Record<string, unknown>[]): boolean =>
  'match_all' in (body?.['query'] as Record<string, unknown>);

/**
 * A store whose searches give nothing (or what it holds), and which answers the first question for fields otherwise.
 */
const listen = async (first: Answer | null, stored: Stored = {}): Promise<FakeStore> => {
  let isFirst = true;
  return FakeStore.listen({
    other: ({ path, body }) => {
      if (path.includes('_field_caps') && isFirst && first !== null) {
        isFirst = false;
        return first;
      }
      const keyword = { keyword: { aggregatable: true } };
      if (path.includes('_field_caps')) return { status: 200, body: { fields: { event_id: keyword, jid: keyword } } };
      if (path.includes('_count'))
        return { status: 200, body: { count: isAboutAll(body) ? (stored.documents ?? 0) : 0 } };
      const hits = stored.jid === undefined ? [] : [{ _index: 'salt', sort: ['f'], fields: { jid: [stored.jid] } }];
      return { status: 200, body: { hits: { hits } } };
    },
  });
};

describe('saltflat verify', () => {
  it.each([
    ['429', { status: 429 }],
    ['503', { status: 503 }],
    ['a lost connection', 'broken' as const],
  ])('asks again after %s', async (_, first) => {
    const fake = await listen(first);
    const { code, stdout, stderr } = await verify(`opensearch://${fake.host}/salt`);
    expect(stderr).toContain('trying again (try 2 of 10)\n');
    expect(stdout).toMatch(/\n456 more missing: --format json lists all\n.*\n.*: different: .* 0 there, 476 missing/);
    expect(code).toBe(1);
  });

  it.each([
    ['nothing is there', {}, [], 'there is no document at all: is it the right index?'],
    [
      'nothing of these jobs is there',
      { documents: 5 },
      [],
      '5 documents there, none of these jobs: is it the right index? If it is, were they sent with --options?',
    ],
    [
      'nothing of these jobs is there for these options',
      { documents: 5 },
      ['--options', OPTIONS],
      '5 documents there, none of these jobs: is it the right index? If it is, were they sent with other --options?',
    ],
    [
      'all have other ids',
      { documents: 5, jid: JID },
      [],
      'documents of these jobs are there, all under other ids: does something on the way change event.id or event_id?',
    ],
  ])('says where to look when %s', async (_, stored, args, hint) => {
    const fake = await listen(null, stored);
    const { code, stdout } = await verify(`opensearch://${fake.host}/salt`, args);
    expect(code).toBe(1);
    expect(stdout.split('\n').at(-3)).toContain(hint);
    expect(stdout.split('\n').at(-2)).toContain(': different: ');
  });

  it('stops at once where the credentials are wrong, and never prints them', async () => {
    const fake = await listen({ status: 401, body: { error: { type: 'security_exception', reason: 'not hunter2!' } } });
    const { code, stdout, stderr } = await verify(`opensearch://${fake.host}/salt`, [], USER);
    expect({ code, stdout }).toEqual({ code: 4, stdout: '' });
    expect(stderr).toContain('answered 401 (security_exception: not […]); check SALTFLAT_HTTP_USER');
    expect(stderr).not.toContain('hunter2');
  });

  it('says that the documents have no ids, where an agent took them out', async () => {
    const fields = { 'salt.jid': { keyword: { aggregatable: true } } };
    const fake = await listen({ status: 200, body: { fields } });
    const { code, stdout, stderr } = await verify(`opensearch://${fake.host}/salt`);
    expect({ code, stdout }).toEqual({ code: 4, stdout: '' });
    expect(stderr).toContain('/salt: the documents there have no event.id, so nothing can be looked up; send');
  });

  const caps = { keyword: { aggregatable: true } };
  it.each([
    ['nothing', null, null],
    ['fields of nothing', { fields: { event_id: { keyword: null } } }, null],
    ['no hits', { fields: { event_id: caps, jid: caps } }, { hits: null }],
    ['hits of nothing', { fields: { event_id: caps, jid: caps } }, { hits: { hits: [null] } }],
    ['hits without an order', { fields: { event_id: caps, jid: caps } }, { hits: { hits: [{ _index: 'a' }] } }],
  ])('says that the store answers with something else: %s', async (_, fields, found) => {
    const fake = await FakeStore.listen({
      other: ({ path }) => ({ status: 200, body: (path.includes('_field_caps') ? fields : found) as object }),
    });
    const { code, stderr } = await verify(`opensearch://${fake.host}/salt`);
    expect({ code, stderr }).toEqual({
      code: 4,
      stderr: expect.stringMatching(/not one to a search|not a keyword/) as string,
    });
  });

  it('says that nobody listens', async () => {
    const { code, stdout, stderr } = await verify(`opensearch://127.0.0.1:${await closedPort()}/salt`, [
      '--tries',
      '1',
    ]);
    expect({ code, stdout }).toEqual({ code: 4, stdout: '' });
    expect(stderr).toContain('connection refused; gave up after 1 try\n');
  });

  it.each([
    ['tcp://h:1', [], 'expected opensearch://[HOST[:PORT]]/INDEX or elasticsearch://…'],
    ['splunk-hec://h', [], 'HEC only takes'],
    ['opensearch://u:hunter2@h/i', [], 'the command line is no place for credentials'],
    ['opensearch://h', [], 'name an index'],
    ['opensearch://h/a', ['--tls-ca', 'x'], 'needs an address over TLS'],
    ['opensearch://h/a', ['--format', 'xml'], 'Allowed choices are table, json'],
  ])('refuses %s %j', async (address, args, message) => {
    const { code, stdout, stderr } = await verify(address, args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr).not.toContain('hunter2');
  });

  it('needs --in or --job-cache', async () => {
    const { code, stderr } = await run(['verify', FIXTURE]);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: 'saltflat: say what to compare with: --in a store, or --job-cache DIR\n',
    });
  });
});
