// Spans of Salt's returns: one a record, in the right trace, under the right parent, at the right time.
import { readFileSync } from 'node:fs';
import { blake2b } from '@noble/hashes/blake2.js';
import { load } from '../../../../build/host/index.js';
import { FIXTURE, eventLine, state } from '../../../support/command.js';
import { type SpanOf, spansOf } from '../../../support/stores/spans.js';

const linesOf = (path: string): string[] => readFileSync(path, 'utf8').trimEnd().split('\n');
const REAL = linesOf(FIXTURE);
const TRACED = linesOf('test/fixtures/tracing-events.ndjson');
const nameOf = (path: string): string => JSON.stringify(JSON.parse(readFileSync(path, 'utf8')));

const isState = ({ attributes }: SpanOf): boolean => attributes['salt.state.key'] !== undefined;
const isStarted = ({ kind }: SpanOf): boolean => kind === 3;
const isReturn = ({ attributes }: SpanOf): boolean => attributes['salt.kind'] === 'job_return';
const durationNs = ({ startTimeUnixNano, endTimeUnixNano }: SpanOf): number =>
  Number(BigInt(endTimeUnixNano) - BigInt(startTimeUnixNano));
const blake = (text: string): string => Buffer.from(blake2b(Buffer.from(text), { dkLen: 16 })).toString('hex');

/** All states of all returns of an event file, as Salt wrote them, by minion, jid and key. */
function statesIn(lines: readonly string[]): Map<string, { duration: number }> {
  const found = new Map<string, { duration: number }>();
  for (const line of lines) {
    const { data } = JSON.parse(line) as { data: { id?: string; jid?: string; return?: unknown } };
    const returned = data.return as Record<string, Record<string, unknown>> | undefined;
    if (typeof returned !== 'object' || returned === null) continue;
    const parts: [string | undefined, unknown][] = [
      [data.id, returned],
      ...Object.entries(returned).map(([, part]) => [data.id, part] as [string, unknown]),
    ];
    for (const [master, results] of Object.entries((returned['data'] ?? {}) as object)) parts.push([master, results]);
    for (const [minion, part] of parts)
      for (const [key, result] of Object.entries((part ?? {}) as Record<string, { duration?: number }>))
        if (key.includes('_|-') && typeof result.duration === 'number')
          found.set(`${minion} ${data.jid} ${key}`, { duration: result.duration });
  }
  return found;
}

