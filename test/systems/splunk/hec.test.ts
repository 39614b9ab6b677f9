// Records through Splunk's HTTP Event Collector, as the agents send them: host and time are in the envelope, and the
// app's ingest-time rules look at them once more. Played by Node; what HEC does with them then was not tried.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FIXTURE, eventLine, records, run, state } from '../../support/command.js';
import { closedPort } from '../../support/receiver.js';
import { Agent, SHIPPED_OPTIONS, Stage, describeEach } from '../../support/fluent-bit/agent.js';
import { type HecEvent, hecEvents } from '../../support/fluent-bit/bodies.js';
import { MASTER_EVENTS, linesOf } from '../../support/fluent-bit/events.js';
import { HttpSink, LineSink } from '../../support/fluent-bit/sink.js';
import { type Running, describeWith, temporaryFolder, until } from '../../support/program.js';
import { NO_VECTOR, example, startVector, switchOff, switchOn } from '../../support/vector.js';
import { SplunkInput } from '../../support/splunk/input.js';

const SECONDS = 90;
const stage = new Stage();
afterEach(() => stage.clear());

const collector = async (): Promise<HttpSink> =>
  stage.add(await HttpSink.listen(() => ({ status: 200, body: '{"text":"Success","code":0}' })));
const eventsIn = (sink: HttpSink): HecEvent[] =>
  sink.requests.filter(({ method }) => method === 'POST').flatMap(({ body }) => hecEvents(body));

/** Seconds since 1970 of Salt's time, whichever way Salt wrote it. */
const seconds = (stamp: unknown): number => Date.parse(`${(stamp as string).replace('+00:00', '')}Z`) / 1000;

const isSaltState = (events: readonly HecEvent[]): void => {
  for (const { event, time, host, sourcetype } of events) {
    expect({ host, sourcetype }).toEqual({ host: event['minion_id'], sourcetype: 'salt:state' });
    expect(Number(time)).toBeCloseTo(seconds(event['_stamp']), 2);
  }
};

describe("The app, for HEC's events", () => {
  it('says the time of _stamp whatever the sender took for it', () => {
    const record = {
      '@timestamp': '1999-01-01T00:00:00Z',
      minion_id: 'web-01',
      _stamp: '2026-11-22T09:19:48.957570+00:00',
    };
    const envelope = { event: record, time: 915148800, host: 'web-02' };
    expect(new SplunkInput().collect(envelope)).toMatchObject({ time: 1795339188.95757, host: 'web-01' });
  });

  it("leaves the sender's where a record says neither", () => {
    const envelope = { event: { event_type: 'malformed', record: '{"minion_id":"x"' }, time: 5, host: 'agent' };
    expect(new SplunkInput().collect(envelope)).toMatchObject({ time: 5, host: 'agent' });
  });
});

describeEach('splunk.yaml', (binary) => {
  it("says Salt's time as the event's, with every digit, however Salt writes it", async () => {
    const event = eventLine('1', [state()]);
    const stamps = ['2026-11-22T09:19:48.957570+00:00', '2026-11-22T09:19:48.957570', '2026-11-22T09:19:48'];
    const sink = await collector();
    const agent = stage.add(new Agent(binary));
    agent.setOptions(SHIPPED_OPTIONS);
    agent.write(stamps.map((stamp) => `${event.replace(stamps[0]!, stamp)}\n`).join('') + MASTER_EVENTS);
    agent.configure('splunk', { SPLUNK_PORT: sink.port, SPLUNK_TLS: 'off' });
    await agent.start();
    await until(() => eventsIn(sink).length >= 476 + stamps.length, 'every record is posted');
    const events = eventsIn(sink);
    expect(events.slice(0, 3).map(({ time }) => time)).toEqual([1795339188.95757, 1795339188.95757, 1795339188]);
    expect(events.slice(0, 3).map(({ event: { _stamp: stamp } }) => stamp)).toEqual(stamps);
    isSaltState(events);
  });

  it('keeps the time of reading where there is no _stamp, or none that is a time', async () => {
    const sink = await collector();
    const agent = stage.add(new Agent(binary));
    const [without, other] = [undefined, 'yesterday'].map((_stamp) => {
      const parsed = JSON.parse(eventLine('1', [state()])) as { data: object };
      return `${JSON.stringify({ ...parsed, data: { ...parsed.data, _stamp } })}\n`;
    });
    const begin = Math.floor(Date.now() / 1000);
    agent.write(`${without}${other}{"data": {"return"\n`);
    agent.configure('splunk', { SPLUNK_PORT: sink.port, SPLUNK_TLS: 'off' });
    await agent.start();
    await until(() => eventsIn(sink).length >= 3, 'every record is posted');
    for (const { time } of eventsIn(sink)) expect(time).toBeGreaterThanOrEqual(begin);
    expect(eventsIn(sink).map(({ event: { event_type: type } }) => type)).toEqual([
      'state_return',
      'state_return',
      'malformed',
    ]);
  });
});

