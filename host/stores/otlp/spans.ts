// From the records of one return to its spans: the return, and in it a span for each other record.
import { type SpanContext, traceIdOf } from '../../core/trace.js';
import { commandReason, isText, textOf } from '../../core/salt.js';
import { firstLine } from '../../text/terminal.js';
import type { Told } from './members.js';
import { type StartedJob, spansOfStep } from './steps.js';
import { type Attributes, KIND, type Span, type SpanEvent, type SpanLink } from './span.js';

/** What is known of jobs beside their returns. */
export interface Jobs {
  /** Salt's own span of a job; null where Salt made none, or none is known. */
  saltSpanOf(jid: string | null): SpanContext | null;
  /** Its function; null where that is not known. */
  funOf(jid: string): string | null;
}

/** A span, and the record that it is of. */
export interface Spanned {
  readonly span: Span;
  readonly of: Told;
}

/** Since 1970. */
interface Period {
  readonly startNs: bigint;
  readonly endNs: bigint;
}

/** Jaeger takes a span that ends as it begins for damaged, says so in it, and no longer knows a copy of it. */
const LEAST_NS = 1n;

const nowNs = (): bigint => BigInt(Date.now()) * 1_000_000n;

function periodOf({ startNs, createdNs, durationNs, isState }: Told): Period {
  const start = (isState ? startNs : createdNs) ?? startNs ?? nowNs();
  const lasted = isState ? (durationNs ?? 0n) : 0n;
  return { startNs: start, endNs: start + (lasted > LEAST_NS ? lasted : LEAST_NS) };
}

const least = (times: readonly bigint[]): bigint => times.reduce((first, time) => (time < first ? time : first));
const most = (times: readonly bigint[]): bigint => times.reduce((last, time) => (time > last ? time : last));

/**
 * From the first state's start to the last one's end. Where records are left out, no later than the sum of all before
 * its end.
 */
function periodOfReturn(told: Told, states: readonly Period[]): Period {
  const own = periodOf(told);
  if (states.length === 0) return own;
  const endNs = most(states.map((each) => each.endNs));
  const startNs = least(states.map((each) => each.startNs));
  const isWhole = told.summary['states'] === states.length;
  return isWhole ? { startNs, endNs } : { startNs: least([startNs, endNs - (told.durationNs ?? 0n)]), endNs };
}

/** `cicd.pipeline.task.run.result` (OpenTelemetry's semantic conventions, in development). */
function resultOf({ kind, outcome }: Told): string | undefined {
  if (kind === 'skipped') return 'skip';
  return outcome === 'failure' || outcome === 'success' ? outcome : undefined;
}

/** Any value as an attribute. */
function asValue(value: unknown): string | number | boolean | undefined {
  if (value === null || value === undefined) return undefined;
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? value
    : JSON.stringify(value);
}

/** The members of an object as attributes below `prefix`. */
const attributesIn = (prefix: string, members: Readonly<Record<string, unknown>>): Attributes =>
  Object.fromEntries(
    Object.entries(members).map(([name, value]) => [
      `${prefix}${name}`,
      Array.isArray(value) ? value.filter(isText) : asValue(value),
    ]),
  );

/** What spans of returns and of states have. */
function commonOf(told: Told): Attributes {
  return {
    'cicd.pipeline.run.id': told.jid ?? undefined,
    'salt.kind': told.kind,
    'salt.jid': told.jid ?? undefined,
    'salt.minion_id': told.minion ?? undefined,
    'salt.fun': told.fun ?? undefined,
    'salt.event_id': told.eventId,
  };
}

function attributesOf(told: Told): Attributes {
  if (told.isReturn)
    return {
      'cicd.pipeline.name': told.fun ?? undefined,
      'cicd.pipeline.action.name': 'RUN',
      'cicd.pipeline.result': told.outcome ?? undefined,
      'cicd.worker.id': told.minion ?? undefined,
      ...commonOf(told),
      'salt.fun_args': told.args,
      ...attributesIn('salt.summary.', told.summary),
    };
  return {
    'cicd.pipeline.task.name': isText(told.state['id']) ? told.state['id'] : told.action,
    'cicd.pipeline.task.run.id': told.eventId,
    'cicd.pipeline.task.run.result': resultOf(told),
    ...commonOf(told),
    ...attributesIn('salt.state.', told.state),
    'salt.caused_by': told.causes.length === 0 ? undefined : told.causes,
    'salt.changes': asValue(told.changes),
    'salt.comment': told.message ?? undefined,
  };
}

