// Real programs in tests: where they are, how they start and end, what they are fed and what they say.
import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/**
 * The path of a program: the environment variable where it is set, else the first of `names` on PATH; null where there
 * is none.
 */
export function findProgram(variable: string, ...names: string[]): string | null {
  const candidates = [
    ...(process.env[variable] === undefined ? [] : [process.env[variable]]),
    ...names.flatMap((name) => (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, name))),
  ];
  return candidates.find((path) => isExecutable(path)) ?? null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** `describe`, or the same skipped with the reason in its title where `missing` gives one. */
export function describeWith(title: string, missing: string | null, body: () => void): void {
  if (missing === null) {
    describe(title, body);
    return;
  }
  const skipped = describe.skip;
  skipped(`${title} (skipped: ${missing})`, body);
}

/** A new folder under the system's temporary folder, and what removes it. */
export function temporaryFolder(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'saltflat-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** A running program and all it wrote. */
export class Running {
  readonly child: ChildProcess;
  /** What it wrote to stdout and stderr so far. */
  output = '';
  readonly #exited: Promise<number | null>;

  constructor(path: string, args: readonly string[], env: NodeJS.ProcessEnv = {}, cwd?: string) {
    this.child = spawn(path, args, {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(cwd === undefined ? {} : { cwd }),
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.setEncoding('utf8');
      stream?.on('data', (text: string) => (this.output += text));
    }
    this.#exited = new Promise((resolve, reject) => {
      this.child.once('error', reject);
      this.child.once('exit', (code) => resolve(code));
    });
  }

  /** Sends a signal and waits for the end; the exit code, null where a signal ended it. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill(signal);
    return this.#exited;
  }
}

/** Waits until `done` says so, asking every 50 ms; throws with `what`, as it is then, after `seconds`. */
export async function until(
  done: () => boolean | Promise<boolean>,
  what: string | (() => string),
  seconds = 30,
): Promise<void> {
  const end = Date.now() + seconds * 1000;
  while (!(await done())) {
    if (Date.now() > end) throw new Error(`not within ${seconds} s: ${typeof what === 'string' ? what : what()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
