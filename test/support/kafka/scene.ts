// What the tests of workers share: a topic, the agent that fills it, and a store that can be away.
import { type Agent, type Stage } from '../fluent-bit/agent.js';
import { until } from '../program.js';
import { Elasticsearch } from '../vector.js';
import { fluentBit, idsOf, ndjson } from './agents.js';
import type { Kafka } from './kafka.js';

/** Ends with the stage it was made for. */
export class Scene {
  /** Its consumer group has the same name. */
  readonly topic: string;
  readonly store: Elasticsearch;
  readonly #kafka: Kafka;
  readonly #master: Agent;

  private constructor(kafka: Kafka, topic: string, master: Agent, store: Elasticsearch) {
    this.#kafka = kafka;
    this.topic = topic;
    this.#master = master;
    this.store = store;
  }

  static async create(stage: Stage, kafka: Kafka, partitions: number): Promise<Scene> {
    const topic = await kafka.createTopic(partitions);
    const master = stage.add(fluentBit('producer.yaml', { KAFKA_BROKERS: kafka.address, KAFKA_TOPIC: topic }));
    const store = await Elasticsearch.listen();
    stage.add({ remove: () => store.stop() });
    await master.start();
    return new Scene(kafka, topic, master, store);
  }

  /** Salt writes these lines. */
  write(lines: readonly string[]): void {
    this.#master.write(ndjson(lines));
  }

  /** Waits until the topic has so many messages, and its group has read them all. */
  async untilRead(count: number): Promise<void> {
    const isRead = async (): Promise<boolean> => {
      const all = await this.#kafka.progress(this.topic);
      const read = all.reduce((sum, { offset }) => sum + (offset ?? 0), 0);
      return read === count && all.every(({ offset, end }) => (offset ?? 0) === end);
    };
    await until(isRead, `${count} messages are read`, 120);
  }

  /** The ids of the documents that the store took, sorted, each once. */
  get arrived(): string[] {
    return idsOf(this.store.documents.map(({ id }) => id));
  }

  /** Waits until more documents are there. */
  async untilMore(): Promise<void> {
    const before = this.arrived.length;
    await until(() => this.arrived.length > before, 'documents arrive', 60);
  }

  /** Waits for documents with these ids, no more and no fewer. */
  async untilArrived(ids: readonly string[]): Promise<void> {
    // What is missing shows in the comparison behind it.
    await until(() => this.arrived.length >= ids.length, 'all ids', 120).catch(() => undefined);
    expect(this.arrived).toEqual(ids);
  }
}
