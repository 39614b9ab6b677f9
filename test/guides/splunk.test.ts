// docs/guides/splunk.md, line by line: a real Fluent Bit. Splunk is a receiver of lines on its TCP port.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from '../../build/host/index.js';
import { describeWith, until } from '../support/program.js';
import { FIXTURE, records } from '../support/command.js';
import { Receiver } from '../support/receiver.js';
import { Guide } from '../support/guides/guide.js';
import { Sandbox, missingAgent } from '../support/guides/sandbox.js';
import { CALLS_FROM_ZERO, walk } from '../support/guides/walk.js';

const LONG_MS = 180_000;
const guide = new Guide('docs/guides/splunk.md');

describeWith('the guide from zero to a Splunk table', missingAgent(), () => {
  let splunk: Receiver;
  let sandbox: Sandbox;
  beforeAll(async () => {
    splunk = await Receiver.listen();
    sandbox = new Sandbox({ 5170: splunk.port });
  });
  afterAll(async () => {
    await sandbox.remove();
    await splunk.close();
  });

  it(
    "ends with every state of a job on Splunk's port",
    async () => {
      await walk(guide, sandbox);
      const lines = (): string[] => splunk.connections.flat();
      const states = sandbox.returned;
      await until(() => lines().length >= states.length, 'every state arrives');
      const arrived = records(lines().join('\n'));
      expect(arrived.map((record) => record['state_name']).sort()).toEqual(states);
      for (const record of arrived) expect(record['event_id']).toMatch(/^[0-9a-f]{32}$/);
      expect(guide.unseen).toEqual([]);
    },
    LONG_MS,
  );

  it('opens the port in the app, restarts Splunk and Salt, and leaves a service behind', () => {
    const inputs = readFileSync(join(sandbox.root, 'opt/splunk/etc/apps/saltflat/local/inputs.conf'), 'utf8');
    expect(inputs).toContain('disabled = 0\n');
    expect(sandbox.calls).toEqual(['splunk restart', ...CALLS_FROM_ZERO]);
  });
});

describe('the searches of the Splunk guide', () => {
  /** Fields that Splunk has of every event. */
  const SPLUNK = ['index', 'sourcetype', 'host', '_time'];

  it("name fields of records, of the app, or Splunk's own", async () => {
    const saltflat = await load();
    const lines = readFileSync(FIXTURE, 'utf8').trimEnd().split('\n');
    const members = lines.flatMap((line) => saltflat.flatten(line).flatMap((record) => Object.keys(record)));
    const props = readFileSync(join(process.cwd(), 'examples/splunk/saltflat/default/props.conf'), 'utf8');
    const calculated = [...props.matchAll(/^EVAL-(\w+)/gm)].map(([, name]) => name);
    const known = new Set([...SPLUNK, ...members, ...calculated]);

    const searches = [...guide.text.matchAll(/^```spl\n(.*?)^```$/gms)].map(([, search]) => search!);
    expect(searches).toHaveLength(2);
    for (const search of searches) {
      const fields = [
        ...[...search.matchAll(/(\w+)=/g)].map(([, name]) => name!),
        ...[...search.matchAll(/\| table (.*)/g), ...search.matchAll(/ by (.*)/g)].flatMap(([, names]) =>
          names!.split(' '),
        ),
      ];
      expect(fields.filter((name) => !known.has(name))).toEqual([]);
    }
  });
});
