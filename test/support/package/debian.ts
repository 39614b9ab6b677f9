// A fresh Debian to install packages in: a copy of a minimal root that debootstrap makes once.
//
// SALTFLAT_DEBIAN_CACHE names a folder outside of the project that keeps it. Without that variable nothing is made, and
// its tests skip.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { findProgram, temporaryFolder } from '../program.js';

const CACHE = process.env['SALTFLAT_DEBIAN_CACHE'];
const SUITE = 'bookworm';

/** Why there is no such root here; null where there is one. */
export function missingDebian(): string | null {
  if (CACHE === undefined) return 'SALTFLAT_DEBIAN_CACHE names no folder for a minimal Debian';
  if (userInfo().uid !== 0) return 'chroot is for root';
  if (existsSync(join(CACHE, SUITE))) return null;
  const debootstrap = findProgram('DEBOOTSTRAP', 'debootstrap');
  return debootstrap === null ? 'no debootstrap on PATH' : bootstrapped(CACHE, debootstrap);
}

/** Makes the root; why not, else null. */
function bootstrapped(cache: string, debootstrap: string): string | null {
  mkdirSync(cache, { recursive: true });
  const half = join(cache, `${SUITE}.${process.pid}`);
  const { status, stdout } = spawnSync(debootstrap, ['--variant=minbase', SUITE, half], { encoding: 'utf8' });
  if (status === 0) renameSync(half, join(cache, SUITE));
  else rmSync(half, { recursive: true, force: true });
  return status === 0 ? null : `debootstrap: ${stdout.trim().split('\n').at(-1)}`;
}

/** What a command left. */
interface Left {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export class Debian {
  readonly root: string;
  readonly #remove: () => void;

  constructor() {
    const { path, remove } = temporaryFolder();
    this.root = join(path, 'root');
    this.#remove = remove;
    const { status, stderr } = spawnSync('cp', ['--archive', join(CACHE!, SUITE), this.root], { encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
  }

  /** Copies files of this machine to `/root` there. */
  bring(...paths: readonly string[]): void {
    for (const path of paths) writeFileSync(join(this.root, 'root', path.replace(/.*\//, '')), readFileSync(path));
  }

  /** Runs a program there, with nothing in its environment but where dpkg finds its own programs. */
  run(...command: readonly string[]): Left {
    const { status, stdout, stderr } = spawnSync('chroot', [this.root, ...command], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'], // with a socket as stdin bash takes itself for a remote shell
      env: { PATH: '/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' },
    });
    return { status, stdout, stderr };
  }

  /** Runs commands of a shell in `/root` there; the first that fails is the last. */
  shell(commands: string): Left {
    return this.run('bash', '-euc', `cd /root\n${commands}`);
  }

  /** All files and links but those that tell what is installed, and what was said of it. */
  get files(): string[] {
    return readdirSync(this.root, { recursive: true, withFileTypes: true })
      .filter((entry) => !entry.isDirectory())
      .map((entry) => join(entry.parentPath, entry.name).slice(this.root.length))
      .filter((path) => !/^\/(root|var\/lib\/dpkg|var\/log|var\/cache|usr\/lib\/sysimage)\//.test(path))
      .sort();
  }

  remove(): void {
    this.#remove();
  }
}
