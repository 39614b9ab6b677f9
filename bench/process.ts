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
const TIMES = /times (\d+[.]\d+) (\d+[.]\d+) (\d+[.]\d+)\s*$/;

/** What a process took, in seconds: CPU of user and system, children included, and by the clock. */
export interface Times {
  readonly cpu: number;
  readonly wall: number;
}

function readTimes(stderr: string, command: readonly string[]): Times {
  const match = TIMES.exec(stderr);
  if (match === null) throw new Error(`${command.join(' ')} failed:\n${stderr}`);
  return { cpu: Number(match[1]) + Number(match[2]), wall: Number(match[3]) };
}

function timed(command: readonly string[], input: string | undefined): string {
  const words = command.map(quote).join(' ');
  return `TIMEFORMAT='times %3U %3S %3R'; time ${words}${input === undefined ? '' : ` < ${quote(input)}`}`;
}

/** Runs a command to its end, `input` being the file it reads from stdin. Throws where it fails. */
export function timesOf(command: readonly string[], input?: string): Times {
  const { status, stderr } = spawnSync('bash', ['-c', timed(command, input)], {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  if (status !== 0) throw new Error(`${command.join(' ')} exited with ${status}:\n${stderr}`);
  return readTimes(stderr, command);
}

/** The CPU seconds of a command that runs to its end. */
export function cpuSeconds(command: readonly string[], input?: string): number {
  return timesOf(command, input).cpu;
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
      return readTimes(stderr, command).cpu;
    },
  };
}
