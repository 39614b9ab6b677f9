// Records into OpenSearch and Elasticsearch, by their bulk interface.
import { openClient } from './opensearch-client.js';
import { type Document, oneEach } from '../delivery/document.js';
import { PassingFailure, describeError, failureOf, reasonText } from '../delivery/failure.js';
import type { Outcome, Receiver } from '../delivery/receiver.js';
import type { IndexRule, StoreAddress, StoreClient, StoreRow } from './store.js';

/** One document's part of a bulk answer. */
interface BulkItem {
  readonly status: number;
  readonly error?: unknown;
}

/**
 * `create` is what data streams take, and what tells a document that is there already (409) from one that was not;
 * `index` would write it anew and say nothing.
 */
function linesOf({ id, json }: Document): string {
  return `${JSON.stringify({ create: { _id: id } })}\n${json}\n`;
}

/** What became of each document; null where the answer is none of a bulk request. */
function itemsIn(body: unknown): BulkItem[] | null {
  const items = (body as { items?: unknown } | null)?.items;
  if (!Array.isArray(items)) return null;
  const each = items.map((item: { create?: Partial<BulkItem> | null } | null) => item?.create);
  return each.every((item) => typeof item?.status === 'number') ? (each as BulkItem[]) : null;
}

/** What items say of the index or of who asks, not of a document: no such index, it is closed to writers. */
const ABOUT_ALL = new Set([401, 403, 404]);

function outcomeOf({ status, error }: BulkItem, redact: (text: string) => string): Outcome {
  if (status >= 200 && status < 300) return { kind: 'sent' };
  if (status === 409) return { kind: 'there' };
  const reason = reasonText(describeError(error), redact);
  if (status === 429 || status >= 500)
    return { kind: 'again', reason: `${status}${reason === '' ? '' : ` (${reason})`}` };
  return { kind: 'rejected', status, reason };
}

/**
 * Whether an index is there, or would be made with a mapping of its own. Where neither holds, its fields take the types
 * of the first records that have them, and the store refuses others.
 */
async function hasMapping(client: StoreClient, index: string): Promise<boolean> {
  const path = encodeURIComponent(index);
  const { status } = await client.request({ method: 'HEAD', path: `/${path}` });
  if (status !== 404) return true;
  const { body } = await client.request({ method: 'POST', path: `/_index_template/_simulate_index/${path}` });
  const { template } = body as { template?: { mappings?: { properties?: object } } };
  return template?.mappings?.properties !== undefined;
}

/** A receiver for an address of OpenSearch or Elasticsearch. */
function openBulk(address: StoreAddress, client: StoreClient): Receiver {
  const path = `/${encodeURIComponent(address.index)}/_bulk`;
  return {
    async send(documents) {
      const { body } = await client.request({
        method: 'POST',
        path,
        query: { filter_path: 'errors,items.*.status,items.*.error' },
        ndjson: documents.map(linesOf).join(''),
      });
      const items = itemsIn(body);
      if (items?.length !== documents.length)
        throw new PassingFailure('answered with something that is no bulk answer');
      const fatal = items.find(({ status }) => ABOUT_ALL.has(status));
      if (fatal !== undefined)
        throw failureOf(fatal.status, reasonText(describeError(fatal.error), address.redact), address.name);
      return items.map((item) => outcomeOf(item, address.redact));
    },
    async advice() {
      const isPrepared = await hasMapping(client, address.index).catch(() => true); // sending tells more
      const why = 'is not there, and no index template has a mapping for it: records may be rejected';
      return isPrepared ? null : `${why} (examples/${address.kind} has one)`;
    },
    close: () => client.close(),
  };
}

/**
 * What an index may be called: OpenSearch's and Elasticsearch's rules, so that a slip shows before anything is sent.
 */
const INDEX_NAME = /^(?![-_+.])[^\s,"*\\/<>?|#:A-Z]{1,255}$/;
const INDEX_PATTERN = /^(?![_+])[^\s"\\/<>?|#A-Z]+$/;

const indexRule: IndexRule = (index, isPattern, kind) => {
  if (index === '') return `name an index, a data stream or an alias: ${kind}://HOST:PORT/INDEX`;
  if ((isPattern ? INDEX_PATTERN : INDEX_NAME).test(index)) return null;
  const rule = 'lower-case letters, no spaces, none of " \\ / < > ? | # :, and none of - _ + . in front';
  return isPattern ? 'no index is called so' : `no index is called so (${rule}; one index only)`;
};

/** What is the same for both. Their makers advise requests of a few MB. */
const BOTH = {
  port: 9200,
  indexForm: 'INDEX',
  indexRule,
  preset: 'flatten_ecs',
  requestBytes: 2_000_000,
  documents: () => oneEach(true),
  forced: () => ({ id: true }),
  tellsCopies: true,
} as const;

export const OPENSEARCH: StoreRow = {
  ...BOTH,
  title: 'OpenSearch',
  help: 'INDEX: an index, a data stream or an alias; localhost:9200 unless told.',
  token: { scheme: 'Bearer', isNeeded: false },
  open: (address) => openBulk(address, openClient(address)),
  search: (address) => openClient(address),
};

export const ELASTICSEARCH: StoreRow = {
  ...BOTH,
  title: 'Elasticsearch',
  help: 'The same, for Elasticsearch 8 and later.',
  token: { scheme: 'ApiKey', isNeeded: false },
  open: (address) => openBulk(address, openClient(address, 'Elasticsearch')),
  search: (address) => openClient(address, 'Elasticsearch'),
};
