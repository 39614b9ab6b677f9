// Credentials for receivers, which only the environment may hold.
import { UsageError } from '../core/error.js';

/** The variables that hold credentials. */
export const CREDENTIALS = ['SALTFLAT_HTTP_USER', 'SALTFLAT_HTTP_PASSWORD', 'SALTFLAT_HTTP_TOKEN'] as const;

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

/** Whether a host, as a `URL` has it, is this machine: credentials may go there unencrypted. */
export const isThisMachine = (hostname: string): boolean => /^(localhost|127\.[\d.]+|\[::1\])$/.test(hostname);
