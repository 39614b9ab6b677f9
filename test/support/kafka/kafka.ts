// A real Kafka for tests, empty; gone afterwards.
//
//   describeWith('…', missingKafka(), () => {
//     const kafka = startKafka();                       // for all tests of this describe
//     it('…', async () => {
//       const topic = await kafka.createTopic(4);
//       expect(await kafka.messages(topic)).toEqual([]);
//     });
//   });
import { Broker } from './broker.js';

export { missingKafka } from './broker.js';
export type Kafka = Broker;

/** How long the start may take: a download, and a busy machine. */
const START_MS = 900_000;

/** A Kafka that runs from before the first test of this describe (or file) until after the last. */
export function startKafka(): Kafka {
  const broker = new Broker();
  beforeAll(() => broker.create(), START_MS);
  afterAll(() => broker.remove(), 60_000);
  return broker;
}
