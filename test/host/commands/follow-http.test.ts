import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../../support/program.js';
import { retryAfterMs } from '../../../build/host/delivery/backoff.js';
import { FIXTURE, eventLine, records, run, state, temporaryDirectory } from '../../support/command.js';
import { EventFile, eventLines } from '../../support/event-file.js';
import { type Answer, Follower, HttpReceiver, type Posted, endFollowers } from '../../support/follower.js';
import { closedPort } from '../../support/receiver.js';

const root = temporaryDirectory();
let file: EventFile;
let folder: string;
let log: string;
let checkpoint: string;
const receivers: HttpReceiver[] = [];

beforeEach(() => {
  file = new EventFile(root);
  ({ folder, log, checkpoint } = file);
});
afterEach(async () => {
  endFollowers();
  await Promise.all(receivers.splice(0).map((receiver) => receiver.close()));
});

const listen = async (...args: Parameters<typeof HttpReceiver.listen>): Promise<HttpReceiver> => {
  const receiver = await HttpReceiver.listen(...args);
  receivers.push(receiver);
  return receiver;
};
const write = (...jids: string[]): void => file.write(...jids);
const post = (to: string, ...args: string[]): Follower =>
  new Follower([log, '--checkpoint', checkpoint, '--to', to, ...args]);
const offset = (): number => file.offset;
const hasJid = (posted: Posted, jid: string): boolean => posted.records.some((record) => record.jid === jid);
const OK: Answer = { status: 200 };

