// The commands of README.md, docs/ and examples/*/README.md, those that install or never end left out: each runs as it
// stands.
import { gzipSync } from 'node:zlib';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { globSync } from 'tinyglobby';
import { HttpSink } from '../support/fluent-bit/sink.js';
import { describeWith } from '../support/program.js';
import { FIXTURE } from '../support/command.js';
import { Receiver } from '../support/receiver.js';
import { missingOpenSearch, startOpenSearch } from '../support/stores/opensearch.js';
import { type Commands, Guide } from '../support/guides/guide.js';
import { Sandbox, missingTools } from '../support/guides/sandbox.js';

const LONG_MS = 120_000;

/** Blocks that do not run here, and why. */
const LEFT_OUT: readonly (readonly [RegExp, string])[] = [
  [/^(npm|npx|git|docker) /m, 'installs'],
  [/^wamrc /m, 'no wamrc here'],
  [/^salt-call /m, 'no Salt here; test/host/report/for-ci takes what it prints'],
  [/^(vector --config|fluent-bit -c|saltflat follow) /m, 'does not end; test/systems/agents runs it'],
  [/^# with a master$/m, 'no Salt here, and the agent does not end; README.md has the same lines'],
  [/^# (from a release|with the packages)$/m, 'test/package/packages.test.ts runs it in a fresh Debian'],
  [/^(kubectl|oras) /m, 'test/package/kubernetes.test.ts runs it where the programs are there; no cluster here'],
  [/^kafka-/m, "Kafka's own commands; test/systems/kafka starts it otherwise"],
  [/\$ELASTICSEARCH|kbn-xsrf/, "as OpenSearch's; test/systems/stores asks a real Elasticsearch"],
];
/** The tests' OpenSearch lacks this plugin. */
const POLICY = /^.*\/_plugins\/_ism\/.*\n/gm;

const files = globSync(['README.md', 'docs/*.md', 'examples/*/README.md'], { cwd: process.cwd() }).sort();
const blocks = files.flatMap((file) =>
  new Guide(file, { isWhole: false }).commands.map((commands) => ({ file, commands })),
);
const whyNot = ({ text }: Commands): string | undefined => LEFT_OUT.find(([pattern]) => pattern.test(text))?.[1];
const runnable = blocks.filter(({ commands }) => whyNot(commands) === undefined);

describeWith('the commands of the READMEs', missingTools() ?? missingOpenSearch(), () => {
  const opensearch = startOpenSearch();
  const sandboxes = new Map<string, Sandbox>();
  let receiver: Receiver;
  let dashboards: HttpSink;
  beforeAll(async () => {
    receiver = await Receiver.listen();
    dashboards = await HttpSink.listen(() => ({ status: 200, body: '{"success":true}' }));
  });
  afterAll(async () => {
    for (const sandbox of sandboxes.values()) await sandbox.remove();
    await receiver.close();
    await dashboards.remove();
  });

  /**
   * One machine a file, so that its blocks go on where the one before stopped: Salt's events are there, older ones in
   * `old`.
   */
  async function machine(file: string): Promise<Sandbox> {
    const found = sandboxes.get(file);
    if (found !== undefined) return found;
    const [port] = opensearch.host.split(':').slice(1);
    const sandbox = new Sandbox({ 9200: Number(port), 5170: receiver.port, 5601: dashboards.port });
    sandboxes.set(file, sandbox);
    sandbox.withoutLifecycle();
    sandbox.write('/var/log/saltflat/events.ndjson', readFileSync(FIXTURE, 'utf8'));
    mkdirSync(sandbox.path('/var/lib/vector/spool'), { recursive: true });
    mkdirSync(join(sandbox.checkout, 'old'));
    writeFileSync(join(sandbox.checkout, 'old/events.gz'), gzipSync(readFileSync(FIXTURE)));
    // Each file begins with an empty store, with a template where it does not bring its own.
    await opensearch.request('DELETE', '/salt-*');
    if (!file.startsWith('examples/opensearch'))
      await sandbox.run(
        `curl -sSf -X PUT http://127.0.0.1:9200/_index_template/salt-states -H 'Content-Type: application/json' -d @examples/opensearch/template-ecs.json`,
      );
    return sandbox;
  }

  it.each(runnable.map(({ file, commands }) => [commands.place, file, commands] as const))(
    'run: %s',
    async (_, file, { text }) => {
      const sandbox = await machine(file);
      const folder = file.startsWith('examples/') ? dirname(file) : '.';
      const { code, output } = await sandbox.run(text.replace(POLICY, ''), folder);
      expect({ code, output }).toEqual({ code: 0, output: expect.any(String) as string });
    },
    LONG_MS,
  );
});

it('leaves out only what installs, does not end, or runs elsewhere', () => {
  expect(runnable.length).toBeGreaterThan(10);
  expect(blocks.length - runnable.length).toBeLessThan(runnable.length);
});
