// Runs the built command, and makes events for it.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const CLI = join(process.cwd(), 'build/host/cli.js');
export const FIXTURE = join(process.cwd(), 'examples/events/salt-3008.3-events.ndjson');

/** What a run left: its exit code, stdout and stderr as text. */
export interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts the command with pipes, in this working directory unless another is named. */
export function start(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  cwd = process.cwd(),
): ChildProcess {
  return spawn(process.execPath, [CLI, ...args], { env: { ...process.env, ...env }, cwd });
}

/** Resolves to the exit code when the process has ended and its pipes are closed. */
export function ended(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => child.once('close', resolve));
}

/** All that a pipe gives, as text. */
export async function textOf(stream: NodeJS.ReadableStream | null): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream!) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString();
}

/** Runs the command to its end with `input` on stdin. */
export async function run(
  args: readonly string[],
  input: string | Uint8Array = '',
  env: Readonly<Record<string, string>> = {},
  cwd = process.cwd(),
): Promise<Run> {
  const child = start(args, env, cwd);
  child.stdin!.on('error', () => undefined); // a command that refuses its arguments reads nothing
  child.stdin!.end(input);
  const [stdout, stderr, code] = await Promise.all([textOf(child.stdout), textOf(child.stderr), ended(child)]);
  return { code, stdout, stderr };
}

/**
 * Runs the command with a terminal for stdin, stdout and stderr (util-linux `script`), of so many columns where that is
 * told; all that the terminal was sent.
 */
export function runOnTerminal(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  columns?: number,
): Run {
  const words = [process.execPath, CLI, ...args].map((word) => `'${word}'`).join(' ');
  const command = columns === undefined ? words : `stty cols ${columns}; ${words}`;
  const { status, stdout } = spawnSync('script', ['-qec', command, '/dev/null'], {
    env: { ...process.env, TERM: 'xterm', NO_COLOR: '', ...env },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return { code: status, stdout, stderr: '' };
}

/** Whether a program is there. */
export const hasProgram = (name: string, ...args: string[]): boolean =>
  spawnSync(name, args, { stdio: 'ignore' }).status === 0;

/** `it`, or a skipped test with the reason in its name. */
export function itWith(
  condition: boolean,
  reason: string,
): (name: string, test: jest.ProvidesCallback, timeoutMs?: number) => void {
  const skipped = it.skip;
  return (name, test, timeoutMs) =>
    condition ? it(name, test, timeoutMs) : skipped(`${name} (skipped: ${reason})`, test);
}

/** The lines of NDJSON, parsed. */
export function records(ndjson: string): Record<string, unknown>[] {
  return ndjson
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** One state's results, as `test.nop` gives them, with what differs. */
export function state(differs: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return { name: 'n', changes: {}, result: true, comment: 'Success!', __id__: 'n', duration: 1.5, ...differs };
}

/** A job return as one line without its end: states by number, `test_|-0_|-0_|-nop` and so on. */
export function eventLine(jid: string, states: readonly Record<string, unknown>[]): string {
  const results = Object.fromEntries(states.map((result, at) => [`test_|-${at}_|-${at}_|-nop`, result]));
  const data = {
    fun: 'state.apply',
    jid,
    id: 'web-01',
    return: results,
    fun_args: [],
    _stamp: '2026-11-22T09:19:48.957570+00:00',
  };
  return JSON.stringify({ data, tag: `salt/job/${jid}/ret/web-01` });
}

/** Copies what is built to `folder`, the module aside; the path of its command. */
export function copyWithoutModule(folder: string): string {
  mkdirSync(join(folder, 'build'), { recursive: true });
  cpSync('build/host', join(folder, 'build/host'), { recursive: true });
  cpSync('package.json', join(folder, 'package.json'));
  symlinkSync(join(process.cwd(), 'node_modules'), join(folder, 'node_modules'));
  return join(folder, 'build/host/cli.js');
}

/** A directory that is removed after the test file's tests. */
export function temporaryDirectory(): string {
  const path = mkdtempSync(join(tmpdir(), 'saltflat-'));
  afterAll(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** A process's largest resident size so far, in bytes; 0 when it has ended. Linux only. */
export function peakBytes(child: ChildProcess): number {
  try {
    return Number(/VmHWM:\s*(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}