describe('saltflat follow --to http://', () => {
  it('posts every record of the real events as NDJSON in gzip, and moves the checkpoint', async () => {
    writeFileSync(log, readFileSync(FIXTURE));
    const receiver = await listen();
    const follower = post(receiver.url);
    await until(() => receiver.taken.length >= 476, '476 records');
    expect(await follower.stop()).toBe(0);
    expect(receiver.taken).toEqual(records((await run(['replay', FIXTURE])).stdout));
    expect(receiver.posts[0]!.headers).toMatchObject({
      'content-type': 'application/x-ndjson',
      'content-encoding': 'gzip',
    });
    expect(receiver.posts[0]!.headers).not.toHaveProperty('authorization');
    expect(offset()).toBe(statSync(log).size);
    expect(follower.stdout).toBe('');
  });

  it('keeps batches at about 1 MiB', async () => {
    const event = (jid: number): string =>
      eventLine(
        String(jid),
        Array.from({ length: 100 }, () => state({ comment: 'x'.repeat(850) })),
      );
    writeFileSync(log, Array.from({ length: 50 }, (_, jid) => `${event(jid)}\n`).join('')); // 5 MB
    const receiver = await listen();
    const follower = post(receiver.url);
    await until(() => receiver.taken.length >= 5000, '5000 records');
    await follower.stop();
    expect(receiver.posts.length).toBeGreaterThanOrEqual(5);
    expect(receiver.posts.length).toBeLessThan(12);
  });

  it('delivers what it has read when it is stopped', async () => {
    write('1');
    const receiver = await listen((_, number, response) => {
      if (number > 1) return OK;
      setTimeout(() => response.end(), 1000); // the stop comes before the answer
      return null;
    });
    const follower = post(receiver.url);
    await until(() => receiver.posts.length > 0, 'the first batch');
    expect(await follower.stop()).toBe(0);
    expect(receiver.posts.flatMap((posted) => posted.records)).toMatchObject([{ jid: '1' }]);
    expect(offset()).toBe(eventLines('1').length);
  });

  it('tries again when the receiver is down at first', async () => {
    const port = await closedPort();
    write('1');
    const follower = post(`http://127.0.0.1:${port}/saltflat`);
    await until(() => follower.stderr.includes('connection refused; trying again (try 2)'), 'a note');
    expect(offset()).toBe(0);
    const receiver = await listen(() => OK, port);
    await until(() => receiver.jids.length > 0, 'the record');
    expect(await follower.stop()).toBe(0);
    expect(receiver.jids).toEqual(['1']);
  });

  it('waits as long as Retry-After says on 503', async () => {
    write('1');
    const receiver = await listen((_, number) =>
      number === 1 ? { status: 503, headers: { 'retry-after': '2' }, text: 'busy\nmore' } : OK,
    );
    const follower = post(receiver.url);
    await until(() => receiver.jids.length > 0, 'the record');
    const [first, second] = receiver.posts;
    expect(second!.atMs - first!.atMs).toBeGreaterThanOrEqual(2000);
    expect(follower.stderr).toContain('answered 503 (busy); trying again after 2 s, as it says (try 2)');
    await follower.stop();
  });

  it.each([301, 401, 404, 408, 429, 500])('tries again on %i, and sets nothing aside', async (status) => {
    write('1');
    const receiver = await listen((_, number) => (number === 1 ? { status } : OK));
    const follower = post(receiver.url);
    await until(() => receiver.jids.length > 0, 'the record');
    expect(await follower.stop()).toBe(0);
    expect(readdirSync(folder).sort()).toEqual(['checkpoint', 'events.ndjson']);
  });

  it('tries again when the connection breaks before the answer', async () => {
    write('1');
    const receiver = await listen((_, number, response) => {
      if (number > 1) return OK;
      response.destroy();
      return null;
    });
    const follower = post(receiver.url);
    await until(() => receiver.jids.length > 0, 'the record');
    expect(await follower.stop()).toBe(0);
  });

  it('finds the one record that is answered with 400, keeps it with the reason, and delivers the others', async () => {
    write('1', '2', '3', 'bad', '5', '6', '7');
    const receiver = await listen((posted) =>
      hasJid(posted, 'bad') ? { status: 400, text: 'field\x1b[31m too long' } : OK,
    );
    const follower = post(receiver.url);
    await until(() => offset() === statSync(log).size, 'the checkpoint at the end');
    await follower.stop();
    expect(receiver.jids).toEqual(['1', '2', '3', '5', '6', '7']);
    const rejects = records(readFileSync(`${checkpoint}.rejects`, 'utf8'));
    expect(rejects).toEqual([
      {
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string,
        status: 400,
        reason: 'field\\x1b[31m too long',
        to: receiver.url,
        record: expect.objectContaining({ jid: 'bad', state_id: 'n' }) as unknown,
      },
    ]);
    expect(statSync(`${checkpoint}.rejects`).mode & 0o777).toBe(0o600);
  });

  it('finds the record that a gateway answers with 403 once others are let through, and delivers the others', async () => {
    write('1', '2', 'bad', '4');
    const receiver = await listen((posted) => (hasJid(posted, 'bad') ? { status: 403, text: 'blocked' } : OK));
    const follower = post(receiver.url);
    await until(() => offset() === statSync(log).size, 'the checkpoint at the end', 60);
    await follower.stop();
    expect(receiver.jids).toEqual(['1', '2', '4']);
    const rejects = records(readFileSync(`${checkpoint}.rejects`, 'utf8'));
    expect(rejects).toMatchObject([{ status: 403, reason: 'blocked', record: { jid: 'bad' } }]);
    expect(follower.stderr.match(/answered 403 \(blocked\); trying again/g)!.length).toBeGreaterThan(2);
  });

  it('sets nothing aside where 403 is about who sends: without records, too', async () => {
    write('1', '2');
    let isKnown = false;
    const receiver = await listen(() => (isKnown ? OK : { status: 403 }));
    const follower = post(receiver.url);
    await until(() => receiver.posts.some((posted) => posted.records.length === 0), 'a request without records', 60);
    isKnown = true;
    await until(() => offset() === statSync(log).size, 'the checkpoint at the end', 60);
    await follower.stop();
    expect(receiver.jids).toEqual(['1', '2']);
    expect(readdirSync(folder).filter((name) => name.endsWith('.rejects'))).toEqual([]);
  });

  it('sets a batch aside whole where the answer is about the batch, in the file that --rejects names', async () => {
    write('1', '2');
    const rejects = join(folder, 'rejects.ndjson');
    const receiver = await listen(() => ({ status: 415 }));
    const follower = post(receiver.url, '--rejects', rejects);
    await until(() => offset() === statSync(log).size, 'the checkpoint at the end');
    expect(await follower.stop()).toBe(0);
    expect(records(readFileSync(rejects, 'utf8')).map(({ status }) => status)).toEqual([415, 415]);
  });

  it('does not move the checkpoint where the rejects cannot be kept, and exits with 4', async () => {
    write('1');
    const receiver = await listen(() => ({ status: 400 }));
    const follower = post(receiver.url, '--rejects', join(folder, 'missing', 'rejects'));
    expect(await follower.end()).toBe(4);
    expect(follower.stderr).toMatch(/--rejects .*: cannot be written: no such file or directory\n$/);
    expect(offset()).toBe(0);
  });

  it('leaves the checkpoint before what it could not deliver when it is stopped', async () => {
    write('1');
    const receiver = await listen(() => ({ status: 503, headers: { 'retry-after': '3600' } }));
    const follower = post(receiver.url);
    await until(() => receiver.posts.length > 0, 'a try');
    const first = follower.stop();
    await new Promise((resolve) => setTimeout(resolve, 300));
    follower.child.kill('SIGTERM'); // the second does not wait
    expect(await first).toBe(4);
    expect(follower.stderr).toMatch(/stopped before everything that was read was delivered; the checkpoint stays/);
    expect(offset()).toBe(0);
  });

  it('delivers everything at least once through SIGKILLs and a receiver that fails', async () => {
    let number = 0;
    const receiver = await listen(() => (++number % 4 === 0 ? { status: 500 } : OK));
    const all = Array.from({ length: 300 }, (_, jid) => String(jid));
    let follower = post(receiver.url);
    for (let from = 0; from < all.length; from += 50) {
      write(...all.slice(from, from + 50));
      await new Promise((resolve) => setTimeout(resolve, 600));
      await follower.stop('SIGKILL');
      follower = post(receiver.url);
    }
    write('last'); // only the last follower can deliver this one, so it is ready for a signal
    await until(() => new Set(receiver.jids).size === all.length + 1, 'every event');
    expect(await follower.stop()).toBe(0);
    expect([...new Set(receiver.jids)]).toEqual([...all, 'last']);
  });
});

