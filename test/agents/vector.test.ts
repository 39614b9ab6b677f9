import { spawnSync } from 'node:child_process';
import { appendFileSync, copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CLI, FIXTURE, eventLine, records, run, state } from '../cli/command.js';
import { closedPort } from '../cli/receiver.js';
import { Follower, endFollowers } from '../cli/follower.js';
import { type Running, describeWith, temporaryFolder, until } from './program.js';
import { Elasticsearch, NO_VECTOR, VECTOR, example, printed, startVector, switchOff, switchOn } from './vector.js';

type Json = Record<string, unknown>;
const SECONDS = 90;

let folder: ReturnType<typeof temporaryFolder>;
let running: Running[] = [];
let servers: Elasticsearch[] = [];
let log: string;
let checkpoint: string;

beforeEach(() => {
  folder = temporaryFolder();
  log = join(folder.path, 'events.ndjson');
  checkpoint = join(folder.path, 'checkpoint');
});
afterEach(async () => {
  endFollowers();
  await Promise.all(running.map((program) => program.stop('SIGKILL')));
  await Promise.all(servers.map((server) => server.stop()));
  running = [];
  servers = [];
  folder.remove();
});

const vector = (args: readonly string[]): { status: number | null; output: string } => {
  const { status, stdout, stderr } = spawnSync(VECTOR!, args, { encoding: 'utf8' });
  return { status, output: stdout + stderr };
};
const write = (config: string): string => {
  const path = join(folder.path, 'vector.toml');
  writeFileSync(path, config);
  return path;
};
/** The example at other addresses, with its data in the test's folder. */
const moved = (config: string, port: number): string =>
  config
    .replace('data_dir = "/var/tmp"', `data_dir = "${folder.path}"`)
    .replaceAll('127.0.0.1:8080', `127.0.0.1:${port}`);
const launch = (path: string): Running => {
  const program = startVector(path);
  running.push(program);
  return program;
};
const withoutId = (record: Json): Json =>
  Object.fromEntries(Object.entries(record).filter(([name]) => name !== 'event_id'));
const post = (port: number): Follower =>
  new Follower([log, '--checkpoint', checkpoint, '--to', `http://127.0.0.1:${port}/saltflat`]);
const withExec = (config: string): string => switchOn(switchOff(config, '[sources.salt]'), '[sources.salt]');
const SINKS = ['[sinks.tcp]', '[transforms.splunk_time]', '[sinks.elasticsearch]'];

describeWith('vector.toml.example', NO_VECTOR, () => {
  it('is valid as it stands, environment included', () => {
    expect(vector(['validate', 'vector.toml.example'])).toMatchObject({ status: 0 });
  });

  it('is valid with every sink switched on, and with the exec source', () => {
    const all = SINKS.reduce(switchOn, example());
    for (const config of [all, withExec(all)])
      expect(vector(['validate', '--no-environment', write(config)])).toMatchObject({ status: 0 });
  });

  it('passes its unit tests', () => {
    const { status, output } = vector(['test', 'vector.toml.example']);
    expect(status).toBe(0);
    expect(output.match(/ \.\.\. passed/g)).toHaveLength(3);
  });
});

