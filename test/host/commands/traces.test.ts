// `saltflat replay` and `follow --to otlp://`: every span once, through a receiver that fails, and never a silent loss.
import { appendFileSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FIXTURE, type Run, eventLine, records, run, state, temporaryDirectory } from '../../support/command.js';
import { EventFile } from '../../support/event-file.js';
import { Follower, endFollowers } from '../../support/follower.js';
import { until } from '../../support/program.js';
import { closeFakes } from '../../support/stores/listening.js';
import { FakeOtlp, type SentSpan, attributesOf } from '../../support/stores/otlp.js';

const root = temporaryDirectory();
const followed = temporaryDirectory();
let folders = 0;
let folder: string;
beforeEach(() => {
  folder = join(root, String(folders++));
  mkdirSync(folder);
});
afterEach(async () => {
  endFollowers();
  await closeFakes();
});

const replay = (to: string, args: readonly string[] = [FIXTURE], env = {}): Promise<Run> =>
  run(['replay', ...args, '--to', to], '', env, folder);
const address = (fake: FakeOtlp, path = ''): string => `otlp+http://${fake.host}${path}`;
/** Where rejects are kept. */
const KEPT = ['--rejects', 'saltflat.rejects'];
const rejects = (): Record<string, unknown>[] => {
  const file = join(folder, 'saltflat.rejects');
  return existsSync(file) ? records(readFileSync(file, 'utf8')) : [];
};
const jid = (number: number): string => `2026112209194751${String(number).padStart(4, '0')}`;
/** Events of one state each, in a file. */
const events = (...numbers: number[]): string => {
  const path = join(folder, 'events.ndjson');
  writeFileSync(path, numbers.map((number) => `${eventLine(jid(number), [state()])}\n`).join(''));
  return path;
};
const jidOf = (span: SentSpan): unknown => attributesOf(span.attributes)['salt.jid'];
const isOf = (span: SentSpan, number: number): boolean => jidOf(span) === jid(number);
const jids = (fake: FakeOtlp): unknown[] => [...new Set([...fake.spans.values()].map(jidOf))].sort();

