// Spans to whatever takes OTLP over HTTP (OpenTelemetry Protocol 1.x): Jaeger, Tempo, a collector.
import type { Document } from '../../delivery/document.js';
import { BatchFailure, PassingFailure, answeredText, failureOf, reasonText } from '../../delivery/failure.js';
import { HttpClient } from '../../delivery/http-client.js';
import type { Outcome, Receiver } from '../../delivery/receiver.js';
import type { Members } from '../../core/salt.js';
import { VERSION } from '../../core/version.js';
import type { StoreAddress, StoreRow } from '../store.js';
import { SpanMaker } from './maker.js';

const ANSWER_MS = 120_000;

/** Answers have a line or two. In bytes. */
const ANSWER_BYTES = 65_536;

const SCOPE = JSON.stringify({ name: 'saltflat', version: VERSION });

/** An `ExportTraceServiceRequest`: the spans, those of one resource together. */
function bodyOf(documents: readonly Document[]): string {
  const byResource = new Map<string, string[]>();
  for (const { resource = '{}', json } of documents) {
    const spans = byResource.get(resource);
    if (spans === undefined) byResource.set(resource, [json]);
    else spans.push(json);
  }
  const resourceSpans = [...byResource].map(
    ([resource, spans]) => `{"resource":${resource},"scopeSpans":[{"scope":${SCOPE},"spans":[${spans.join(',')}]}]}`,
  );
  return `{"resourceSpans":[${resourceSpans.join(',')}]}`;
}

function parse(text: string): Members | null {
  try {
    const body = JSON.parse(text) as unknown;
    return typeof body === 'object' && body !== null ? (body as Members) : null;
  } catch {
    return null;
  }
}

/** How many spans the receiver did not take, and why (`ExportTracePartialSuccess`; a number of 64 bits is a string). */
function partialOf(text: string): { readonly rejected: number; readonly reason: string } {
  const body = parse(text === '' ? '{}' : text);
  if (body === null) throw new PassingFailure('answered with something that is no answer of OTLP');
  const { rejectedSpans, errorMessage } = (body['partialSuccess'] ?? {}) as Members;
  return { rejected: Number(rejectedSpans ?? 0), reason: typeof errorMessage === 'string' ? errorMessage : '' };
}

/** What an answer of 4xx or 5xx says: a `Status`, or any text. */
function reasonIn(text: string): string {
  const body = parse(text);
  if (body === null) return text;
  return typeof body['message'] === 'string' ? body['message'] : '';
}

/**
 * What became of the spans of a request that was answered with 2xx. The receiver tells how many it did not take, not
 * which: requests of fewer find them. The specification would have none of them sent again, as a receiver might have
 * them twice; here what it took is there already, under the same ids, and what it refused would be lost without a word.
 */
function outcomesOf(count: number, text: string, redact: (text: string) => string): readonly Outcome[] {
  const { rejected, reason: words } = partialOf(text);
  const reason = reasonText(words, redact);
  if (!(rejected > 0)) return Array.from({ length: count }, () => ({ kind: 'sent' }));
  if (rejected < count) throw new BatchFailure(200, `${rejected} of ${count} spans rejected (${reason})`);
  return Array.from({ length: count }, () => ({ kind: 'rejected', status: 200, reason }));
}

/** A receiver for an address of OTLP. */
function openOtlp({ origin, index, name, authorization, redact, ca }: StoreAddress): Receiver {
  const http = new HttpClient({ origin, name, authorization, ca, answerMs: ANSWER_MS, answerBytes: ANSWER_BYTES });
  const path = `${index === '' ? '' : `/${index}`}/v1/traces`;
  return {
    async send(documents) {
      const { status, headers, text } = await http.request({
        method: 'POST',
        path,
        body: bodyOf(documents),
        contentType: 'application/json',
      });
      if (status >= 200 && status < 300) return outcomesOf(documents.length, text, redact);
      const reason = reasonText(reasonIn(text), redact);
      if (status === 400) throw new BatchFailure(status, answeredText(status, reason));
      throw failureOf(status, reason, name, headers);
    },
    close: () => http.close(),
  };
}

/** Parts of a path, without an end. */
const PATH = /^(?:[\w.~%!$&'()*+,;=:-]+(?:\/[\w.~%!$&'()*+,;=:-]+)*)?$/;

export const OTLP: StoreRow = {
  title: 'OpenTelemetry',
  port: 4318,
  indexForm: '[PATH]',
  indexRule: (path) => (PATH.test(path) ? null : 'what stands before /v1/traces is a path without a slash at its end'),
  takesPath: true,
  help: 'Spans, to Jaeger, Tempo, a collector: PATH/v1/traces, port 4318 unless told.',
  token: { scheme: 'Bearer', isNeeded: false },
  preset: 'flatten_ecs',
  isPresetFixed: true,
  requestBytes: 1_000_000,
  documents: (settings) => new SpanMaker(settings),
  forced: ({ job_members: members = [] }) => ({
    trace: true,
    causes: true,
    summary: true,
    other_events: 'pass',
    job_members: [...new Set([...members, 'traceparent'])],
  }),
  tellsCopies: false,
  open: openOtlp,
  search: { refusal: 'OTLP only takes; Jaeger and Tempo find a job by salt.jid' },
};
