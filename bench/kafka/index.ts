// `npm run bench:kafka`: how long workers of examples/kafka take for events that are already in a topic, wall clock
// from the start of the processes until all records passed the filter and the buffer; what a store takes comes on top.
// A real Kafka, on the same machine, is part of the load.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { MODULE_PATH } from '../../host/index.js';
import { withEnv } from '../../test/support/fluent-bit/configuration.js';
import { type Corpus, makeCorpus } from '../../test/support/corpus.js';
import { Running, findProgram, until } from '../../test/support/program.js';
import { closedPort } from '../../test/support/receiver.js';
import { Broker, missingKafka } from '../../test/support/kafka/broker.js';
import { medianOf } from '../process.js';

const EVENTS = new URL('../../../examples/events/salt-3008.3-events.ndjson', import.meta.url);
const shipped = (file: string): string =>
  readFileSync(new URL(`../../../examples/kafka/${file}`, import.meta.url), 'utf8');
const TICKS_PER_SECOND = 100;
const LONG_S = 1800;

/** Filters of the worker that a run leaves away, to tell what each costs. */
type Filters = 'all' | 'rename' | 'none';

/** What is measured of one run. */
interface Result {
  readonly seconds: number;
  /** Of all workers together. */
  readonly cpuSeconds: number;
  /** Of the largest worker. */
  readonly peakMb: number;
}

class Bench {
  readonly #program: string;
  readonly #kafka: Broker;
  readonly #folder: string;
  readonly #corpus: Corpus;
  #groups = 0;

  constructor(program: string, kafka: Broker, folder: string, corpus: Corpus) {
    this.#program = program;
    this.#kafka = kafka;
    this.#folder = folder;
    this.#corpus = corpus;
    writeFileSync(
      join(folder, 'saltflat.json'),
      readFileSync(new URL('../../../examples/fluent-bit/saltflat.json', import.meta.url)),
    );
  }

