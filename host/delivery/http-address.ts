// The address of an HTTP receiver.
import { UsageError } from '../core/error.js';
import { CREDENTIALS, isThisMachine, readCredentials, redactor } from './credentials.js';

/** What an address tells of any server over HTTP. */
export interface HttpPlace {
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

/** A receiver of NDJSON over HTTP; its name is without the query, which may hold a token. */
export interface HttpTarget extends HttpPlace {
  readonly url: URL;
}

/** Whether an address is one of HTTP. */
export function isHttp(url: string): boolean {
  return /^https?:/i.test(url);
}

/**
 * The target of `http://…` or `https://…`, with credentials from `env`: a user's name and password (Basic), or a token
 * (Bearer). Throws a `UsageError`, which never repeats the address where that holds a password.
 */
export function readHttpTarget(address: string, env: NodeJS.ProcessEnv): HttpTarget {
  const url = tryUrl(address);
  if (url === null) throw new UsageError('--to: expected http://HOST[:PORT]/PATH or https://…', 'BAD_ADDRESS', '--to');
  // With a slash in its password an address is one of another host: `http://user:1/secret@host/`.
  if (url.username !== '' || url.password !== '' || url.pathname.includes('@')) {
    const advice = `the command line is no place for credentials: use ${CREDENTIALS.join(', ')}`;
    const path = url.pathname.includes('@') ? ' (an @ of the path is written %40)' : '';
    throw new UsageError(`--to: ${advice}${path}`, 'CREDENTIALS', '--to');
  }
  url.hash = '';
  const credentials = readCredentials(env, '--to');
  const authorization = credentials.token === undefined ? credentials.basic : `Bearer ${credentials.token}`;
  return {
    url,
    name: `${url.origin}${url.pathname}`,
    ...(authorization === undefined ? {} : { authorization }),
    redact: redactor([...credentials.secrets, url.search]),
    isExposed: authorization !== undefined && url.protocol === 'http:' && !isThisMachine(url.hostname),
  };
}

function tryUrl(address: string): URL | null {
  try {
    return new URL(address);
  } catch {
    return null;
  }
}
