// A session of a master and its minion in which everything happens that leaves returns of a shape of its own.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../program.js';
import { NO_SSH, startSsh } from './ssh.js';
import { writeStateModule } from './states.js';
import { MASTER, MINION, World } from './world.js';

const SCHEDULE = { function: 'state.apply', args: ['success'], seconds: 86_400, run_on_start: true };

/** What a command of Salt printed, and of which minion's run of which states. */
export interface Shown {
  /** Null where the function's arguments do not name them. */
  readonly states: string | null;
  readonly minion: string;
  readonly text: string;
}

/** One job for `session.py run`. */
interface Job {
  readonly fun: string;
  readonly arg?: readonly unknown[];
  readonly kwarg?: Readonly<Record<string, unknown>>;
  readonly async?: true;
  readonly until?: string;
}

/** What Salt's own outputter prints of one return; `source`: from the job cache or from the event. */
export interface Printed {
  readonly jid: string;
  readonly source: 'cache' | 'events';
  readonly text: string;
}

const apply = (states: string, more: Partial<Job> = {}): Job => ({ fun: 'state.apply', arg: [states], ...more });

/** Waits until no states run. Salt 3008 answers what is queued before it runs, and refuses what comes while it does. */
const IDLE: Job = { fun: 'saltutil.is_running', arg: ['state.*'], until: '[]' };

/** One after another. The state run that waits has a second one refused, and a third one queued. */
const JOBS: readonly Job[] = [
  apply('render'),
  apply('wait', { async: true }),
  { fun: 'saltutil.running', until: 'state.apply' },
  apply('success'),
  apply('success', { kwarg: { queue: true } }),
  IDLE,
  apply('nan'),
  IDLE,
  apply('bytes'),
  IDLE,
  apply('success'),
];

/** A running session. */
export class Session {
  readonly world: World;
  readonly shown: readonly Shown[];
  readonly #folder: string;

  private constructor(world: World, folder: string, shown: readonly Shown[]) {
    this.world = world;
    this.#folder = folder;
    this.shown = shown;
  }

  /** Starts it in `folder`; `began` is told of the world before the first job. Resolves when all has happened. */
  static async run(bin: string, folder: string, began: (world: World) => Promise<void>): Promise<Session> {
    const minion = {
      states_dirs: [writeStateModule(folder)],
      schedule: { kept: SCHEDULE, uncached: { ...SCHEDULE, return_job: 'nocache' } },
    };
    const announce = { function: 'state.orchestrate', args: ['scheduled'], seconds: 15, maxrunning: 1 };
    const master = { loop_interval: 2, schedule: { announce } };
    const world = await World.start(bin, folder, (conf) => conf, { master, minion });
    try {
      await began(world);
      await scheduled(world, 'kept', 1);
      await scheduled(world, 'uncached', 1);
      const shown = await showAll(world, folder);
      const session = new Session(world, folder, shown);
      await session.runJobs(JOBS);
      for (const [name, times] of [
        ['kept', 2],
        ['uncached', 2],
        ['uncached', 3],
      ] as const) {
        await session.runJobs([{ fun: 'schedule.run_job', arg: [name] }]);
        await scheduled(world, name, times);
      }
      await written(world, 'salt_|-asked_|-', 2);
      return session;
    } catch (error) {
      await world.stop();
      throw error;
    }
  }

  /** Runs jobs one after another, from Salt's library. */
  async runJobs(jobs: readonly Job[]): Promise<void> {
    await this.#python('run', jobs);
  }

  /** What Salt prints of every return in its job cache, and of the events given. */
  async printed(data: readonly unknown[]): Promise<Printed[]> {
    const output = await this.#python('print', data);
    const lines = output.split('\n').filter((line) => line.startsWith('{'));
    return lines.map((line) => JSON.parse(line) as Printed);
  }

  /**
   * Holds the event file's lock while jobs run, and for so long behind them. What Salt would write in the meantime does
   * not fit into the pipe to its writer.
   */
  async hold(seconds: number): Promise<void> {
    const holder = await this.world.hold();
    try {
      await this.runJobs([apply('success'), apply('big'), apply('success')]);
      await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    } finally {
      await holder.stop('SIGKILL');
    }
    await this.runJobs([apply('success')]);
    await new Promise((resolve) => setTimeout(resolve, 2000)); // what is still to be written is
  }

  async #python(task: 'run' | 'print', input: unknown): Promise<string> {
    const file = join(this.#folder, `${task}.json`);
    writeFileSync(file, JSON.stringify(input));
    const { code, output } = await this.world.session(task, file);
    if (code !== 0) throw new Error(output);
    return output;
  }
}

/** Waits until the event file has a text so many times. */
async function written(world: World, text: string, times: number): Promise<void> {
  const count = (): number => readFileSync(world.events, 'utf8').split(text).length - 1;
  const what = (): string => `${text} ${times} times in the event file, not ${count()} times`;
  await until(() => count() >= times, what, 90);
}

/** Waits until it has so many returns of a schedule. */
const scheduled = (world: World, name: string, times: number): Promise<void> =>
  written(world, `"schedule": "${name}"`, times);

/** Runs what people type, and keeps what they would see. */
async function showAll(world: World, folder: string): Promise<Shown[]> {
  const shown = async (
    states: string | null,
    minion: string,
    running: Promise<{ output: string }>,
  ): Promise<Shown> => ({
    states,
    minion,
    text: (await running).output,
  });
  const all = [
    await shown('kinds', MINION, world.shown('salt', MINION, 'state.apply', 'kinds')),
    await shown('would', MINION, world.shown('salt', MINION, 'state.apply', 'would', 'test=True')),
    await shown('change', MINION, world.shown('salt', '-b', '1', '*', 'state.apply', 'change')),
    await shown('failure', MINION, world.call('state.apply', 'failure')),
    await shown('deploy', MASTER, world.shown('salt-run', 'state.orchestrate', 'deploy')),
  ];
  if (NO_SSH !== null) return all;
  const ssh = await startSsh(folder);
  try {
    const run = world.shown('salt-ssh', ...ssh.args, '*', 'state.apply', 'change');
    return [...all, await shown(null, 'ssh-01', run)];
  } finally {
    await ssh.stop();
  }
}
