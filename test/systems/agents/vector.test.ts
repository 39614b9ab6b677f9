import { spawnSync } from 'node:child_process';
import { appendFileSync, copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from '../../../build/host/index.js';
import { CLI, FIXTURE, eventLine, records, run, state } from '../../support/command.js';
import { closedPort } from '../../support/receiver.js';
import { Follower, endFollowers } from '../../support/follower.js';
import { type Running, describeWith, temporaryFolder, until } from '../../support/program.js';
import {
  Elasticsearch,
  NO_VECTOR,
  VECTOR,
  example,
  printed,
  startVector,
  switchOff,
  switchOn,
} from '../../support/vector.js';

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
    .replace('data_dir = "/var/lib/vector"', `data_dir = "${folder.path}"`)
    .replaceAll('127.0.0.1:8080', `127.0.0.1:${port}`);
const launch = (path: string): Running => {
  const program = startVector(path);
  running.push(program);
  return program;
};
/** The options file that is shipped for a beginning. */
const OPTIONS = 'examples/fluent-bit/saltflat.json';
const WITH_OPTIONS = ['--options', OPTIONS];
const post = (port: number, ...args: readonly string[]): Follower =>
  new Follower([log, '--checkpoint', checkpoint, '--to', `http://127.0.0.1:${port}/saltflat`, ...args]);
/** The example with the `exec` source, which runs this package's command on this test's files. */
const withExec = (config: string, path = checkpoint): string =>
  [
    ['"saltflat", "follow"', `"${process.execPath}", "${CLI}", "follow"`],
    ['"/var/log/saltflat/events.ndjson", "--options"', `"${log}", "--options"`],
    ['"/etc/saltflat/saltflat.json"', `"${OPTIONS}"`],
    ['"/var/lib/saltflat/checkpoint-exec"]', `"${path}"]`],
  ].reduce(
    (changed, [from, to]) => changed.replace(from!, to!),
    switchOn(switchOff(config, '[sources.salt]'), '[sources.salt]'),
  );
const SINKS = [
  '[sinks.tcp]',
  '[transforms.splunk_time]',
  '[transforms.elasticsearch_time]',
  '[transforms.loki_labels]',
  '[transforms.otlp]',
];

describeWith('vector.toml.example', NO_VECTOR, () => {
  it('is valid as it stands, and with its environment where its data_dir is there', () => {
    expect(vector(['validate', '--no-environment', 'vector.toml.example'])).toMatchObject({ status: 0 });
    const config = example().replace('data_dir = "/var/lib/vector"', `data_dir = "${folder.path}"`);
    expect(config).not.toBe(example());
    expect(vector(['validate', write(config)])).toMatchObject({ status: 0 });
  });

  it('is valid with every sink switched on, and with the exec source', () => {
    const all = SINKS.reduce(switchOn, example());
    for (const config of [all, withExec(all)])
      expect(vector(['validate', '--no-environment', write(config)])).toMatchObject({ status: 0 });
  });

  it('passes its unit tests, where their sink is switched on', () => {
    const config = ['[transforms.splunk_time]', '[[tests]]'].reduce(switchOn, example());
    const { status, output } = vector(['test', write(config)]);
    expect(output.match(/ \.\.\. passed/g)).toHaveLength(2);
    expect(status).toBe(0);
  });
});

describeWith('Vector fed by saltflat follow', NO_VECTOR, () => {
  it.each(['http_server', 'exec'])(
    'gives every record of the real events, as the host wrote it (%s)',
    async (way) => {
      const expected = records((await run(['replay', FIXTURE, ...WITH_OPTIONS])).stdout);
      copyFileSync(FIXTURE, log);
      const port = await closedPort();
      const config = moved(example(), port);
      const program = launch(write(way === 'exec' ? withExec(config) : config));
      const follower = way === 'exec' ? null : post(port, ...WITH_OPTIONS);
      await until(() => printed(program).length >= expected.length, `records; ${program.output.slice(-500)}`, SECONDS);
      const found = printed(program);
      expect(found).toEqual(expected);
      expect(new Set(found.map(({ event_id: id }) => id)).size).toBe(expected.length);
      for (const { event_id: id } of found) expect(id).toMatch(/^[0-9a-f]{32}$/);
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
      // The shipped options cut a member of that size.
      const config = withExec(moved(example(), port), `${checkpoint}-2`).replace(`"--options", "${OPTIONS}", `, '');
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
      expect(printed(program).map(({ jid }) => jid)).toEqual(['first', 'huge', 'last']);
      // Of a number that no double holds the module makes null already.
      expect(printed(program)[1]).toHaveProperty('duration', null);
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
  const postEcs = (port: number): Follower => post(port, '--preset', 'flatten_ecs', ...WITH_OPTIONS);
  /** The job and the state of a document. */
  const stateOf = (document: Json): { jid: string; name: string } => {
    const { jid, state } = document['salt'] as { jid: string; state: { key: string } };
    return { jid, name: state.key };
  };
  const begin = async (): Promise<{ server: Elasticsearch; path: string; port: number }> => {
    const server = await Elasticsearch.listen();
    servers.push(server);
    const port = await closedPort();
    const config = switchOn(switchOff(moved(example(), port), '[sinks.console]'), '[transforms.elasticsearch_time]');
    return { server, port, path: write(config.replace('127.0.0.1:9200', `127.0.0.1:${server.port}`)) };
  };
  /** Waits for every state of so many events, and prints how many came twice. */
  const settle = async (server: Elasticsearch, events: number, what: string): Promise<void> => {
    const ids = (): number => new Set(server.documents.map(({ id }) => id)).size;
    await until(() => ids() >= events * STATES, `${events * STATES} states, not ${ids()}`, SECONDS);
    const keys = new Set(server.documents.map(({ document }) => Object.values(stateOf(document)).join(' ')));
    expect(keys.size).toBe(events * STATES);
    const lines = readFileSync(log, 'utf8').trimEnd().split('\n');
    const ecs = await load({ options: readFileSync(OPTIONS) });
    const expected = lines.flatMap((line) => ecs.flatten(line, { preset: 'flatten_ecs' }));
    expect(new Set(server.documents.map(({ id }) => id))).toEqual(new Set(expected.map(({ event }) => event?.['id'])));
    for (const { document } of server.documents)
      expect(document['@timestamp']).toBe((document['event'] as Json)['created']);
    expect(ids()).toBe(events * STATES);
    process.stdout.write(
      `${what}: ${events * STATES} states, 0 lost, ${server.documents.length - events * STATES} came twice\n`,
    );
  };

  it(
    'loses nothing when Vector is killed in the midst, again and again',
    async () => {
      const { server, path, port } = await begin();
      const follower = postEcs(port);
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
        const follower = postEcs(port);
        feed(round * 100, round * 100 + 100);
        await new Promise((resolve) => setTimeout(resolve, 400 + 250 * round));
        await follower.stop('SIGKILL');
      }
      const follower = postEcs(port);
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
      let follower = postEcs(port);
      feed(0, 100);
      await until(() => server.documents.length > 0, 'some records', SECONDS);
      await server.stop();
      feed(100, 200);
      await new Promise((resolve) => setTimeout(resolve, 1500));
      await program.stop('SIGKILL');
      await follower.stop('SIGKILL');
      program = launch(path);
      follower = postEcs(port);
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
      const refused = { jid: '3', name: 'test_|-7_|-7_|-nop' };
      server.refuses = (document) => JSON.stringify(stateOf(document)) === JSON.stringify(refused);
      launch(path);
      feed(0, 10);
      const follower = postEcs(port);
      await until(() => existsSync(`${checkpoint}.rejects`), `rejects; ${follower.stderr}`, SECONDS);
      await until(() => new Set(server.documents.map(({ id }) => id)).size === 10 * STATES - 1, 'the others', SECONDS);
      await until(
        () => readFileSync(checkpoint, 'utf8').includes(`"offset": ${readFileSync(log).length},`),
        'the end',
        SECONDS,
      );
      expect(await follower.stop()).toBe(0);
      const rejects = records(readFileSync(`${checkpoint}.rejects`, 'utf8'));
      expect(rejects).toMatchObject([
        { status: 400, record: { salt: { jid: '3', state: { key: 'test_|-7_|-7_|-nop' } } } },
      ]);
    },
    SECONDS * 2000,
  );
});
