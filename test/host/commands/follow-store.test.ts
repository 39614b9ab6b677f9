// `saltflat follow --to` a store: at least once, through a store that fails, with a checkpoint and rejects.
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { certificate, itWithOpenssl } from '../../support/certificate.js';
import { FIXTURE, records, run, temporaryDirectory } from '../../support/command.js';
import { EventFile } from '../../support/event-file.js';
import { Follower, endFollowers } from '../../support/follower.js';
import { until } from '../../support/program.js';
import { closedPort } from '../../support/receiver.js';
import { ELASTICSEARCH, FakeStore } from '../../support/stores/fake.js';
import { closeFakes } from '../../support/stores/listening.js';

const root = temporaryDirectory();
let file: EventFile;
let folder: string;
let log: string;
let checkpoint: string;

beforeEach(() => {
  file = new EventFile(root);
  ({ folder, log, checkpoint } = file);
});
afterEach(async () => {
  endFollowers();
  await closeFakes();
});

const TOKEN = { SALTFLAT_HTTP_TOKEN: '0f0f-s3cr3t' };
const write = (...jids: string[]): void => file.write(...jids);
const follow = (to: string, args: readonly string[] = [], env = {}): Follower =>
  new Follower([log, '--checkpoint', checkpoint, '--to', to, ...args], env);
const offset = (): number => file.offset;
const jidOf = (document: Record<string, unknown>): string => (document['salt'] as { jid: string }).jid;
const jids = (fake: FakeStore): string[] => [...fake.documents.values()].map(jidOf).sort();
const isAllDelivered = (): boolean => offset() === statSync(log).size;

describe.each(['opensearch', 'elasticsearch'])('saltflat follow --to %s://', (kind) => {
  const headers = kind === 'elasticsearch' ? ELASTICSEARCH : {};
  const address = (fake: FakeStore): string => `${kind}://${fake.host}/salt`;

  it('sends every record of the real events in ECS under its id, and moves the checkpoint while it waits', async () => {
    writeFileSync(log, readFileSync(FIXTURE));
    const fake = await FakeStore.listen({ headers });
    const follower = follow(address(fake));
    await until(isAllDelivered, 'the checkpoint at the end');
    expect(fake.documents.size).toBe(476);
    for (const [id, document] of fake.documents) {
      const event = document['event'] as Record<string, string>;
      expect(event['id']).toBe(id);
      expect(document['@timestamp']).toBe(event['end'] ?? event['created']);
    }
    write('new');
    await until(() => fake.documents.size === 477 && isAllDelivered(), 'the next record');
    expect(await follower.stop()).toBe(0);
    expect(follower.stdout).toBe('');
    const again = follow(address(fake));
    write('newer');
    await until(() => fake.documents.size === 478, 'the record after the stop');
    await again.stop();
    expect(jidOf(fake.asked.at(-1)!.body[1]!)).toBe('newer');
    expect(fake.asked.at(-1)!.body).toHaveLength(2);
  });

  it('keeps what is refused with the reason, says so, and delivers the others', async () => {
    write('1', 'bad', '3');
    const error = { type: 'mapper_parsing_exception', reason: 'failed to parse' };
    const fake = await FakeStore.listen({
      headers,
      item: (document) => (jidOf(document) === 'bad' ? { status: 400, error } : null),
    });
    const follower = follow(address(fake));
    await until(isAllDelivered, 'the checkpoint at the end');
    expect(await follower.stop()).toBe(0);
    expect(jids(fake)).toEqual(['1', '3']);
    expect(follower.stderr).toContain(
      `${address(fake)}: answered 400 (mapper_parsing_exception: failed to parse); 1 record set aside in ${checkpoint}.rejects\n`,
    );
    expect(records(readFileSync(`${checkpoint}.rejects`, 'utf8'))).toMatchObject([
      { status: 400, to: address(fake), record: { salt: { jid: 'bad' } } },
    ]);
  });

  it.each([
    ['503', { status: 503 }],
    ['401, as credentials can be set right', { status: 401 }],
    ['404 for the index, as it can be made', { status: 404 }],
    ['a lost connection', 'broken' as const],
  ])('tries again after %s, and sets nothing aside', async (_, answer) => {
    write('1');
    const fake = await FakeStore.listen({ headers, answer: (__, number) => (number === 1 ? answer : null) });
    const follower = follow(address(fake));
    await until(isAllDelivered, 'the record');
    expect(await follower.stop()).toBe(0);
    expect(follower.stderr).toContain('; trying again (try 2)\n');
    expect(jids(fake)).toEqual(['1']);
    expect(readdirSync(folder).sort()).toEqual(['checkpoint', 'events.ndjson']);
  });
});

