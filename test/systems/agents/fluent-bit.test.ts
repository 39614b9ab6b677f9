// The real agent with the shipped configurations and options: every record of real events arrives, in order, as the
// module wrote it.
import {
  Agent,
  CONFIGURATIONS,
  SHIPPED_OPTIONS,
  Stage,
  describeEach,
  shipped,
} from '../../support/fluent-bit/agent.js';
import { canonical, difference, loose } from '../../support/fluent-bit/canonical.js';
import {
  Harness,
  MASTERLESS_EVENTS,
  MASTER_EVENTS,
  jobReturn,
  linesOf,
  state,
} from '../../support/fluent-bit/events.js';
import { ForwardSender, post } from '../../support/fluent-bit/engines.js';
import { LineSink } from '../../support/fluent-bit/sink.js';
import { until } from '../../support/program.js';
import { closedPort } from '../../support/receiver.js';

const EVENTS = linesOf(MASTER_EVENTS + MASTERLESS_EVENTS);
const stage = new Stage();
let harness: Harness;
let sink: LineSink;
let agent: Agent;
beforeAll(async () => {
  harness = await Harness.load(SHIPPED_OPTIONS);
});
afterEach(() => stage.clear());

/** A sink and an agent that is not yet configured. */
async function set(binary: string): Promise<void> {
  sink = stage.add(await LineSink.listen());
  agent = stage.add(new Agent(binary));
  agent.setOptions(SHIPPED_OPTIONS);
}

/** Waits for as many records as expected, then for none more, and compares. */
async function expectRecords(expected: readonly string[]): Promise<void> {
  await until(() => sink.count >= expected.length || !agent.isUp, `${expected.length} records arrive`, 60);
  expect(difference(sink.lines.map(canonical), expected)).toBeNull();
}

/**
 * The same for records that left in more than one batch: batches may overtake each other, the records of an event may
 * not.
 */
async function expectRecordsByJob(expected: readonly string[]): Promise<void> {
  await until(() => sink.count >= expected.length || !agent.isUp, `${expected.length} records arrive`, 60);
  expect(difference(byJob(sink.lines.map(canonical)), byJob(expected))).toBeNull();
}

const jidOf = (record: string): string => String((JSON.parse(record) as { jid?: unknown }).jid);

/** Records put together by their job, each job's in their order. */
function byJob(records: readonly string[]): string[] {
  return records
    .map((record) => ({ jid: jidOf(record), record }))
    .sort((a, b) => (a.jid < b.jid ? -1 : a.jid > b.jid ? 1 : 0))
    .map(({ record }) => record);
}

describeEach('real events, record by record', (binary) => {
  beforeEach(() => set(binary));

  it('tcp.yaml: the line as text; each state of an event is an event of its own', async () => {
    agent.configure('tcp', { TCP_PORT: sink.port });
    agent.write(MASTER_EVENTS + MASTERLESS_EVENTS);
    await agent.start();
    const expected = harness.records(EVENTS);
    expect(expected.length).toBe(483);
    await expectRecords(expected);
  });

  it('json.yaml: the line parsed by the agent', async () => {
    agent.configure('json', { TCP_PORT: sink.port });
    agent.write(MASTER_EVENTS + MASTERLESS_EVENTS);
    await agent.start();
    await expectRecords(harness.records(EVENTS));
  });

  it('array-lua.yaml: one record an event, split in Lua; members change their order and nothing else', async () => {
    agent.configure('array-lua', { TCP_PORT: sink.port });
    agent.write(MASTER_EVENTS + MASTERLESS_EVENTS);
    await agent.start();
    const expected = harness.records(EVENTS);
    await until(() => sink.count >= expected.length, 'the records arrive');
    expect(sink.lines.map(loose)).toEqual(expected.map(loose));
  });

  it('http.yaml: the data of each event, as the engine http_logstash posts it', async () => {
    const port = await closedPort();
    agent.configure('http', { TCP_PORT: sink.port, HTTP_PORT: port });
    await agent.start();
    const data = EVENTS.map((line) => JSON.parse(line) as { data?: unknown }).flatMap((event) =>
      event.data === undefined ? [] : [JSON.stringify(event.data)],
    );
    for (const body of data) expect(await post(port, body)).toBe(201);
    await expectRecordsByJob(harness.recordsOf(data));
  });

  it('forward.yaml: tag and data of each event, as the engine fluent sends them', async () => {
    const port = await closedPort();
    agent.configure('forward', { TCP_PORT: sink.port, FORWARD_PORT: port });
    await agent.start();
    const sender = stage.add(await ForwardSender.connect(port));
    const events = linesOf(MASTER_EVENTS);
    for (const line of events) sender.emit('engine.saltstack', JSON.parse(line));
    await expectRecordsByJob(harness.recordsOf(events));
  });

  it('takes what is written while it runs, line by line, and what was written while it was stopped', async () => {
    agent.configure('tcp', { TCP_PORT: sink.port });
    await agent.start();
    const halves = [EVENTS.slice(0, 400), EVENTS.slice(400)] as const;
    agent.write(halves[0].map((line) => `${line}\n`).join(''));
    const first = harness.records(halves[0]);
    await until(() => sink.count >= first.length, 'the first half arrives');
    expect(await agent.stop()).toBe(0);
    for (const line of halves[1]) agent.write(`${line}\n`);
    await agent.start();
    await expectRecordsByJob([...first, ...harness.records(halves[1])]);
  });

  it('follows a file that is renamed while it reads, and reads its successor from the start', async () => {
    agent.configure('tcp', { TCP_PORT: sink.port });
    await agent.start();
    const lines = Array.from({ length: 600 }, (_, job) => jobReturn(`${job}`, [state(`${job}-a`), state(`${job}-b`)]));
    for (let line = 0; line < lines.length; line++) {
      // A file that is renamed before the agent found it is never read; logrotate takes longer than that.
      if (line % 200 === 50) await until(() => sink.count >= 2 * line, 'the agent reads the file');
      if (line % 200 === 100) agent.rotate();
      agent.write(`${lines[line]}\n`);
    }
    await expectRecordsByJob(harness.records(lines));
  }, 90_000);
});

describe('the shipped configurations', () => {
  /** What a configuration says, its comments, its own settings (`env`) and its output left out. */
  const common = (name: (typeof CONFIGURATIONS)[number]): string =>
    shipped(name)
      .replace(/^ *#.*\n/gm, '')
      .replace(/^env:\n( .*\n)*/m, '');
  const service = (name: (typeof CONFIGURATIONS)[number]): string => /^service:\n( .*\n)*/m.exec(common(name))![0];
  const part = (name: (typeof CONFIGURATIONS)[number], plugin: string): string =>
    new RegExp(`^ {4}- name: ${plugin}\\n(?: {6}.*\\n)*`, 'm').exec(common(name))![0];

  it.each(CONFIGURATIONS)('%s.yaml has the service and the filter of tcp.yaml', (name) => {
    expect(service(name)).toBe(service('tcp'));
    expect(part(name, 'wasm').replace(/flatten_\w+/, 'flatten')).toBe(part('tcp', 'wasm'));
  });

  it.each(CONFIGURATIONS.filter((name) => !['http', 'forward'].includes(name)))(
    '%s.yaml tails the event file as tcp.yaml does',
    (name) => expect(part(name, 'tail').replace('      parser: salt_event\n', '')).toBe(part('tcp', 'tail')),
  );

  it.each(['json', 'array-lua', 'http', 'forward'] as const)('%s.yaml sends as tcp.yaml does', (name) =>
    expect(part(name, 'tcp')).toBe(part('tcp', 'tcp')),
  );
});
