import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FIXTURE, ended, eventLine, run, start, state, temporaryDirectory, textOf } from '../../support/command.js';
import { certificate, itWithOpenssl } from '../../support/certificate.js';
import { until } from '../../support/program.js';
import { Receiver, closedPort } from '../../support/receiver.js';

const directory = temporaryDirectory();
const large = join(directory, 'large.ndjson');
let expected: string[];

beforeAll(async () => {
  // 40 MB of records, no two alike: more than is kept for sending again, and more than the kernel's buffers hold.
  const comment = 'x'.repeat(1000);
  const event = (jid: number): string =>
    eventLine(
      String(jid),
      Array.from({ length: 20 }, () => state({ comment })),
    );
  writeFileSync(large, Array.from({ length: 1600 }, (_, jid) => `${event(jid)}\n`).join(''));
  expected = (await run(['replay', '-q', large])).stdout.split('\n').slice(0, -1);
});

const receivers: Receiver[] = [];
const listen = async (...args: Parameters<typeof Receiver.listen>): Promise<Receiver> => {
  const receiver = await Receiver.listen(...args);
  receivers.push(receiver);
  return receiver;
};
afterEach(async () => {
  await Promise.all(receivers.splice(0).map((receiver) => receiver.close()));
});

describe('saltflat replay --to tcp://', () => {
  it('sends every record once over a connection that holds', async () => {
    const receiver = await listen();
    const { code, stdout, stderr } = await run(['replay', large, '--to', `tcp://127.0.0.1:${receiver.port}`]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(stderr).toMatch(/^saltflat: 1600 events, 1600 job returns, 32000 records: .*\n$/);
    expect(receiver.connections).toEqual([expected]);
  });

  it('waits for a receiver that is down at first', async () => {
    const port = await closedPort();
    const child = start(['replay', FIXTURE, '--to', `tcp://127.0.0.1:${port}`]);
    const refused = await new Promise<Buffer>((resolve) => child.stderr!.once('data', resolve));
    expect(refused.toString()).toBe(
      `saltflat: tcp://127.0.0.1:${port}: connection refused; trying again (try 2 of 10)\n`,
    );
    const receiver = await listen({}, port);
    expect(await ended(child)).toBe(0);
    expect(receiver.connections.flat()).toHaveLength(476);
  });

  it.each([
    ['after the first bytes', [1]],
    ['in the midst', [20_000_000]],
    ['again and again', [100_000, 5_000_000, 30_000_000]],
  ])('loses nothing when the receiver resets %s and comes back', async (_, breakAfterBytes) => {
    const receiver = await listen({ breakAfterBytes: [...breakAfterBytes] });
    const { code, stderr } = await run(['replay', large, '--to', `tcp://127.0.0.1:${receiver.port}`]);
    const { connections } = receiver;
    expect(code).toBe(0);
    expect(connections.length).toBeGreaterThan(breakAfterBytes.length);
    expect([...new Set(connections.flat())].sort()).toEqual([...expected].sort());
    expect(stderr).toMatch(/trying again|connecting again/);
  });

  it('loses nothing when the receiver resets before it has read a small input to its end', async () => {
    const receiver = await listen({ breakAfterBytes: [1] });
    await run(['replay', FIXTURE, '--to', `tcp://127.0.0.1:${receiver.port}`]);
    expect(new Set(receiver.connections.flat()).size).toBe(476);
  });

  it('sends what stdin gives at once, and again after a break while stdin is silent', async () => {
    const receiver = await listen({ breakAfterBytes: [1] });
    const child = start(['replay', '--to', `tcp://127.0.0.1:${receiver.port}`]);
    child.stdin!.write(`${eventLine('1', [state()])}\n`);
    while (receiver.connections.length < 2 || receiver.connections[1]!.length === 0)
      await new Promise((resolve) => setTimeout(resolve, 20));
    child.stdin!.end();
    expect(await ended(child)).toBe(0);
    expect(receiver.connections[1]).toEqual(receiver.connections[0]);
  });

  it('says that a receiver which never closes may not have read all', async () => {
    const receiver = await listen({ staysOpen: true });
    const { code, stderr } = await run(['replay', FIXTURE, '--to', `tcp://127.0.0.1:${receiver.port}`]);
    expect(code).toBe(0);
    expect(stderr).toMatch(/the receiver did not close within 10 s; it may not have read the last records\n/);
    expect(receiver.connections.flat()).toHaveLength(476);
  });

  it('gives up after --tries and exits with 4, though stdin is still open', async () => {
    const url = `tcp://127.0.0.1:${await closedPort()}`;
    const child = start(['replay', '-', '--to', url, '--tries', '2']);
    const stderr = textOf(child.stderr);
    expect(await ended(child)).toBe(4);
    expect(await stderr).toBe(
      `saltflat: ${url}: connection refused; trying again (try 2 of 2)\n` +
        `saltflat: ${url}: cannot be reached: connection refused; gave up after 2 tries; records may be missing there\n`,
    );
  });

  it('gives up on a receiver that resets every connection', async () => {
    const receiver = await listen({ breakAfterBytes: Array.from({ length: 9 }, () => 1) });
    const { code } = await run(['replay', FIXTURE, '--to', `tcp://127.0.0.1:${receiver.port}`, '--tries', '3']);
    expect(code).toBe(4);
  });

  it.each(['tcp://a', 'tcp://a:0', 'tcp://a:65536', 'tcp://a:1/path'])('refuses %s', async (url) => {
    const { code, stderr } = await run(['replay', FIXTURE, '--to', url]);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: `saltflat: --to ${url}: expected tcp://HOST:PORT or tls://HOST:PORT\n`,
    });
  });
});