describe('saltflat follow --to splunk-hec://', () => {
  it('sends plain records with their ids, and keeps the one that HEC refuses', async () => {
    write('1', 'bad', '3');
    const jidsIn = (events: readonly Record<string, unknown>[]): unknown[] =>
      events.map(({ event }) => (event as { jid: string }).jid);
    const fake = await FakeStore.listen({
      answer: ({ body }) =>
        jidsIn(body).includes('bad') ? { status: 400, body: { text: 'Invalid data format', code: 6 } } : null,
    });
    const follower = follow(`splunk-hec://${fake.host}/salt`, [], TOKEN);
    await until(isAllDelivered, 'the checkpoint at the end');
    expect(await follower.stop()).toBe(0);
    expect(jidsIn(fake.events).sort()).toEqual(['1', '3']);
    expect(fake.events[0]).toMatchObject({ event: { event_id: expect.stringMatching(/^[0-9a-f]{32}$/) as string } });
    expect(records(readFileSync(`${checkpoint}.rejects`, 'utf8'))).toMatchObject([{ record: { jid: 'bad' } }]);
  });
});

describe('saltflat follow --to a store', () => {
  it('waits for a store that is away at first', async () => {
    const port = await closedPort();
    write('1');
    const follower = follow(`opensearch://127.0.0.1:${port}/salt`);
    await until(() => follower.stderr.includes('connection refused; trying again (try 2)'), 'a note');
    expect(offset()).toBe(0);
    const fake = await FakeStore.listen({ port });
    await until(isAllDelivered, 'the record');
    expect(await follower.stop()).toBe(0);
    expect(jids(fake)).toEqual(['1']);
  });

  it('does not move the checkpoint where the rejects cannot be kept, and exits with 4', async () => {
    write('1');
    const fake = await FakeStore.listen({ item: () => ({ status: 400 }) });
    const follower = follow(`opensearch://${fake.host}/salt`, ['--rejects', join(folder, 'missing', 'rejects')]);
    expect(await follower.end()).toBe(4);
    expect(follower.stderr).toMatch(/--rejects .*: cannot be written: no such file or directory\n$/);
    expect(offset()).toBe(0);
  });

  it('leaves the checkpoint before what it could not deliver when it is stopped', async () => {
    write('1');
    const fake = await FakeStore.listen({ answer: () => ({ status: 503, headers: { 'retry-after': '3600' } }) });
    const follower = follow(`opensearch://${fake.host}/salt`);
    await until(() => follower.stderr.includes('trying again'), 'a try');
    const first = follower.stop();
    await new Promise((resolve) => setTimeout(resolve, 300));
    follower.child.kill('SIGTERM'); // the second does not wait
    expect(await first).toBe(4);
    expect(follower.stderr).toMatch(/stopped before everything that was read was delivered; the checkpoint stays/);
    expect(offset()).toBe(0);
  });

  it.each([
    ['opensearch://h/i', [], {}, '--to opensearch needs --checkpoint FILE (or at least --rejects FILE)'],
    ['opensearch://h/', ['--checkpoint', 'c'], {}, 'name an index'],
    ['splunk-hec://h', ['--checkpoint', 'c'], {}, 'needs its token in SALTFLAT_HTTP_TOKEN'],
    ['opensearch://h/i', ['--checkpoint', 'c', '--tls-ca', 'x'], {}, '--tls-ca needs --to tls://'],
    ['opensearch://h/i', ['--checkpoint', 'c', '--preset', 'flatten_array'], {}, 'one record a document'],
    ['opensearch://u:hunter2@h/i', ['--checkpoint', 'c'], {}, 'the command line is no place for credentials'],
  ])('refuses %s %j', async (to, args, env, message) => {
    write('1');
    const { code, stdout, stderr } = await run(['follow', log, '--to', to, ...args], '', env, folder);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr).not.toContain('hunter2');
  });

  itWithOpenssl('tries for ever against a certificate for another host, and never ends in silence', async () => {
    const { path, ...tls } = certificate(folder, 'other', 'DNS:other.example.com');
    const fake = await FakeStore.listen({ tls });
    write('1');
    for (const to of [`https://${fake.host}/i`, `opensearch+https://${fake.host}/i`]) {
      const follower = follow(to, ['--tls-ca', path]);
      await until(() => follower.stderr.includes('(try 4)'), `three tries; ${follower.stderr}`);
      expect(follower.child.exitCode).toBeNull();
      expect(follower.stderr).toMatch(
        /cannot be reached: .*127\.0\.0\.1.*; check --tls-ca.*; trying again \(try 2\)\n/,
      );
      await follower.stop('SIGKILL');
    }
    expect(fake.asked).toHaveLength(0);
  });
});
