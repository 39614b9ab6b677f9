// What the real agent sends to Splunk, Elasticsearch and OpenSearch with the shipped configurations, and what it does
// with their answers. The servers are played by Node; no real one was asked.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Agent, SHIPPED_OPTIONS, Stage, describeEach } from '../../support/fluent-bit/agent.js';
import { type BulkDocument, bulkDocuments, hecEvents, hecTexts } from '../../support/fluent-bit/bodies.js';
import { canonical, difference } from '../../support/fluent-bit/canonical.js';
import { Harness, MASTERLESS_EVENTS, MASTER_EVENTS, linesOf } from '../../support/fluent-bit/events.js';
import { HttpSink } from '../../support/fluent-bit/sink.js';
import { until } from '../../support/program.js';

const EVENTS = linesOf(MASTER_EVENTS + MASTERLESS_EVENTS);
const BROKEN = '{"data": {"return"';
const ACCEPTED = { status: 200, body: '{"took":1,"errors":false,"items":[]}' };
const INDEXES = [
  ['elasticsearch', 'ES'],
  ['opensearch', 'OS'],
] as const;

const stage = new Stage();
let expected: string[];
let expectedEcs: string[];
beforeAll(async () => {
  expected = (await Harness.load(SHIPPED_OPTIONS)).records([...EVENTS, BROKEN]);
  expectedEcs = (await Harness.load(SHIPPED_OPTIONS, 'flatten_ecs')).records([...EVENTS, BROKEN]);
});
afterEach(() => stage.clear());

/** An agent with the shipped options, all events before it, and a broken last line. */
function fed(binary: string): Agent {
  const agent = stage.add(new Agent(binary));
  agent.setOptions(SHIPPED_OPTIONS);
  agent.write([...EVENTS, BROKEN, ''].join('\n'));
  return agent;
}

/** The files under a folder, in all its depths; empty where there is no such folder. */
function filesUnder(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => entry.name);
  } catch {
    return [];
  }
}

/** The JSON of the `event` of a HEC event; the agent writes it last. */
const eventText = (text: string): string => text.slice(text.indexOf('"event":') + '"event":'.length, -1);

describeEach('splunk.yaml', (binary) => {
  it('posts every record with the minion as host, and source, sourcetype, index and token', async () => {
    const sink = stage.add(await HttpSink.listen(() => ({ status: 200, body: '{"text":"Success","code":0}' })));
    const agent = fed(binary);
    agent.configure('splunk', { SPLUNK_PORT: sink.port, SPLUNK_TLS: 'off', SPLUNK_INDEX: 'salt' });
    await agent.start();
    const texts = (): string[] => sink.requests.flatMap(({ body }) => hecTexts(body));
    await until(() => texts().length >= expected.length, 'every record is posted');
    expect(
      difference(
        texts().map((text) => canonical(eventText(text))),
        expected,
      ),
    ).toBeNull();
    for (const { host, source, sourcetype, index, time, event } of sink.requests.flatMap(({ body }) =>
      hecEvents(body),
    )) {
      expect({ host, source, sourcetype, index }).toEqual({
        host: event['minion_id'],
        source: 'salt',
        sourcetype: 'salt:state',
        index: 'salt',
      });
      expect(typeof time).toBe('number');
    }
    for (const { method, path, headers } of sink.requests) {
      expect([method, path]).toEqual(['POST', '/services/collector/event']);
      expect(headers['authorization']).toBe('Splunk 00000000-0000-0000-0000-000000000000');
    }
  });

  it('keeps what is refused for good in the rejected folder, and goes on', async () => {
    const sink = stage.add(
      await HttpSink.listen((_, number) =>
        number === 0 ? { status: 400, body: '{"text":"Invalid data format","code":6}' } : { status: 200, body: '{}' },
      ),
    );
    const agent = fed(binary);
    agent.configure('splunk', { SPLUNK_PORT: sink.port, SPLUNK_TLS: 'off' });
    await agent.start();
    const rejected = (): string[] => filesUnder(join(agent.folder, 'state/buffer/rejected'));
    await until(() => rejected().length > 0, 'a chunk lies in the rejected folder');
    agent.write(MASTERLESS_EVENTS);
    await until(() => sink.requests.length > 1, 'later records are sent');
    expect(hecTexts(sink.requests[0]!.body).length).toBe(expected.length);
    expect(rejected().length).toBe(1);
    expect(hecTexts(sink.requests[1]!.body).length).toBe(linesOf(MASTERLESS_EVENTS).length + 4);
  });

  it.each([408, 429, 503])('sends again after an answer %i', async (status) => {
    const sink = stage.add(await HttpSink.listen((_, number) => ({ status: number === 0 ? status : 200, body: '{}' })));
    const agent = fed(binary);
    agent.configure('splunk', { SPLUNK_PORT: sink.port, SPLUNK_TLS: 'off' });
    await agent.start();
    await until(() => sink.requests.length > 1, 'the records are sent again');
    expect(hecTexts(sink.requests[1]!.body)).toEqual(hecTexts(sink.requests[0]!.body));
  });
});

