// Several masters that see the same return: the index holds each state once.
import { describeWith, until } from '../../support/program.js';
import { Stage, NO_FLUENT_BIT } from '../../support/fluent-bit/agent.js';
import { NO_VECTOR } from '../../support/vector.js';
import { closedPort } from '../../support/receiver.js';
import { missingOpenSearch, startOpenSearch } from '../../support/stores/opensearch.js';
import { putTemplate } from '../../support/stores/templates.js';
import { fluentBit, mixedEvents, ndjson, replayedIds } from '../../support/kafka/agents.js';
import { missingKafka, startKafka } from '../../support/kafka/kafka.js';
import { SpoolWorker, VectorProducer, addresses } from '../../support/kafka/vectors.js';

const LONG_MS = 300_000;
const INDEX = 'salt-states';
const stage = new Stage();
afterEach(() => stage.clear());

/** The same event as another master writes it: it came there later. */
const atAnotherMaster = (line: string): string =>
  line.replace(/"_stamp": "[^"]*"(?=[^{}[\]]*\}, "tag": "[^"]*"\}$)/, '"_stamp": "2026-11-22T10:00:00.000000+00:00"');

const missing = NO_FLUENT_BIT ?? NO_VECTOR ?? missingKafka() ?? missingOpenSearch();

describeWith('two masters that see the same returns, through Kafka into a real OpenSearch', missing, () => {
  const kafka = startKafka();
  const opensearch = startOpenSearch();

  it(
    'the index holds each state once, under its `event.id`, whichever worker brought it',
    async () => {
      await putTemplate(opensearch, 'opensearch', 'ecs');
      const topic = await kafka.createTopic(4);
      const masters = [
        stage.add(fluentBit('producer.yaml', { KAFKA_BROKERS: kafka.address, KAFKA_TOPIC: topic })),
        stage.add(new VectorProducer(kafka.address, topic)),
      ];
      const worker = stage.add(
        fluentBit('worker.yaml', {
          KAFKA_BROKERS: kafka.address,
          KAFKA_TOPIC: topic,
          KAFKA_GROUP: topic,
          OS_PORT: Number(opensearch.host.split(':')[1]),
          OS_TLS: 'off',
        }),
      );
      const other = stage.add(new SpoolWorker(await closedPort(), addresses(kafka.address, topic, opensearch.host)));
      await worker.start();
      other.start();
      await kafka.untilShared(topic, 2);

      const lines = mixedEvents(200);
      const copies = lines.map(atAnotherMaster);
      const [first, second] = masters as [(typeof masters)[0], (typeof masters)[1]];
      first.write(ndjson(lines));
      second.write(ndjson(copies));
      await Promise.all(masters.map(async (each) => each.start()));

      const ids = await replayedIds(lines);
      expect(copies.filter((copy, at) => copy !== lines[at]).length).toBeGreaterThan(200);
      expect(await replayedIds(copies)).toEqual(ids);
      await until(async () => (await kafka.end(topic)) === 2 * lines.length, 'both masters are in Kafka', 60);
      await until(
        async () => (await kafka.progress(topic)).every(({ offset, end }) => offset === end || end === 0),
        'all is read',
        60,
      );
      const versions = async (): Promise<{ id: string; version: number }[]> => {
        const found = await opensearch.search(INDEX, { size: 10_000, version: true, _source: false }).catch(() => null);
        return (found?.hits.hits ?? []).map((hit) => ({
          id: hit._id,
          version: (hit as unknown as { _version: number })._version,
        }));
      };
      // Every document was written twice at least, so both masters' copies are there.
      await until(
        async () => {
          const all = await versions();
          return all.length >= ids.length && all.every(({ version }) => version > 1);
        },
        'both copies of each',
        60,
      ).catch(() => undefined);
      const all = await versions();
      expect(all.map(({ id }) => id).sort()).toEqual(ids);
      expect(all.filter(({ version }) => version < 2)).toEqual([]);
    },
    LONG_MS,
  );
});