describe('saltflat replay --to otlp://', () => {
  it('sends every record of the real events as a span, in gzip, and the same when it is sent again', async () => {
    const fake = await FakeOtlp.listen();
    const { code, stdout, stderr } = await replay(address(fake));
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(stderr).toMatch(/679 events, 19 job returns, 495 records: .*\nsaltflat: otlp:.*: 497 sent, 0 rejected\n$/);
    expect(fake.spans.size).toBe(497);
    const { path, headers, resources } = fake.asked[0]!;
    expect(path).toBe('/v1/traces');
    expect(headers).toMatchObject({ 'content-type': 'application/json', 'content-encoding': 'gzip' });
    expect(resources[0]).toEqual({ 'service.name': 'salt', 'host.name': 'web-01.example.com' });
    const first = new Map(fake.spans);
    await replay(address(fake));
    expect(fake.spans).toEqual(first);
  });

  it.each([
    ['/otlp', '/otlp/v1/traces'],
    ['/api/default', '/api/default/v1/traces'],
  ])('puts /v1/traces behind the path %s', async (path, asked) => {
    const fake = await FakeOtlp.listen();
    await replay(address(fake, path), [events(1)]);
    expect(fake.asked[0]!.path).toBe(asked);
  });

  it.each([
    ['429', { status: 429 }],
    ['503', { status: 503 }],
    ['a lost connection', 'broken' as const],
    ['an answer of something else', { status: 200, body: null as unknown as object }],
  ])('tries again after %s, and loses nothing', async (_, answer) => {
    const fake = await FakeOtlp.listen((__, number) => (number === 1 ? answer : null));
    const { code, stderr } = await replay(address(fake), [events(1, 2)]);
    expect({ code, jids: jids(fake), size: fake.spans.size }).toEqual({ code: 0, jids: [jid(1), jid(2)], size: 4 });
    expect(stderr).toContain('trying again (try 2 of 10)\n');
  });

  it('leaves a receiver alone as long as Retry-After says', async () => {
    const busy = { status: 503, headers: { 'retry-after': '2' } };
    const fake = await FakeOtlp.listen((_, number) => (number === 1 ? busy : null));
    const { code, stderr } = await replay(address(fake), [events(1)]);
    expect(code).toBe(0);
    expect(stderr).toContain('answered 503; trying again after 2 s, as it says (try 2 of 10)\n');
    expect(fake.asked[1]!.atMs - fake.asked[0]!.atMs).toBeGreaterThanOrEqual(2000);
  });

  it('keeps the spans that a partial success leaves out, and no others, and exits with 4', async () => {
    const fake = await FakeOtlp.listen(({ spans }) => {
      const rejected = spans.filter((span) => isOf(span, 2)).length;
      return rejected === 0
        ? null
        : { status: 200, body: { partialSuccess: { rejectedSpans: String(rejected), errorMessage: 'too old' } } };
    });
    const { code, stderr } = await replay(address(fake), [events(1, 2, 3), ...KEPT]);
    expect(code).toBe(4);
    expect(stderr).toContain(': 4 sent, 2 rejected, kept in saltflat.rejects\n');
    expect(jids(fake)).toEqual([jid(1), jid(3)]);
    expect(rejects()).toMatchObject([
      { status: 200, reason: 'too old', record: { salt: { jid: jid(2), event_type: 'state_return' } } },
      { status: 200, reason: 'too old', record: { salt: { jid: jid(2), event_type: 'job_return' } } },
    ]);
  });

  it('says why a partial success left spans out where they are not kept', async () => {
    const fake = await FakeOtlp.listen(({ spans }) => ({
      status: 200,
      body: { partialSuccess: { rejectedSpans: spans.length, errorMessage: 'span too large' } },
    }));
    const { code, stderr } = await replay(address(fake), [events(1)]);
    expect(code).toBe(4);
    expect(stderr).toContain('rejected: 200 (span too large)\n');
    expect(stderr).toContain(': 0 sent, 2 rejected and not kept');
  });

  it('finds what a 400 is about by halves, and keeps it with the words of the answer', async () => {
    const fake = await FakeOtlp.listen(({ spans }) =>
      spans.some((span) => isOf(span, 3)) ? { status: 400, body: { code: 3, message: 'bad span' } } : null,
    );
    const { code } = await replay(address(fake), [events(1, 2, 3, 4), ...KEPT]);
    expect({ code, jids: jids(fake) }).toEqual({ code: 4, jids: [jid(1), jid(2), jid(4)] });
    expect(rejects()).toMatchObject([
      { status: 400, reason: expect.stringContaining('bad span') as string },
      { status: 400, record: { salt: { jid: jid(3) } } },
    ]);
  });

  it('sends a token, and says what is wrong where that is refused', async () => {
    const fake = await FakeOtlp.listen(() => ({ status: 401, body: { message: 'no s3cr3t-t0ken' } }));
    const { code, stderr } = await replay(address(fake), [events(1)], { SALTFLAT_HTTP_TOKEN: 's3cr3t-t0ken' });
    expect(code).toBe(4);
    expect(fake.asked.map(({ headers }) => headers.authorization)).toEqual(['Bearer s3cr3t-t0ken']);
    expect(stderr).toContain('answered 401');
    expect(stderr).not.toContain('s3cr3t');
  });

  it('refuses records of another preset, and a path with an end', async () => {
    const preset = await replay('otlp://127.0.0.1:1', ['--preset', 'flatten']);
    expect(preset).toMatchObject({ code: 2, stderr: expect.stringContaining('takes flatten_ecs alone') as string });
    const path = await replay('otlp://127.0.0.1:1/a/');
    expect(path).toMatchObject({ code: 2, stderr: expect.stringContaining('without a slash at its end') as string });
  });

  it('sends what filters leave, in the spans of their returns', async () => {
    const fake = await FakeOtlp.listen();
    const { code } = await replay(address(fake), [FIXTURE, '--failed', '--since', '2026-11-22T09:21']);
    expect(code).toBe(0);
    const all = [...fake.spans.values()].map((span) => attributesOf(span.attributes));
    const spans = all.filter((each) => each['salt.kind'] !== undefined); // but those of jobs that a step started
    const kinds = new Set(spans.map((each) => each['salt.kind']));
    expect(kinds).toEqual(new Set(['failed', 'job_return']));
    const returns = new Set(spans.map((each) => each['salt.jid']));
    expect(spans.filter((each) => each['salt.kind'] === 'job_return')).toHaveLength(returns.size);
  });

  it('goes on behind what an earlier run delivered', async () => {
    const fake = await FakeOtlp.listen();
    const file = events(1, 2);
    await replay(address(fake), [file, '--checkpoint', 'checkpoint']);
    writeFileSync(file, `${readFileSync(file, 'utf8')}${eventLine(jid(3), [state()])}\n`);
    const { stderr } = await replay(address(fake), [file, '--checkpoint', 'checkpoint']);
    expect(stderr).toContain(': 2 sent, 0 rejected\n');
    expect(jids(fake)).toEqual([jid(1), jid(2), jid(3)]);
  });
});

