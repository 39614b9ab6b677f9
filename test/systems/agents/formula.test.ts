// examples/salt/formula: real Salts install saltflat by it on machines with systemd, and their own runs arrive as
// records.
import type { SaltRecord } from '../../../build/host/index.js';
import { records as parse, run } from '../../support/command.js';
import { FLUENT_BIT, NO_FLUENT_BIT } from '../../support/fluent-bit/agent.js';
import { describeWith, until } from '../../support/program.js';
import { Receiver, closedPort } from '../../support/receiver.js';
import { FormulaMachine, changed } from '../../support/salt/formula.js';
import { NEWER, OLDER, installSalt } from '../../support/salt/install.js';
import { missingMachine } from '../../support/salt/machine.js';
import { NO_VECTOR, VECTOR } from '../../support/vector.js';

const SETUP_MS = 300_000;
const EVENTS = '/var/log/saltflat/events.ndjson';
const OPTIONS = '/etc/saltflat/saltflat.json';
const noMachine = missingMachine();
const [newer, older] = [await installSalt(NEWER), await installSalt(OLDER)];
const slow = process.env['SALTFLAT_SLOW'] === '1' ? null : 'slow, wants SALTFLAT_SLOW=1';

/** By their ids: batches may overtake each other, and Vector sorts members. */
const sorted = (records: readonly SaltRecord[]): SaltRecord[] =>
  records.toSorted((one, other) => (String(one['event_id']) < String(other['event_id']) ? -1 : 1));
const ids = (states: readonly { readonly __id__: string }[]): string[] => states.map(({ __id__: id }) => id).sort();
const stateIds = (records: readonly SaltRecord[]): unknown[] => records.map(({ state_id: id }) => id).sort();

/** What arrived at a receiver, when it is so many records. */
async function arrived(receiver: Receiver, count: number): Promise<SaltRecord[]> {
  const all = (): SaltRecord[] => receiver.connections.flat().map((line) => JSON.parse(line) as SaltRecord);
  await until(
    () => all().length >= count,
    () => `${count} records, not ${all().length}`,
    60,
  );
  return all();
}

/** What `saltflat replay` makes of the event file on a machine with the options there. */
async function expected({ machine }: FormulaMachine): Promise<SaltRecord[]> {
  const { stdout } = await run(['replay', '-q', '--options', machine.path(OPTIONS), machine.path(EVENTS)]);
  return parse(stdout);
}

