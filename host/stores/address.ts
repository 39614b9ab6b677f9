// Where a store is: its address, and the credentials that only the environment may hold.
import { UsageError } from '../core/error.js';
import { CREDENTIALS, isThisMachine, readCredentials, redactor } from '../delivery/credentials.js';
import type { Store, StoreAddress, StoreRow } from './store.js';

/** How an address is read. */
export interface AddressRules {
  /** The option that has it, for messages. */
  readonly option: string;
  /** Whether patterns and lists of indices are taken: for reading. */
  readonly isPattern?: boolean;
}

/** What the beginning of an address says. */
export interface StoreKind {
  readonly kind: Store;
  readonly row: StoreRow;
  readonly isTls: boolean;
}

/** The address of one store. Throws a `UsageError`, which never repeats an address that may hold a password. */
export function readAddress(
  address: string,
  { kind, row, isTls }: StoreKind,
  env: NodeJS.ProcessEnv,
  { option, isPattern = false }: AddressRules,
): StoreAddress {
  const usage = (message: string, code = 'BAD_ADDRESS'): UsageError =>
    new UsageError(`${option}: ${message}`, code, option);
  if (address.includes('@'))
    throw usage(`the command line is no place for credentials: use ${CREDENTIALS.join(', ')}`, 'CREDENTIALS');
  const parts = /^[^:]+:\/\/([^/?#]*)(?:\/([^?#]*))?$/.exec(address);
  const expected = `expected ${kind}://[HOST[:PORT]]/${row.indexForm}, over TLS ${kind}+https://…`;
  if (parts === null || (row.takesPath !== true && parts[2]?.includes('/') === true)) throw usage(expected);
  const scheme = isTls ? 'https' : 'http';
  const server = tryUrl(`${scheme}://${parts[1] === '' ? 'localhost' : parts[1]}`);
  if (server === null) throw usage(expected);
  // Node leaves out a scheme's own port, which is not the store's.
  const port = /:(\d+)$/.exec(parts[1]!)?.[1] ?? String(row.port);
  const index = parts[2] ?? '';
  const name = `${kind}${isTls ? '+https' : ''}://${server.hostname}:${port}/${index}`;
  const fault = row.indexRule(index, isPattern, kind);
  if (fault !== null) throw usage(`${name}: ${fault}`);

  const { basic, token, secrets } = readCredentials(env, option);
  if (row.token.isNeeded && token === undefined)
    throw usage(`${kind}:// needs its token in SALTFLAT_HTTP_TOKEN`, 'CREDENTIALS');
  const authorization = token === undefined ? basic : `${row.token.scheme} ${token}`;
  return {
    kind,
    origin: `${scheme}://${server.hostname}:${port}`,
    index,
    name,
    ...(authorization === undefined ? {} : { authorization }),
    redact: redactor(secrets),
    isExposed: authorization !== undefined && !isTls && !isThisMachine(server.hostname),
  };
}

function tryUrl(address: string): URL | null {
  try {
    const url = new URL(address);
    return url.hostname === '' || url.pathname !== '/' ? null : url;
  } catch {
    return null;
  }
}
