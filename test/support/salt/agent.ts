// Fluent Bit with a configuration that ships, and what it delivers.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MODULE_PATH, type SaltRecord } from '../../../build/host/index.js';
import { Receiver } from '../receiver.js';
import { type Configuration, shipped, withEnv } from '../fluent-bit/agent.js';
import { Running, until } from '../program.js';

/** A running Fluent Bit and its receiver. */
export class Agent {
  readonly #receiver: Receiver;
  readonly #fluentBit: Running;

  private constructor(receiver: Receiver, fluentBit: Running) {
    this.#receiver = receiver;
    this.#fluentBit = fluentBit;
  }

  /**
   * Starts `examples/fluent-bit/CONFIGURATION.yaml` in `folder`, members of its `env` block replaced: these, and what
   * the receiver needs.
   */
  static async start(
    fluentBit: string,
    folder: string,
    configuration: Configuration,
    env: Record<string, string>,
  ): Promise<Agent> {
    const state = join(folder, 'fluent-bit');
    mkdirSync(state, { recursive: true });
    const receiver = await Receiver.listen();
    try {
      const text = withEnv(shipped(configuration), {
        ...{ SALTFLAT_WASM: MODULE_PATH, SALTFLAT_OPTIONS: state, STATE_DIR: state },
        ...{ TCP_HOST: '127.0.0.1', TCP_PORT: String(receiver.port), ...env },
      });
      const file = join(state, `${configuration}.yaml`);
      writeFileSync(file, text);
      return new Agent(receiver, new Running(fluentBit, ['-c', file], {}, state));
    } catch (error) {
      await receiver.close();
      throw error;
    }
  }

  /** What it delivered so far. */
  get records(): SaltRecord[] {
    return this.#receiver.connections.flat().map((line) => JSON.parse(line) as SaltRecord);
  }

  /** What it said. */
  get said(): string {
    return this.#fluentBit.output;
  }

  /** Waits until it delivered so many records. */
  async delivered(count: number): Promise<SaltRecord[]> {
    await until(() => this.records.length >= count, `${count} records from Fluent Bit`, 60);
    return this.records;
  }

  async stop(): Promise<void> {
    await this.#fluentBit.stop();
    await this.#receiver.close();
  }
}