describe('the spans of the real events', () => {
  let spans: SpanOf[];
  beforeAll(async () => void (spans = await spansOf(REAL)));

  it('are one for each state, each as long as Salt says', () => {
    const salts = statesIn(REAL);
    const states = spans.filter(isState);
    expect(states.length).toBeGreaterThan(450);
    const of = ({ attributes }: SpanOf): string =>
      [attributes['salt.minion_id'], attributes['salt.jid'], attributes['salt.state.key']].join(' ');
    expect(new Set(states.map(of)).size).toBe(states.length);
    for (const span of states) {
      const salt = salts.get(of(span));
      expect([of(span), durationNs(span)]).toEqual([of(span), Math.round((salt?.duration ?? NaN) * 1e6)]);
    }
    expect(states.length).toBe(salts.size);
  });

  it('have times that are those of the records in ECS', async () => {
    const saltflat = await load({ options: { id: true } });
    const records = REAL.flatMap((line) => saltflat.flatten(line, { preset: 'flatten_ecs' }));
    const starts = new Map(records.map(({ event }) => [event!['id'], event!['start']]));
    for (const span of spans.filter(isState)) {
      const iso = new Date(Number(BigInt(span.startTimeUnixNano) / 1_000_000n)).toISOString().slice(0, -1);
      expect(starts.get(span.attributes['salt.event_id'])).toMatch(iso);
    }
  });

  it('stand in the span of their return, and that begins with the first and ends with the last of them', () => {
    const returns = new Map(spans.filter(isReturn).map((span) => [span.spanId, span]));
    expect(returns.size).toBe(19);
    for (const [spanId, { traceId, parentSpanId, startTimeUnixNano, endTimeUnixNano }] of returns) {
      const own = spans.filter((span) => span.parentSpanId === spanId);
      expect(parentSpanId).toBeUndefined();
      expect(new Set([traceId, ...own.map((span) => span.traceId)]).size).toBe(1);
      if (own.length === 0) continue;
      expect(startTimeUnixNano).toBe(own.map((span) => span.startTimeUnixNano).sort()[0]);
      expect(endTimeUnixNano).toBe(
        own
          .map((span) => span.endTimeUnixNano)
          .sort()
          .at(-1),
      );
    }
    for (const span of spans.filter((each) => !isStarted(each)))
      expect(isReturn(span) || returns.has(span.parentSpanId!)).toBe(true);
  });

  it('have ids of jid and event_id, and names that are the functions', () => {
    for (const { traceId, spanId, name, attributes } of spans.filter((each) => !isStarted(each))) {
      expect(traceId).toBe(blake(`${String(attributes['salt.jid'])}\0`));
      expect(spanId).toBe(String(attributes['salt.event_id']).slice(0, 16));
      const [, fun] = /^(\w+)_\|-.*_\|-(\w+)$/s.exec(String(attributes['salt.state.key'])) ?? [];
      expect(name).toMatch(fun === undefined ? /^(?:state|runner\.state)\.\w+$/ : /^\w+\.\w+$/);
    }
  });

  it('nest in an orchestration: the step, in it the job of each minion, which leads to the return of that job', () => {
    const started = spans.filter(isStarted);
    const told = started.map(({ name, parentSpanId, traceId, links }) => {
      const step = spans.find(({ spanId }) => spanId === parentSpanId)!;
      const orchestration = spans.find(({ spanId }) => spanId === step.parentSpanId)!;
      const returned = spans.find(({ spanId }) => spanId === links?.[0]?.spanId);
      expect([step.traceId, orchestration.traceId]).toEqual([traceId, traceId]);
      expect(links?.[0]?.traceId).toBe(returned?.traceId);
      return [orchestration.name, step.attributes['salt.state.id'], name, returned?.attributes['salt.jid']];
    });
    expect(told).toEqual([
      ['runner.state.orchestrate', 'roll', 'state.sls', '20261122092107437116'],
      ['runner.state.orchestrate', 'ping', 'test.ping', undefined],
    ]);
    // The minion's job took as long as its own return says, and lies where that lies.
    const returned = spans.find(({ spanId }) => spanId === started[0]!.links![0]!.spanId)!;
    expect(started[0]!.startTimeUnixNano).toBe(returned.startTimeUnixNano);
    expect(started[0]!.endTimeUnixNano).toBe(returned.endTimeUnixNano);
  });

  it('tell when a job of a step ran, though its states began on whole seconds, which Python writes without a fraction', async () => {
    const whole = REAL.map((line) => line.replace(/("start_time": ?"[\d:]{8})\.\d{6}"/g, '$1"'));
    const told = await spansOf(whole);
    const job = told.find(isStarted)!;
    const returned = told.find(({ spanId }) => spanId === job.links![0]!.spanId)!;
    expect([job.startTimeUnixNano, job.endTimeUnixNano]).toEqual([
      returned.startTimeUnixNano,
      returned.endTimeUnixNano,
    ]);
  });

  it('are the same texts however the records come', async () => {
    const halves = REAL.map((line) => [line]);
    const again = await spansOf(REAL, {}, { batches: halves });
    expect(again.map(({ json }) => json)).toEqual(spans.map(({ json }) => json));
  });

  it('say why a state failed, as an event and in their status', () => {
    const failed = spans.filter((span) => isState(span) && span.attributes['salt.kind'] === 'failed');
    expect(failed.length).toBeGreaterThan(40);
    for (const { events, status, attributes, endTimeUnixNano } of failed) {
      const comment = String(attributes['salt.comment']);
      expect(status).toEqual({
        code: 2,
        message: expect.stringContaining(comment.split('\n')[0]!.slice(0, 20)) as string,
      });
      expect(events).toMatchObject([{ name: 'exception', timeUnixNano: endTimeUnixNano }]);
      expect(JSON.stringify(events![0]!.attributes)).toContain(JSON.stringify(comment).slice(1, -1));
    }
    for (const span of spans.filter(({ attributes }) => attributes['salt.kind'] === 'changed'))
      expect([span.status, span.events]).toEqual([undefined, undefined]);
  });

  it('link those that Salt did not run to the states that failed by themselves', () => {
    const bySpan = new Map(spans.map((span) => [span.spanId, span]));
    const followers = spans.filter(({ attributes }) => attributes['salt.caused_by'] !== undefined);
    expect(followers.length).toBeGreaterThan(2);
    for (const { links, traceId, attributes } of followers) {
      const keys = links!.map(({ spanId }) => bySpan.get(spanId)!.attributes['salt.state.key']);
      expect(keys).toEqual(attributes['salt.caused_by']);
      expect(links!.every((link) => link.traceId === traceId)).toBe(true);
    }
  });
});

describe('a trace', () => {
  const traces = async (lines: readonly string[], options = {}): Promise<string[]> => [
    ...new Set((await spansOf(lines, options)).map(({ traceId }) => traceId)),
  ];
  const JOB = '20261122091947512388';

  it('is one for all minions of a job, and another for the same jid of another master', async () => {
    const line = eventLine(JOB, [state()]);
    const other = line.replaceAll('web-01', 'web-02');
    expect(await traces([line, other])).toEqual([blake(`${JOB}\0`)]);
    expect(await traces([line], { add: { master: 'eu' } })).toEqual([blake(`${JOB}\0eu`)]);
  });

  it('is one for each return where the jid is none', async () => {
    const line = eventLine('req', [state()]);
    const later = line.replace('09:19:48', '09:20:48');
    expect(await traces([line, line.replaceAll('web-01', 'web-02'), later])).toHaveLength(3);
  });

  it("is Salt's own where Salt traces the job; the span that Salt made of the return is linked", async () => {
    const spans = (await spansOf(TRACED)).filter(({ attributes }) => attributes['salt.jid'] === '20261130004929500670');
    expect(spans.map(({ traceId }) => traceId)).toEqual(Array(5).fill('f5e6d1e2f24d03c00bb8a79fa50fe176'));
    const [root, ...others] = spans.filter(isReturn);
    expect(others).toEqual([]);
    expect(root).toMatchObject({
      parentSpanId: 'a8fecb62fad51958',
      links: [{ traceId: '86f63f18bff9688bf17d00bf2ab21704', spanId: 'f4c0505a7d110ffd' }],
    });
    const salts = linesOf('test/fixtures/tracing-spans.ndjson')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as { trace: string; span: string; name: string });
    expect(salts.find(({ span }) => span === root!.parentSpanId)).toMatchObject({
      trace: root!.traceId,
      name: 'salt.req.recv.publish',
    });
    expect(salts.find(({ span }) => span === root!.links![0]!.spanId)?.name).toBe('salt.req.recv._return');
  });

  it('is made of the jid where nothing tells of the job, and the span of the return is linked all the same', async () => {
    const returns = TRACED.filter((line) => line.includes('/ret/'));
    const root = (await spansOf(returns)).find(
      (span) => isReturn(span) && span.attributes['salt.minion_id'] === 'web-01',
    );
    expect(root).toMatchObject({ traceId: blake('20261130004929500670\0'), links: [{ spanId: 'f4c0505a7d110ffd' }] });
    expect(root).not.toHaveProperty('parentSpanId');
  });
});

