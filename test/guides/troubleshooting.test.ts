// docs/guides/troubleshooting.md: every cause is brought about, and every message and command is what the guide says.
import { copyFileSync, mkdirSync, readFileSync, chmodSync } from 'node:fs';
import { join } from 'node:path';
import { MODULE_PATH } from '../../build/host/index.js';
import { SHIPPED_OPTIONS, edit, shipped, withEnv } from '../support/fluent-bit/agent.js';
import { describeWith, until } from '../support/program.js';
import { FIXTURE, eventLine, state } from '../support/command.js';
import { Receiver, closedPort } from '../support/receiver.js';
import { missingOpenSearch, startOpenSearch } from '../support/stores/opensearch.js';
import { Guide } from '../support/guides/guide.js';
import { Sandbox, missingAgent } from '../support/guides/sandbox.js';
import { walk } from '../support/guides/walk.js';

const LONG_MS = 180_000;
const CONFIGURATION = '/etc/fluent-bit/saltflat.yaml';
const EVENTS = '/var/log/saltflat/events.ndjson';
const OPTIONS = '/etc/saltflat/saltflat.json';
const BUNDLED = readFileSync(FIXTURE, 'utf8');
const RETURNS = BUNDLED.split('\n').filter((line) => /"fun": "state\.sls".*"tag": "salt\/job\/\d+\/ret\//.test(line));

const guide = new Guide('docs/guides/troubleshooting.md');

/** A machine where all is well: Salt has written its events, the agent is installed and not started. */
function healthy(ports: Readonly<Record<number, number>> = {}): Sandbox {
  const sandbox = new Sandbox(ports);
  sandbox.configure(CONFIGURATION, edit(shipped('tcp'), ['  flush: 1\n', '  flush: 0.2\n']));
  sandbox.write(OPTIONS, SHIPPED_OPTIONS);
  sandbox.write(EVENTS, BUNDLED);
  for (const folder of ['/usr/lib/saltflat', '/var/lib/fluent-bit'])
    mkdirSync(sandbox.path(folder), { recursive: true });
  chmodSync(sandbox.path('/var/lib/fluent-bit'), 0o777);
  copyFileSync(MODULE_PATH, sandbox.path('/usr/lib/saltflat/saltflat.wasm'));
  return sandbox;
}

/** Edits a file of the sandbox; throws where a text does not stand there. */
function change(sandbox: Sandbox, path: string, ...changes: readonly (readonly [from: string, to: string])[]): void {
  sandbox.write(path, edit(sandbox.read(path), ...changes));
}

/** Starts the agent as a service and waits until it has said something. */
async function serve(sandbox: Sandbox, says: RegExp, command = `fluent-bit -c ${CONFIGURATION}`): Promise<void> {
  const journal = sandbox.serve(command);
  await until(() => says.test(journal()), `the agent says ${says}`).catch((error: unknown) => {
    throw new Error(`${(error as Error).message}; it said:\n${journal()}`);
  });
}

/** What is brought about, by the guide's heading. */
const SCENES: Readonly<Record<string, (sandbox: Sandbox) => Promise<void> | void>> = {
  'Where it stops': (sandbox) => serve(sandbox, /flush chunk/),
  'A mistake in saltflat.json': (sandbox) => sandbox.write(OPTIONS, '{"redcat": true}'),
  'The agent may not read saltflat.json': (sandbox) => chmodSync(sandbox.path(OPTIONS), 0),
  'The folder of saltflat.json is not there': async (sandbox) => {
    await sandbox.run('rm -r /etc/saltflat');
  },
  'The module is not there': async (sandbox) => {
    await sandbox.run('rm -r /usr/lib/saltflat');
  },
  'The module is another file': (sandbox) => sandbox.write('/usr/lib/saltflat/saltflat.wasm', '<html>404</html>'),
  'The agent may not write its state': (sandbox) => chmodSync(sandbox.path('/var/lib/fluent-bit'), 0o555),
  'Salt writes no event file': async (sandbox) => {
    await sandbox.run(`rm ${EVENTS}; cp examples/salt/master.d/saltflat.conf /etc/salt/master.d/`);
  },
  'The event file has no job returns': (sandbox) => {
    const lines = (tag: RegExp, count: number): string[] =>
      BUNDLED.split('\n')
        .filter((line) => tag.test(line))
        .slice(0, count);
    const others = [...lines(/"tag": "salt\/auth"/, 2), ...lines(/"tag": "salt\/job\/\d+\/new"/, 1)];
    sandbox.write(EVENTS, `${others.join('\n')}\n`);
  },
  'The agent may not read the event file': async (sandbox) => {
    chmodSync(sandbox.path(EVENTS), 0);
    await serve(sandbox, /cannot open/, `sudo -u fluent-bit fluent-bit -c ${CONFIGURATION}`);
  },
  'The receiver cannot be reached': (sandbox) => serve(sandbox, /flush chunk/),
  'The agent has read the file already': async (sandbox) => {
    sandbox.write(EVENTS, `${RETURNS[0]}\n`);
    await serve(sandbox, /flush chunk/);
    await sandbox.endBackground();
  },
  "The filter's function has another name": async (sandbox) => {
    change(sandbox, CONFIGURATION, ['function_name: flatten', 'function_name: flaten']);
    await serve(sandbox, /wasm function/);
  },
  'The options let nothing through': (sandbox) =>
    sandbox.write(OPTIONS, '{"only": "failed", "functions": {"include": ["state.highstate"]}}'),
  'Lines over 32k': async (sandbox) => {
    const large = eventLine(
      '20261122091947512388',
      Array.from({ length: 400 }, () => state()),
    );
    sandbox.write(EVENTS, [RETURNS[0], large, RETURNS[0], ''].join('\n'));
    const defaults = sandbox.read(CONFIGURATION).replace(/^ +(buffer_\w+|truncate_long_lines): .*\n/gm, '');
    sandbox.write(CONFIGURATION, defaults);
    await serve(sandbox, /Skipping/);
  },
  'Malformed records': (sandbox) => sandbox.write(EVENTS, [RETURNS[0], RETURNS[1]?.slice(0, 40), ''].join('\n')),
  'A diff or an output ends in the middle': (sandbox) => {
    const long = { __id__: 'motd', comment: 'x'.repeat(300_000) };
    sandbox.write(EVENTS, `${eventLine('20261122091947512388', [state(long)])}\n`);
  },
  'Salt cut the return': (sandbox) =>
    sandbox.write(EVENTS, readFileSync(join(process.cwd(), 'test/fixtures/trimmed-return.json'), 'utf8')),
  'A rotated file was not read to its end': async (sandbox) => {
    await sandbox.run(`mv ${EVENTS} ${EVENTS}.1`);
  },
  'The agent gave up': async (sandbox) => {
    change(sandbox, CONFIGURATION, ['      retry_limit: no_limits\n', ''], ['scheduler.cap: 30', 'scheduler.cap: 2']);
    await serve(sandbox, /cannot be retried/);
  },
  "The agent's memory grows, and it is killed": () => undefined,
  'Documents are there twice': (sandbox) => {
    sandbox.configure(CONFIGURATION, shipped('opensearch'));
  },
  'The time is wrong': () => undefined,
  'Secrets arrive': (sandbox) => {
    const secret = { __id__: 'db', name: 'mysql --password=hunter2' };
    sandbox.write(EVENTS, `${eventLine('20261122091947512388', [state(secret)])}\n`);
    sandbox.write(OPTIONS, '{"redact": true}');
  },
  'Vector gets nothing from saltflat follow': () => undefined,
};

describeWith('the guide to troubleshooting', missingAgent(), () => {
  let sandbox: Sandbox;
  let receiver: Receiver;
  beforeAll(async () => {
    receiver = await Receiver.listen();
  });
  afterAll(() => receiver.close());
  afterEach(() => sandbox.remove());

  it.each(Object.entries(SCENES))(
    'is right about: %s',
    async (heading, scene) => {
      const isSent = heading === 'A rotated file was not read to its end';
      sandbox = healthy({ 5170: isSent ? receiver.port : await closedPort(), 8080: await closedPort() });
      await scene(sandbox);
      await walk(guide, sandbox, heading);
      if (isSent) expect(receiver.connections.flat()).toHaveLength(476);
    },
    LONG_MS,
  );

  describeWith('with a real OpenSearch', missingOpenSearch(), () => {
    const opensearch = startOpenSearch();

    it(
      'is right about documents that are refused',
      async () => {
        sandbox = healthy({ 9200: Number(opensearch.host.split(':')[1]) });
        sandbox.configure(CONFIGURATION, withEnv(shipped('opensearch'), { OS_TLS: 'off' }));
        await serve(sandbox, /mapper_parsing_exception/);
        sandbox.withoutLifecycle();
        await walk(guide, sandbox, 'Documents are refused');
        await sandbox.endBackground();
        await walk(guide, sandbox, 'saltflat replay was refused documents');
        expect(await opensearch.count('salt-states-mended')).toBe(476);
      },
      LONG_MS,
    );

    it('runs every command of the guide', () => {
      sandbox = new Sandbox();
      expect(guide.unseen).toEqual([]);
    });
  });
});
