// The official clients of OpenSearch and Elasticsearch, seen as one: a request, and its answer or how it failed.
import { OutputError } from '../core/error.js';
import type { StoreAddress } from './address.js';
import {
  type AnswerHeaders,
  PassingFailure,
  connectionFailureOf,
  describeError,
  failureOf,
  reasonText,
} from '../delivery/failure.js';

/** A request. `ndjson` has its own type of content; of it and `body` there is at most one. */
export interface StoreRequest {
  readonly method: 'GET' | 'HEAD' | 'POST';
  /** From `/`, encoded. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: object;
  readonly ndjson?: string;
}

/** A server's answer: what stands in it was parsed and is unchecked. */
export interface StoreAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** A connection to one server. */
export interface StoreClient {
  /**
   * Resolves to an answer of 2xx. Rejects with a `PassingFailure` or a `BatchFailure`, and with an `OutputError` where no
   * other try can succeed. Tries once.
   */
  request(request: StoreRequest): Promise<StoreAnswer>;
  close(): Promise<void>;
}

/** How long a server may take to answer. */
const ANSWER_MS = 120_000;

/** What both clients have in common. */
interface RawClient {
  readonly transport: {
    request(params: object, options: object): PromiseLike<{ statusCode?: number | null; body: unknown }>;
  };
  close(): Promise<unknown>;
}

/** The client is loaded only here: it takes longer to load than all else. */
async function openRaw({ kind, origin, authorization, ca }: StoreAddress): Promise<RawClient> {
  const common = {
    node: origin,
    maxRetries: 0, // one place decides what is tried again: the caller
    requestTimeout: ANSWER_MS,
    ...(authorization === undefined ? {} : { headers: { authorization } }),
  };
  const trust = ca === undefined ? undefined : { ca: Buffer.from(ca) };
  if (kind === 'elasticsearch') {
    const { Client } = await import('@elastic/elasticsearch');
    return new Client({ ...common, compression: true, ...(trust && { tls: trust }) }) as RawClient;
  }
  const { Client } = await import('@opensearch-project/opensearch');
  return new Client({ ...common, compression: 'gzip', ...(trust && { ssl: trust }) }) as unknown as RawClient;
}

/** A client for an address of OpenSearch or Elasticsearch. Nothing is sent yet. */
export async function openClient(address: StoreAddress): Promise<StoreClient> {
  const raw = await openRaw(address);
  return {
    async request({ method, path, query, body, ndjson }) {
      const params = {
        method,
        path,
        querystring: query ?? {},
        ...(body && { body }),
        ...(ndjson && { bulkBody: ndjson }),
      };
      try {
        const answer = await raw.transport.request(params, { meta: true });
        return { status: answer.statusCode ?? 0, body: answer.body };
      } catch (error) {
        throw failureFrom(error, address);
      }
    },
    close: async () => void (await raw.close()),
  };
}

/** What an error of a client means. Told by its name: the two clients' classes are not the same. */
function failureFrom(error: unknown, { name, redact }: StoreAddress): Error {
  const { name: kind, meta } = error as Error & { meta?: unknown };
  if (kind === 'ResponseError') {
    const { statusCode, body, headers } = (meta ?? {}) as {
      statusCode?: number;
      body?: unknown;
      headers?: AnswerHeaders;
    };
    const inBody = typeof body === 'object' && body !== null && 'error' in body ? describeError(body.error) : '';
    const reason = inBody !== '' ? inBody : typeof body === 'string' ? body : '';
    return failureOf(statusCode ?? 0, reasonText(reason, redact), name, headers);
  }
  if (kind === 'ProductNotSupportedError') {
    const advice = 'is no Elasticsearch of 7.14 or later; opensearch:// is for OpenSearch';
    return new OutputError(`${name}: ${advice}`, 'NOT_ELASTICSEARCH', name, error);
  }
  if (kind === 'TimeoutError') return new PassingFailure(`no answer within ${ANSWER_MS / 1000} s`);
  if (kind === 'DeserializationError') return new PassingFailure('answered with something that is no JSON');
  return connectionFailureOf(error, name);
}
