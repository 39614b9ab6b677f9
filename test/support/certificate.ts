// Certificates for tests, by openssl.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasProgram, itWith } from './command.js';

/** `it` where openssl is there. */
export const itWithOpenssl = itWith(hasProgram('openssl', 'version'), 'no program openssl');

/** A certificate, its key, and the file to trust it by. */
export interface Certificate {
  readonly cert: Buffer;
  readonly key: Buffer;
  readonly path: string;
}

/**
 * A self-signed certificate in `folder` for `subject`, an IP address or a name as openssl writes it (`DNS:localhost`).
 */
export function certificate(folder: string, name: string, subject: string): Certificate {
  const path = join(folder, `${name}.pem`);
  const key = join(folder, `${name}.key`);
  const args = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const made = spawnSync('openssl', [
    ...args,
    '-subj',
    '/CN=test',
    '-addext',
    `subjectAltName=${subject}`,
    '-keyout',
    key,
    '-out',
    path,
  ]);
  if (made.status !== 0) throw new Error(made.stderr.toString());
  return { cert: readFileSync(path), key: readFileSync(key), path };
}
