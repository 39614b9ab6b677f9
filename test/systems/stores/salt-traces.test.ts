// A real Salt that traces itself, and our spans of what it did: one trace in a real Jaeger.
import { readFileSync } from 'node:fs';
import { Follower, endFollowers } from '../../support/follower.js';
import { describeWith, temporaryFolder, until } from '../../support/program.js';
import { NEWER, installSalt } from '../../support/salt/install.js';
import { MINION, World } from '../../support/salt/world.js';
import { Jaeger, type JaegerSpan, type JaegerTrace, NO_JAEGER, tagOf } from '../../support/stores/jaeger.js';

const LONG_MS = 400_000;
const salt = await installSalt(NEWER);

interface Event {
  readonly tag: string;
  readonly data: { readonly jid: string; readonly traceparent?: string; readonly return?: Record<string, unknown> };
}

describeWith(`Salt ${NEWER} with tracing.enabled`, salt.missing ?? NO_JAEGER, () => {
  const folder = temporaryFolder();
  let jaeger: Jaeger;
  let world: World;
  let event: Event;
  let returned: Event;
  let trace: JaegerTrace;

  const events = (): Event[] =>
    readFileSync(world.events, 'utf8')
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Event);
  const isOurs = (span: JaegerSpan): boolean => tagOf(span, 'salt.event_id') !== undefined;
  const named = (spans: readonly JaegerSpan[], name: string): JaegerSpan | undefined =>
    spans.find(({ operationName }) => operationName === name);

  beforeAll(async () => {
    jaeger = await Jaeger.start();
    const tracing = { enabled: true, exporter: 'otlp-http', endpoint: `http://127.0.0.1:${jaeger.otlp}/v1/traces` };
    world = await World.start(salt.bin, folder.path, undefined, { master: { tracing }, minion: { tracing } });
    const checkpoint = `${folder.path}/checkpoint`;
    new Follower([world.events, '--checkpoint', checkpoint, '--to', `otlp+http://127.0.0.1:${jaeger.otlp}`]);
    await world.job('state.apply', 'success');
    const isReturn = ({ tag, data }: Event): boolean =>
      tag.includes('/ret/') && Object.keys(data.return ?? {}).some((key) => key.includes('_|-'));
    await until(() => events().some(isReturn), 'the return in the event file', 60);
    returned = events().find(isReturn)!;
    event = events().find(({ tag }) => tag === `salt/job/${returned.data.jid}/new`)!;
    const isWhole = async (): Promise<boolean> => {
      const found = await jaeger.trace(event.data.traceparent!.split('-')[1]!);
      if (found === null) return false;
      trace = found;
      return found.spans.some(isOurs) && named(found.spans, 'salt.req.recv.publish') !== undefined;
    };
    await until(isWhole, 'spans of both in one trace', 120);
  }, LONG_MS);
  afterAll(async () => {
    endFollowers();
    await world.stop();
    await jaeger.stop();
    folder.remove();
  }, LONG_MS); // Salt's processes try to send their last spans

  it("has our spans in Salt's trace of the job: the return in the span of its publication, the states in the return", () => {
    const publication = named(trace.spans, 'salt.req.recv.publish')!;
    const own = trace.spans.filter(isOurs);
    const root = own.find((span) => tagOf(span, 'salt.kind') === 'job_return')!;
    const parentOf = (span: JaegerSpan): string | undefined =>
      span.references.find(({ refType }) => refType === 'CHILD_OF')?.spanID;
    expect(parentOf(root)).toBe(publication.spanID);
    expect(tagOf(root, 'salt.minion_id')).toBe(MINION);
    const states = own.filter((span) => span !== root);
    expect(states.map((span) => tagOf(span, 'salt.state.key')).sort()).toEqual(
      Object.keys(returned.data.return!).sort(),
    );
    for (const span of states) expect(parentOf(span)).toBe(root.spanID);
    const services = new Set(trace.spans.map(({ processID }) => trace.processes[processID]!.serviceName));
    expect([...services]).toEqual(expect.arrayContaining(['salt', 'salt-master']));
  });

  it("links Salt's span of the return, which is in another trace", async () => {
    const root = trace.spans.find((span) => tagOf(span, 'salt.kind') === 'job_return')!;
    const [link] = root.references.filter(({ refType }) => refType === 'FOLLOWS_FROM');
    expect(`00-${link!.traceID}-${link!.spanID}`).toBe(returned.data.traceparent!.slice(0, -3));
    expect(link!.traceID).not.toBe(trace.traceID);
    // Salt sends its spans every few seconds, each of its processes for itself.
    const linked = async (): Promise<JaegerSpan | undefined> =>
      (await jaeger.trace(link!.traceID))?.spans.find(({ spanID }) => spanID === link!.spanID);
    await until(async () => (await linked()) !== undefined, "Salt's span of the return", 90);
    expect((await linked())!.operationName).toBe('salt.req.recv._return');
  }, 120_000);

  it('places our spans where Salt says that the job ran', () => {
    const publication = named(trace.spans, 'salt.req.recv.publish')!;
    const root = trace.spans.find((span) => tagOf(span, 'salt.kind') === 'job_return')!;
    const arrivedMs = Date.parse((returned.data as unknown as { _stamp: string })._stamp);
    expect(root.startTime).toBeGreaterThan(publication.startTime);
    expect(root.startTime + root.duration).toBeLessThanOrEqual(arrivedMs * 1000 + 999);
  });
});
