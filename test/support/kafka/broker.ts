// A real Kafka broker that is its own controller (KRaft), on free ports of the loopback.
//
// Maven brings it (about 90 MB, once) into the folder that SALTFLAT_KAFKA_CACHE names, a folder of its own under the
// system's temporary folder unless told. Java 17 or newer.
import { execFile } from 'node:child_process';
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Running, temporaryFolder, until } from '../program.js';
import { closedPort } from '../receiver.js';
import { FAST_JVM, MavenProgram } from '../maven.js';

const VERSION = '4.1.0';
const PROGRAM = new MavenProgram(
  'Kafka',
  17,
  `org.apache.kafka:kafka_2.13:${VERSION}`,
  `org.apache.kafka:kafka-tools:${VERSION}`,
  'org.slf4j:slf4j-simple:1.7.36',
);

/** The classes behind the scripts of Kafka's distribution that the README uses. */
const TOOLS = {
  'kafka-storage.sh': 'kafka.tools.StorageTool',
  'kafka-topics.sh': 'org.apache.kafka.tools.TopicCommand',
  'kafka-consumer-groups.sh': 'org.apache.kafka.tools.consumer.group.ConsumerGroupCommand',
  'kafka-get-offsets.sh': 'org.apache.kafka.tools.GetOffsetShell',
  'kafka-console-consumer.sh': 'org.apache.kafka.tools.consumer.ConsoleConsumer',
} as const;
type Tool = keyof typeof TOOLS;

const SERVER_JVM = ['-Xms128m', '-Xmx384m', ...FAST_JVM];
const TOOL_JVM = ['-Xmx256m', ...FAST_JVM, '-Dorg.slf4j.simpleLogger.defaultLogLevel=error'];
const README = join(process.cwd(), 'examples/kafka/README.md');
const START_SECONDS = 120;

/** Why Kafka cannot run here; null where it can. */
export const missingKafka = (): string | null => PROGRAM.missing;

/** A command of the README: the words behind the script's name, `\` at the end of a line read on. */
function readmeCommand(tool: Tool): string[] {
  const text = readFileSync(README, 'utf8').replaceAll('\\\n', ' ');
  const line = text
    .split('\n')
    .map((each) => each.trim())
    .find((each) => each.startsWith(`${tool} `));
  if (line === undefined) throw new Error(`the README has no command ${tool}`);
  return line.split(/\s+/).slice(1);
}

/** One message of a topic. */
export interface Message {
  readonly partition: number;
  /** Null where it has none. */
  readonly key: string | null;
  readonly value: string;
}

/** How far a group is in one partition. */
export interface Progress {
  readonly partition: number;
  /** The next message it reads; null before its first commit. */
  readonly offset: number | null;
  readonly end: number;
  /** The member that reads it; null where none does. */
  readonly member: string | null;
}

/** One broker that is its own controller. */
export class Broker {
  #port = 0;
  #controllerPort = 0;
  #topics = 0;
  #running: Running | undefined;
  #folder: ReturnType<typeof temporaryFolder> | undefined;
  #jars = '';

  /** Its address, for `brokers` of a configuration. */
  get address(): string {
    return `127.0.0.1:${this.#port}`;
  }

