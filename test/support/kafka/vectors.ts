// The Vectors of examples/kafka in tests: the shipped configurations with other addresses, each in a folder of its own.
import { appendFileSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { edit } from '../fluent-bit/agent.js';
import { linesOf } from '../fluent-bit/events.js';
import { type Running, temporaryFolder } from '../program.js';
import { startVector } from '../vector.js';
import { Follower } from '../follower.js';
import { shipped } from './agents.js';

export type Changes = readonly (readonly [from: string, to: string])[];

/** A Vector with one of the configurations here, in a folder of its own that outlives its kills. */
export class Vector {
  /** What stands for /var/lib/vector. */
  readonly folder: string;
  readonly #remove: () => void;
  #running: Running | null = null;

  /** `changes` to the configuration, beside its data folder. Each must stand in it. */
  constructor(file: string, ...changes: Changes) {
    const { path, remove } = temporaryFolder();
    this.folder = path;
    this.#remove = remove;
    mkdirSync(join(path, 'spool'));
    const configured = edit(shipped(file), ...changes).replaceAll('/var/lib/vector', path);
    writeFileSync(join(path, 'vector.toml'), configured);
  }

  start(): void {
    this.#running = startVector(join(this.folder, 'vector.toml'));
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    await this.#running?.stop(signal);
    this.#running = null;
  }

  async remove(): Promise<void> {
    await this.stop('SIGKILL');
    this.#remove();
  }
}

/** The Vector beside a master, and the event file that it reads. */
export class VectorProducer extends Vector {
  readonly #events: string;
  readonly #removeEvents: () => void;

  constructor(brokers: string, topic: string) {
    const { path, remove } = temporaryFolder();
    super(
      'producer-vector.toml',
      ['/var/log/saltflat', path],
      ['127.0.0.1:9092', brokers],
      ['topic = "salt-events"', `topic = "${topic}"`],
    );
    this.#events = join(path, 'events.ndjson');
    this.#removeEvents = remove;
  }

  write(text: string): void {
    appendFileSync(this.#events, text);
  }

  override async remove(): Promise<void> {
    await super.remove();
    this.#removeEvents();
  }
}

/** What the shipped workers are told to read, and where to send it. */
export const addresses = (brokers: string, topic: string, store: string): Changes => [
  ['127.0.0.1:9092', brokers],
  ['topics = ["salt-events"]', `topics = ["${topic}"]`],
  ['group_id = "saltflat"', `group_id = "${topic}"`],
  ['127.0.0.1:9200', store],
];

/** Vector and the `saltflat follow` that reads its files. */
export class SpoolWorker extends Vector {
  readonly #arguments: readonly string[];
  #follower: Follower | null = null;

  constructor(port: number, changes: Changes) {
    super('worker-vector.toml', ['address = "127.0.0.1:8080"', `address = "127.0.0.1:${port}"`], ...changes);
    this.#arguments = [
      ...[join(this.folder, 'spool/*.ndjson'), '--options', 'examples/fluent-bit/saltflat.json'],
      ...['--preset', 'flatten_ecs', '--checkpoint', join(this.folder, 'checkpoint')],
      ...['--to', `http://127.0.0.1:${port}/saltflat`],
    ];
  }

  override start(): void {
    super.start();
    this.startFollower();
  }

  startFollower(): void {
    this.#follower ??= new Follower(this.#arguments);
  }

  async stopFollower(signal: NodeJS.Signals): Promise<void> {
    await this.#follower?.stop(signal);
    this.#follower = null;
  }

  override async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    await this.stopFollower(signal);
    await super.stop(signal);
  }

  /** The lines in its files so far. */
  get spooled(): string[] {
    const folder = join(this.folder, 'spool');
    return readdirSync(folder).flatMap((name) => linesOf(readFileSync(join(folder, name), 'utf8')));
  }
}
