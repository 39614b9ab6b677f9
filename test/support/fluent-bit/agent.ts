// Fluent Bit in tests: every version found, run with the shipped configurations.
import { appendFileSync, copyFileSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MODULE_PATH } from '../../../build/host/index.js';
import { edit, withEnv } from './configuration.js';
import { Running, describeWith, findProgram, temporaryFolder, until } from '../program.js';

export { edit, withEnv };

export const EXAMPLES = join(process.cwd(), 'examples/fluent-bit');
export const CONFIGURATIONS = [
  'tcp',
  'json',
  'array-lua',
  'splunk',
  'elasticsearch',
  'opensearch',
  'opensearch-append',
  'http',
  'forward',
  'prometheus',
  'loki',
  'opentelemetry',
] as const;
export type Configuration = (typeof CONFIGURATIONS)[number];

/** The options file that is shipped with the configurations. */
export const SHIPPED_OPTIONS = readFileSync(join(EXAMPLES, 'saltflat.json'), 'utf8');

/** Those for Loki, OTLP and Prometheus. */
export const GRAFANA_OPTIONS = readFileSync(join(EXAMPLES, 'saltflat-grafana.json'), 'utf8');

const VERSIONS = [
  { version: '5.1', variable: 'FLUENT_BIT', name: 'fluent-bit' },
  { version: '5.0', variable: 'FLUENT_BIT_5_0', name: 'fluent-bit-5.0' },
  { version: '4.2', variable: 'FLUENT_BIT_4_2', name: 'fluent-bit-4.2' },
] as const;

export type Version = (typeof VERSIONS)[number]['version'];

/** The newest Fluent Bit, for tests of one version; null where there is none. */
export const FLUENT_BIT = findProgram('FLUENT_BIT', 'fluent-bit');
export const NO_FLUENT_BIT = FLUENT_BIT === null ? 'neither FLUENT_BIT nor fluent-bit on PATH' : null;

/** Why the slow tests do not run, null where they do. */
export const SLOW = process.env['SALTFLAT_SLOW'] === '1' ? null : 'slow: set SALTFLAT_SLOW=1';

/** One `describe` for each version; skipped with the reason where its program is missing. */
export function describeEach(title: string, body: (binary: string, version: Version) => void): void {
  for (const { version, variable, name } of VERSIONS) {
    const path = findProgram(variable, name);
    const missing = path === null ? `neither ${variable} nor ${name} on PATH` : null;
    describeWith(`Fluent Bit ${version}: ${title}`, missing, () => body(path ?? '', version));
  }
}

/** The text of a shipped configuration. */
export function shipped(configuration: Configuration): string {
  return readFileSync(join(EXAMPLES, `${configuration}.yaml`), 'utf8');
}

/** Everything an agent needs in a folder of its own: Salt's event file, its state, its configuration. */
export class Agent {
  readonly folder: string;
  /** Salt's event file. It is not there until something is written to it. */
  readonly events: string;
  readonly #binary: string;
  readonly #remove: () => void;
  #running: Running | null = null;
  #log = '';
  #rotations = 0;

  constructor(binary: string) {
    const { path, remove } = temporaryFolder();
    this.#binary = binary;
    this.#remove = remove;
    this.folder = path;
    this.events = join(path, 'events.ndjson');
    mkdirSync(join(path, 'state'));
    mkdirSync(join(path, 'options'));
    for (const script of ['split.lua', 'labels.lua']) copyFileSync(join(EXAMPLES, script), join(path, script));
  }

  /** Writes a shipped configuration, its paths set to this folder and `values` to what is given. */
  configure(
    configuration: Configuration,
    values: Readonly<Record<string, string | number>>,
    ...changes: readonly (readonly [from: string, to: string])[]
  ): void {
    this.configureText(shipped(configuration), values, ...changes);
  }

  /** The same with the text of a configuration from elsewhere. */
  configureText(
    text: string,
    values: Readonly<Record<string, string | number>>,
    ...changes: readonly (readonly [from: string, to: string])[]
  ): void {
    const paths: Record<string, string> = {
      SALTFLAT_WASM: process.env['SALTFLAT_AOT'] ?? MODULE_PATH, // the same tests judge a file that `wamrc` made
      SALTFLAT_OPTIONS: join(this.folder, 'options'),
      STATE_DIR: join(this.folder, 'state'),
      SALT_EVENTS: this.events,
    };
    const own = Object.fromEntries(Object.entries(paths).filter(([name]) => text.includes(`  ${name}: `)));
    const configured = withEnv(text, { ...own, ...values });
    writeFileSync(join(this.folder, 'agent.yaml'), edit(configured, ['  flush: 1\n', '  flush: 0.2\n'], ...changes));
  }

  /**
   * Writes `saltflat.json` to a folder in this one, as text or as the object that it says; the folder that `configure`
   * names unless told.
   */
  setOptions(options: string | object, folder = 'options'): void {
    mkdirSync(join(this.folder, folder), { recursive: true });
    const text = typeof options === 'string' ? options : JSON.stringify(options);
    writeFileSync(join(this.folder, folder, 'saltflat.json'), text);
  }

  /** Appends to Salt's event file as Salt does: opened anew. */
  write(text: string | Uint8Array): void {
    appendFileSync(this.events, text);
  }

  /** Rotates Salt's event file by renaming it, as logrotate does. The next write makes a new one. */
  rotate(): void {
    renameSync(this.events, join(this.folder, `rotated.${++this.#rotations}`));
  }

  /** Starts it and waits until it runs. */
  async start(): Promise<void> {
    this.#running = new Running(this.#binary, ['-c', join(this.folder, 'agent.yaml')], {}, this.folder);
    await until(
      () => /\[engine\] Shutdown Grace Period|\[sp\] stream processor started/.test(this.log) || !this.isUp,
      'the agent runs',
    );
    if (!this.isUp) throw new Error(`the agent does not start: ${this.log}`);
  }

  /** Whether the process is there. */
  get isUp(): boolean {
    const child = this.#running?.child;
    return child !== undefined && child.exitCode === null && child.signalCode === null;
  }

  get pid(): number {
    return this.#running?.child.pid ?? 0;
  }

  /** All that it and its predecessors in this folder wrote. */
  get log(): string {
    return this.#log + (this.#running?.output ?? '');
  }

  /** Ends it; the exit code, null where a signal ended it. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    const running = this.#running;
    if (running === null) return null;
    const code = await running.stop(signal);
    this.#log += running.output;
    this.#running = null;
    return code;
  }

  /** Ends it, however it is, and removes its folder. */
  async remove(): Promise<void> {
    await this.stop('SIGKILL');
    this.#remove();
  }
}

/** The agents and sinks of a test, which end when it does, whatever happened. */
export class Stage {
  readonly #props: { remove(): Promise<void> }[] = [];

  add<Prop extends { remove(): Promise<void> }>(prop: Prop): Prop {
    this.#props.push(prop);
    return prop;
  }

  async clear(): Promise<void> {
    for (const prop of this.#props.splice(0).reverse()) await prop.remove();
  }
}