describe('spans', () => {
  it('of states that a state holds stand in the span of that state', async () => {
    const spans = await spansOf([nameOf('test/fixtures/module-run-nested.json')]);
    const nested = spans.filter(({ attributes }) => attributes['salt.state.parent'] !== undefined);
    expect(nested.length).toBeGreaterThan(0);
    for (const { parentSpanId, attributes } of nested)
      expect(spans.find(({ spanId }) => spanId === parentSpanId)?.attributes['salt.state.key']).toBe(
        attributes['salt.state.parent'],
      );
  });

  it('are what the options leave: masked, and of failed states alone', async () => {
    const line = eventLine('20261122091947512388', [
      state({ comment: 'password=hunter2' }),
      state({ result: false, comment: 'password=hunter3', start_time: '09:19:48.000000' }),
    ]);
    const spans = await spansOf([line], { redact: true, only: 'failed' });
    expect(spans.map(({ attributes }) => attributes['salt.kind'])).toEqual(['failed', 'job_return']);
    expect(spans.map(({ json }) => json).join('')).not.toContain('hunter');
    expect(spans[1]).toMatchObject({ status: { code: 2, message: '1 of 2 states failed' } });
  });

  it('are none of a return that holds nothing of what was asked for', async () => {
    const spans = await spansOf(
      [eventLine('20261122091947512388', [state()])],
      { only: 'failed' },
      { isFiltered: true },
    );
    expect(spans).toEqual([]);
  });

  it('tell of a state run that did not come to run states', async () => {
    const spans = await spansOf([nameOf('test/fixtures/state-sls-jinja-error.json')]);
    expect(spans.map(({ name, status }) => [name, status?.code])).toEqual([
      ['state.sls', 2],
      ['state.sls', 2],
    ]);
    expect(spans[0]!.parentSpanId).toBe(spans[1]!.spanId);
    expect(spans[0]!.status!.message).toContain('Jinja');
  });

  it('say where they come from, the constants of `add` included', async () => {
    const [span] = await spansOf([eventLine('20261122091947512388', [state()])], { add: { environment: 'prod' } });
    expect(span!.resource).toEqual({ 'service.name': 'salt', 'host.name': 'web-01', environment: 'prod' });
  });

  it('of a multi-function job stand in a span of their function', async () => {
    const spans = await spansOf([nameOf('test/fixtures/multi-function-ordered.json')], { returns: 'all' });
    const roots = spans.filter(({ parentSpanId }) => parentSpanId === undefined);
    expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
    expect(new Set(spans.map(({ spanId }) => spanId)).size).toBe(spans.length);
    expect(roots.map(({ name }) => name)).toContain('test.ping');
  });
});