describe('saltflat follow --to otlp://', () => {
  it('loses nothing where it is killed and the receiver fails, and no span comes to be two', async () => {
    const file = new EventFile(followed);
    let isWell = true;
    const fake = await FakeOtlp.listen(() => (isWell ? null : { status: 503 }));
    const lines = readFileSync(FIXTURE, 'utf8').split(/(?<=\n)/);
    const returns = lines.flatMap((line, at) => (line.includes('_|-') && line.includes('/ret/') ? [at + 1] : []));
    const [first, second] = [returns[4]!, returns[9]!];
    const follow = (): Follower => new Follower([file.log, '--checkpoint', file.checkpoint, '--to', address(fake)]);
    writeFileSync(file.log, lines.slice(0, first).join(''));
    const killed = follow();
    await until(() => fake.spans.size > 0, 'the first spans');
    isWell = false;
    appendFileSync(file.log, lines.slice(first, second).join(''));
    await until(() => fake.asked.length > 2, 'a request that fails');
    await killed.stop('SIGKILL');
    isWell = true;
    const next = follow();
    appendFileSync(file.log, lines.slice(second).join(''));
    await until(() => file.offset === statSync(file.log).size, 'the checkpoint at the end', 60);
    expect(await next.stop()).toBe(0);
    expect(fake.spans.size).toBe(497);
    const whole = await FakeOtlp.listen();
    await replay(address(whole));
    expect([...fake.spans].sort()).toEqual([...whole.spans].sort());
  }, 120_000);

  it("puts a return into Salt's own trace, though the job began before the last stop", async () => {
    const file = new EventFile(followed);
    const fake = await FakeOtlp.listen();
    const lines = readFileSync('test/fixtures/tracing-events.ndjson', 'utf8').split(/(?<=\n)/);
    const start = (): Follower => new Follower([file.log, '--checkpoint', file.checkpoint, '--to', address(fake)]);
    const isAllDelivered = (): boolean => file.offset === statSync(file.log).size;
    const before = lines.findIndex((line) => line.includes('20261130004929500670/ret/'));
    writeFileSync(file.log, lines.slice(0, before).join(''));
    const first = start();
    await until(isAllDelivered, 'the checkpoint before the return');
    await first.stop();
    const second = start();
    appendFileSync(file.log, lines.slice(before).join(''));
    await until(isAllDelivered, 'the checkpoint at the end');
    await second.stop();
    const traces = [...fake.spans.values()].filter((span) => jidOf(span) === '20261130004929500670');
    expect(traces.map(({ traceId }) => traceId)).toEqual(Array(5).fill('f5e6d1e2f24d03c00bb8a79fa50fe176'));
  }, 120_000);
});
