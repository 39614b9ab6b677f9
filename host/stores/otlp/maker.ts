// The spans of a run, out of its records: those of one return together, once the last of them is there.
import type { LineBatch } from '../../core/flattener.js';
import type { Kind } from '../../core/kinds.js';
import { isText } from '../../core/salt.js';
import { type SpanContext, readTraceparent } from '../../core/trace.js';
import type { Document, DocumentMaker, MakerSettings } from '../../delivery/document.js';
import { type Told, readRecord } from './members.js';
import { writeAttributes, writeSpan } from './span.js';
import { ReturnSpans, type Spanned } from './spans.js';

/** So many jobs are known at a time: returns come within minutes of their job. */
const MOST_JOBS = 100_000;

/** What stands in an event in which Salt tells of its own trace. */
const TRACEPARENT = '"traceparent"';

/** Where Salt told of a job: its beginning alone has the span that the job's other spans lie in. */
const BEGINNING = /^salt\/(?:job|run)\/[^/]+\/(?:new|publish)$/;

/** The spans that Salt itself made of jobs, by their jid; the oldest are forgotten. */
class Jobs {
  readonly #spans = new Map<string, SpanContext>();

  get(jid: string | null): SpanContext | null {
    return jid === null ? null : (this.#spans.get(jid) ?? null);
  }

  /** Takes what an event tells that is no return. */
  note(event: Uint8Array): void {
    const bytes = Buffer.from(event.buffer, event.byteOffset, event.length);
    if (!bytes.includes(TRACEPARENT)) return;
    const { tag, data } = JSON.parse(bytes.toString()) as { tag?: unknown; data?: unknown };
    if (!isText(tag) || !BEGINNING.test(tag) || typeof data !== 'object' || data === null) return;
    const { jid, traceparent } = data as { jid?: unknown; traceparent?: unknown };
    const span = readTraceparent(traceparent);
    if (!isText(jid) || span === null || this.#spans.has(jid)) return;
    this.#spans.set(jid, span);
    if (this.#spans.size > MOST_JOBS) this.#spans.delete(this.#spans.keys().next().value!);
  }
}

/** What is known of where a span comes from, as OTLP writes attributes of a resource; the constants of `add` stand above. */
const resourceOf = ({ minion, labels }: Told): string =>
  JSON.stringify({
    attributes: writeAttributes({
      'service.name': 'salt',
      'host.name': minion ?? undefined,
      ...Object.fromEntries(Object.entries(labels).map(([name, value]) => [name, String(value)])),
    }),
  });

function documentOf({ span, of }: Spanned): Document {
  return {
    id: `${span.traceId}-${span.spanId}`,
    json: writeSpan(span),
    record: of.record,
    epoch: String(span.endNs / 1_000_000_000n),
    host: of.minion ?? undefined,
    resource: resourceOf(of),
  };
}

/** Whether two records are of one return. */
const isOfOne = (one: Told, other: Told): boolean =>
  one.jid === other.jid && one.minion === other.minion && one.fun === other.fun && one.stamp === other.stamp;

/** Makes spans of the records of `flatten_ecs`, with ids, causes and summaries. */
export class SpanMaker implements DocumentMaker {
  readonly #isFiltered: boolean;
  readonly #jobs = new Jobs();
  /** Of one return, whose last record is still to come. */
  #pending: Told[] = [];

  constructor({ isFiltered }: MakerSettings) {
    this.#isFiltered = isFiltered;
  }

  /** A return's own record ends it, whatever is asked for. Events that are no returns only tell of Salt's traces. */
  readonly takes = (record: Uint8Array, kind: Kind): boolean | null => {
    if (kind === 'passed') this.#jobs.note(record);
    return kind === 'passed' ? false : kind === 'job_return' ? true : null;
  };

  *of({ bytes, lines }: LineBatch): Generator<Document> {
    let start = 0;
    for (const { end, kind } of lines) {
      if (kind !== 'malformed') yield* this.#add(readRecord(bytes.subarray(start, end), kind));
      start = end + 1;
    }
  }

  *#add(told: Told): Generator<Document> {
    if (this.#pending.length > 0 && !isOfOne(this.#pending[0]!, told)) yield* this.#end();
    this.#pending.push(told);
    if (told.isReturn || told.kind === 'returned') yield* this.#end();
  }

  *#end(): Generator<Document> {
    const records = this.#pending;
    this.#pending = [];
    if (this.#isFiltered && records.every(({ isReturn }) => isReturn)) return; // nothing that was asked for is in it
    const spans = new ReturnSpans(records, { job: this.#jobs.get(records[0]!.jid) });
    for (const spanned of spans.spans()) yield documentOf(spanned);
  }
}
