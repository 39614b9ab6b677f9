// Spans as OpenTelemetry writes them: by its own serialiser, and its own names of attributes. Its packages are 25 MB,
// and the newest want a newer Node than this project: so they judge here, and are nothing that users install.
import { readFileSync } from 'node:fs';
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { JsonTraceSerializer } from '@opentelemetry/otlp-transformer';
import * as conventions from '@opentelemetry/semantic-conventions/incubating';
import fc from 'fast-check';
import { type Attributes, KIND, type Span, writeSpan } from '../../../../build/host/stores/otlp/span.js';
import { spansOf } from '../../../support/stores/spans.js';

type ReadableSpan = Parameters<typeof JsonTraceSerializer.serializeRequest>[0][number];

const KINDS = { [KIND.INTERNAL]: SpanKind.INTERNAL, [KIND.SERVER]: SpanKind.SERVER, [KIND.CLIENT]: SpanKind.CLIENT };

const timeOf = (ns: bigint): [number, number] => [Number(ns / 1_000_000_000n), Number(ns % 1_000_000_000n)];
/** As the SDK has them: it knows no absent ones. */
const given = (attributes: Attributes): ReadableSpan['attributes'] =>
  JSON.parse(JSON.stringify(attributes)) as ReadableSpan['attributes'];

/** A span as OpenTelemetry's SDK has it. */
function readable(span: Span): ReadableSpan {
  const { traceId, startNs, endNs, failure, parentSpanId } = span;
  const contextOf = (spanId: string, trace = traceId): ReturnType<ReadableSpan['spanContext']> => ({
    traceId: trace,
    spanId,
    traceFlags: 0,
  });
  return {
    name: span.name,
    kind: KINDS[span.kind],
    spanContext: () => contextOf(span.spanId),
    ...(parentSpanId !== null && { parentSpanContext: contextOf(parentSpanId) }),
    startTime: timeOf(startNs),
    endTime: timeOf(endNs),
    duration: timeOf(endNs - startNs),
    status: failure === null ? { code: SpanStatusCode.UNSET } : { code: SpanStatusCode.ERROR, message: failure },
    attributes: given(span.attributes),
    events: span.events.map(({ atNs, name, attributes }) => ({
      time: timeOf(atNs),
      name,
      attributes: given(attributes),
    })),
    links: span.links.map((link) => ({
      context: contextOf(link.spanId, link.traceId),
      attributes: given(link.attributes),
    })),
    ended: true,
    resource: { attributes: {} } as ReadableSpan['resource'],
    instrumentationScope: { name: 'saltflat' },
    ...{ droppedAttributesCount: 0, droppedEventsCount: 0, droppedLinksCount: 0 },
  };
}

/** What protobuf's JSON writes in two ways or leaves out, in one: numbers of 64 bits, and what is as it is anyway. */
function inOneWay(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOneWay);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(
        ([name, each]) =>
          !/^(?:dropped\w+Count|flags)$/.test(name) &&
          !(Array.isArray(each) && each.length === 0 && /^(?:events|links)$/.test(name)),
      )
      .filter(([name, each]) => name !== 'status' || (each as { code: number }).code !== 0)
      .map(([name, each]) => [name, name === 'intValue' ? Number(each) : inOneWay(each)]),
  );
}

const hex = (digits: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: digits, maxLength: digits });
const moment = fc.bigInt({ min: 0n, max: 4_000_000_000_000_000_000n });
const text = fc.string({ unit: 'grapheme' });
const attributes: fc.Arbitrary<Attributes> = fc.dictionary(
  text,
  fc.oneof(
    text,
    fc.boolean(),
    fc.maxSafeInteger(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).filter((number) => !Number.isInteger(number)),
    fc.array(text),
    fc.constant(undefined),
  ),
);
const span: fc.Arbitrary<Span> = fc.record({
  traceId: hex(32),
  spanId: hex(16),
  parentSpanId: fc.option(hex(16)),
  name: text,
  kind: fc.constantFrom(...Object.values(KIND)),
  startNs: moment,
  endNs: moment,
  attributes,
  events: fc.array(fc.record({ atNs: moment, name: text, attributes }), { maxLength: 2 }),
  links: fc.array(fc.record({ traceId: hex(32), spanId: hex(16), attributes }), { maxLength: 2 }),
  failure: fc.option(text),
});

it("a span is written as OpenTelemetry's own serialiser writes it", () => {
  fc.assert(
    fc.property(span, (each) => {
      const request = JSON.parse(Buffer.from(JsonTraceSerializer.serializeRequest([readable(each)])!).toString()) as {
        resourceSpans: [{ scopeSpans: [{ spans: [unknown] }] }];
      };
      const theirs = request.resourceSpans[0].scopeSpans[0].spans[0];
      expect(inOneWay(JSON.parse(writeSpan(each)))).toEqual(inOneWay(theirs));
    }),
    { numRuns: 500 },
  );
});

it("attributes have OpenTelemetry's names, or Salt's", async () => {
  const known = new Set<unknown>(Object.values(conventions));
  const spans = await spansOf(readFileSync('examples/events/demo.ndjson', 'utf8').trimEnd().split('\n'));
  const names = new Set(spans.flatMap(({ attributes: own, resource }) => Object.keys({ ...own, ...resource })));
  expect([...names].filter((name) => !name.startsWith('salt.') && !known.has(name))).toEqual([]);
  expect([...names].filter((name) => known.has(name)).length).toBeGreaterThan(8);
  const results = new Set(spans.map(({ attributes: own }) => own['cicd.pipeline.task.run.result']));
  for (const result of results) expect(result === undefined || known.has(result)).toBe(true);
});
