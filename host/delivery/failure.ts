// How a request to a store can fail, so that one place decides what is tried again.
import { retryAfterMs } from './backoff.js';
import { OutputError, reasonOf } from '../core/error.js';
import { firstLine } from '../text/terminal.js';

/** How much of an answer is kept to say why. In characters. */
const REASON_CHARACTERS = 500;

/** Another try may succeed: the server is busy, away or in trouble. */
export class PassingFailure extends Error {
  /** How long the server wants to be left alone. In milliseconds. */
  readonly afterMs: number;

  constructor(message: string, afterMs = 0) {
    super(message);
    this.afterMs = afterMs;
  }
}

/** The request is too large, or holds something that the server refuses without saying which: a smaller one may pass. */
export class BatchFailure extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Why, in one printable line without anything secret. */
export function reasonText(text: string, redact: (text: string) => string): string {
  return redact(firstLine(text)).slice(0, REASON_CHARACTERS);
}

/** `type: reason`, and what caused it, of an error as OpenSearch and Elasticsearch write it. */
export function describeError(error: unknown): string {
  if (typeof error !== 'object' || error === null) return typeof error === 'string' ? error : '';
  const { type, reason, caused_by: cause } = error as { type?: unknown; reason?: unknown; caused_by?: unknown };
  const parts = [type, reason].filter((part) => typeof part === 'string');
  const because = describeError(cause);
  return `${parts.join(': ')}${because === '' ? '' : ` (${because})`}`;
}

/** The headers of an answer, as far as they say something here. */
export interface AnswerHeaders {
  readonly 'retry-after'?: string | string[] | undefined;
}

/** What a status of 4xx or 5xx means for the whole request. `reason`: what the answer says. */
export function failureOf(status: number, reason: string, name: string, headers: AnswerHeaders = {}): Error {
  const why = `answered ${status}${reason === '' ? '' : ` (${reason})`}`;
  if (status === 413) return new BatchFailure(status, why);
  if (status === 408 || status === 429 || status >= 500) {
    const after = headers['retry-after'];
    return new PassingFailure(why, retryAfterMs(Array.isArray(after) ? after[0] : after));
  }
  return new OutputError(`${name}: ${why}${adviceOn(status)}`, `HTTP_${status}`, name);
}

function adviceOn(status: number): string {
  if (status === 401) return '; check SALTFLAT_HTTP_USER and SALTFLAT_HTTP_PASSWORD, or SALTFLAT_HTTP_TOKEN';
  if (status === 403) return '; these credentials may not do that there';
  if (status === 406) return '; elasticsearch:// is for Elasticsearch 8 and later, opensearch:// for OpenSearch';
  if (status === 404) return '; check the address and the index';
  return '';
}

/** Words of the messages of errors that another try cannot mend: OpenSearch's client leaves nothing but the message. */
const PERMANENT = /certificate|altnames|ERR_TLS|ERR_SSL|EPROTO|SSL routines|self[- ]signed/i;

/** What an error of the connection means. */
export function connectionFailureOf(error: unknown, name: string): Error {
  const message = error instanceof Error ? error.message : String(error);
  const found =
    /\bE[A-Z]{4,}\b/.exec(message)?.[0] ?? (/socket hang up|other side closed/.test(message) ? 'EPIPE' : '');
  if (/wrong version number|packet length too long/.test(message)) {
    return new OutputError(
      `${name}: the server does not speak TLS there; leave out +https, or check the port`,
      'TLS',
      name,
    );
  }
  const reason = firstLine(reasonOf(found === '' ? error : Object.assign(new Error(message), { code: found })));
  if (!PERMANENT.test(message)) return new PassingFailure(reason);
  const advice = 'check --tls-ca, the host name and that the server speaks TLS';
  return new OutputError(`${name}: cannot be reached: ${reason}; ${advice}`, 'TLS', name, error);
}
