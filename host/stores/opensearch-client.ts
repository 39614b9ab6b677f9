// Requests to OpenSearch and Elasticsearch: JSON in, JSON out, or how it failed.
import { OutputError } from '../core/error.js';
import { type HttpAnswer, HttpClient } from '../delivery/http-client.js';
import { PassingFailure, describeError, failureOf, reasonText } from '../delivery/failure.js';
import type { StoreAddress, StoreClient } from './store.js';

/** How long a server may take to answer. */
const ANSWER_MS = 120_000;

/** The longest answer that is read: a page of a search has 5,000 documents with six fields. In bytes. */
const ANSWER_BYTES = 64 * 1024 * 1024;

/** The header in which Elasticsearch says that it is one, from 7.14 on. */
const PRODUCT_HEADER = 'x-elastic-product';

/** A client for an address. Nothing is sent yet. `product`: what the server must say that it is. */
export function openClient(address: StoreAddress, product?: 'Elasticsearch'): StoreClient {
  const { origin, name, authorization, ca } = address;
  const http = new HttpClient({ origin, name, authorization, ca, answerMs: ANSWER_MS, answerBytes: ANSWER_BYTES });
  return {
    async request({ method, path, query, body, ndjson }) {
      const answer = await http.request({
        method,
        path: query === undefined ? path : `${path}?${new URLSearchParams(query).toString()}`,
        body: ndjson ?? (body === undefined ? undefined : JSON.stringify(body)),
        contentType: ndjson !== undefined ? 'application/x-ndjson' : body && 'application/json',
      });
      const { status } = answer;
      const isAnswer = (status >= 200 && status < 300) || (method === 'HEAD' && status === 404);
      if (!isAnswer) throw refusalOf(answer, address);
      if (product !== undefined && answer.headers[PRODUCT_HEADER] !== product) throw otherProduct(address);
      return { status, body: method === 'HEAD' ? null : readJson(answer) };
    },
    close: () => http.close(),
  };
}

/** Another program answers under the name of Elasticsearch: it may do otherwise. */
function otherProduct({ name }: StoreAddress): OutputError {
  const advice = 'is no Elasticsearch of 7.14 or later; opensearch:// is for OpenSearch';
  return new OutputError(`${name}: ${advice}`, 'NOT_ELASTICSEARCH', name);
}

/**
 * What an answer's body says. Throws a `PassingFailure` where it is too long or no JSON: something between may be
 * wrong.
 */
function readJson({ text, isCut }: HttpAnswer): unknown {
  if (isCut) throw new PassingFailure(`answered with more than ${ANSWER_BYTES / 1024 / 1024} MiB`);
  const body = parse(text);
  if (body === undefined) throw new PassingFailure('answered with something that is no JSON');
  return body;
}

/** The failure that an answer of 3xx, 4xx or 5xx is. */
function refusalOf({ status, headers, text }: HttpAnswer, { name, redact }: StoreAddress): Error {
  const body = parse(text);
  const inBody = typeof body === 'object' && body !== null && 'error' in body ? describeError(body.error) : '';
  const reason = inBody !== '' ? inBody : body === undefined ? text : '';
  return failureOf(status, reasonText(reason, redact), name, headers);
}

/** JSON; undefined where it is none. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
