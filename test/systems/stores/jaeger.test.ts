// Spans in a real Jaeger, asked back through its API.
import { readFileSync } from 'node:fs';
import { FIXTURE, run } from '../../support/command.js';
import { describeWith } from '../../support/program.js';
import { Jaeger, type JaegerSpan, type JaegerTrace, NO_JAEGER, tagOf } from '../../support/stores/jaeger.js';
import { type SpanOf, spansOf } from '../../support/stores/spans.js';

const LINES = readFileSync(FIXTURE, 'utf8').trimEnd().split('\n');
const START_MS = 180_000;

/** A minion's job, as the step of an orchestration that started it tells of it. */
const isStarted = (span: JaegerSpan): boolean => tagOf(span, 'span.kind') === 'client';

const parentOf = ({ references }: JaegerSpan): string | undefined =>
  references.find(({ refType }) => refType === 'CHILD_OF')?.spanID;

describeWith('a real Jaeger', NO_JAEGER, () => {
  let jaeger: Jaeger;
  let sent: SpanOf[];
  let traces: JaegerTrace[];
  let spans: JaegerSpan[];

  const replay = async (): Promise<void> => {
    const { code, stderr } = await run(['replay', FIXTURE, '--to', `otlp+http://127.0.0.1:${jaeger.otlp}`]);
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringContaining(': 497 sent, 0 rejected\n') as string,
    });
  };

  beforeAll(async () => {
    jaeger = await Jaeger.start();
    sent = await spansOf(LINES);
    await replay();
    traces = await jaeger.traces();
    spans = traces.flatMap((trace) => trace.spans);
  }, START_MS);
  afterAll(async () => jaeger.stop());

  it('has one span for each state and each return, a trace for each job', () => {
    expect(spans.map(({ spanID }) => spanID).sort()).toEqual(sent.map(({ spanId }) => spanId).sort());
    const ids = spans.map((span) => tagOf(span, 'salt.event_id')).filter((id) => id !== undefined);
    expect([ids.length, new Set(ids).size]).toEqual([495, 495]);
    expect(traces.map(({ traceID }) => traceID).sort()).toEqual(
      [...new Set(sent.map(({ traceId }) => traceId))].sort(),
    );
    for (const { spans: own } of traces)
      expect(new Set(own.filter((span) => !isStarted(span)).map((span) => tagOf(span, 'salt.jid'))).size).toBe(1);
  });

  it('shows each under its parent, which is its return', () => {
    for (const trace of traces)
      for (const span of trace.spans) {
        const parent = trace.spans.find(({ spanID }) => spanID === parentOf(span));
        if (tagOf(span, 'salt.kind') === 'job_return') expect(parent).toBeUndefined();
        else if (isStarted(span)) expect(parent && tagOf(parent, 'salt.state.module')).toBe('salt');
        else expect(parent && tagOf(parent, 'salt.kind')).toBe('job_return');
        if (parent !== undefined && !isStarted(span))
          expect(tagOf(parent, 'salt.minion_id')).toBe(tagOf(span, 'salt.minion_id'));
      }
  });

  it("has each state's time, and its duration as Salt measured it", () => {
    const durations = new Map<string, number>();
    for (const { data } of LINES.map((line) => JSON.parse(line) as { data: Record<string, unknown> }))
      JSON.stringify(data['return'] ?? null, (key, value: { duration?: unknown }) => {
        if (key.includes('_|-') && typeof value.duration === 'number')
          durations.set(`${String(data['jid'])} ${key}`, value.duration);
        return value as unknown;
      });
    let states = 0;
    for (const span of spans) {
      const key = tagOf(span, 'salt.state.key');
      if (key === undefined) continue;
      states++;
      const expected = durations.get([tagOf(span, 'salt.jid'), key].join(' '))!;
      expect(span.duration).toBe(Math.floor(Math.round(expected * 1e6) / 1000));
      const { startTimeUnixNano } = sent.find(({ spanId }) => spanId === span.spanID)!;
      expect(span.startTime).toBe(Number(BigInt(startTimeUnixNano) / 1000n));
      expect(span.warnings ?? []).toEqual([]);
    }
    expect(states).toBe(sent.filter(({ attributes }) => attributes['salt.state.key'] !== undefined).length);
  });

  it('marks what failed, with the comment', () => {
    const failed = spans.filter((span) => tagOf(span, 'error') === true);
    expect(failed.length).toBe(sent.filter(({ status }) => status?.code === 2).length);
    for (const span of failed.filter((each) => tagOf(each, 'salt.state.key') !== undefined)) {
      const message = span.logs[0]!.fields.find(({ key }) => key === 'exception.message')?.value;
      expect(message).toContain(tagOf(span, 'salt.comment'));
    }
  });

  it('refers followers to the states that failed by themselves', () => {
    const followers = spans.filter((span) => tagOf(span, 'salt.caused_by') !== undefined);
    expect(followers.length).toBeGreaterThan(2);
    for (const { references } of followers) {
      const [link] = references.filter(({ refType }) => refType === 'FOLLOWS_FROM');
      const root = spans.find(({ spanID }) => spanID === link!.spanID);
      expect(root && tagOf(root, 'salt.kind')).toBe('failed');
      expect(root && tagOf(root, 'salt.caused_by')).toBeUndefined();
    }
  });

  it('is not changed by what is sent a second time', async () => {
    await replay();
    const again = await jaeger.traces();
    const ids = (of: readonly JaegerTrace[]): string[] =>
      of.flatMap((each) => each.spans.map(({ spanID }) => spanID)).sort();
    expect(ids(again)).toEqual(ids(traces));
  });
});