describeWith('The Splunk sinks of vector.toml.example', NO_VECTOR, () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let vector: Running | undefined;
  beforeEach(() => (folder = temporaryFolder()));
  afterEach(async () => {
    await vector?.stop('SIGKILL');
    folder.remove();
  });

  it(
    'HEC has sourcetype, minion and time; TCP has lines that the app reads, their members sorted',
    async () => {
      const { stdout } = await run(['replay', '-q', '--options', 'examples/fluent-bit/saltflat.json', FIXTURE]);
      const sent = records(stdout);
      const misleading = {
        ...sent[0],
        changes: { _stamp: '2001-01-01T00:00:00.000000', minion_id: 'other' },
        comment: 'x'.repeat(300_000),
      };
      const [hec, tcp, port] = [await collector(), stage.add(await LineSink.listen()), await closedPort()];
      const config = ['[sinks.tcp]', '[transforms.splunk_time]'].reduce(
        switchOn,
        switchOff(example(), '[sinks.console]'),
      );
      const changes: readonly (readonly [string, string])[] = [
        ['data_dir = "/var/lib/vector"', `data_dir = "${folder.path}"`],
        ['127.0.0.1:8080', `127.0.0.1:${port}`],
        ['127.0.0.1:5170', `127.0.0.1:${tcp.port}`],
        ['https://splunk.example.com:8088', `http://127.0.0.1:${hec.port}`],
        // HEC is played without indexers.
        ['indexer_acknowledgements_enabled = true', 'indexer_acknowledgements_enabled = false'],
      ];
      const path = join(folder.path, 'vector.toml');
      for (const [from] of changes) expect(config).toContain(from);
      writeFileSync(
        path,
        changes.reduce((text, [from, to]) => text.replaceAll(from, to), config),
      );
      vector = startVector(path);
      const body = `${stdout}${JSON.stringify(misleading)}\n`;
      let answered = 0;
      await until(
        async () => {
          const answer = await fetch(`http://127.0.0.1:${port}/saltflat`, { method: 'POST', body }).catch(() => null);
          answered = answer?.status ?? 0;
          return answered > 0;
        },
        'Vector listens',
        SECONDS,
      );
      expect(answered).toBe(200);
      await until(() => eventsIn(hec).length > sent.length && tcp.count > sent.length, 'records', SECONDS);
      isSaltState(eventsIn(hec));
      expect(eventsIn(hec).map(({ event }) => event)).toEqual([...sent, misleading]);
      const indexed = new SplunkInput().read(tcp.bytes);
      expect(indexed.map(({ raw }) => JSON.parse(raw) as unknown)).toEqual([...sent, misleading]);
      for (const [at, { time, host, isCut }] of indexed.entries()) {
        const { _stamp: stamp, minion_id: minion } = [...sent, misleading][at]! as Record<string, unknown>;
        expect({ host, isCut }).toEqual({ host: minion, isCut: false });
        expect(time).toBeCloseTo(seconds(stamp), 2);
      }
      expect(linesOf(tcp.bytes.toString())[0]).toMatch(/^\{"__id__":/); // sorted
    },
    SECONDS * 2000,
  );
});