const STORES = 'and opensearch://, elasticsearch://, splunk-hec://, loki://, otlp://, these stores with +https too';
const TAKEN = {
  replay: `replay takes tcp://, tls://, ${STORES}`,
  follow: `follow takes http://, https://, tcp://, tls://, ${STORES}`,
};

describe('--to', () => {
  it.each([
    ['replay', 'udp://a:1', 'udp://a:1: unknown scheme'],
    ['replay', 'a:1', 'a:1: no scheme in front (did you mean tcp://a:1?)'],
    ['replay', '[::1]:5170', '[::1]:5170: no scheme in front (did you mean tcp://[::1]:5170?)'],
    ['replay', 'localhost', 'localhost: no scheme in front'],
    ['replay', 'opensaerch://h/x', 'opensaerch://h/x: unknown scheme (did you mean opensearch://?)'],
    ['replay', 'opensearchs://h/x', 'opensearchs://h/x: unknown scheme (did you mean opensearch+https://?)'],
    ['replay', 'http://h/x', 'http://h/x: http:// is for `saltflat follow`'],
    ['replay', 'https://u:hunter2@h/?token=hunter2', 'https://…@h/: https:// is for `saltflat follow`'],
    ['follow', 'htps://h/x', 'htps://h/x: unknown scheme (did you mean https://?)'],
    ['follow', 'opensaerch://h/x', 'opensaerch://h/x: unknown scheme (did you mean opensearch://?)'],
    ['follow', 'splunk-hec+htps://h', 'splunk-hec+htps://h: unknown scheme (did you mean splunk-hec+https://?)'],
  ] as const)('of %s refuses %s and names what it takes', async (command, to, message) => {
    // What else is wrong comes second: a checkpoint needs a store, but this may have been meant to be one.
    const { code, stderr } = await run([command, FIXTURE, '--to', to, '--checkpoint', join(directory, 'unused')]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: `saltflat: --to ${message}; ${TAKEN[command]}\n` });
  });

  it('never repeats a password that stands in it', async () => {
    const { code, stderr } = await run(['replay', FIXTURE, '--to', 'tcp://u:hunter2@a:1']);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: 'saltflat: --to tcp://…@a:1: expected tcp://HOST:PORT or tls://HOST:PORT\n',
    });
  });
});

