// Where records can be sent, and how a connection there is made.
import { readFile } from 'node:fs/promises';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { InputError, UsageError, codeOf, reasonOf } from '../core/error.js';
import { closest } from '../text/suggest.js';

/** A receiver of newline-delimited JSON. */
export interface Target {
  /** As it was given, for messages. */
  readonly url: string;
  readonly isTls: boolean;
  readonly host: string;
  readonly port: number;
  /** PEM certificates to trust instead of Node's own list. */
  readonly ca?: Uint8Array;
}

/** How long one attempt to connect may take. */
const CONNECT_TIMEOUT_MS = 10_000;

/** What stands before `://` in the addresses that the `--to` of a command takes. */
const SCHEMES = {
  replay: [
    'tcp',
    'tls',
    ...['opensearch', 'elasticsearch', 'splunk-hec'].flatMap((store) => [store, `${store}+https`, `${store}+http`]),
  ],
  follow: ['http', 'https', 'tcp', 'tls'],
} satisfies Record<string, readonly string[]>;
type Command = keyof typeof SCHEMES;

const TAKEN: Readonly<Record<Command, string>> = {
  replay:
    'replay takes tcp://, tls://, and opensearch://, elasticsearch://, splunk-hec://, these three with +https too',
  follow: 'follow takes http://, https://, tcp:// and tls://',
};

/** Throws a `UsageError` `BAD_ADDRESS` where `--to` of this command takes no such address. It repeats nothing secret. */
export function checkScheme(address: string, command: Command): void {
  const scheme = /^([a-z][a-z\d+.-]*):\//i.exec(address)?.[1]?.toLowerCase();
  if (scheme !== undefined && SCHEMES[command].includes(scheme)) return;
  const shown = shownOf(address);
  throw new UsageError(
    `--to ${shown}: ${wrongScheme(scheme, shown, command)}; ${TAKEN[command]}`,
    'BAD_ADDRESS',
    shown,
  );
}

function wrongScheme(scheme: string | undefined, shown: string, command: Command): string {
  if (scheme === undefined) {
    const isPlace = /^([^\s/:@]+|\[[\da-f:.]+\]):\d{1,5}$/i.test(shown);
    return `no scheme in front${isPlace ? ` (did you mean tcp://${shown}?)` : ''}`;
  }
  const other: Command = command === 'replay' ? 'follow' : 'replay';
  if (SCHEMES[other].includes(scheme)) return `${scheme}:// is for \`saltflat ${other}\``;
  const overTls = scheme.replace(/s$/, '+https'); // opensearchs, as in https
  const near = SCHEMES[command].includes(overTls) ? overTls : closest(scheme, SCHEMES[command]);
  return `unknown scheme${near === undefined ? '' : ` (did you mean ${near}://?)`}`;
}

/** An address without what may be secret in it: a password, a query. */
function shownOf(address: string): string {
  return address.replace(/[^/]*@/, '…@').replace(/\?.*$/s, '');
}

/** The target of `tcp://HOST:PORT` or `tls://HOST:PORT`. Throws a `UsageError` `BAD_ADDRESS` for anything else. */
export function readTarget(url: string): Target {
  const match = /^(tcp|tls):\/\/(\[[0-9a-f:.]+\]|[^\s/:@?#[\]]+):(\d{1,5})\/?$/i.exec(url);
  const port = Number(match?.[3]);
  if (match === null || port < 1 || port > 65535)
    throw new UsageError(
      `--to ${shownOf(url)}: expected tcp://HOST:PORT or tls://HOST:PORT`,
      'BAD_ADDRESS',
      shownOf(url),
    );
  return { url, isTls: match[1]!.toLowerCase() === 'tls', host: match[2]!.replace(/^\[|\]$/g, ''), port };
}

/** The PEM certificates of `--tls-ca`. Rejects with an `InputError` where the file cannot be read or holds none. */
export async function readCertificates(path: string): Promise<Uint8Array> {
  const ca = await readFile(path).catch((error: unknown) => {
    throw new InputError(`--tls-ca ${path}: cannot be read: ${reasonOf(error)}`, codeOf(error), path, error);
  });
  if (!ca.includes('-----BEGIN CERTIFICATE-----'))
    throw new InputError(`--tls-ca ${path}: holds no PEM certificate`, 'NO_CERTIFICATE', path);
  return ca;
}

/**
 * Resolves to a connected socket that is ready for writing: for TLS, one whose certificate is verified for the host's name.
 * It stays half-open when the receiver ends its side. Rejects with Node's error; see `isPermanent`.
 */
export function connect(target: Target): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const { host, port, ca } = target;
    const to = { host, port, allowHalfOpen: true };
    const socket = target.isTls
      ? connectTls({ ...to, ...(ca && { ca: Buffer.from(ca) }), ...(isIP(host) === 0 && { servername: host }) })
      : connectTcp(to);
    const giveUp = (): void => {
      socket.destroy(Object.assign(new Error('timed out'), { code: 'ETIMEDOUT' }));
    };
    socket.setTimeout(CONNECT_TIMEOUT_MS, giveUp);
    socket.once('error', reject);
    socket.once('close', () => reject(Object.assign(new Error('closed'), { code: 'ECONNRESET' })));
    socket.once(target.isTls ? 'secureConnect' : 'connect', () => {
      socket.setTimeout(0);
      socket.off('timeout', giveUp);
      socket.off('error', reject);
      socket.setNoDelay(true);
      socket.setKeepAlive(true, 30_000);
      resolve(socket);
    });
  });
}

/** Whether trying again cannot help: the certificate is refused, or the receiver does not speak TLS. */
export function isPermanent(code: string): boolean {
  return /CERT|SIGNATURE|^ERR_TLS|^ERR_SSL|^EPROTO$/.test(code);
}
