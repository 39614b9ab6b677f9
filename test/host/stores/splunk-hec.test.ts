// `saltflat replay --to splunk-hec://` against a fake that answers as Splunk's documentation says. No Splunk was to be
// had.
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FIXTURE, type Run, eventLine, records, run, state, temporaryDirectory } from '../../support/command.js';
import { certificate, itWithOpenssl } from '../../support/certificate.js';
import { type Asked, FakeStore } from '../../support/stores/fake.js';
import { closeFakes } from '../../support/stores/listening.js';

const root = temporaryDirectory();
let folders = 0;
let folder: string;
beforeEach(() => {
  folder = join(root, String(folders++));
  mkdirSync(folder);
});
afterEach(closeFakes);

const env = { SALTFLAT_HTTP_TOKEN: '0f0f-s3cr3t' };
const replay = (to: string, args: readonly string[] = [FIXTURE], input = ''): Promise<Run> =>
  run(['replay', ...args, '--to', to], input, env, folder);
const rejects = (): Record<string, unknown>[] => {
  const path = join(folder, 'saltflat.rejects');
  return existsSync(path) ? records(readFileSync(path, 'utf8')) : [];
};
const lines = (...jids: string[]): string => jids.map((jid) => `${eventLine(jid, [state()])}\n`).join('');
const jidsIn = (events: readonly Record<string, unknown>[]): unknown[] =>
  events.map(({ event }) => (event as { jid: string }).jid);
const holds = ({ body }: Asked, jid: string): boolean => jidsIn(body).includes(jid);

describe('saltflat replay --to splunk-hec://', () => {
  it('sends every plain record of the real events in an envelope with time and minion', async () => {
    const fake = await FakeStore.listen();
    const { code, stdout, stderr } = await replay(`splunk-hec://${fake.host}/salt`);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(stderr).toContain(`\nsaltflat: splunk-hec://${fake.host}/salt: 476 sent, 0 rejected\n`);
    const plain = records((await run(['replay', '-q', FIXTURE])).stdout);
    expect(fake.events.map(({ event }) => event)).toEqual(
      plain.map((record) => ({ ...record, event_id: expect.stringMatching(/^[0-9a-f]{32}$/) as string })),
    );
    for (const [at, { event, ...envelope }] of fake.events.entries()) {
      const { _stamp: stamp, minion_id: host } = plain[at]!;
      expect(event).toBeDefined();
      expect(envelope).toEqual({
        time: expect.closeTo(Date.parse(stamp as string) / 1000, 2) as number,
        host,
        source: 'salt',
        sourcetype: 'salt:state',
        index: 'salt',
      });
    }
    expect(fake.asked[0]!.headers).toMatchObject({ authorization: 'Splunk 0f0f-s3cr3t', 'content-encoding': 'gzip' });
  });

  it("leaves the index to the token where none is named, and keeps all digits of Salt's time", async () => {
    const fake = await FakeStore.listen({ answer: () => null });
    await replay(`splunk-hec://${fake.host}`, [], lines('1'));
    expect(fake.events).toMatchObject([{ time: 1795339188.95757 }]);
    expect(fake.events[0]).not.toHaveProperty('index');
  });

  it('sets aside the one event that makes HEC refuse a batch', async () => {
    const fake = await FakeStore.listen({
      answer: (asked) =>
        holds(asked, '3')
          ? { status: 400, body: { text: 'Invalid data format', code: 6, 'invalid-event-number': 2 } }
          : null,
    });
    const { code, stderr } = await replay(
      `splunk-hec://${fake.host}`,
      ['--rejects', 'saltflat.rejects'],
      lines('1', '2', '3', '4', '5'),
    );
    expect(code).toBe(4);
    expect(stderr).toContain('4 sent, 1 rejected, kept in saltflat.rejects\n');
    expect(jidsIn(fake.events)).toEqual(['1', '2', '4', '5']);
    expect(rejects()).toMatchObject([
      { status: 400, reason: 'answered 400 (Invalid data format)', record: { jid: '3', event_type: 'state_return' } },
    ]);
  });

  it.each([
    ['503 (server is busy)', { status: 503, body: { text: 'Server is busy', code: 9 } }],
    ['429', { status: 429 }],
    ['a lost connection', 'broken' as const],
  ])('tries again after %s', async (_, answer) => {
    const fake = await FakeStore.listen({ answer: (__, number) => (number === 1 ? answer : null) });
    const { code } = await replay(`splunk-hec://${fake.host}`, [], lines('1', '2'));
    expect({ code, jids: jidsIn(fake.events) }).toEqual({ code: 0, jids: ['1', '2'] });
  });

  it('leaves Splunk alone as long as Retry-After says', async () => {
    const busy = { status: 503, headers: { 'retry-after': '1' } };
    const fake = await FakeStore.listen({ answer: (_, number) => (number === 1 ? busy : null) });
    const { code, stderr } = await replay(`splunk-hec://${fake.host}`, [], lines('1'));
    expect(code).toBe(0);
    expect(stderr).toContain('trying again after 1 s, as it says (try 2 of 10)\n');
    expect(fake.asked[1]!.atMs - fake.asked[0]!.atMs).toBeGreaterThanOrEqual(1000);
  });

  it.each([
    [
      403,
      { text: 'Invalid token 0f0f-s3cr3t', code: 4 },
      'answered 403 (Invalid token […]); check SALTFLAT_HTTP_TOKEN',
    ],
    [401, { text: 'Token is required', code: 2 }, 'answered 401 (Token is required); check SALTFLAT_HTTP_TOKEN'],
    [400, { text: 'Incorrect index', code: 7 }, 'answered 400 (Incorrect index)'],
    [404, {}, 'answered 404'],
  ])('stops at once on %i %j', async (status, body, message) => {
    const fake = await FakeStore.listen({ answer: () => ({ status, body }) });
    const { code, stderr } = await replay(`splunk-hec://${fake.host}`, [], lines('1', '2'));
    expect(code).toBe(4);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain('s3cr3t');
    expect(fake.asked).toHaveLength(1);
    expect(rejects()).toEqual([]);
  });
});

describe('a store over TLS', () => {
  itWithOpenssl(
    'is trusted with --tls-ca only',
    async () => {
      const { path: cert, ...tls } = certificate(folder, 'store', 'DNS:localhost,IP:127.0.0.1');
      const headers = { 'x-elastic-product': 'Elasticsearch' };
      for (const kind of ['opensearch', 'elasticsearch', 'splunk-hec']) {
        const fake = await FakeStore.listen({ tls, headers });
        const to = `${kind}+https://${fake.host}/salt`;
        const refused = await run(['replay', '--to', to], lines('1'), { ...env, NODE_TLS_REJECT_UNAUTHORIZED: '0' });
        expect(refused.code).toBe(4);
        expect(refused.stderr).toMatch(/self-signed certificate; check --tls-ca, /);
        expect(fake.asked).toHaveLength(0);
        expect((await replay(to, ['--tls-ca', cert], lines('1'))).code).toBe(0);
        expect(fake.documents.size + fake.events.length).toBe(1);
      }
      const plain = await FakeStore.listen();
      const { code, stderr } = await replay(`opensearch+https://${plain.host}/salt`, [], lines('1'));
      expect(code).toBe(4);
      expect(stderr).toContain('the server does not speak TLS there');
    },
    120_000,
  ); // seven runs of the command
});
