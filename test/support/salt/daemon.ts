// A Salt daemon and all that it forks.
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';

const STOP_MS = 15_000;

/**
 * Leads a process group of its own, with the umask in $0. When the pipe on descriptor 3 closes, because the test has
 * ended however it may, the group ends too. Without `--`, which dash's kill does not know.
 */
const LEAD = `
  umask "$0"
  (trap '' TERM; cat <&3 >/dev/null; kill -TERM -$$; sleep 5; kill -KILL -$$) &
  exec "$@" 3<&-`;

/** A running daemon. */
export class Daemon {
  readonly #child: ChildProcess;
  readonly #log: string;
  readonly #exited: Promise<void>;

  /** Starts it; what it says goes to the file `log`. */
  constructor(program: string, args: readonly string[], log: string, umask = '0022') {
    const file = openSync(log, 'a');
    this.#log = log;
    this.#child = spawn('sh', ['-c', LEAD, umask, program, ...args], {
      detached: true,
      stdio: ['ignore', file, file, 'pipe'],
    });
    closeSync(file);
    this.#exited = new Promise((resolve, reject) => {
      this.#child.once('error', reject);
      this.#child.once('exit', () => resolve());
    });
  }

  /** What it said. */
  get said(): string {
    return readFileSync(this.#log, 'utf8');
  }

  /** Ends it, and every process that it left behind. */
  async stop(): Promise<void> {
    this.#signal('SIGTERM');
    let late: NodeJS.Timeout | undefined;
    await Promise.race([this.#exited, new Promise((resolve) => (late = setTimeout(resolve, STOP_MS)))]);
    clearTimeout(late);
    this.#signal('SIGKILL');
    await this.#exited;
  }

  #signal(signal: NodeJS.Signals): void {
    try {
      process.kill(-this.#child.pid!, signal);
    } catch {
      // The group has ended.
    }
  }
}
