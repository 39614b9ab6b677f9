// Processes and what they cost.
import { spawn, spawnSync } from 'node:child_process';

/** The middle one of some measured values, the upper one of two; NaN where there are none. */
export function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** A shell word that stands for `text`. */
function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Where the shell's `time` says what a command and its children cost. */
const TIMES = /cpu (\d+[.]\d+) (\d+[.]\d+)\s*$/;

function readTimes(stderr: string, command: readonly string[]): number {
  const match = TIMES.exec(stderr);
  if (match === null) throw new Error(`${command.join(' ')} failed:\n${stderr}`);
  return Number(match[1]) + Number(match[2]);
}

function timed(command: readonly string[], input: string | undefined): string {
  const words = command.map(quote).join(' ');
  return `TIMEFORMAT='cpu %3U %3S'; time ${words}${input === undefined ? '' : ` < ${quote(input)}`}`;
}

/** Runs a command to its end, `input` being the file it reads from stdin. User and system CPU seconds, children included. */
export function cpuSeconds(command: readonly string[], input?: string): number {
  const { status, stderr } = spawnSync('bash', ['-c', timed(command, input)], {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  if (status !== 0) throw new Error(`${command.join(' ')} exited with ${status}:\n${stderr}`);
  return readTimes(stderr, command);
}

/** A command that goes on until told: `stop` ends it and resolves to its CPU seconds. */
export function startTimed(command: readonly string[]): { stop: () => Promise<number> } {
  const shell = spawn('bash', ['-c', `trap : TERM INT; ${timed(command, undefined)}`], {
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  shell.stderr.setEncoding('utf8');
  shell.stderr.on('data', (text: string) => (stderr += text));
  const ended = new Promise((resolve) => shell.once('close', resolve));
  return {
    stop: async () => {
      process.kill(-shell.pid!, 'SIGTERM');
      await ended;
      return readTimes(stderr, command);
    },
  };
}