/** Why a record failed: its comment, and what its command said. Null where it did not. */
function failureOf({ outcome, kind, message, action, changes }: Told): string | null {
  if (outcome !== 'failure' && kind !== 'failed') return null;
  const reason = commandReason(changes);
  return [message ?? `${action} failed`, ...(reason === '' ? [] : [reason])].join('\n');
}

function eventsOf(told: Told, failure: string | null, atNs: bigint): SpanEvent[] {
  if (failure === null || told.isReturn) return [];
  const type = told.isState ? 'salt.state' : 'salt.return';
  return [{ atNs, name: 'exception', attributes: { 'exception.type': type, 'exception.message': failure } }];
}

/** Why a return failed: how many of its states did. */
function failureOfReturn({ outcome, summary, fun }: Told): string | null {
  if (outcome !== 'failure') return null;
  const { failed, states } = summary;
  return typeof failed === 'number' && failed > 0 ? `${failed} of ${String(states)} states failed` : `${fun} failed`;
}

/**
 * The spans of the records of one return, in their order: states and what they started, what else it returned, the
 * return.
 */
export class ReturnSpans {
  readonly #records: readonly Told[];
  readonly #return: Told | null;
  readonly #jobs: Jobs;
  readonly #master: string;
  readonly #traceId: string;
  readonly #parentSpanId: string | null;
  /** The spans of states by their keys. */
  readonly #byKey = new Map<string, string>();

  /** `records`: not empty. */
  constructor(records: readonly Told[], jobs: Jobs) {
    this.#jobs = jobs;
    this.#records = records;
    this.#return = records.find(({ isReturn }) => isReturn) ?? null;
    const [{ jid, traceId, labels }] = records as readonly [Told];
    this.#master = textOf(labels['master']) ?? '';
    const job = jobs.saltSpanOf(jid);
    this.#traceId = job?.traceId ?? traceId;
    this.#parentSpanId = job?.spanId ?? null;
    for (const { key, parentKey, spanId } of records)
      if (key !== null && (parentKey === null || !this.#byKey.has(key))) this.#byKey.set(key, spanId);
  }

  *spans(): Generator<Spanned> {
    const periods = this.#records.filter(({ isReturn }) => !isReturn).map(periodOf);
    for (const told of this.#records) {
      const span = this.#spanOf(told, periods);
      yield { span, of: told };
      for (const started of spansOfStep(told, span, this.#jobOf)) yield { span: started, of: told };
    }
  }

  readonly #jobOf = (jid: string): StartedJob => ({
    traceId: this.#jobs.saltSpanOf(jid)?.traceId ?? traceIdOf(jid, this.#master),
    fun: this.#jobs.funOf(jid),
  });

  #spanOf(told: Told, periods: readonly Period[]): Span {
    const { isReturn, spanId, action, fun } = told;
    const { startNs, endNs } = isReturn ? periodOfReturn(told, periods) : periodOf(told);
    const failure = isReturn ? failureOfReturn(told) : failureOf(told);
    const isRoot = isReturn || this.#return === null;
    return {
      traceId: this.#traceId,
      spanId,
      parentSpanId: isRoot ? this.#parentSpanId : this.#parentOf(told, this.#return),
      name: isReturn ? (fun ?? 'return') : action,
      kind: isReturn ? KIND.SERVER : KIND.INTERNAL,
      startNs,
      endNs,
      attributes: attributesOf(told),
      events: eventsOf(told, failure, endNs),
      links: isRoot ? this.#linksToSalt(told) : this.#linksToCauses(told),
      failure: failure === null ? null : firstLine(failure),
    };
  }

  /** The state that holds it, else the return. */
  #parentOf({ parentKey }: Told, { spanId }: Told): string {
    return (parentKey === null ? undefined : this.#byKey.get(parentKey)) ?? spanId;
  }

  /** Salt traces what it does with a return apart from the job. */
  #linksToSalt({ saltSpan }: Told): SpanLink[] {
    return saltSpan === null || saltSpan.traceId === this.#traceId
      ? []
      : [{ ...saltSpan, attributes: { 'salt.link': 'return' } }];
  }

  #linksToCauses({ causes }: Told): SpanLink[] {
    return causes.flatMap((key) => {
      const spanId = this.#byKey.get(key);
      return spanId === undefined
        ? []
        : [{ traceId: this.#traceId, spanId, attributes: { 'salt.link': 'caused_by', 'salt.state.key': key } }];
    });
  }
}