  async create(): Promise<void> {
    this.#jars = PROGRAM.classpath();
    this.#folder = temporaryFolder();
    // Another program may take a port between the look and the start.
    for (let tries = 3; ; tries--) {
      this.#port = await closedPort();
      this.#controllerPort = await closedPort();
      writeFileSync(this.#properties, this.#settings());
      await this.#tool(
        'kafka-storage.sh',
        'format',
        '--ignore-formatted',
        '-t',
        'saltflat-test-cluster1',
        '-c',
        this.#properties,
      );
      if (await this.#tryStart()) return;
      if (tries === 1) throw new Error(`Kafka did not start:\n${this.#running?.output}`);
    }
  }

  /** Starts it again after `stop`, with the topics and offsets it had. */
  async start(): Promise<void> {
    if (!(await this.#tryStart())) throw new Error(`Kafka did not start again:\n${this.#running?.output}`);
  }

  /** Ends it; it keeps its topics. */
  async stop(): Promise<void> {
    await this.#running?.stop('SIGKILL');
  }

  async remove(): Promise<void> {
    await this.stop();
    this.#folder?.remove();
  }

  /** A new topic, made by the README's command; its name. */
  async createTopic(partitions: number): Promise<string> {
    const topic = `salt-events-${++this.#topics}`;
    await this.readmeTool('kafka-topics.sh', { '--topic': topic, '--partitions': String(partitions) });
    return topic;
  }

  /**
   * Runs a command of the README with this broker's address and other values for some of its options; what it printed.
   */
  async readmeTool(tool: Tool, values: Readonly<Record<string, string>>): Promise<string> {
    const words = readmeCommand(tool);
    for (const [option, value] of Object.entries({ ...values, '--bootstrap-server': this.address })) {
      const at = words.indexOf(option);
      if (at < 0) throw new Error(`the README's ${tool} has no ${option}`);
      words[at + 1] = value;
    }
    return this.#tool(tool, ...words);
  }

  /** How many messages a topic has. */
  async end(topic: string): Promise<number> {
    const output = await this.#tool('kafka-get-offsets.sh', '--bootstrap-server', this.address, '--topic', topic);
    return output.split('\n').reduce((sum, line) => sum + Number(line.split(':')[2] ?? 0), 0);
  }

  /** The bytes of a topic's messages on the disk, as the producer compressed them. */
  bytes(topic: string): number {
    const data = join(this.#folder!.path, 'data');
    return readdirSync(data)
      .filter((name) => name.startsWith(`${topic}-`))
      .flatMap((name) => readdirSync(join(data, name)).map((file) => join(data, name, file)))
      .filter((path) => path.endsWith('.log'))
      .reduce((sum, path) => sum + statSync(path).size, 0);
  }

  /** All messages of a topic, each partition's in its order. */
  async messages(topic: string): Promise<Message[]> {
    const printed = ['partition', 'key'].flatMap((what) => ['--property', `print.${what}=true`]);
    // No key is printed as `null`, which no minion is called here.
    const options = ['--topic', topic, '--from-beginning', '--timeout-ms', '3000', ...printed];
    const output = await this.#tool('kafka-console-consumer.sh', '--bootstrap-server', this.address, ...options);
    return output
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => {
        const [partition = '', key = '', ...value] = line.split('\t');
        return {
          partition: Number(partition.replace('Partition:', '')),
          key: key === 'null' ? null : key,
          value: value.join('\t'),
        };
      });
  }

  /** How far a group is, by the README's command; empty where there is no such group yet. */
  async progress(group: string): Promise<Progress[]> {
    const output = await this.readmeTool('kafka-consumer-groups.sh', { '--group': group }).catch(() => '');
    return output.split('\n').flatMap((line) => {
      const [name, , partition, offset, end, , member] = line.split(/\s+/);
      if (name !== group) return [];
      return [
        {
          partition: Number(partition),
          offset: offset === '-' ? null : Number(offset),
          end: Number(end),
          member: member === undefined || member === '-' ? null : member,
        },
      ];
    });
  }

  /** Waits until so many members of a group share its partitions. */
  async untilShared(group: string, members: number): Promise<void> {
    await until(
      async () => {
        const reading = (await this.progress(group)).map(({ member }) => member);
        return !reading.includes(null) && new Set(reading).size === members;
      },
      `${members} members share the partitions of ${group}`,
      120,
    );
  }

  get #properties(): string {
    return join(this.#folder!.path, 'server.properties');
  }

  /**
   * One node instead of three copies; no wait for other members of a group, or for itself after a kill; a topic is only
   * there when it was made.
   */
  #settings(): string {
    return `process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:${this.#controllerPort}
listeners=PLAINTEXT://${this.address},CONTROLLER://127.0.0.1:${this.#controllerPort}
controller.listener.names=CONTROLLER
log.dirs=${join(this.#folder!.path, 'data')}
offsets.topic.replication.factor=1
offsets.topic.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
group.initial.rebalance.delay.ms=0
broker.heartbeat.interval.ms=500
broker.session.timeout.ms=2000
auto.create.topics.enable=false
`;
  }

  async #tryStart(): Promise<boolean> {
    const running = new Running(PROGRAM.java, [...SERVER_JVM, '-cp', this.#jars, 'kafka.Kafka', this.#properties]);
    this.#running = running;
    let hasEnded = false;
    running.child.once('exit', () => (hasEnded = true));
    await until(() => hasEnded || running.output.includes('Kafka Server started'), "Kafka's start", START_SECONDS);
    return !hasEnded;
  }

  async #tool(tool: Tool, ...args: readonly string[]): Promise<string> {
    const command = [...TOOL_JVM, '-cp', this.#jars, TOOLS[tool], ...args];
    const { stdout } = await promisify(execFile)(PROGRAM.java, command, { maxBuffer: 1 << 28, timeout: 120_000 });
    return stdout;
  }
}