describeEach('elasticsearch.yaml and opensearch.yaml', (binary) => {
  const documentsIn = (sink: HttpSink): BulkDocument[] => sink.requests.flatMap(({ body }) => bulkDocuments(body));
  const idOf = ({ action }: BulkDocument): unknown => action['index']!['_id'];

  it.each(INDEXES)('%s: index every record under its event.id, without a type', async (configuration, prefix) => {
    const sink = stage.add(await HttpSink.listen(() => ACCEPTED));
    const agent = fed(binary);
    agent.configure(configuration, { [`${prefix}_PORT`]: sink.port, [`${prefix}_TLS`]: 'off' });
    await agent.start();
    await until(() => documentsIn(sink).length >= expectedEcs.length, 'every record is indexed');
    // The agent puts `@timestamp` before the record's own members.
    const sources = documentsIn(sink).map(({ source }) => source.replace(/^\{"@timestamp":"[^"]*",/, '{'));
    expect(difference(sources.map(canonical), expectedEcs)).toBeNull();
    for (const document of documentsIn(sink)) {
      const { action, source } = document;
      expect(Object.keys(action)).toEqual(['index']);
      expect(Object.keys(action['index']!).sort()).toEqual(['_id', '_index']);
      expect(action['index']!['_index']).toBe('salt-states');
      expect(source).toMatch(/^\{"@timestamp":"\d{4}-\d\d-\d\dT[\d:.]+Z",/);
      expect(source.match(/"@timestamp":/g)).toHaveLength(1);
      expect(idOf(document)).toMatch(/^[0-9a-f]{32}$/);
      expect((JSON.parse(source) as { event: { id: string } }).event.id).toBe(idOf(document));
    }
    expect(new Set(documentsIn(sink).map(idOf)).size).toBe(expectedEcs.length);
    for (const { method, path } of sink.requests) expect([method, path]).toEqual(['POST', '/_bulk']);
  });

  it.each(INDEXES)('%s: all events once more leave as many documents as before', async (configuration, prefix) => {
    const sink = stage.add(await HttpSink.listen(() => ACCEPTED));
    for (const times of [1, 2]) {
      const agent = fed(binary); // knows nothing of the one before: reads from the start, at another time
      agent.configure(configuration, { [`${prefix}_PORT`]: sink.port, [`${prefix}_TLS`]: 'off' });
      await agent.start();
      await until(() => documentsIn(sink).length >= times * expectedEcs.length, `every record is there ${times} times`);
      await agent.stop();
    }
    expect(documentsIn(sink).length).toBe(2 * expectedEcs.length);
    expect(new Set(documentsIn(sink).map(idOf)).size).toBe(expectedEcs.length);
  });

  it.each(INDEXES)('%s: a batch that is sent again has the same ids', async (configuration, prefix) => {
    const sink = stage.add(
      await HttpSink.listen((_, number) => (number === 0 ? { status: 503, body: '{}' } : ACCEPTED)),
    );
    const agent = fed(binary);
    agent.configure(configuration, { [`${prefix}_PORT`]: sink.port, [`${prefix}_TLS`]: 'off' });
    await agent.start();
    await until(() => sink.requests.length > 1, 'the records are sent again');
    expect(sink.requests[1]!.body).toBe(sink.requests[0]!.body);
  });
});
