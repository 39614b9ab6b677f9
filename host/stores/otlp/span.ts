// Spans as OTLP writes them in JSON (opentelemetry-proto 1.x, trace.proto; "JSON Protobuf Encoding" of the OTLP
// specification): ids in hexadecimal digits, numbers of 64 bits as strings, enums as numbers.
import type { SpanContext } from '../../core/trace.js';

/** What an attribute may hold; absent ones are left out. */
export type Value = string | boolean | number | readonly string[] | undefined;
export type Attributes = Readonly<Record<string, Value>>;

/** Something that happened in a span. */
export interface SpanEvent {
  readonly atNs: bigint;
  readonly name: string;
  readonly attributes: Attributes;
}

/** Another span that this one is about. */
export interface SpanLink extends SpanContext {
  readonly attributes: Attributes;
}

/** `SpanKind` */
export const KIND = { INTERNAL: 1, SERVER: 2, CLIENT: 3 } as const;

/** One span. Times are nanoseconds since 1970. */
export interface Span extends SpanContext {
  readonly parentSpanId: string | null;
  readonly name: string;
  readonly kind: (typeof KIND)[keyof typeof KIND];
  readonly startNs: bigint;
  readonly endNs: bigint;
  readonly attributes: Attributes;
  readonly events: readonly SpanEvent[];
  readonly links: readonly SpanLink[];
  /** Why it failed; null where it did not. */
  readonly failure: string | null;
}

/** `STATUS_CODE_ERROR`; without a status a span is neither. */
const ERROR = 2;

function valueOf(value: Exclude<Value, undefined>): object {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value !== 'number') return { arrayValue: { values: value.map((each) => ({ stringValue: each })) } };
  return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
}

/** Attributes as OTLP writes them, in their order. */
export function writeAttributes(attributes: Attributes): object[] {
  return Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [{ key, value: valueOf(value) }],
  );
}

/** A span as OTLP writes it: the same text for the same span. */
export function writeSpan(span: Span): string {
  const { traceId, spanId, parentSpanId, name, kind, startNs, endNs, attributes, events, links, failure } = span;
  return JSON.stringify({
    traceId,
    spanId,
    ...(parentSpanId !== null && { parentSpanId }),
    name,
    kind,
    startTimeUnixNano: String(startNs),
    endTimeUnixNano: String(endNs),
    attributes: writeAttributes(attributes),
    ...(events.length > 0 && {
      events: events.map((event) => ({
        timeUnixNano: String(event.atNs),
        name: event.name,
        attributes: writeAttributes(event.attributes),
      })),
    }),
    ...(links.length > 0 && {
      links: links.map((link) => ({
        traceId: link.traceId,
        spanId: link.spanId,
        attributes: writeAttributes(link.attributes),
      })),
    }),
    ...(failure !== null && { status: { code: ERROR, message: failure } }),
  });
}
