// Salt from PyPI in a virtual environment of its own, kept for the next run.
import { execFile } from 'node:child_process';
import { closeSync, existsSync, lstatSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findProgram } from '../program.js';

/**
 * The newest that installs from PyPI on Python 3.11, and the one with the engines and returners that 3008 has no more.
 */
export const NEWER = '3008.4';
export const OLDER = '3006.29';

const INSTALL_MS = 420_000;
const MARKER = 'installed-by-saltflat';
const run = promisify(execFile);

/**
 * What each version needs beside itself. Salt 3006's source package names its dependencies only to some versions of
 * pip.
 */
const REQUIREMENTS: Readonly<Record<string, readonly string[]>> = {
  [NEWER]: [],
  [OLDER]: [
    ...['jinja2', 'jmespath', 'msgpack', 'pyyaml', 'markupsafe', 'requests', 'distro', 'psutil', 'packaging'],
    ...['looseversion', 'pycryptodomex', 'cryptography', 'pyzmq', 'fluent-logger'],
  ],
};

/** An installed Salt: the folder of its programs, or why there is none. */
export type Installed =
  { readonly bin: string; readonly missing: null } | { readonly bin: ''; readonly missing: string };

/**
 * Salt of this version; installs it where it is not there yet, which takes a minute and the network. The environments
 * lie in SALTFLAT_SALT_VENV, or in the system's temporary folder. Never throws: `missing` says what went wrong.
 */
export async function installSalt(version: string): Promise<Installed> {
  const python = findProgram('PYTHON', 'python3');
  if (python === null) return { bin: '', missing: 'no python3' };
  try {
    const folder = ownFolder();
    const environment = join(folder, version);
    await locked(`${environment}.lock`, async () => {
      if (existsSync(join(environment, MARKER))) return;
      rmSync(environment, { recursive: true, force: true });
      await install(python, environment, version);
      writeFileSync(join(environment, MARKER), '');
    });
    return { bin: join(environment, 'bin'), missing: null };
  } catch (error) {
    return { bin: '', missing: `Salt ${version} could not be installed: ${reason(error)}` };
  }
}

async function install(python: string, environment: string, version: string): Promise<void> {
  await run(python, ['-m', 'venv', environment], { timeout: INSTALL_MS });
  const pip = (...packages: string[]): Promise<unknown> => {
    const options = ['--quiet', '--disable-pip-version-check', '--retries', '1', '--timeout', '30'];
    return run(join(environment, 'bin/python'), ['-m', 'pip', 'install', ...options, ...packages], {
      timeout: INSTALL_MS,
    });
  };
  const requirements = REQUIREMENTS[version] ?? [];
  await pip(`salt==${version}`);
  if (requirements.length > 0) await pip(...requirements);
  await run(join(environment, 'bin/salt-master'), ['--version'], { timeout: 60_000 });
}

/** Where the environments lie: programs are run from there, so nobody else may have put them there. */
function ownFolder(): string {
  const { uid } = userInfo();
  const folder = process.env['SALTFLAT_SALT_VENV'] ?? join(tmpdir(), `saltflat-salt-${uid}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const found = lstatSync(folder);
  if (!found.isDirectory() || found.uid !== uid) throw new Error(`${folder} is not this user's own folder`);
  return folder;
}

/** Runs `work` when no other test does: the file holds the id of the process that works. */
async function locked(path: string, work: () => Promise<void>): Promise<void> {
  const end = Date.now() + INSTALL_MS;
  while (!take(path)) {
    if (Date.now() > end) throw new Error(`${path} is held by another run`);
    if (!isHeld(path)) rmSync(path, { force: true });
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  try {
    await work();
  } finally {
    rmSync(path, { force: true });
  }
}

function take(path: string): boolean {
  try {
    const file = openSync(path, 'wx');
    writeFileSync(file, String(process.pid));
    closeSync(file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function isHeld(path: string): boolean {
  try {
    const holder = readFileSync(path, 'utf8');
    if (holder !== '') process.kill(Number(holder), 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** The line that says most, short enough for a test's title. */
function reason(error: unknown): string {
  const { stderr = '', message } = error as Error & { stderr?: string };
  const lines = (stderr === '' ? message : stderr).trim().split('\n');
  return (lines.find((line) => line.startsWith('ERROR')) ?? lines.at(-1) ?? 'no reason given').slice(0, 160);
}
