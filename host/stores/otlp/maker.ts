// The spans of a run, out of its records: those of one return together, once the last of them is there.
import type { LineBatch } from '../../core/flattener.js';
import type { Kind } from '../../core/kinds.js';
import { type Members, isText, membersOf, textOf } from '../../core/salt.js';
import { type SpanContext, readTraceparent } from '../../core/trace.js';
import type { Document, DocumentMaker, MakerSettings } from '../../delivery/document.js';
import { type Told, readRecord } from './members.js';
import { writeAttributes, writeSpan } from './span.js';
import { type Jobs, ReturnSpans, type Spanned } from './spans.js';

/** So many jobs are known at a time: returns come within minutes of their job. */
const MOST_JOBS = 100_000;

/** So many of them, the newest, are known to the run that goes on with the checkpoint. */
const MOST_KEPT = 200;

/** Where Salt tells of a job: who is asked, and Salt's own span that the job's other spans lie in. */
const BEGINNING = /^salt\/(?:job|run)\/[^/]+\/(?:new|publish)$/;

/** How the tags of such events end, as JSON. */
const ENDS = ['/new"', '/publish"'];

/** A job as its beginning tells. */
interface Beginning {
  readonly jid: string;
  readonly traceparent: string | null;
  readonly fun: string | null;
}

/** What began the jobs, by their jid; the oldest are forgotten. */
class Beginnings implements Jobs {
  readonly #jobs = new Map<string, Beginning>();

  saltSpanOf(jid: string | null): SpanContext | null {
    return jid === null ? null : readTraceparent(this.#jobs.get(jid)?.traceparent);
  }

  funOf(jid: string): string | null {
    return this.#jobs.get(jid)?.fun ?? null;
  }

  /** Takes what an event tells that is no return. */
  note(event: Uint8Array): void {
    const bytes = Buffer.from(event.buffer, event.byteOffset, event.length);
    if (!ENDS.some((end) => bytes.includes(end))) return;
    const { tag, data } = JSON.parse(bytes.toString()) as { tag?: unknown; data?: unknown };
    if (!isText(tag) || !BEGINNING.test(tag)) return;
    const members = membersOf(data);
    // The master's own events have no `cmd`: with one it is what a minion says.
    if (members['cmd'] === undefined) this.#add(members);
  }

  write(): readonly Beginning[] {
    return [...this.#jobs.values()].slice(-MOST_KEPT);
  }

  read(written: unknown): void {
    if (Array.isArray(written)) for (const each of written) this.#add(membersOf(each));
  }

  #add({ jid, fun, traceparent }: Members): void {
    if (!isText(jid) || this.#jobs.has(jid)) return;
    this.#jobs.set(jid, { jid, fun: textOf(fun), traceparent: textOf(traceparent) });
    if (this.#jobs.size > MOST_JOBS) this.#jobs.delete(this.#jobs.keys().next().value!);
  }
}

/**
 * What is known of where a span comes from, as OTLP writes attributes of a resource; the constants of `add` stand
 * above.
 */
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
  readonly #jobs = new Beginnings();
  readonly memory = this.#jobs;
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
    const spans = new ReturnSpans(records, this.#jobs);
    for (const spanned of spans.spans()) yield documentOf(spanned);
  }
}
