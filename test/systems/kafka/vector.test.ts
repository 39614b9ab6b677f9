// Vector's workers of one consumer group: with `saltflat follow` behind files, and with VRL alone.
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Stage, NO_FLUENT_BIT } from '../../support/fluent-bit/agent.js';
import { jobReturn } from '../../support/fluent-bit/events.js';
import { describeWith, until } from '../../support/program.js';
import { NO_VECTOR } from '../../support/vector.js';
import { records, run } from '../../support/command.js';
import { closedPort } from '../../support/receiver.js';
import { idsOf, jobReturns, mixedEvents, ndjson, replayedIds } from '../../support/kafka/agents.js';
import { missingKafka, startKafka } from '../../support/kafka/kafka.js';
import { Scene } from '../../support/kafka/scene.js';
import { SpoolWorker, Vector, addresses } from '../../support/kafka/vectors.js';

const LONG_MS = 300_000;
const stage = new Stage();
afterEach(() => stage.clear());

describeWith('Vector workers of one group', NO_VECTOR ?? NO_FLUENT_BIT ?? missingKafka(), () => {
  const kafka = startKafka();

  /** Starts so many workers, and waits until they share the partitions. */
  async function startWorkers<Worker extends Vector>(
    scene: Scene,
    count: number,
    create: () => Worker | Promise<Worker>,
  ): Promise<Worker[]> {
    const workers: Worker[] = [];
    for (let at = 0; at < count; at++) {
      const worker = stage.add(await create());
      worker.start();
      workers.push(worker);
    }
    await kafka.untilShared(scene.topic, count);
    return workers;
  }

  describe('with files and `saltflat follow`', () => {
    const startSpooling = (scene: Scene, count: number): Promise<SpoolWorker[]> =>
      startWorkers(
        scene,
        count,
        async () =>
          new SpoolWorker(await closedPort(), addresses(kafka.address, scene.topic, `127.0.0.1:${scene.store.port}`)),
      );

    it.each([1, 2])(
      '%i of them deliver the records that `saltflat replay` gives',
      async (count) => {
        const scene = await Scene.create(stage, kafka, 4);
        await startSpooling(scene, count);
        const lines = mixedEvents(200);
        scene.write(lines);
        await scene.untilArrived(await replayedIds(lines));
      },
      LONG_MS,
    );

    it(
      'each part is killed while it works, and the store is away for a while: nothing is lost',
      async () => {
        const scene = await Scene.create(stage, kafka, 4);
        const [first] = (await startSpooling(scene, 2)) as [SpoolWorker];
        const lines: string[] = [];
        const write = (): void => {
          const more = jobReturns(100);
          lines.push(...more);
          scene.write(more);
        };
        const untilWorking = async (): Promise<void> => {
          const arrival = scene.untilMore();
          write();
          await arrival;
        };
        await untilWorking();
        await first.stop('SIGKILL'); // both at once; its partitions go to the other
        first.start();
        await untilWorking();
        await first.stopFollower('SIGKILL');
        first.startFollower();
        await untilWorking();
        await scene.store.stop();
        write();
        await pause(1000);
        await first.stop('SIGKILL');
        first.start();
        await pause(1000);
        await scene.store.start();
        await scene.untilArrived(await replayedIds(lines));
      },
      LONG_MS,
    );

    it(
      'a job return of 5 MB passes, and lines stand apart',
      async () => {
        const scene = await Scene.create(stage, kafka, 1);
        const [worker] = (await startSpooling(scene, 1)) as [SpoolWorker];
        const comment = '0123456789abcdef'.repeat(1000);
        const states = Array.from({ length: 320 }, (_, at) => `"name": "n${at}", "comment": "${comment}"`);
        const lines = [...jobReturns(3), jobReturn('20261122000000', states), ...jobReturns(3)];
        scene.write(lines);
        await scene.untilArrived(await replayedIds(lines));
        expect(worker.spooled).toEqual(lines);
      },
      LONG_MS,
    );
  });

  describe('with VRL alone', () => {
    const program = join(process.cwd(), 'examples/vector/flatten.vrl');
    const startVrl = (scene: Scene, count: number): Promise<Vector[]> =>
      startWorkers(
        scene,
        count,
        () =>
          new Vector(
            'worker-vrl.toml',
            ['"../vector/flatten.vrl"', `"${program}"`],
            ...addresses(kafka.address, scene.topic, `127.0.0.1:${scene.store.port}`),
          ),
      );

    /** What tells a plain record from the others of these tests. */
    const nameOf = (record: Record<string, unknown>): string =>
      JSON.stringify(['jid', 'minion_id', 'fun', 'state_name', 'fun_return'].map((member) => record[member] ?? null));

    it(
      'one is gone with its disk while the store is away: Kafka still has what was not delivered, and the other delivers it',
      async () => {
        const scene = await Scene.create(stage, kafka, 4);
        const [doomed] = (await startVrl(scene, 2)) as [Vector];
        const first = jobReturns(100);
        await scene.store.stop();
        scene.write(first);
        await until(async () => (await kafka.end(scene.topic)) === first.length, 'all is in Kafka', 60);
        await pause(8000); // longer than Vector lets an offset wait that it may move
        expect((await kafka.progress(scene.topic)).filter(({ offset }) => (offset ?? 0) > 0)).toEqual([]);
        await doomed.remove();
        await scene.store.start();
        const second = mixedEvents(100);
        scene.write(second);
        const { stdout } = await run(['replay', '-'], ndjson([...first, ...second]));
        const expected = idsOf(records(stdout).map(nameOf));
        const ids = (): Map<string, string> =>
          new Map(scene.store.documents.map(({ id, document }) => [nameOf(document), id]));
        await until(() => ids().size >= expected.length, 'all states', 120).catch(() => undefined);
        expect(idsOf([...ids().keys()])).toEqual(expected);
        // An id for each of them, and the same one whenever it came.
        expect(scene.arrived).toHaveLength(expected.length);
      },
      LONG_MS,
    );
  });
});
