// What the agents beside the masters put into the topic, through outages and kills.
import { NO_FLUENT_BIT } from '../../support/fluent-bit/agent.js';
import { setTimeout as pause } from 'node:timers/promises';
import type { Agent } from '../../support/fluent-bit/agent.js';
import { Stage } from '../../support/fluent-bit/agent.js';
import { jobReturn } from '../../support/fluent-bit/events.js';
import { describeWith, until } from '../../support/program.js';
import { NO_VECTOR } from '../../support/vector.js';
import { fluentBit, jobReturns, mixedEvents, ndjson } from '../../support/kafka/agents.js';
import { VectorProducer } from '../../support/kafka/vectors.js';
import { missingKafka, startKafka } from '../../support/kafka/kafka.js';

/** An agent beside a master. */
interface Producer {
  write(text: string): void;
  start(): void | Promise<void>;
  stop(signal?: NodeJS.Signals): Promise<unknown>;
  remove(): Promise<void>;
}

const fluentBitProducer = (brokers: string, topic: string): Agent =>
  fluentBit('producer.yaml', { KAFKA_BROKERS: brokers, KAFKA_TOPIC: topic });

const PRODUCERS: readonly [string, string | null, (brokers: string, topic: string) => Producer][] = [
  ['Fluent Bit', NO_FLUENT_BIT, fluentBitProducer],
  ['Vector', NO_VECTOR, (brokers, topic) => new VectorProducer(brokers, topic)],
];

const LONG_MS = 240_000;
const stage = new Stage();
afterEach(() => stage.clear());

const returnsOf = (line: string): string | undefined => /"tag": "salt\/job\/[^/]+\/ret\/([^"]+)"\}$/.exec(line)?.[1];
const byText = (lines: readonly string[]): string[] => [...lines].sort();

describeWith('into Kafka', missingKafka(), () => {
  const kafka = startKafka();

  describe.each(PRODUCERS)('with %s', (name, missing, create) => {
    describeWith('beside the master', missing, () => {
      /** Waits until the topic holds so many lines, or more. */
      const untilThere = async (topic: string, count: number): Promise<void> => {
        await until(async () => (await kafka.end(topic)) >= count, `${count} messages in the topic`, 120);
      };

      it(
        'every line arrives as it stands, each minion in one partition and in its order',
        async () => {
          const topic = await kafka.createTopic(4);
          const lines = mixedEvents(200);
          const producer = stage.add(create(kafka.address, topic));
          producer.write(ndjson(lines));
          await producer.start();
          await untilThere(topic, lines.length);
          const messages = await kafka.messages(topic);
          expect(byText(messages.map(({ value }) => value))).toEqual(byText(lines));
          expect(messages.filter(({ key, value }) => key !== (returnsOf(value) ?? null))).toEqual([]);
          const minions = [...new Set(lines.flatMap((line) => returnsOf(line) ?? []))];
          expect(minions).toHaveLength(21);
          const used = new Set<number>();
          for (const minion of minions) {
            const own = messages.filter(({ key }) => key === minion);
            const partitions = new Set(own.map(({ partition }) => partition));
            expect(partitions.size).toBe(1);
            partitions.forEach((each) => used.add(each));
            expect(own.map(({ value }) => value)).toEqual(lines.filter((line) => returnsOf(line) === minion));
          }
          expect(used.size).toBeGreaterThan(1);
          const bytes = lines.reduce((sum, line) => sum + Buffer.byteLength(line), 0);
          expect(kafka.bytes(topic)).toBeLessThan(bytes / 3);
        },
        LONG_MS,
      );

      it(
        'a line of 5 MB arrives whole, one that is too long keeps none of the others back',
        async () => {
          const topic = await kafka.createTopic(1);
          const long = (bytes: number): string =>
            jobReturn('20261122000000', [`"name": "long", "comment": "${'0123456789abcdef'.repeat(bytes / 16)}"`]);
          const [before, behind] = [jobReturns(3), jobReturns(3)];
          const producer = stage.add(create(kafka.address, topic));
          producer.write(ndjson([...before, long(5e6), long(12e6), ...behind]));
          await producer.start();
          const whole = [...before, long(5e6), ...behind];
          const missingLines = async (): Promise<number> => {
            const values = new Set((await kafka.messages(topic)).map(({ value }) => value));
            return whole.filter((line) => !values.has(line)).length;
          };
          await untilThere(topic, whole.length);
          await until(async () => (await missingLines()) === 0, 'all but the too long line', 60);
          // Fluent Bit sends the beginning of the line, which a worker reports as malformed; Vector drops it.
          const cut = (await kafka.messages(topic)).map(({ value }) => value).filter((value) => !whole.includes(value));
          expect(cut.length).toBe(name === 'Vector' ? 0 : 1);
          for (const each of cut) expect(long(12e6).startsWith(each)).toBe(true);
        },
        LONG_MS,
      );

      it(
        'Kafka may be away',
        async () => {
          const topic = await kafka.createTopic(4);
          const [before, meanwhile, after] = [jobReturns(50), jobReturns(50), jobReturns(50)];
          const producer = stage.add(create(kafka.address, topic));
          producer.write(ndjson(before));
          await producer.start();
          await untilThere(topic, before.length);
          await kafka.stop();
          producer.write(ndjson(meanwhile));
          await pause(1000);
          await kafka.start();
          producer.write(ndjson(after));
          const all = [...before, ...meanwhile, ...after];
          await untilThere(topic, all.length);
          expect(byText((await kafka.messages(topic)).map(({ value }) => value))).toEqual(byText(all));
        },
        LONG_MS,
      );

      const end = name === 'Vector' ? 'loses nothing' : 'loses nothing but what was in its memory';
      it(
        `killed while Kafka is away, it ${end}`,
        async () => {
          const topic = await kafka.createTopic(4);
          const [before, meanwhile, after] = [jobReturns(50), jobReturns(50), jobReturns(50)];
          const producer = stage.add(create(kafka.address, topic));
          producer.write(ndjson(before));
          await producer.start();
          await untilThere(topic, before.length);
          await pause(1500); // the position behind them is on the disk
          await kafka.stop();
          producer.write(ndjson(meanwhile));
          await pause(3000);
          await producer.stop('SIGKILL');
          await kafka.start();
          producer.write(ndjson(after));
          await producer.start();
          const all = [...before, ...meanwhile, ...after];
          // How much of it was in memory then is the scheduler's affair.
          const certain = name === 'Vector' ? all : [...before, ...after];
          const values = async (): Promise<string[]> => (await kafka.messages(topic)).map(({ value }) => value);
          const lost = async (): Promise<string[]> => {
            const there = new Set(await values());
            return certain.filter((line) => !there.has(line));
          };
          await until(async () => (await lost()).length === 0, 'what may not be lost', 60).catch(() => undefined);
          expect(await lost()).toEqual([]);
          expect((await values()).filter((value) => !all.includes(value))).toEqual([]);
        },
        LONG_MS,
      );
    });
  });
});
