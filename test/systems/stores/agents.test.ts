// The real events through real agents, with the shipped configurations, into real servers with the shipped templates.
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Agent, SHIPPED_OPTIONS, Stage as Props, describeEach } from '../../support/fluent-bit/agent.js';
import { MASTERLESS_EVENTS, MASTER_EVENTS } from '../../support/fluent-bit/events.js';
import { describeWith, temporaryFolder, until } from '../../support/program.js';
import { NO_VECTOR, example, startVector, switchOff, switchOn } from '../../support/vector.js';
import { records, run, temporaryDirectory } from '../../support/command.js';
import { Follower, endFollowers } from '../../support/follower.js';
import { closedPort } from '../../support/receiver.js';
import { type Stage, describeServers } from '../../support/stores/servers.js';

type Json = Record<string, unknown>;

const SECONDS = 90;
const LONG_MS = 3 * SECONDS * 1000;
const PREFIX = { opensearch: 'OS', elasticsearch: 'ES' } as const;

const root = temporaryDirectory();
const events = join(root, 'events.ndjson');
const options = join(root, 'saltflat.json');
const props = new Props();
let expected: string[];
beforeAll(async () => {
  writeFileSync(events, MASTER_EVENTS + MASTERLESS_EVENTS);
  writeFileSync(options, SHIPPED_OPTIONS);
  const { stdout } = await run(['replay', '-q', events, '--preset', 'flatten_ecs', '--options', options]);
  expected = records(stdout)
    .map(({ event }) => (event as Json)['id'] as string)
    .sort();
}, LONG_MS);
afterEach(async () => {
  endFollowers();
  await props.clear();
});

describeServers('the real events', ({ store, server, at }: Stage) => {
  let number = 0;

  /** An alias over its first index, as the lifecycle wants it. */
  const newAlias = async (): Promise<string> => {
    const alias = `salt-states-${++number}`;
    await server.request('PUT', `/${alias}-000001`, { aliases: { [alias]: { is_write_index: true } } });
    return alias;
  };
  /** How many documents the server was given for an index, the ones that replaced others too. */
  const given = async (alias: string): Promise<number> => {
    const stats = (await server.request('GET', `/${alias}/_stats/indexing`)) as {
      _all: { primaries: { indexing: { index_total: number } } };
    };
    return stats._all.primaries.indexing.index_total;
  };
  /** Sends everything twice, by an agent that remembers nothing, and looks at what is there each time. */
  const sendTwice = async (alias: string, send: () => Promise<() => Promise<unknown>>): Promise<void> => {
    for (const times of [1, 2]) {
      const stop = await send();
      await until(async () => (await given(alias)) >= times * expected.length, `all records, ${times} times`, SECONDS);
      await stop();
      const { hits } = (await server.search(alias, { size: 10_000 })).hits;
      expect(hits.map(({ _id: id }) => id).sort()).toEqual(expected);
      for (const { _id: id, _source } of hits) expect((_source['event'] as Json)['id']).toBe(id);
    }
    const verified = await run(['verify', events, '--options', options, '--in', at(alias)]);
    expect(verified).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`${expected.length} there, 0 missing, 0 duplicated, 0 extra`) as string,
    });
  };

  describeEach('the shipped configurations', (binary) => {
    // OpenSearch takes what Elasticsearch takes.
    const configurations = store === 'opensearch' ? (['opensearch', 'elasticsearch'] as const) : [store];
    it.each(configurations)(
      '%s.yaml brings every record, none rejected, none twice when all is read twice',
      async (configuration) => {
        const alias = await newAlias();
        await sendTwice(alias, async () => {
          const agent = props.add(new Agent(binary));
          agent.setOptions(SHIPPED_OPTIONS);
          agent.write(readFileSync(events));
          const prefix = PREFIX[configuration];
          const env = { PORT: server.host.split(':')[1]!, TLS: 'off', INDEX: alias };
          agent.configure(
            configuration,
            Object.fromEntries(Object.entries(env).map(([name, value]) => [`${prefix}_${name}`, value])),
          );
          await agent.start();
          return async () => {
            await agent.stop();
            expect(agent.log).not.toMatch(/\[ *(error|warn) *\] \[output/);
          };
        });
      },
      LONG_MS,
    );
  });

  describeWith("vector.toml.example's elasticsearch sink", NO_VECTOR, () => {
    it(
      'brings every record, none rejected, none twice when all is read twice',
      async () => {
        const alias = await newAlias();
        await sendTwice(alias, async () => {
          const folder = temporaryFolder();
          props.add({ remove: () => Promise.resolve(folder.remove()) });
          const port = await closedPort();
          const config = switchOn(switchOff(example(), '[sinks.console]'), '[transforms.elasticsearch_time]')
            .replace('data_dir = "/var/lib/vector"', `data_dir = "${folder.path}"`)
            .replaceAll('127.0.0.1:8080', `127.0.0.1:${port}`)
            .replace('http://127.0.0.1:9200', `http://${server.host}`)
            .replace('bulk.index = "salt-states"', `bulk.index = "${alias}"`);
          const path = join(folder.path, 'vector.toml');
          writeFileSync(path, config);
          const vector = startVector(path);
          props.add({ remove: () => vector.stop('SIGKILL').then(() => undefined) });
          const log = join(folder.path, 'events.ndjson');
          copyFileSync(events, log);
          const checkpoint = join(folder.path, 'checkpoint');
          const to = ['--preset', 'flatten_ecs', '--to', `http://127.0.0.1:${port}/saltflat`];
          const follower = new Follower([log, '--options', options, '--checkpoint', checkpoint, ...to]);
          return async () => {
            const isDone = (): boolean =>
              readFileSync(checkpoint, 'utf8').includes(`"offset": ${readFileSync(log).length},`);
            await until(isDone, () => `the checkpoint moves; ${follower.stderr}${vector.output}`, SECONDS);
            expect(await follower.stop()).toBe(0);
            expect(await vector.stop()).toBe(0);
          };
        });
      },
      LONG_MS,
    );
  });
});
