// A receiver over TCP or TLS: its address, and how a connection there is made.
import { readFile } from 'node:fs/promises';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { InputError, UsageError, codeOf, reasonOf } from '../core/error.js';

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

/**
 * An address without what may be secret in it: a query, and all before the last `@`, as a password may hold any
 * character.
 */
export function shownOf(address: string): string {
  return address.replace(/^([a-z][a-z\d+.-]*:\/\/)?.*@/is, '$1…@').replace(/\?.*$/s, '');
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
 * Resolves to a connected socket that is ready for writing: for TLS, one whose certificate is verified for the host's
 * name. It stays half-open when the receiver ends its side. Rejects with Node's error.
 */
export function connect(target: Target): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const { host, port, ca } = target;
    const to = { host, port, allowHalfOpen: true };
    const socket = target.isTls
      ? connectTls({
          ...to,
          rejectUnauthorized: true, // said, as the environment (NODE_TLS_REJECT_UNAUTHORIZED) could say otherwise
          ...(ca && { ca: Buffer.from(ca) }),
          ...(isIP(host) === 0 && { servername: host }),
        })
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
