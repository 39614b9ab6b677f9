// The stores, a row each: what commands, messages and helps say and do about a store comes from here.
import { type AddressRules, readAddress } from './address.js';
import { LOKI } from './loki.js';
import { ELASTICSEARCH, OPENSEARCH } from './opensearch.js';
import { OTLP } from './otlp/otlp.js';
import { SPLUNK_HEC } from './splunk-hec.js';
import { STORE_NAMES, type Store, type StoreAddress, type StoreRow } from './store.js';

export const STORES = {
  opensearch: OPENSEARCH,
  elasticsearch: ELASTICSEARCH,
  'splunk-hec': SPLUNK_HEC,
  loki: LOKI,
  otlp: OTLP,
} as const satisfies Record<Store, StoreRow>;

/** The row of a store. */
export const storeRow = (kind: Store): StoreRow => STORES[kind];

/** What stands before `://` in an address of a store: `opensearch`, `opensearch+https`, `opensearch+http`, … */
export const STORE_SCHEMES: readonly string[] = STORE_NAMES.flatMap((name) => [name, `${name}+https`, `${name}+http`]);

/** Those that `verify` can ask. */
export const SEARCHABLE: readonly Store[] = STORE_NAMES.filter((name) => typeof STORES[name].search === 'function');

/** `a, b or c`. */
export const listed = (words: readonly string[], last = 'or'): string =>
  [words.slice(0, -1).join(', '), ...words.slice(-1)].filter((part) => part !== '').join(` ${last} `);

const [FIRST, ...OTHERS] = SEARCHABLE;

/** How `--in` is written. */
export const SEARCHABLE_ADDRESSES = listed([`${FIRST}://[HOST[:PORT]]/INDEX`, ...OTHERS.map((name) => `${name}://…`)]);

const SCHEME = new RegExp(`^(${STORE_NAMES.join('|')})(?:\\+(https?))?:`, 'i');

/** Whether an address is that of a store. */
export function isStore(address: string | undefined): address is string {
  return address !== undefined && SCHEME.test(address);
}

/** Whether an address is one of a store over TLS. */
export function isStoreOverTls(address: string | undefined): boolean {
  return isStore(address) && SCHEME.exec(address)?.[2]?.toLowerCase() === 'https';
}

/** The store at an address for which `isStore` holds. */
export function storeAt(address: string): Store {
  return SCHEME.exec(address)![1]!.toLowerCase() as Store;
}

/**
 * The store of `NAME://[HOST[:PORT]]/INDEX` or `NAME+https://…`, with credentials from `env`. Throws a `UsageError`,
 * which never repeats an address that may hold a password.
 */
export function readStoreAddress(address: string, env: NodeJS.ProcessEnv, rules: AddressRules): StoreAddress {
  const kind = storeAt(address);
  return readAddress(address, { kind, row: storeRow(kind), isTls: isStoreOverTls(address) }, env, rules);
}
