// A Salt master with one minion on loopback, and a minion without a master; both with the configuration that ships.
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { closedPort } from '../receiver.js';
import { Running, until } from '../program.js';
import { Daemon } from './daemon.js';
import { writeStates } from './states.js';

const SESSION = join(process.cwd(), 'test/support/salt/session.py');
const COMMAND_MS = 120_000;
const READY_SECONDS = 120;
export const MINION = 'web-01';
export const MASTER = 'salt_master';
export const EVENT_FILE = '/var/log/saltflat/events.ndjson';

/** A file of `examples/salt/` as text, the event file's path in it replaced. */
export function shipped(name: string, events: string): string {
  const text = readFileSync(join(process.cwd(), 'examples/salt', name), 'utf8');
  if (!text.includes(EVENT_FILE)) throw new Error(`${name} does not name ${EVENT_FILE}`);
  return text.replaceAll(EVENT_FILE, events);
}

/** The umask that the shipped drop-in gives the master. */
export function shippedUmask(): string {
  return /^UMask=(\d+)$/m.exec(readFileSync(join(process.cwd(), 'examples/salt/systemd/saltflat.conf'), 'utf8'))![1]!;
}

/** What a command left. */
export interface Answer {
  readonly code: number;
  readonly output: string;
}

/** Runs a program to its end; it fails only where it can't be run. */
export async function command(program: string, ...args: string[]): Promise<Answer> {
  return new Promise((resolve, reject) => {
    execFile(program, args, { timeout: COMMAND_MS, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : error.code;
      if (typeof code === 'number') resolve({ code, output: stdout + stderr });
      else reject(error ?? new Error(`${program} gives no exit code`));
    });
  });
}

function writeConfiguration(folder: string, name: string, settings: Record<string, unknown>, included: string): void {
  mkdirSync(join(folder, `${name}.d`), { recursive: true });
  const lines = Object.entries(settings).map(([key, value]) => `${key}: ${JSON.stringify(value)}\n`);
  writeFileSync(join(folder, name), lines.join(''));
  writeFileSync(join(folder, `${name}.d`, 'saltflat.conf'), included);
}

/** Settings of Salt beside those that the world needs. */
export interface Settings {
  readonly master?: Readonly<Record<string, unknown>>;
  readonly minion?: Readonly<Record<string, unknown>>;
}

/** A master and its minion. */
export class World {
  readonly events: string;
  readonly masterConfiguration: string;
  readonly #minionConfiguration: string;
  /** The master's `cachedir`. */
  readonly cache: string;
  readonly #bin: string;
  readonly #daemons: Daemon[] = [];

  private constructor(bin: string, folder: string) {
    this.#bin = bin;
    this.events = join(folder, 'events.ndjson');
    this.masterConfiguration = join(folder, 'etc-master');
    this.#minionConfiguration = join(folder, 'etc-minion');
    this.cache = join(folder, 'master/var/cache/salt/master');
  }

