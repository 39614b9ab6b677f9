// Fluent Bit workers of one consumer group: every state is delivered, whatever ends or is away meanwhile.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Agent, Stage, NO_FLUENT_BIT } from '../../support/fluent-bit/agent.js';
import { jobReturn } from '../../support/fluent-bit/events.js';
import { describeWith, until } from '../../support/program.js';
import { fluentBit, jobReturns, mixedEvents, replayedIds } from '../../support/kafka/agents.js';
import { missingKafka, startKafka } from '../../support/kafka/kafka.js';
import { Scene } from '../../support/kafka/scene.js';

const LONG_MS = 300_000;
const stage = new Stage();
afterEach(() => stage.clear());

describeWith('Fluent Bit workers of one group', NO_FLUENT_BIT ?? missingKafka(), () => {
  const kafka = startKafka();

  /** Starts so many workers of one group, and waits until they share the partitions. */
  async function startWorkers(scene: Scene, count: number): Promise<Agent[]> {
    const workers = Array.from({ length: count }, () =>
      stage.add(
        fluentBit(
          'worker.yaml',
          {
            KAFKA_BROKERS: kafka.address,
            KAFKA_TOPIC: scene.topic,
            KAFKA_GROUP: scene.topic,
            OS_PORT: scene.store.port,
            OS_TLS: 'off',
          },
          ['scheduler.cap: 30', 'scheduler.cap: 2'],
        ),
      ),
    );
    await Promise.all(workers.map((each) => each.start()));
    await kafka.untilShared(scene.topic, count);
    return workers;
  }

  /** The batches that a worker has not yet delivered. */
  const batches = (agent: Agent): string[] =>
    readdirSync(join(agent.folder, 'state/buffer'), { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.flb'),
    );

  it.each([1, 2, 4])(
    '%i of them deliver the records that `saltflat replay` gives, each once',
    async (count) => {
      const scene = await Scene.create(stage, kafka, 4);
      await startWorkers(scene, count);
      const lines = mixedEvents(300);
      scene.write(lines);
      const ids = await replayedIds(lines);
      await scene.untilArrived(ids);
      expect(scene.store.documents).toHaveLength(ids.length);
    },
    LONG_MS,
  );

  it(
    'one is killed with batches that it could not deliver: others take its partitions over, its next start delivers the batches',
    async () => {
      const scene = await Scene.create(stage, kafka, 4);
      const [doomed] = (await startWorkers(scene, 2)) as [Agent];
      scene.store.isBusy = true;
      const first = mixedEvents(200);
      scene.write(first);
      await scene.untilRead(first.length);
      await doomed.stop('SIGKILL');
      scene.store.isBusy = false;
      const second = jobReturns(200);
      scene.write(second);
      const later = await replayedIds(second);
      await until(() => later.every((id) => scene.arrived.includes(id)), 'what came later', 120);
      await pause(3000); // what the other one has would be there by now
      // The gap: Kafka counts as read what only the dead worker's disk holds.
      const ids = await replayedIds([...first, ...second]);
      expect(scene.arrived.length).toBeLessThan(ids.length);
      expect(batches(doomed).length).toBeGreaterThan(0);
      await doomed.start();
      await scene.untilArrived(ids);
    },
    LONG_MS,
  );

  it(
    'one after another is killed while it reads and delivers: nothing is lost',
    async () => {
      const scene = await Scene.create(stage, kafka, 4);
      const workers = await startWorkers(scene, 2);
      const lines: string[] = [];
      for (const doomed of [...workers, ...workers]) {
        const more = jobReturns(100);
        lines.push(...more);
        const arrival = scene.untilMore();
        scene.write(more);
        await arrival;
        await doomed.stop('SIGKILL');
        await doomed.start();
      }
      await scene.untilArrived(await replayedIds(lines));
    },
    LONG_MS,
  );

  it(
    'the store is away: what is read waits on the disk of the worker, through its restart',
    async () => {
      const scene = await Scene.create(stage, kafka, 2);
      const [reader] = (await startWorkers(scene, 1)) as [Agent];
      await scene.store.stop();
      const lines = jobReturns(100);
      scene.write(lines);
      await scene.untilRead(lines.length);
      await reader.stop();
      expect(batches(reader).length).toBeGreaterThan(0);
      await reader.start();
      await scene.store.start();
      await scene.untilArrived(await replayedIds(lines));
    },
    LONG_MS,
  );

  it(
    'Kafka is away for a while',
    async () => {
      const scene = await Scene.create(stage, kafka, 4);
      await startWorkers(scene, 2);
      const [before, meanwhile, after] = [jobReturns(100), jobReturns(100), jobReturns(100)];
      const arrival = scene.untilMore();
      scene.write(before);
      await arrival;
      await kafka.stop();
      scene.write(meanwhile);
      await pause(2000);
      await kafka.start();
      scene.write(after);
      await scene.untilArrived(await replayedIds([...before, ...meanwhile, ...after]));
    },
    LONG_MS,
  );

  it(
    'a job return of 5 MB, and what is behind it',
    async () => {
      const scene = await Scene.create(stage, kafka, 1);
      await startWorkers(scene, 1);
      const comment = '0123456789abcdef'.repeat(1000);
      const states = Array.from({ length: 320 }, (_, at) => `"name": "n${at}", "comment": "${comment}"`);
      const lines = [...jobReturns(3), jobReturn('20261122000000', states), ...jobReturns(3)];
      expect(Math.max(...lines.map(({ length }) => length))).toBeGreaterThan(5e6);
      scene.write(lines);
      await scene.untilArrived(await replayedIds(lines));
    },
    LONG_MS,
  );
});
