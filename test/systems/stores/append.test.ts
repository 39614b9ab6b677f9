// For those who need evidence: opensearch-append.yaml and vector/append.toml into a data stream that README.md of
// examples/opensearch makes. A later event of the same id replaces nothing, and the README's search finds it.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventLine, state } from '../../support/command.js';
import { Agent, FLUENT_BIT, NO_FLUENT_BIT, SHIPPED_OPTIONS, Stage } from '../../support/fluent-bit/agent.js';
import { Follower, endFollowers } from '../../support/follower.js';
import { Guide } from '../../support/guides/guide.js';
import { Sandbox, missingTools } from '../../support/guides/sandbox.js';
import { describeWith, temporaryFolder, until } from '../../support/program.js';
import { closedPort } from '../../support/receiver.js';
import { missingOpenSearch, startOpenSearch } from '../../support/stores/opensearch.js';
import { NO_VECTOR, startVector } from '../../support/vector.js';

const SECONDS = 90;
const LONG_MS = 3 * SECONDS * 1000;
const JID = '20261122091948957570';

/** A genuine return and, later, one of the same job, minion and state that says otherwise. */
const GENUINE = eventLine(JID, [state({ result: false, comment: 'the intruder was seen' })]);
const LATER = eventLine(JID, [state({ result: true, comment: 'all is well' })]).replace(':48.957570', ':49.000001');
const OTHER = eventLine('20261122091948957571', [state()]);

const stage = new Stage();
afterEach(async () => {
  endFollowers();
  await stage.clear();
});

describeWith('a data stream for evidence', missingTools() ?? missingOpenSearch(), () => {
  const opensearch = startOpenSearch();
  const [make, search] = new Guide('examples/opensearch/README.md', { isWhole: false }).section('Evidence');
  let sandbox: Sandbox;
  beforeAll(() => {
    sandbox = new Sandbox({ 9200: Number(opensearch.host.split(':')[1]) });
  });
  beforeEach(async () => {
    await opensearch.request('DELETE', '/_data_stream/salt-evidence').catch(() => undefined);
    await run(make!.text);
  });
  afterAll(() => sandbox.remove());

  async function run(commands: string): Promise<string> {
    const { code, output } = await sandbox.run(
      `export OPENSEARCH=http://127.0.0.1:9200\n${commands}`,
      'examples/opensearch',
    );
    expect([code, output]).toEqual([0, output]);
    return output;
  }

  /** Both versions are there, what was sent again is no second version, and the stream refuses to forget. */
  async function isAllThere(): Promise<void> {
    const { hits } = (await opensearch.search('salt-evidence', { size: 100 })).hits;
    const messages = hits.map(({ _source: source }) => source['message']);
    expect(new Set(messages)).toEqual(new Set(['the intruder was seen', 'all is well', state()['comment']]));
    const found = (await run(search!.text)).trim().split('\n');
    expect(found).toHaveLength(1);
    const { id } = JSON.parse(found[0]!) as { id: string };
    const ids = hits
      .filter(({ _source: { message } }) => message === 'all is well')
      .map(({ _source }) => _source['event']);
    expect(ids).toMatchObject([{ id }, { id }]);
    await expect(opensearch.request('PUT', '/salt-evidence/_doc/1', { '@timestamp': '2026-11-22' })).rejects.toThrow(
      /only write ops with an op_type of create are allowed/,
    );
  }

  describeWith('fed by opensearch-append.yaml', NO_FLUENT_BIT, () => {
    it(
      'keeps all that arrived, and the search names what was told twice',
      async () => {
        for (const times of [1, 2]) {
          const agent = stage.add(new Agent(FLUENT_BIT!)); // knows nothing of the one before: all is sent again
          agent.setOptions(SHIPPED_OPTIONS);
          agent.write(`${GENUINE}\n${OTHER}\n${LATER}\n`);
          agent.configure('opensearch-append', { OS_PORT: opensearch.host.split(':')[1]!, OS_TLS: 'off' });
          await agent.start();
          await until(async () => (await opensearch.count('salt-evidence')) === 3 * times, 'every record', SECONDS);
          await agent.stop();
          expect(agent.log).not.toMatch(/\[ *(error|warn) *\] \[output/);
        }
        await isAllThere();
      },
      LONG_MS,
    );
  });

  describeWith('fed by vector/append.toml', NO_VECTOR, () => {
    it(
      'keeps all that arrived, and the search names what was told twice',
      async () => {
        const folder = temporaryFolder();
        stage.add({ remove: () => Promise.resolve(folder.remove()) });
        const port = await closedPort();
        const changes: readonly (readonly [string, string])[] = [
          ['data_dir = "/var/lib/vector"', `data_dir = "${folder.path}"`],
          ['127.0.0.1:8081', `127.0.0.1:${port}`],
          ['http://127.0.0.1:9200', `http://${opensearch.host}`],
        ];
        const config = readFileSync('examples/vector/append.toml', 'utf8');
        for (const [from] of changes) expect(config).toContain(from);
        const path = join(folder.path, 'vector.toml');
        writeFileSync(
          path,
          changes.reduce((text, [from, to]) => text.replaceAll(from, to), config),
        );
        const vector = startVector(path);
        stage.add({ remove: () => vector.stop('SIGKILL').then(() => undefined) });
        for (const times of [1, 2]) {
          const log = join(folder.path, `events-${times}.ndjson`);
          writeFileSync(log, `${GENUINE}\n${OTHER}\n${LATER}\n`);
          new Follower([
            ...[log, '--options', 'examples/fluent-bit/saltflat.json', '--preset', 'flatten_ecs'],
            ...['--checkpoint', join(folder.path, `checkpoint-${times}`), '--to', `http://127.0.0.1:${port}/saltflat`],
          ]);
          await until(
            async () => (await opensearch.count('salt-evidence')) === 3 * times,
            () => `every record; ${vector.output}`,
            SECONDS,
          );
        }
        await isAllThere();
      },
      LONG_MS,
    );
  });
});
