// examples/salt/formula: real Salts install saltflat by it on a machine with systemd, and their own runs arrive as records.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { SaltRecord } from '../../../build/host/index.js';
import { FILES } from '../../../scripts/formula.mjs';
import { records as parse, run } from '../../support/command.js';
import { FLUENT_BIT, NO_FLUENT_BIT } from '../../support/fluent-bit/agent.js';
import { Guide } from '../../support/guides/guide.js';
import { describeWith, until } from '../../support/program.js';
import { Receiver } from '../../support/receiver.js';
import { NEWER, OLDER, installSalt } from '../../support/salt/install.js';
import { Machine, missingMachine } from '../../support/salt/machine.js';

const FORMULA = 'examples/salt/formula';
const SETUP_MS = 300_000;
const noMachine = missingMachine() ?? NO_FLUENT_BIT;
const [newer, older] = [await installSalt(NEWER), await installSalt(OLDER)];

describe('the files of the formula', () => {
  const folder = join(FORMULA, 'saltflat/files');
  it('are those of the examples, byte for byte: npm run build:formula', () => {
    for (const [file, from] of Object.entries(FILES))
      expect([file, readFileSync(join(folder, file), 'utf8')]).toEqual([file, readFileSync(from, 'utf8')]);
  });

  it('are no others', () => {
    const found = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    expect(found.map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1)).sort()).toEqual(
      Object.keys(FILES).sort(),
    );
  });
});

/** One state of what `salt-call --out=json` prints. */
interface State {
  readonly __id__: string;
  readonly result: boolean | null;
  readonly changes: object;
  readonly comment: string;
}

/** What a clean does not take away: the test's pillar, Salt's caches and logs, and the older files that useradd keeps. */
const KEPT = new RegExp(
  [
    ...['/srv/pillar', '/etc/salt/pki', '/var/cache', '/var/log/salt', '/tmp', '/var/tmp'].map(
      (folder) => `^${folder}(/|$)`,
    ),
    '^/etc/((passwd|group|g?shadow|sub[ug]id)-|\\.pwd\\.lock)$',
  ].join('|'),
);

describe.each([
  { version: NEWER, salt: newer },
  { version: OLDER, salt: older },
])('Salt $version', ({ salt }) => {
  describeWith('without a master, and Fluent Bit', salt.missing ?? noMachine, () => {
    let machine: Machine;
    let receiver: Receiver;
    let before: Map<string, string>;

    const pillar = (more: object = {}): void =>
      machine.write(
        '/srv/pillar/saltflat.sls',
        JSON.stringify({
          saltflat: {
            components: ['minion', 'agent'],
            fluent_bit: { env: { TCP_PORT: receiver.port } },
            ...more,
          },
        }),
      );

    /** Applies; fails where a state does. */
    async function apply(states: string): Promise<State[]> {
      const { code, output } = await machine.run(
        join(salt.bin, 'salt-call'),
        ...['--local', '--out=json', '--retcode-passthrough', 'state.apply', states],
      );
      const { local } = JSON.parse(output.slice(output.indexOf('{'), output.lastIndexOf('}') + 1)) as {
        local: Record<string, State>;
      };
      const failed = Object.values(local).filter(({ result }) => result !== true);
      expect([code, failed]).toEqual([0, []]);
      return Object.values(local);
    }
    const changed = (states: readonly State[]): string[] =>
      states.filter(({ changes }) => Object.keys(changes).length > 0).map(({ __id__: id }) => id);

    /** What arrived, when it is so many records. */
    async function arrived(count: number): Promise<SaltRecord[]> {
      const all = (): SaltRecord[] => receiver.connections.flat().map((line) => JSON.parse(line) as SaltRecord);
      await until(
        () => all().length >= count,
        () => `${count} records, not ${all().length}`,
        60,
      );
      return all();
    }

    beforeAll(async () => {
      receiver = await Receiver.listen();
      machine = await Machine.start(FLUENT_BIT!);
      await machine.run('mkdir', '-p', '/etc/salt/minion.d');
      machine.write('/etc/salt/minion', JSON.stringify({ id: 'laptop-01', file_client: 'local', log_level: 'error' }));
      machine.write('/srv/pillar/top.sls', JSON.stringify({ base: { '*': ['saltflat'] } }));
      for (const { text } of new Guide(`${FORMULA}/README.md`, { isWhole: false }).section('Install'))
        expect(await machine.run('sh', '-ec', `cd /opt/saltflat/${FORMULA}; ${text}`)).toEqual({ code: 0, output: '' });
      pillar();
      before = machine.written;
    }, SETUP_MS);
    afterAll(async () => {
      await machine?.stop();
      await receiver?.close();
    }, SETUP_MS);

    it(
      'installs, and its own run arrives',
      async () => {
        await apply('saltflat.minion');
        const states = await apply('saltflat');
        const records = await arrived(states.length);
        expect(records.map(({ state_id: id }) => id).sort()).toEqual(states.map(({ __id__: id }) => id).sort());
        expect(records.filter(({ state_id: id }) => !String(id).startsWith('saltflat-'))).toEqual([]);
        expect(new Set(records.map(({ minion_id: id, fun, result }) => [id, fun, result].join()))).toEqual(
          new Set(['laptop-01,state.apply,true']),
        );
        expect(changed(states)).toContain('saltflat-agent-service-running');
      },
      SETUP_MS,
    );

    it(
      'changes nothing the second time, and that arrives, too',
      async () => {
        const sofar = (await arrived(1)).length;
        const states = await apply('saltflat');
        expect(changed(states)).toEqual([]);
        const records = (await arrived(sofar + states.length)).slice(sofar);
        expect(records.map(({ changes }) => changes)).toEqual(states.map(() => ({})));
        const events = machine.path('/var/log/saltflat/events.ndjson');
        const options = machine.path('/etc/saltflat/saltflat.json');
        const expected = parse((await run(['replay', '-q', '--options', options, events])).stdout);
        expect(await arrived(expected.length)).toHaveLength(expected.length);
        expect((await arrived(1)).map((record) => JSON.stringify(record)).sort()).toEqual(
          expected.map((record) => JSON.stringify(record)).sort(),
        );
      },
      SETUP_MS,
    );

    it(
      'is cleaned, and leaves nothing',
      async () => {
        pillar({ purge: true });
        await apply('saltflat.clean');
        expect(machine.changed(before).filter((path) => !KEPT.test(path))).toEqual([]);
        expect((await machine.run('id', 'fluent-bit')).code).toBe(1);
        expect((await machine.run('systemctl', 'is-active', 'fluent-bit')).output).toBe('inactive\n');
      },
      SETUP_MS,
    );
  });
});
