// What stands around the module in the real agent: filters behind it see every record, and a threaded input feeds it.
import { Agent, Stage, describeEach } from '../../support/fluent-bit/agent.js';
import { canonical, difference } from '../../support/fluent-bit/canonical.js';
import { Harness, MASTER_EVENTS, linesOf } from '../../support/fluent-bit/events.js';
import { LineSink } from '../../support/fluent-bit/sink.js';
import { until } from '../../support/program.js';

const EVENTS = linesOf(MASTER_EVENTS);
const OUTPUT = '\n  outputs:\n';
const MATCH = '      match: salt\n      host:';

const stage = new Stage();
let expected: string[];
beforeAll(async () => {
  expected = (await Harness.load()).records(EVENTS);
});
afterEach(() => stage.clear());

/** What leaves an agent whose tcp.yaml is changed, once `count` records have. */
async function sent(
  binary: string,
  count: number,
  ...changes: readonly (readonly [from: string, to: string])[]
): Promise<string[]> {
  const sink = stage.add(await LineSink.listen());
  const agent = stage.add(new Agent(binary));
  agent.configure('tcp', { TCP_PORT: sink.port }, ...changes);
  agent.write(MASTER_EVENTS);
  await agent.start();
  await until(() => sink.count >= count, `${count} records arrive`);
  return sink.lines.map(canonical);
}

/** Whether a record is one of those that the filters below pick. */
function isPicked(record: string): boolean {
  return String((JSON.parse(record) as Record<string, unknown>)['state_name']).includes('-fail_with');
}

/** Puts a filter behind the module. */
const behind = (filter: string): readonly [string, string] => [OUTPUT, `${filter}${OUTPUT}`];

describeEach('filters behind the module', (binary) => {
  it('modify adds to every record', async () => {
    const records = await sent(
      binary,
      expected.length,
      behind('    - name: modify\n      match: salt\n      add: site north\n'),
    );
    expect(
      difference(
        records,
        expected.map((record) => `${record.slice(0, -1)},"site":"north"}`),
      ),
    ).toBeNull();
  });

  it('grep picks among the records of an event', async () => {
    // Its patterns match strings alone: `result` is none, `state_name` is one.
    const failed = expected.filter(isPicked);
    const filter = '    - name: grep\n      match: salt\n      regex: state_name -fail_with\n';
    const records = await sent(binary, failed.length, behind(filter));
    expect(failed.length).toBeGreaterThan(5);
    expect(difference(records, failed)).toBeNull();
  });

  it('rewrite_tag sends some records of an event another way, and keeps the others', async () => {
    const filter =
      '    - name: rewrite_tag\n      match: salt\n      rule: $state_name -fail_with failed false\n' +
      '    - name: modify\n      match: failed\n      add: alarm yes\n';
    const records = await sent(binary, expected.length, behind(filter), [MATCH, `      match: '*'\n      host:`]);
    const marked = expected.map((record) => (isPicked(record) ? `${record.slice(0, -1)},"alarm":"yes"}` : record));
    expect(difference([...records].sort(), [...marked].sort())).toBeNull();
  });

  it('lua sees every record', async () => {
    const code =
      'function number(tag, time, record) seen = (seen or 0) + 1; return 2, time, {number = seen, name = record.name, event_type = record.event_type} end';
    const filter = `    - name: lua\n      match: salt\n      call: number\n      type_int_key: number\n      code: ${code}\n`;
    const records = await sent(binary, expected.length, behind(filter));
    type Member = Record<string, unknown>;
    const parsed = records.map((record) => JSON.parse(record) as Member);
    expect(parsed.map((record) => [record['number'], record['name'], record['event_type']])).toEqual(
      expected
        .map((record) => JSON.parse(record) as Member)
        .map((record, at) => [at + 1, record['name'], record['event_type']]),
    );
  });

  it('a threaded input feeds the module', async () => {
    const records = await sent(binary, expected.length, ['      tag: salt\n', '      tag: salt\n      threaded: on\n']);
    expect(difference(records, expected)).toBeNull();
  });
});

describeEach('accessible_paths', (binary) => {
  it('stops the agent where the folder does not exist', async () => {
    const agent = stage.add(new Agent(binary));
    agent.configure('tcp', { TCP_PORT: 9, SALTFLAT_OPTIONS: `${agent.folder}/missing` });
    await expect(agent.start()).rejects.toThrow('the agent does not start');
  });
});
