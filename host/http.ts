// An HTTP receiver: its address, and the credentials that only the environment may hold.
import { UsageError } from './error.js';

/** A receiver of NDJSON over HTTP. */
export interface HttpTarget {
  readonly url: URL;
  /** The address for messages: without its query, which may hold a token. */
  readonly name: string;
  /** The value of the header, where there are credentials. */
  readonly authorization?: string;
  /** A text without what is secret: the receiver may repeat it in its answer. */
  readonly redact: (text: string) => string;
  /** PEM certificates to trust instead of Node's own list. */
  readonly ca?: Uint8Array;
}

/** The variables that hold credentials. */
export const CREDENTIALS = ['SALTFLAT_HTTP_USER', 'SALTFLAT_HTTP_PASSWORD', 'SALTFLAT_HTTP_TOKEN'] as const;

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
  if (url.username !== '' || url.password !== '') {
    const advice = `the command line is no place for credentials: use ${CREDENTIALS.join(', ')}`;
    throw new UsageError(`--to: ${advice}`, 'CREDENTIALS', '--to');
  }
  url.hash = '';
  const [user, password, token] = CREDENTIALS.map((variable) => env[variable] || undefined);
  if (token !== undefined && (user !== undefined || password !== undefined))
    throw new UsageError('SALTFLAT_HTTP_TOKEN and SALTFLAT_HTTP_USER are both set; choose one', 'CREDENTIALS', '--to');
  if (password !== undefined && user === undefined)
    throw new UsageError('SALTFLAT_HTTP_PASSWORD needs SALTFLAT_HTTP_USER', 'CREDENTIALS', '--to');
  const basic = user === undefined ? undefined : Buffer.from(`${user}:${password ?? ''}`).toString('base64');
  const secrets = [password, token, basic, url.search].filter((secret) => secret !== undefined && secret !== '');
  const authorization = token !== undefined ? `Bearer ${token}` : basic === undefined ? undefined : `Basic ${basic}`;
  if (authorization !== undefined && !/^[\t\x20-\x7e]*$/.test(authorization))
    throw new UsageError('SALTFLAT_HTTP_TOKEN holds characters that a header cannot', 'CREDENTIALS', '--to');
  return {
    url,
    name: `${url.origin}${url.pathname}`,
    ...(authorization === undefined ? {} : { authorization }),
    redact: (text) => secrets.reduce<string>((clean, secret) => clean.replaceAll(secret!, '[…]'), text),
  };
}

function tryUrl(address: string): URL | null {
  try {
    return new URL(address);
  } catch {
    return null;
  }
}
