// An HTTP receiver: its address, and the credentials that only the environment may hold.
import { UsageError } from '../core/error.js';

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
  const credentials = readCredentials(env, '--to');
  const authorization = credentials.token === undefined ? credentials.basic : `Bearer ${credentials.token}`;
  return {
    url,
    name: `${url.origin}${url.pathname}`,
    ...(authorization === undefined ? {} : { authorization }),
    redact: redactor([...credentials.secrets, url.search]),
  };
}

/** What the environment holds. At most one of `basic` and `token` is there. */
export interface Credentials {
  /** A header's value: `Basic …`. */
  readonly basic?: string;
  readonly token?: string;
  /** What nobody may read, in every form that leaves. */
  readonly secrets: readonly string[];
}

/** The credentials in `env`. Throws a `UsageError` about `source`, an option, where they contradict each other. */
export function readCredentials(env: NodeJS.ProcessEnv, source: string): Credentials {
  const [user, password, token] = CREDENTIALS.map((variable) => env[variable] || undefined);
  if (token !== undefined && (user !== undefined || password !== undefined))
    throw new UsageError('SALTFLAT_HTTP_TOKEN and SALTFLAT_HTTP_USER are both set; choose one', 'CREDENTIALS', source);
  if (password !== undefined && user === undefined)
    throw new UsageError('SALTFLAT_HTTP_PASSWORD needs SALTFLAT_HTTP_USER', 'CREDENTIALS', source);
  const basic = user === undefined ? undefined : Buffer.from(`${user}:${password ?? ''}`).toString('base64');
  if (token !== undefined && !/^[\t\x20-\x7e]*$/.test(token))
    throw new UsageError('SALTFLAT_HTTP_TOKEN holds characters that a header cannot', 'CREDENTIALS', source);
  return {
    ...(basic === undefined ? {} : { basic: `Basic ${basic}` }),
    ...(token === undefined ? {} : { token }),
    secrets: [password, token, basic].filter((secret) => secret !== undefined),
  };
}

/** What takes `secrets` out of a text. */
export function redactor(secrets: readonly string[]): (text: string) => string {
  return (text) => secrets.reduce((clean, secret) => (secret === '' ? clean : clean.replaceAll(secret, '[…]')), text);
}

function tryUrl(address: string): URL | null {
  try {
    return new URL(address);
  } catch {
    return null;
  }
}
