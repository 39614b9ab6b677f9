// Where a record stands among traces: ids of OpenTelemetry (16 and 8 bytes, in hexadecimal digits) made of Salt's facts.
import { blake2b128 } from './blake2b.js';

/** What tells one run from another. */
export interface RunFacts {
  readonly jid: string | null;
  /** Whose jid it is: the constant `master` of the option `add`, where there is one. */
  readonly master: string | null;
  readonly minion: string | null;
  /** When the master heard of it, as it stands in the event or the record. */
  readonly stamp: string | null;
}

/** What a master calls a job. What a scheduler writes instead (`req`, `nocache`) is the same for every run. */
const JID = /^\d{20}(?:_\d+)?$/;

const encoder = new TextEncoder();

/**
 * The id of a job's trace: BLAKE2b of 128 bits of its jid and its master, a zero byte between the two. Where `jid` is no jid, each
 * return is a trace of its own: minion and `stamp` are further facts.
 */
export function traceIdOf({ jid, master, minion, stamp }: RunFacts): string {
  const facts = jid !== null && JID.test(jid) ? [jid, master] : [jid, master, minion, stamp];
  return blake2b128(encoder.encode(facts.map((fact) => (fact ?? '').replaceAll('\0', '')).join('\0')));
}

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
