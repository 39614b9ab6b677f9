// A machine on which a real Salt applies examples/salt/formula.
import { join } from 'node:path';
import { Guide } from '../guides/guide.js';
import { Machine } from './machine.js';

export const FORMULA = 'examples/salt/formula';

/** One state of what `salt-call --out=json` prints. */
export interface State {
  readonly __id__: string;
  readonly result: boolean | null;
  readonly changes: object;
  readonly comment: string;
}

/**
 * What a clean does not take away: the test's pillar, Salt's keys, caches and logs, and the older files that useradd
 * keeps.
 */
const KEPT = new RegExp(
  [
    ...['/srv/pillar', '/etc/salt/pki', '/var/cache', '/var/log/salt', '/tmp', '/var/tmp'].map(
      (folder) => `^${folder}(/|$)`,
    ),
    '^/etc/((passwd|group|g?shadow|sub[ug]id)-|\\.pwd\\.lock)$',
  ].join('|'),
);

/** The ids of those that changed something. */
export const changed = (states: readonly State[]): string[] =>
  states.filter(({ changes }) => Object.keys(changes).length > 0).map(({ __id__: id }) => id);

export class FormulaMachine {
  readonly machine: Machine;
  readonly #bin: string;
  readonly #args: readonly string[];
  readonly #pillar: object;
  readonly #before: ReadonlyMap<string, string>;

  private constructor(machine: Machine, bin: string, args: readonly string[], pillar: object) {
    this.machine = machine;
    this.#bin = bin;
    this.#args = args;
    this.#pillar = pillar;
    this.configure();
    this.#before = machine.written;
  }

  /**
   * Installs the formula as its README says. `minion` is the minion's configuration; it is without a master unless that
   * names one. `prepare` runs on the machine before.
   */
  static async start(
    bin: string,
    programs: readonly string[],
    pillar: object,
    minion: Readonly<Record<string, unknown>> = {},
    prepare = 'true',
  ): Promise<FormulaMachine> {
    const machine = await Machine.start(...programs);
    try {
      const run = async (text: string): Promise<void> => {
        const { code, output } = await machine.run('sh', '-ec', text);
        if (code !== 0) throw new Error(output);
      };
      await run(`mkdir -p /etc/salt/minion.d /etc/salt/master.d\n${prepare}`);
      const settings = { id: 'web-01', log_level: 'error', ...minion };
      machine.write('/etc/salt/minion', JSON.stringify({ file_client: 'local', ...settings }));
      machine.write('/srv/pillar/top.sls', JSON.stringify({ base: { '*': ['saltflat'] } }));
      const guide = new Guide(`${FORMULA}/README.md`, { isWhole: false });
      for (const { text } of guide.section('Install')) await run(`cd /opt/saltflat/${FORMULA}\n${text}`);
      return new FormulaMachine(machine, bin, 'master' in minion ? [] : ['--local'], pillar);
    } catch (error) {
      await machine.stop();
      throw error;
    }
  }

  /** Writes the pillar, and more of it. */
  configure(more: object = {}): void {
    this.machine.write('/srv/pillar/saltflat.sls', JSON.stringify({ saltflat: { ...this.#pillar, ...more } }));
  }

  /** `salt-call …` */
  async call(...args: readonly string[]): ReturnType<Machine['run']> {
    return this.machine.run(join(this.#bin, 'salt-call'), ...this.#args, ...args);
  }

  /** Applies; throws where a state fails. */
  async apply(states: string): Promise<State[]> {
    const { code, output } = await this.call('--out=json', '--retcode-passthrough', 'state.apply', states);
    const json = /^\{\n[^]*^\}$/m.exec(output)?.[0];
    const all = json === undefined ? [] : Object.values((JSON.parse(json) as { local: Record<string, State> }).local);
    const isDone = code === 0 && all.length > 0 && all.every(({ result }) => result === true);
    if (!isDone) throw new Error(`${states} fails with ${code}: ${output}`);
    return all;
  }

  /** What is otherwise than before the first run. */
  get left(): string[] {
    return this.machine.changed(this.#before).filter((path) => !KEPT.test(path));
  }

  /** What systemd says of a unit: `active`, `inactive`, … */
  async isActive(unit: string): Promise<string> {
    return (await this.machine.run('systemctl', 'is-active', unit)).output.trim();
  }

  async stop(): Promise<void> {
    await this.machine.stop();
  }
}
