// Where a store is: its address, and the credentials that only the environment may hold.
import { UsageError } from '../core/error.js';
import { CREDENTIALS, readCredentials, redactor } from '../delivery/credentials.js';

/** The stores that are spoken to in their own language. */
export type StoreKind = 'opensearch' | 'elasticsearch' | 'splunk-hec';

/** One store, and where in it. */
export interface StoreAddress {
  readonly kind: StoreKind;
  /** The server, as the client wants it: `http://HOST:PORT`. */
  readonly origin: string;
  /** The index, data stream or alias; may be empty for Splunk, where the token has a default. */
  readonly index: string;
  /** The address as messages name it: nothing in it is secret. */
  readonly name: string;
  /** The value of the header, where there are credentials. */
  readonly authorization?: string;
  /** A text without what is secret: the server may repeat it in its answer. */
  readonly redact: (text: string) => string;
  /** Whether credentials would cross a network unencrypted. */
  readonly isExposed: boolean;
  /** PEM certificates to trust instead of Node's own list. */
  readonly ca?: Uint8Array;
}

const PORTS: Readonly<Record<StoreKind, number>> = { opensearch: 9200, elasticsearch: 9200, 'splunk-hec': 8088 };

/** What stands before a token in the header. */
const TOKEN_SCHEMES: Readonly<Record<StoreKind, string>> = {
  opensearch: 'Bearer',
  elasticsearch: 'ApiKey',
  'splunk-hec': 'Splunk',
};

const SCHEME = /^(opensearch|elasticsearch|splunk-hec)(?:\+(https?))?:/i;

/** What an index may be called: OpenSearch's and Elasticsearch's rules, so that a slip shows before anything is sent. */
const INDEX_NAME = /^(?![-_+.])[^\s,"*\\/<>?|#:A-Z]{1,255}$/;
const INDEX_PATTERN = /^(?![_+])[^\s"\\/<>?|#A-Z]+$/;
const SPLUNK_INDEX = /^[a-z0-9_][a-z0-9_-]{0,79}$/;

/** Whether an address is that of a store. */
export function isStore(address: string | undefined): address is string {
  return address !== undefined && SCHEME.test(address);
}

/** Whether an address is one of a store over TLS. */
export function isStoreOverTls(address: string | undefined): boolean {
  return isStore(address) && SCHEME.exec(address)?.[2]?.toLowerCase() === 'https';
}

/** The kind of the store at an address for which `isStore` holds. */
export function storeKind(address: string): StoreKind {
  return SCHEME.exec(address)![1]!.toLowerCase() as StoreKind;
}

/** How an address is read. */
export interface AddressRules {
  /** The option that has it, for messages. */
  readonly option: string;
  /** Whether patterns and lists of indices are taken: for reading. */
  readonly isPattern?: boolean;
}

/**
 * The store of `KIND://[HOST[:PORT]]/INDEX` or `KIND+https://…`, with credentials from `env`. Throws a `UsageError`, which
 * never repeats an address that may hold a password.
 */
export function readStoreAddress(
  address: string,
  env: NodeJS.ProcessEnv,
  { option, isPattern = false }: AddressRules,
): StoreAddress {
  const kind = storeKind(address);
  const usage = (message: string, code = 'BAD_ADDRESS'): UsageError =>
    new UsageError(`${option}: ${message}`, code, option);
  if (address.includes('@'))
    throw usage(`the command line is no place for credentials: use ${CREDENTIALS.join(', ')}`, 'CREDENTIALS');
  const parts = /^[^:]+:\/\/([^/?#]*)(?:\/([^/?#]*))?$/.exec(address);
  const expected = `expected ${kind}://[HOST[:PORT]]/${kind === 'splunk-hec' ? '[INDEX]' : 'INDEX'}`;
  if (parts === null) throw usage(`${expected}, over TLS ${kind}+https://…`);
  const scheme = isStoreOverTls(address) ? 'https' : 'http';
  const server = tryUrl(`${scheme}://${parts[1] === '' ? 'localhost' : parts[1]}`);
  if (server === null) throw usage(`${expected}, over TLS ${kind}+https://…`);
  // Node leaves out a scheme's own port, which is not the store's.
  const port = /:(\d+)$/.exec(parts[1]!)?.[1] ?? String(PORTS[kind]);
  const index = parts[2] ?? '';
  const name = `${kind}${scheme === 'https' ? '+https' : ''}://${server.hostname}:${port}/${index}`;
  checkIndex(kind, index, isPattern, (message) => usage(`${name}: ${message}`));

  const { basic, token, secrets } = readCredentials(env, option);
  if (kind === 'splunk-hec' && token === undefined)
    throw usage('splunk-hec:// needs its token in SALTFLAT_HTTP_TOKEN', 'CREDENTIALS');
  const authorization = token === undefined ? basic : `${TOKEN_SCHEMES[kind]} ${token}`;
  const isLocal = /^(localhost|127\.[\d.]+|\[::1\])$/.test(server.hostname);
  return {
    kind,
    origin: `${scheme}://${server.hostname}:${port}`,
    index,
    name,
    ...(authorization === undefined ? {} : { authorization }),
    redact: redactor(secrets),
    isExposed: authorization !== undefined && scheme === 'http' && !isLocal,
  };
}

function checkIndex(kind: StoreKind, index: string, isPattern: boolean, usage: (message: string) => UsageError): void {
  if (kind === 'splunk-hec') {
    if (index !== '' && !SPLUNK_INDEX.test(index))
      throw usage('an index of Splunk has lower-case letters, digits, _ and - only');
    return;
  }
  if (index === '') throw usage(`name an index, a data stream or an alias: ${kind}://HOST:PORT/INDEX`);
  if ((isPattern ? INDEX_PATTERN : INDEX_NAME).test(index)) return;
  const rule = 'lower-case letters, no spaces, none of " \\ / < > ? | # :, and none of - _ + . in front';
  throw usage(isPattern ? `no index is called so` : `no index is called so (${rule}; one index only)`);
}

function tryUrl(address: string): URL | null {
  try {
    const url = new URL(address);
    return url.hostname === '' || url.pathname !== '/' ? null : url;
  } catch {
    return null;
  }
}
