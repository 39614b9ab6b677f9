// A machine that forgets, with a systemd that runs: what an installation does to `/` is tried there.
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readFileSync, readdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { basename, join } from 'node:path';
import { Running, findProgram, temporaryFolder, until } from '../program.js';
import { type Answer, command } from './world.js';

const SCRIPT = join(process.cwd(), 'test/support/salt/machine.sh');
const NAMESPACES = ['--mount', '--pid', '--uts', '--ipc', '--cgroup'] as const;
const CONTROL_GROUPS = ['/sys/fs/cgroup', '/sys/fs/cgroup/unified', '/sys/fs/cgroup/systemd'] as const;

/** Why there can be no such machine here; null where there can. */
export function missingMachine(): string | null {
  if (process.platform !== 'linux') return 'no Linux';
  if (userInfo().uid !== 0) return 'wants root';
  const missing = ['unshare', 'nsenter', 'setpriv', 'systemctl', 'pivot_root'].find(
    (name) => findProgram('', name) === null,
  );
  if (missing !== undefined) return `no ${missing} on PATH`;
  if (!existsSync('/lib/systemd/systemd')) return 'no systemd';
  const folder = temporaryFolder();
  const { status, stderr } = spawnSync(
    'unshare',
    [...NAMESPACES, '--fork', 'sh', '-ec', OVERLAY, 'sh', folder.path, basename(folder.path)].filter(
      (word) => word !== '--pid',
    ),
    { encoding: 'utf8' },
  );
  folder.remove();
  return status === 0 ? null : `no machine of its own here: ${stderr.trim().split('\n').at(-1)}`;
}

const OVERLAY = `
  mount --make-rprivate /; mount -t tmpfs tmpfs "$1"; mkdir "$1/u" "$1/w" "$1/r"
  mount -t overlay -o "lowerdir=/,upperdir=$1/u,workdir=$1/w" overlay "$1/r"; cd "$1/r"
  mount -t tmpfs tmpfs dev; mknod -m 666 dev/null c 1 3; : > dev/null
  mount -t tmpfs tmpfs run; mkdir run/cgroup run/old; mount -t cgroup2 cgroup2 run/cgroup; mkdir "run/cgroup/$2"
  rmdir "run/cgroup/$2"; pivot_root . run/old`;

export class Machine {
  readonly #unshare: Running;
  readonly #pid: number;
  readonly #group: string;
  readonly #remove: () => void;

  private constructor(unshare: Running, pid: number, group: string, remove: () => void) {
    this.#unshare = unshare;
    this.#pid = pid;
    this.#group = group;
    this.#remove = remove;
  }

  /** Starts it, with the checkout in /opt/saltflat and these programs in /opt/NAME/bin/NAME, each with a unit. */
  static async start(...programs: readonly string[]): Promise<Machine> {
    const { path, remove } = temporaryFolder();
    const group = basename(path);
    // It ends with the test, however that may end: the signal comes when the parent is gone.
    const unshare = new Running('setpriv', [
      ...['--pdeathsig', 'KILL', 'sh', '-c', IN_GROUP, group],
      ...['unshare', ...NAMESPACES, '--fork', '--kill-child', 'bash', SCRIPT],
      ...[path, process.cwd(), process.execPath, ...programs],
    ]);
    const first = unshare.child.pid!;
    const pids = (): string => readFileSync(`/proc/${first}/task/${first}/children`, 'utf8').trim();
    const machine = (): Machine => new Machine(unshare, Number(pids()), group, remove);
    const isUp = async (): Promise<boolean> => {
      if (unshare.child.exitCode !== null) throw new Error(`the machine ended: ${unshare.output}`);
      if (pids() === '' || readFileSync(`/proc/${pids()}/comm`, 'utf8') !== 'systemd\n') return false;
      return (await machine().run('systemctl', 'is-system-running')).output === 'running\n';
    };
    try {
      await until(isUp, () => `systemd runs; ${unshare.output}`, 60);
    } catch (error) {
      await unshare.stop('SIGKILL');
      remove();
      throw error;
    }
    return machine();
  }

  /** Where a file of this machine is seen from the outside. */
  path(absolute: string): string {
    return join(`/proc/${this.#pid}/root`, absolute);
  }

  write(absolute: string, text: string): void {
    writeFileSync(this.path(absolute), text);
  }

  read(absolute: string): string {
    return readFileSync(this.path(absolute), 'utf8');
  }

  /** Runs a program to its end, as root. */
  async run(program: string, ...args: readonly string[]): Promise<Answer> {
    const enter = ['-t', String(this.#pid), '--mount', '--pid', '--uts', '--ipc', '--root', '--wd=/'];
    const env = ['-i', '-C', '/', 'HOME=/root', `PATH=${ROOTS_PATH}`];
    return command('nsenter', ...enter, 'env', ...env, program, ...args);
  }

  /** What was written to it since it began, and is still there: each path with what is in it, its owner and mode. */
  get written(): Map<string, string> {
    const root = this.path('/run/written');
    const paths = readdirSync(root, { recursive: true, withFileTypes: true }).map(({ parentPath, name }) =>
      join(parentPath, name).slice(root.length),
    );
    return new Map(paths.map((path) => [path, described(join(root, path))]));
  }

  /**
   * What is otherwise than `before`, or, where nothing had been written there, than on the machine that this one began
   * as.
   */
  changed(before: ReadonlyMap<string, string>): string[] {
    const now = [...this.written].filter(([path, what]) => (before.get(path) ?? described(path)) !== what);
    return now.map(([path]) => path).sort();
  }

  async stop(): Promise<void> {
    await this.#unshare.stop('SIGKILL');
    for (const root of CONTROL_GROUPS.map((folder) => join(folder, this.#group)).filter(existsSync))
      await until(() => removed(root), `${root} is empty`);
    this.#remove();
  }
}

/** A file, folder or link as one text: mode, owner, group, what is in it; empty where there is none. */
function described(path: string): string {
  const entry = lstatSync(path, { throwIfNoEntry: false });
  if (entry === undefined) return '';
  const content = entry.isFile() ? createHash('sha256').update(readFileSync(path)).digest('hex') : '';
  const target = entry.isSymbolicLink() ? readlinkSync(path) : '';
  return [entry.mode.toString(8), entry.uid, entry.gid, content, target].join(' ');
}

const ROOTS_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Runs the rest of its words in control groups named $0, which become the roots of the machine's. */
const IN_GROUP = `
  for root in ${CONTROL_GROUPS.join(' ')}; do
    [ -e "$root/cgroup.procs" ] || continue
    mkdir "$root/$0" && echo $$ > "$root/$0/cgroup.procs"
  done
  exec "$@"`;

/** Takes a control group away with those in it; false while a process is in one. */
function removed(folder: string): boolean {
  try {
    execFileSync('find', [folder, '-depth', '-type', 'd', '-exec', 'rmdir', '{}', '+'], { stdio: 'ignore' });
  } catch {
    // A process ends a moment after its signal.
  }
  return !existsSync(folder);
}
