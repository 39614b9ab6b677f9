// How a request to a receiver can fail, so that one place decides what is tried again.
import { retryAfterMs } from './backoff.js';
import { OutputError, codeOf, reasonOf } from '../core/error.js';
import { firstLine } from '../text/terminal.js';

/** How much of an answer is kept to say why. In characters. */
const REASON_CHARACTERS = 500;

/**
 * How much of an answer is looked at for it: the first line may come late, and secrets are taken out before it is cut.
 */
const LOOKED_AT_CHARACTERS = 65_536;

/** Another try may succeed: the server is busy, away or in trouble. */
export class PassingFailure extends Error {
  /** How long the server wants to be left alone. In milliseconds. */
  readonly afterMs: number;

  constructor(message: string, afterMs = 0) {
    super(message);
    this.afterMs = afterMs;
  }
}

/**
 * The request is too large, or holds something that the server refuses without saying which: a smaller one may pass.
 */
export class BatchFailure extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Why, in one printable line without anything secret. */
export function reasonText(text: string, redact: (text: string) => string): string {
  return redact(firstLine(text.slice(0, LOOKED_AT_CHARACTERS))).slice(0, REASON_CHARACTERS);
}

/** So many causes of an error are told: a store names one or two, and a broken one as many as an answer holds. */
const MOST_CAUSES = 5;

/** `type: reason`, and what caused it, of an error as OpenSearch and Elasticsearch write it. */
export function describeError(error: unknown, causes = MOST_CAUSES): string {
  if (typeof error !== 'object' || error === null) return typeof error === 'string' ? error : '';
  const { type, reason, caused_by: cause } = error as { type?: unknown; reason?: unknown; caused_by?: unknown };
  const parts = [type, reason].filter((part) => typeof part === 'string');
  const because = causes === 0 ? '' : describeError(cause, causes - 1);
  return `${parts.join(': ')}${because === '' ? '' : ` (${because})`}`;
}

/** The headers of an answer, as far as they say something here. */
export type AnswerHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** `answered 503 (busy)`. */
export const answeredText = (status: number, reason: string): string =>
  `answered ${status}${reason === '' ? '' : ` (${reason})`}`;

/** How long the answer asks to be left alone. In milliseconds. */
export function askedWaitMs({ 'retry-after': after }: AnswerHeaders): number {
  return retryAfterMs(Array.isArray(after) ? after[0] : after);
}

/** What a status of 4xx or 5xx means for the whole request. `reason`: what the answer says. */
export function failureOf(status: number, reason: string, name: string, headers: AnswerHeaders = {}): Error {
  const why = answeredText(status, reason);
  if (status === 413) return new BatchFailure(status, why);
  if (status === 408 || status === 429 || status >= 500) return new PassingFailure(why, askedWaitMs(headers));
  return new OutputError(`${name}: ${why}${adviceOn(status)}`, `HTTP_${status}`, name);
}

function adviceOn(status: number): string {
  if (status === 401) return '; check SALTFLAT_HTTP_USER and SALTFLAT_HTTP_PASSWORD, or SALTFLAT_HTTP_TOKEN';
  if (status === 403) return '; these credentials may not do that there';
  if (status === 406) return '; elasticsearch:// is for Elasticsearch 8 and later, opensearch:// for OpenSearch';
  if (status === 404) return '; check the address and the index';
  return '';
}

/** Codes of errors that another try cannot mend: the certificate is refused, or the receiver does not speak TLS. */
export function isPermanent(code: string): boolean {
  return /CERT|SIGNATURE|^ERR_TLS|^ERR_SSL|^EPROTO$/.test(code);
}

/** What an error of the connection means. */
export function connectionFailureOf(error: unknown, name: string): Error {
  const code = codeOf(error);
  const message = error instanceof Error ? error.message : String(error);
  if (/wrong version number|packet length too long/.test(message)) {
    const advice = 'the server does not speak TLS there; leave it out of the address, or check the port';
    return new OutputError(`${name}: ${advice}`, 'TLS', name, error);
  }
  const isClosed = code === 'UND_ERR_SOCKET' && /socket hang up|other side closed/.test(message);
  const reason = firstLine(reasonOf(isClosed ? Object.assign(new Error(message), { code: 'EPIPE' }) : error));
  if (!isPermanent(code)) return new PassingFailure(reason);
  const advice = 'check --tls-ca, the host name and that the server speaks TLS';
  return new OutputError(`${name}: cannot be reached: ${reason}; ${advice}`, 'TLS', name, error);
}