describe.each([
  { version: NEWER, salt: newer, whyNoMaster: null },
  { version: OLDER, salt: older, whyNoMaster: slow },
])('Salt $version', ({ salt, whyNoMaster }) => {
  describeWith('without a master, and Fluent Bit', salt.missing ?? noMachine ?? NO_FLUENT_BIT, () => {
    let minion: FormulaMachine;
    let receiver: Receiver;

    beforeAll(async () => {
      receiver = await Receiver.listen();
      minion = await FormulaMachine.start(salt.bin, [FLUENT_BIT!], {
        components: ['minion', 'agent'],
        fluent_bit: { env: { TCP_PORT: receiver.port } },
      });
    }, SETUP_MS);
    afterAll(async () => {
      await minion?.stop();
      await receiver?.close();
    }, SETUP_MS);

    it(
      'installs, and its own run arrives',
      async () => {
        await minion.apply('saltflat.minion');
        const states = await minion.apply('saltflat');
        const records = await arrived(receiver, states.length);
        expect(stateIds(records)).toEqual(ids(states));
        expect(ids(states).filter((id) => !id.startsWith('saltflat-'))).toEqual([]);
        expect(new Set(records.map(({ minion_id: id, fun, result }) => [id, fun, result].join()))).toEqual(
          new Set(['web-01,state.apply,true']),
        );
        expect(changed(states)).toContain('saltflat-agent-service-running');
        expect(await minion.isActive('fluent-bit')).toBe('active');
        const reload = await minion.machine.run('systemctl', 'show', '-P', 'NeedDaemonReload', 'fluent-bit');
        expect(reload.output).toBe('no\n');
      },
      SETUP_MS,
    );

    it(
      'changes nothing the second time, and that arrives, too',
      async () => {
        const sofar = (await arrived(receiver, 1)).length;
        const states = await minion.apply('saltflat');
        expect(changed(states)).toEqual([]);
        const records = (await arrived(receiver, sofar + states.length)).slice(sofar);
        expect(records.map(({ changes }) => changes)).toEqual(states.map(() => ({})));
        expect(sorted(await arrived(receiver, 1))).toEqual(sorted(await expected(minion)));
      },
      SETUP_MS,
    );

    it(
      'is cleaned: what was not delivered and the events stay',
      async () => {
        await minion.apply('saltflat.clean');
        expect(await minion.isActive('fluent-bit')).toBe('inactive');
        const folders = ['/var/lib/fluent-bit', '/var/log/saltflat'];
        const others = minion.left.filter((path) => !folders.some((folder) => path.startsWith(folder)));
        expect(others).toEqual(['/etc/group', '/etc/gshadow', '/etc/passwd', '/etc/shadow']);
      },
      SETUP_MS,
    );

    it(
      'is cleaned with `purge`, and leaves nothing',
      async () => {
        minion.configure({ purge: true });
        await minion.apply('saltflat.clean');
        expect(minion.left).toEqual([]);
      },
      SETUP_MS,
    );
  });

  describeWith(
    'with a master, saltflat follow and Vector',
    salt.missing ?? noMachine ?? NO_VECTOR ?? whyNoMaster,
    () => {
      let minion: FormulaMachine;
      let receiver: Receiver;

      beforeAll(async () => {
        receiver = await Receiver.listen();
        const [publish, ret, post] = [await closedPort(), await closedPort(), await closedPort()];
        const settings = {
          sinks: {
            tcp: {
              ...{ type: 'socket', inputs: ['salt'], mode: 'tcp', address: `127.0.0.1:${receiver.port}` },
              ...{ encoding: { codec: 'json' }, framing: { method: 'newline_delimited' } },
              acknowledgements: { enabled: true },
            },
          },
        };
        minion = await FormulaMachine.start(
          salt.bin,
          [VECTOR!],
          {
            ...{ components: ['master', 'agent', 'follow'], agent: 'vector' },
            vector: { address: `127.0.0.1:${post}`, settings },
            follow: { to: `http://127.0.0.1:${post}/saltflat` },
          },
          { file_client: 'remote', master: '127.0.0.1', master_port: ret, publish_port: publish },
          asPackaged(salt.bin, { interface: '127.0.0.1', publish_port: publish, ret_port: ret, auto_accept: true }),
        );
      }, SETUP_MS);
      afterAll(async () => {
        await minion?.stop();
        await receiver?.close();
      }, SETUP_MS);

      it(
        'installs, and its own first run arrives',
        async () => {
          const states = await minion.apply('saltflat');
          const records = await arrived(receiver, states.length);
          expect(stateIds(records)).toEqual(ids(states));
          expect(new Set(records.map(({ minion_id: id, fun, result }) => [id, fun, result].join()))).toEqual(
            new Set(['web-01,state.apply,true']),
          );
          expect(changed(states)).toEqual(
            expect.arrayContaining([
              'saltflat-master-service-running',
              'saltflat-agent-service-running',
              'saltflat-follow-service-running',
            ]),
          );
        },
        SETUP_MS,
      );

      it(
        'changes nothing the second time, and that arrives, too',
        async () => {
          const sofar = (await arrived(receiver, 1)).length;
          const states = await minion.apply('saltflat');
          expect(changed(states)).toEqual([]);
          await arrived(receiver, sofar + states.length);
          expect(sorted(await arrived(receiver, 1))).toEqual(sorted(await expected(minion)));
        },
        SETUP_MS,
      );

      it(
        'is cleaned with `purge`, and leaves nothing; the master runs on',
        async () => {
          minion.configure({ purge: true });
          await minion.apply('saltflat.clean');
          expect(minion.left).toEqual([]);
          expect(await minion.isActive('salt-master')).toBe('active');
          expect(await minion.isActive('vector')).toBe('inactive');
          expect(await minion.isActive('saltflat-follow')).toBe('inactive');
        },
        SETUP_MS,
      );
    },
  );
});

/** Commands that leave what the packages of Salt and Vector leave: their users, and a master that runs. */
function asPackaged(bin: string, master: Readonly<Record<string, unknown>>): string {
  const settings = JSON.stringify({ log_level: 'error', worker_threads: 2, ...master });
  return `
    useradd --system --user-group --shell /usr/sbin/nologin salt
    useradd --system --user-group --home-dir /var/lib/vector --create-home --shell /usr/sbin/nologin vector
    cat > /etc/salt/master <<'END'
${settings}
END
    cat > /usr/lib/systemd/system/salt-master.service <<'END'
[Service]
ExecStart=${bin}/salt-master
[Install]
WantedBy=multi-user.target
END
    systemctl daemon-reload
    systemctl enable --now salt-master`;
}