describe('credentials of saltflat follow', () => {
  const SECRET = 's3cret-Word';
  const basic = Buffer.from(`salt:${SECRET}`).toString('base64');

  it.each([
    ['user and password', { SALTFLAT_HTTP_USER: 'salt', SALTFLAT_HTTP_PASSWORD: SECRET }, `Basic ${basic}`],
    ['a token', { SALTFLAT_HTTP_TOKEN: SECRET }, `Bearer ${SECRET}`],
  ])('are sent as %s and never printed, even when the receiver repeats them', async (_, env, expected) => {
    write('1');
    const receiver = await listen((posted, number) =>
      number === 1
        ? { status: 500, text: `you sent ${posted.headers.authorization}` }
        : { status: 422, text: `no ${SECRET} ${posted.headers.authorization?.split(' ')[1]}` },
    );
    const to = `${receiver.url}?key=${SECRET}`;
    const follower = new Follower([log, '--checkpoint', checkpoint, '--to', to], env);
    await until(() => offset() > 0, 'the refusal');
    await follower.stop();
    expect(receiver.posts.map(({ headers }) => headers.authorization)).toEqual([expected, expected]);
    expect(follower.stderr).toContain('answered 422');
    const written = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
    for (const text of [follower.stdout, follower.stderr, ...written]) {
      expect(text).not.toContain(SECRET);
      expect(text).not.toContain(basic);
    }
  });

  it.each([
    ['in the address', `http://salt:${SECRET}@127.0.0.1/`, {}],
    ['in an address whose password holds a slash', `http://salt:1/${SECRET}@127.0.0.1/`, {}],
    ['as a token and a user', 'http://127.0.0.1/', { SALTFLAT_HTTP_TOKEN: SECRET, SALTFLAT_HTTP_USER: SECRET }],
    ['as a password without a user', 'http://127.0.0.1/', { SALTFLAT_HTTP_PASSWORD: SECRET }],
    ['as a token that no header can hold', 'http://127.0.0.1/', { SALTFLAT_HTTP_TOKEN: `${SECRET}\n` }],
  ])('are refused %s, and not repeated', async (_, to, env) => {
    const { code, stdout, stderr } = await run(['follow', log, '--checkpoint', checkpoint, '--to', to], '', env);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/SALTFLAT_HTTP_/);
    expect(stderr).not.toContain(SECRET);
  });
});

describe('retryAfterMs', () => {
  it.each([
    [undefined, 0],
    ['', 0],
    ['soon', 0],
    ['7', 7000],
    ['Sun, 22 Nov 2026 10:00:30 GMT', 30_000],
    ['Sun, 22 Nov 2026 09:00:00 GMT', 0],
    ['999999', 3_600_000],
  ])('reads %j', (value, expected) => {
    expect(retryAfterMs(value, Date.parse('2026-11-22T10:00:00Z'))).toBe(expected);
  });
});
