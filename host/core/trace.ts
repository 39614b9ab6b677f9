// Where a record stands among traces: ids of OpenTelemetry (16 and 8 bytes, in hexadecimal digits) made of Salt's
// facts.
import { blake2b128 } from './blake2b.js';

const encoder = new TextEncoder();

/**
 * The id of a job's trace, as `trace_id` of its records is made (docs/options.md). `jid`: one that a master gave.
 * `master`: the constant of the option `add`; empty where there is none.
 */
export const traceIdOf = (jid: string, master: string): string => blake2b128(encoder.encode(`${jid}\0${master}`));

const BLOCK_BYTES = 128;

/** The `event_id` of the summary of a return (docs/options.md). `jid`: one that a master gave. */
export function returnIdOf(jid: string, minion: string, fun: string): string {
  const job = encoder.encode([jid, minion, fun].join('\0'));
  const type = encoder.encode('\0\0job_return');
  const facts = new Uint8Array(Math.ceil(job.length / BLOCK_BYTES) * BLOCK_BYTES + type.length);
  facts.set(job);
  facts.set(type, facts.length - type.length);
  return blake2b128(facts);
}

/** The id of the span of a record: the first half of its `event_id`. */
export const spanIdOf = (eventId: string): string => eventId.slice(0, 16);

/** A span as others refer to it. */
export interface SpanContext {
  readonly traceId: string;
  readonly spanId: string;
}

/** W3C Trace Context, level 1: the version, two ids that are not zero, flags. */
const TRACEPARENT = /^(?!ff)[\da-f]{2}-(?!0{32})([\da-f]{32})-(?!0{16})([\da-f]{16})-[\da-f]{2}(?:$|-)/;

/** The span that a `traceparent` names; null where it is none. */
export function readTraceparent(text: unknown): SpanContext | null {
  const parts = typeof text === 'string' ? TRACEPARENT.exec(text) : null;
  return parts === null ? null : { traceId: parts[1]!, spanId: parts[2]! };
}