describe('saltflat replay, stopped by a signal,', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('says that only a part was sent, and dies of it (%s)', async (signal) => {
    const receiver = await listen();
    const to = `tcp://127.0.0.1:${receiver.port}`;
    const child = start(['replay', '--to', to]);
    const stderr = textOf(child.stderr);
    const died = new Promise((resolve) => child.once('exit', (_, by) => resolve(by)));
    child.stdin!.write(`${eventLine('1', [state()])}\n`); // and no end: more would come
    await until(() => receiver.connections.flat().length === 1, 'a record');
    child.kill(signal);
    expect(await died).toBe(signal);
    expect(await stderr).toMatch(
      new RegExp(
        `^saltflat: 1 event, .*\nsaltflat: stopped by ${signal}: ${to} was sent a part of the records; the next run begins anew\n$`,
      ),
    );
  });
});

describe('saltflat replay --to tls://', () => {
  itWithOpenssl('sends every record to a receiver whose certificate --tls-ca trusts, breaks included', async () => {
    const { path, ...tls } = certificate(directory, 'good', 'IP:127.0.0.1');
    const receiver = await listen({ tls, breakAfterBytes: [20_000_000] });
    const { code } = await run(['replay', large, '--to', `tls://127.0.0.1:${receiver.port}`, '--tls-ca', path]);
    expect(code).toBe(0);
    expect([...new Set(receiver.connections.flat())].sort()).toEqual([...expected].sort());
  });

  itWithOpenssl('refuses a certificate that nobody vouches for, at the first try', async () => {
    const receiver = await listen({ tls: certificate(directory, 'self', 'IP:127.0.0.1') });
    const { code, stderr } = await run(['replay', FIXTURE, '--to', `tls://127.0.0.1:${receiver.port}`]);
    expect(code).toBe(4);
    expect(stderr).toMatch(
      /^saltflat: tls:.*: cannot be reached: self-signed certificate; check --tls-ca, the host name and [^\n]*\n$/,
    );
    expect(receiver.connections.flat()).toEqual([]);
  });

  itWithOpenssl('refuses a trusted certificate for another name', async () => {
    const { path, ...tls } = certificate(directory, 'other', 'DNS:other.example.com');
    const receiver = await listen({ tls });
    const { code, stderr } = await run([
      'replay',
      FIXTURE,
      '--to',
      `tls://127.0.0.1:${receiver.port}`,
      '--tls-ca',
      path,
    ]);
    expect(code).toBe(4);
    expect(stderr).toMatch(/cannot be reached: .*127\.0\.0\.1.*; check --tls-ca/);
    expect(receiver.connections.flat()).toEqual([]);
  });

  itWithOpenssl('refuses it also where the environment switches the check off', async () => {
    const receiver = await listen({ tls: certificate(directory, 'off', 'IP:127.0.0.1') });
    const env = { NODE_TLS_REJECT_UNAUTHORIZED: '0' };
    const { code, stderr } = await run(['replay', FIXTURE, '--to', `tls://127.0.0.1:${receiver.port}`], '', env);
    expect(code).toBe(4);
    expect(stderr).toMatch(/cannot be reached: self-signed certificate; check --tls-ca/);
    expect(receiver.connections.flat()).toEqual([]);
  });

  it('refuses --tls-ca without tls://', async () => {
    const { code, stderr } = await run(['replay', FIXTURE, '--to', 'tcp://127.0.0.1:1', '--tls-ca', FIXTURE]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: 'saltflat: --tls-ca needs --to tls://HOST:PORT\n' });
  });

  it.each([
    ['/missing.pem', 3, 'saltflat: --tls-ca /missing.pem: cannot be read: no such file or directory\n'],
    [FIXTURE, 3, `saltflat: --tls-ca ${FIXTURE}: holds no PEM certificate\n`],
  ])('refuses %s as --tls-ca', async (path, exit, message) => {
    const { code, stderr } = await run(['replay', FIXTURE, '--to', 'tls://127.0.0.1:1', '--tls-ca', path]);
    expect({ code, stderr }).toEqual({ code: exit, stderr: message });
  });
});