describeWith('Vector fed by saltflat follow', NO_VECTOR, () => {
  it.each(['http_server', 'exec'])(
    'gives every record of the real events, as the host wrote it (%s)',
    async (way) => {
      const expected = records((await run(['replay', FIXTURE])).stdout);
      copyFileSync(FIXTURE, log);
      const port = await closedPort();
      let config = moved(example(), port);
      if (way === 'exec')
        config = withExec(config)
          .replace('"saltflat", "follow"', `"${process.execPath}", "${CLI}", "follow"`)
          .replace('/var/log/salt/events.ndjson", "--checkpoint"', `${log}", "--checkpoint"`)
          .replace('"/var/lib/saltflat/checkpoint"]', `"${checkpoint}"]`);
      const program = launch(write(config));
      const follower = way === 'exec' ? null : post(port);
      await until(() => printed(program).length >= expected.length, `records; ${program.output.slice(-500)}`, SECONDS);
      const found = printed(program);
      expect(found.map(withoutId)).toEqual(expected);
      expect(new Set(found.map(({ event_id: id }) => id)).size).toBe(expected.length);
      if (follower !== null) expect(await follower.stop()).toBe(0);
      expect(await program.stop()).toBe(0);
      expect(readFileSync(checkpoint, 'utf8')).toContain(`"offset": ${readFileSync(log).length},`);
    },
    SECONDS * 2000,
  );

  it(
    'brings a record of 8 MB through both ways',
    async () => {
      const comment = 'ä"\\'.repeat(2_000_000);
      writeFileSync(log, `${eventLine('1', [state({ comment })])}\n`);
      const port = await closedPort();
      const http = launch(write(moved(example(), port)));
      const follower = post(port);
      await until(() => printed(http).length > 0, `the record; ${http.output.slice(-500)}`, SECONDS);
      expect(printed(http)[0]!.comment === comment).toBe(true);
      await follower.stop();
      await http.stop();
      const config = withExec(moved(example(), port))
        .replace('"saltflat", "follow"', `"${process.execPath}", "${CLI}", "follow"`)
        .replace('/var/log/salt/events.ndjson", "--checkpoint"', `${log}", "--checkpoint"`)
        .replace('"/var/lib/saltflat/checkpoint"]', `"${checkpoint}-2"]`);
      const exec = launch(write(config));
      await until(() => printed(exec).length > 0, `the record; ${exec.output.slice(-500)}`, SECONDS);
      expect(printed(exec)[0]!.comment === comment).toBe(true);
    },
    SECONDS * 2000,
  );
});

describeWith('What Vector cannot read', NO_VECTOR, () => {
  it(
    'ends among the rejects, record by record, and the others arrive',
    async () => {
      const half = eventLine('half', [state({ comment: 'HALF' })]).replace('HALF', '\\ud800');
      const huge = eventLine('huge', [state({ duration: 'HUGE' })]).replace('"HUGE"', '1e400');
      const [first, last] = ['first', 'last'].map((jid) => eventLine(jid, [state()]));
      writeFileSync(log, `${[first, half, huge, last].join('\n')}\n`);
      const port = await closedPort();
      const program = launch(write(moved(example(), port)));
      const follower = post(port);
      await until(() => printed(program).length >= 3, `three records; ${follower.stderr}`, SECONDS);
      expect(await follower.stop()).toBe(0);
      // A number that no double holds is refused by the module already.
      expect(printed(program).map(({ jid, event_type: type }) => jid ?? type)).toEqual(['first', 'malformed', 'last']);
      const rejects = records(readFileSync(`${checkpoint}.rejects`, 'utf8'));
      expect(rejects).toMatchObject([{ status: 400, record: { jid: 'half' } }]);
    },
    SECONDS * 2000,
  );
});

