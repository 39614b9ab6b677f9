// The package as npm packs it, and an empty project in which it is installed.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where the package lies in a project. */
export const INSTALLED = 'node_modules/saltflat';

/** What npm says of a tarball. */
export interface Packed {
  readonly path: string;
  /** Paths in the package. */
  readonly files: readonly string[];
  /** Bytes of the tarball, and of what is in it. */
  readonly size: number;
  readonly unpackedSize: number;
}

/** Packs what is built, into `folder`. */
export function pack(folder: string): Packed {
  const { status, stdout, stderr } = spawnSync(
    'npm',
    ['pack', '--ignore-scripts', '--json', '--loglevel=error', '--pack-destination', folder],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`npm pack: ${stderr}`);
  const [{ filename, files, size, unpackedSize }] = JSON.parse(stdout) as [
    { filename: string; files: { path: string }[]; size: number; unpackedSize: number },
  ];
  return { path: join(folder, filename), files: files.map(({ path }) => path), size, unpackedSize };
}

const UNREACHABLE = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ENETUNREACH|EHOSTUNREACH|ETIMEDOUT|ENOTCACHED/;

/**
 * Installs a tarball in `folder`, an empty project then. Why it cannot be where the registry of its dependencies cannot
 * be reached, else null.
 */
export function install(tarball: string, folder: string): string | null {
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  const options = ['--prefer-offline', '--no-audit', '--no-fund', '--fetch-retries=1', '--loglevel=error'];
  const { status, stderr, error } = spawnSync('npm', ['install', ...options, tarball], {
    cwd: folder,
    encoding: 'utf8',
    timeout: 120_000,
  });
  if (status === 0) return null;
  const [unreachable] = UNREACHABLE.exec(`${stderr} ${error?.message}`) ?? [];
  if (unreachable === undefined) throw new Error(`npm install: ${stderr}`);
  return `npm cannot install the dependencies: ${unreachable}`;
}