  /** A topic with the whole corpus, put there by the shipped producer. */
  async fill(partitions: number): Promise<string> {
    const topic = await this.#kafka.createTopic(partitions);
    const state = mkdtempSync(join(this.#folder, 'producer-'));
    const events = join(state, 'events.ndjson');
    writeFileSync(events, Buffer.concat(this.#corpus.events.flatMap((event) => [event, Buffer.from('\n')])));
    const values = { SALT_EVENTS: events, STATE_DIR: state, KAFKA_BROKERS: this.#kafka.address, KAFKA_TOPIC: topic };
    const config = join(state, 'agent.yaml');
    writeFileSync(config, withEnv(shipped('producer.yaml'), values));
    const producer = new Running(this.#program, ['-c', config]);
    try {
      const isThere = async (): Promise<boolean> => (await this.#kafka.end(topic)) >= this.#corpus.events.length;
      await until(isThere, () => `all events in the topic; the producer said:\n${producer.output}`, LONG_S);
    } finally {
      await producer.stop();
    }
    rmSync(state, { recursive: true });
    return topic;
  }

  /** One run of so many workers in a group of their own. */
  async run(topic: string, workers: number, filters: Filters): Promise<Result> {
    const group = `bench-${++this.#groups}`;
    const wanted = filters === 'all' ? this.#corpus.records : this.#corpus.events.length;
    const ports = await Promise.all(Array.from({ length: workers }, () => closedPort()));
    const configs = ports.map((port, at) => this.#config(topic, group, `${group}-${at}`, port, filters));
    const start = performance.now();
    const running = configs.map((config) => new Running(this.#program, ['-c', config]));
    const counts = async (): Promise<number> => {
      const all = await Promise.all(ports.map((port) => delivered(port)));
      return all.reduce((sum, each) => sum + each, 0);
    };
    try {
      await until(
        async () => (await counts()) >= wanted,
        () => `all records; a worker said:\n${running[0]?.output}`,
        LONG_S,
      );
      const seconds = (performance.now() - start) / 1000;
      const cpuSeconds = running.reduce((sum, { child }) => sum + cpuOf(child.pid ?? 0), 0);
      const peakMb = Math.max(...running.map(({ child }) => peakMbOf(child.pid ?? 0)));
      return { seconds, cpuSeconds, peakMb };
    } finally {
      await Promise.all(running.map((each) => each.stop('SIGKILL')));
    }
  }

  /** The shipped worker, its records counted and thrown away. */
  #config(topic: string, group: string, name: string, port: number, filters: Filters): string {
    const state = join(this.#folder, name);
    mkdirSync(state);
    const text = withEnv(shipped('worker.yaml'), {
      KAFKA_BROKERS: this.#kafka.address,
      KAFKA_TOPIC: topic,
      KAFKA_GROUP: group,
      SALTFLAT_WASM: process.env['SALTFLAT_AOT'] ?? MODULE_PATH,
      SALTFLAT_OPTIONS: this.#folder,
      STATE_DIR: state,
    });
    const [service = '', rest = ''] = text.split(/(?=^ {2}filters:$)/m);
    const [chain = ''] = rest.split(/(?=^ {2}outputs:$)/m);
    const kept = { all: chain, rename: chain.split(/(?=^ {4}- name: wasm$)/m)[0] ?? '', none: '' }[filters];
    const server = `service:\n  http_server: on\n  http_listen: 127.0.0.1\n  http_port: ${port}\n`;
    const counted = service.replace('service:\n', () => server).replace('  flush: 1\n', '  flush: 0.1\n');
    const config = join(state, 'agent.yaml');
    writeFileSync(config, `${counted}${kept}  outputs:\n    - name: 'null'\n      match: salt\n`);
    return config;
  }
}

/** How many records an agent's output took so far, as its metrics say; 0 while they are not there. */
async function delivered(port: number): Promise<number> {
  const answer = await fetch(`http://127.0.0.1:${port}/api/v1/metrics`).catch(() => null);
  const metrics =
    answer?.ok === true ? ((await answer.json()) as { output?: Record<string, { proc_records: number }> }) : {};
  return metrics.output?.['null.0']?.proc_records ?? 0;
}

/** User and system CPU seconds of a running process (Linux). */
function cpuOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** The largest resident size of a running process so far (Linux). */
function peakMbOf(pid: number): number {
  const kb = /VmHWM:\s*(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return (Number(kb) * 1024) / 1e6;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { mb: { type: 'string' }, rounds: { type: 'string' }, partitions: { type: 'string' } },
  });
  const partitionCounts = (values.partitions ?? '1,4,8').split(',').map(Number);
  const program = findProgram('FLUENT_BIT', 'fluent-bit');
  const missing = program === null ? 'no fluent-bit on PATH and no FLUENT_BIT' : missingKafka();
  if (program === null || missing !== null) {
    console.log(`skipped: ${missing}`);
    return;
  }
  const corpus = makeCorpus(EVENTS, Number(values.mb ?? 60) * 1e6);
  const rounds = Number(values.rounds ?? 3);
  const folder = mkdtempSync(join(tmpdir(), 'saltflat-bench-'));
  const kafka = new Broker();
  try {
    await kafka.create();
    const bench = new Bench(program, kafka, folder, corpus);
    const [events, mb] = [corpus.events.length, corpus.bytes / 1e6];
    console.log(
      `${cpus().length} × ${cpus()[0]?.model.trim()}; ${mb.toFixed(0)} MB, ${events} events, ${corpus.records} states; ` +
        `median of ${rounds} rounds\n\npartitions  workers  filters  seconds  events/s  states/s  MB/s  CPU s  peak MB`,
    );
    const measure = async (topic: string, partitions: number, workers: number, filters: Filters): Promise<void> => {
      const results: Result[] = [];
      for (let round = 0; round < rounds; round++) results.push(await bench.run(topic, workers, filters));
      const seconds = medianOf(results.map((each) => each.seconds));
      const cpu = medianOf(results.map((each) => each.cpuSeconds));
      const rates = [events, corpus.records].map((count) => Math.round(count / seconds));
      console.log(
        [
          String(partitions).padStart(10),
          String(workers).padStart(9),
          filters.padStart(9),
          seconds.toFixed(1).padStart(9),
          String(rates[0]).padStart(10),
          String(rates[1]).padStart(10),
          (mb / seconds).toFixed(1).padStart(6),
          cpu.toFixed(1).padStart(7),
          medianOf(results.map((each) => each.peakMb))
            .toFixed(0)
            .padStart(9),
        ].join(''),
      );
    };
    for (const partitions of partitionCounts) {
      const topic = await bench.fill(partitions);
      for (const workers of [1, 2, 4].filter((count) => count <= partitions)) {
        await measure(topic, partitions, workers, 'all');
      }
      if (partitions !== 4) continue;
      for (const filters of ['none', 'rename'] as const) await measure(topic, partitions, 1, filters);
    }
  } finally {
    await kafka.remove();
    rmSync(folder, { recursive: true, force: true });
  }
}

await main();