  /**
   * Starts both in `folder`, and waits until the minion answers. `configure` may change the shipped `saltflat.conf`,
   * `settings` add to the rest.
   */
  static async start(
    bin: string,
    folder: string,
    configure: (conf: string) => string = (conf) => conf,
    settings: Settings = {},
  ): Promise<World> {
    const world = new World(bin, folder);
    const [publish, ret] = [await closedPort(), await closedPort()];
    const common = { user: userInfo().username, log_level: 'warning' };
    const master = {
      ...common,
      ...{ id: MASTER, root_dir: join(folder, 'master'), interface: '127.0.0.1', publish_port: publish, ret_port: ret },
      ...{ auto_accept: true, worker_threads: 2, file_roots: { base: [writeStates(folder)] } },
      gather_job_timeout: 2, // else each ping of a minion that is not there yet takes 10 s more
      ...settings.master,
    };
    const minion = {
      ...common,
      ...{ id: MINION, root_dir: join(folder, 'minion'), master: '127.0.0.1', master_port: ret, publish_port: publish },
      ...{ acceptance_wait_time: 1, random_reauth_delay: 1, recon_default: 200, recon_max: 1000 },
      ...settings.minion,
    };
    mkdirSync(master.root_dir);
    mkdirSync(minion.root_dir);
    writeConfiguration(
      world.masterConfiguration,
      'master',
      master,
      configure(shipped('master.d/saltflat.conf', world.events)),
    );
    writeConfiguration(world.#minionConfiguration, 'minion', minion, '');
    const start = (name: string, configuration: string): Daemon =>
      new Daemon(join(bin, name), ['-c', configuration], join(folder, `${name}.log`), shippedUmask());
    world.#daemons.push(
      start('salt-master', world.masterConfiguration),
      start('salt-minion', world.#minionConfiguration),
    );
    try {
      const answers = async (): Promise<boolean> =>
        (await world.salt('-t', '2', MINION, 'test.ping')).output.includes(`"${MINION}": true`);
      await until(async () => (await answers()) && existsSync(world.events), 'the minion answers', READY_SECONDS);
    } catch (error) {
      const said = world.#daemons.map((daemon) => daemon.said).join('\n');
      await world.stop();
      throw new Error(said, { cause: error });
    }
    return world;
  }

  /** `salt …` */
  async salt(...args: string[]): Promise<Answer> {
    return command(join(this.#bin, 'salt'), '-c', this.masterConfiguration, '--out', 'json', ...args);
  }

  /** `salt MINION state.apply …` and the like. */
  async job(...args: string[]): Promise<Answer> {
    return this.salt('-t', '60', MINION, ...args);
  }

  /** `salt-run …` */
  async runner(...args: string[]): Promise<Answer> {
    return command(join(this.#bin, 'salt-run'), '-c', this.masterConfiguration, '--out', 'json', ...args);
  }

  /** Runs a Python program with Salt's library; its first argument is the master's configuration file. */
  async python(program: string, ...args: string[]): Promise<Answer> {
    return command(join(this.#bin, 'python'), '-c', program, join(this.masterConfiguration, 'master'), ...args);
  }

  /**
   * Runs a Python program as the minion, which its key makes it; its first argument is the minion's configuration file.
   */
  async asMinion(path: string): Promise<Answer> {
    return command(join(this.#bin, 'python'), path, join(this.#minionConfiguration, 'minion'));
  }

  /** `salt …`, `salt-run …`, `salt-ssh …` as people see it: in Salt's own words, the summary at the end. */
  async shown(program: 'salt' | 'salt-run' | 'salt-ssh', ...args: string[]): Promise<Answer> {
    return command(join(this.#bin, program), '-c', this.masterConfiguration, '--out', 'highstate', ...args);
  }

  /** `salt-call …` at the minion, seen alike. */
  async call(...args: string[]): Promise<Answer> {
    return command(join(this.#bin, 'salt-call'), '-c', this.#minionConfiguration, '--out', 'highstate', ...args);
  }

  /** Runs `session.py` beside this file to its end; `file` is what it reads. */
  async session(task: 'run' | 'print', file: string): Promise<Answer> {
    return command(join(this.#bin, 'python'), SESSION, join(this.masterConfiguration, 'master'), task, file);
  }

  /** Holds the lock of the event file until the program is ended. */
  async hold(): Promise<Running> {
    const args = [SESSION, join(this.masterConfiguration, 'master'), 'hold', this.events];
    const holder = new Running(join(this.#bin, 'python'), args, {}, undefined);
    await until(
      () => holder.output.includes('held'),
      () => `the event file is held; ${holder.output}`,
    );
    return holder;
  }

  /** Ends both. */
  async stop(): Promise<void> {
    await Promise.all(this.#daemons.map((daemon) => daemon.stop()));
  }
}

/** A minion without a master in `folder`, and its `salt-call --local …`. */
export function masterless(
  bin: string,
  folder: string,
  configure: (conf: string) => string = (conf) => conf,
): { events: string; call: (...args: string[]) => Promise<Answer> } {
  const events = join(folder, 'events.ndjson');
  const configuration = join(folder, 'etc-minion');
  const settings = {
    ...{ id: 'laptop-01', user: userInfo().username, root_dir: join(folder, 'minion'), log_level: 'warning' },
    ...{ file_client: 'local', file_roots: { base: [writeStates(folder)] } },
  };
  mkdirSync(settings.root_dir);
  writeConfiguration(configuration, 'minion', settings, configure(shipped('minion.d/saltflat.conf', events)));
  return { events, call: (...args) => command(join(bin, 'salt-call'), '-c', configuration, '--local', ...args) };
}