describeWith('Vector and saltflat follow with Elasticsearch, acknowledged', NO_VECTOR, () => {
  const STATES = 20;
  const feed = (from: number, to: number): void => {
    for (let jid = from; jid < to; jid++)
      appendFileSync(
        log,
        `${eventLine(
          String(jid),
          Array.from({ length: STATES }, () => state()),
        )}\n`,
      );
  };
  const begin = async (): Promise<{ server: Elasticsearch; path: string; port: number }> => {
    const server = await Elasticsearch.listen();
    servers.push(server);
    const port = await closedPort();
    const config = switchOn(switchOff(moved(example(), port), '[sinks.console]'), '[sinks.elasticsearch]');
    return { server, port, path: write(config.replace('127.0.0.1:9200', `127.0.0.1:${server.port}`)) };
  };
  /** Waits for every state of so many events, and prints how many came twice. */
  const settle = async (server: Elasticsearch, events: number, what: string): Promise<void> => {
    const ids = (): number => new Set(server.documents.map(({ id }) => id)).size;
    await until(() => ids() >= events * STATES, `${events * STATES} states, not ${ids()}`, SECONDS);
    const keys = new Set(
      server.documents.map(({ document }) => `${document.jid as string} ${document.state_name as string}`),
    );
    expect(keys.size).toBe(events * STATES);
    expect(ids()).toBe(events * STATES);
    process.stdout.write(
      `${what}: ${events * STATES} states, 0 lost, ${server.documents.length - events * STATES} came twice\n`,
    );
  };

  it(
    'loses nothing when Vector is killed in the midst, again and again',
    async () => {
      const { server, path, port } = await begin();
      const follower = post(port);
      for (let round = 0; round < 4; round++) {
        const program = launch(path);
        feed(round * 100, round * 100 + 50);
        await until(() => server.documents.length > round * 50 * STATES, 'some records', SECONDS);
        feed(round * 100 + 50, round * 100 + 100);
        await new Promise((resolve) => setTimeout(resolve, 300 * round));
        await program.stop('SIGKILL');
      }
      launch(path);
      await settle(server, 400, 'SIGKILL of Vector, four times');
      expect(await follower.stop()).toBe(0);
    },
    SECONDS * 2000,
  );

  it(
    'loses nothing when the host is killed in the midst, again and again',
    async () => {
      const { server, path, port } = await begin();
      launch(path);
      for (let round = 0; round < 5; round++) {
        const follower = post(port);
        feed(round * 100, round * 100 + 100);
        await new Promise((resolve) => setTimeout(resolve, 400 + 250 * round));
        await follower.stop('SIGKILL');
      }
      const follower = post(port);
      await settle(server, 500, 'SIGKILL of the host, five times');
      expect(await follower.stop()).toBe(0);
    },
    SECONDS * 2000,
  );

  it(
    'loses nothing when the index is away or busy, and everybody else is restarted meanwhile',
    async () => {
      const { server, path, port } = await begin();
      let program = launch(path);
      let follower = post(port);
      feed(0, 100);
      await until(() => server.documents.length > 0, 'some records', SECONDS);
      await server.stop();
      feed(100, 200);
      await new Promise((resolve) => setTimeout(resolve, 1500));
      await program.stop('SIGKILL');
      await follower.stop('SIGKILL');
      program = launch(path);
      follower = post(port);
      server.isBusy = true;
      await server.start();
      feed(200, 300);
      await new Promise((resolve) => setTimeout(resolve, 1500));
      server.isBusy = false;
      await settle(server, 300, 'index away, then busy; Vector and host killed meanwhile');
      expect(await follower.stop()).toBe(0);
      expect(existsSync(`${checkpoint}.rejects`)).toBe(false);
      await program.stop();
    },
    SECONDS * 2000,
  );

  it(
    'keeps exactly the records that the index refuses among the rejects',
    async () => {
      const { server, path, port } = await begin();
      server.refuses = ({ jid, state_name: name }) => jid === '3' && name === 'test_|-7_|-7_|-nop';
      launch(path);
      feed(0, 10);
      const follower = post(port);
      await until(() => existsSync(`${checkpoint}.rejects`), `rejects; ${follower.stderr}`, SECONDS);
      await until(() => new Set(server.documents.map(({ id }) => id)).size === 10 * STATES - 1, 'the others', SECONDS);
      await until(
        () => readFileSync(checkpoint, 'utf8').includes(`"offset": ${readFileSync(log).length},`),
        'the end',
        SECONDS,
      );
      expect(await follower.stop()).toBe(0);
      const rejects = records(readFileSync(`${checkpoint}.rejects`, 'utf8'));
      expect(rejects).toMatchObject([{ status: 400, record: { jid: '3', state_name: 'test_|-7_|-7_|-nop' } }]);
    },
    SECONDS * 2000,
  );
});
