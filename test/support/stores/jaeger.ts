// A real Jaeger with its spans in memory, on the loopback, and its answers.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Running, findProgram, temporaryFolder, until } from '../program.js';
import { closedPort } from '../receiver.js';

/** Jaeger 2: `JAEGER`, or `jaeger` on PATH; null where there is none. */
export const JAEGER = findProgram('JAEGER', 'jaeger');
export const NO_JAEGER = JAEGER === null ? 'no jaeger on PATH, and none in JAEGER' : null;

/** A tag, or a field of a log. */
interface Tag {
  readonly key: string;
  readonly type: string;
  readonly value: unknown;
}

/** A span as Jaeger tells of it. Times are microseconds. */
export interface JaegerSpan {
  readonly traceID: string;
  readonly spanID: string;
  readonly operationName: string;
  readonly references: readonly { refType: string; traceID: string; spanID: string }[];
  readonly startTime: number;
  readonly duration: number;
  readonly tags: readonly Tag[];
  readonly logs: readonly { timestamp: number; fields: readonly Tag[] }[];
  readonly processID: string;
  readonly warnings: readonly string[] | null;
}

/** One trace. */
export interface JaegerTrace {
  readonly traceID: string;
  readonly spans: readonly JaegerSpan[];
  readonly processes: Readonly<Record<string, { serviceName: string; tags: readonly Tag[] }>>;
}

/** A tag's value; undefined where there is none. */
export const tagOf = ({ tags }: { readonly tags: readonly Tag[] }, key: string): unknown =>
  tags.find((tag) => tag.key === key)?.value;

/** The configuration: what Jaeger comes with, as far as OTLP over HTTP, memory and its API go. */
const configuration = (otlp: number, http: number, grpc: number): object => ({
  service: {
    extensions: ['jaeger_storage', 'jaeger_query'],
    pipelines: { traces: { receivers: ['otlp'], exporters: ['jaeger_storage_exporter'] } },
    telemetry: { metrics: { level: 'none' }, logs: { level: 'warn' } },
  },
  extensions: {
    jaeger_storage: { backends: { memory: { memory: { max_traces: 100_000 } } } },
    jaeger_query: {
      storage: { traces: 'memory' },
      http: { endpoint: `127.0.0.1:${http}` },
      grpc: { endpoint: `127.0.0.1:${grpc}` },
    },
  },
  receivers: { otlp: { protocols: { http: { endpoint: `127.0.0.1:${otlp}` } } } },
  exporters: { jaeger_storage_exporter: { trace_storage: 'memory' } },
});

/** A running Jaeger. */
export class Jaeger {
  /** Where it takes OTLP over HTTP. */
  readonly otlp: number;
  /** Its API and its pages. */
  readonly port: number;
  readonly #running: Running;
  readonly #remove: () => void;

  private constructor(otlp: number, port: number, running: Running, remove: () => void) {
    this.otlp = otlp;
    this.port = port;
    this.#running = running;
    this.#remove = remove;
  }

  static async start(): Promise<Jaeger> {
    const [otlp, http, grpc] = [await closedPort(), await closedPort(), await closedPort()];
    const { path, remove } = temporaryFolder();
    const file = join(path, 'jaeger.yaml');
    writeFileSync(file, JSON.stringify(configuration(otlp, http, grpc)));
    const jaeger = new Jaeger(otlp, http, new Running(JAEGER!, ['--config', file]), remove);
    try {
      const answers = async (): Promise<boolean> =>
        (await jaeger.#get('services').catch(() => null)) !== null &&
        (await fetch(`http://127.0.0.1:${otlp}/`).catch(() => null)) !== null;
      await until(answers, () => `Jaeger:\n${jaeger.#running.output}`, 120);
    } catch (error) {
      await jaeger.stop();
      throw error;
    }
    return jaeger;
  }

  /** All traces of a service. */
  async traces(service = 'salt'): Promise<JaegerTrace[]> {
    const query = new URLSearchParams({ service, limit: '10000', start: '0', end: `${Date.UTC(2100, 0)}000` });
    return ((await this.#get(`traces?${query.toString()}`)) as { data: JaegerTrace[] }).data;
  }

  /** One trace; null where it has none of that id. */
  async trace(id: string): Promise<JaegerTrace | null> {
    const answer = (await this.#get(`traces/${id}`).catch(() => null)) as { data: JaegerTrace[] } | null;
    return answer?.data[0] ?? null;
  }

  async stop(): Promise<void> {
    await this.#running.stop();
    this.#remove();
  }

  async #get(path: string): Promise<unknown> {
    const answer = await fetch(`http://127.0.0.1:${this.port}/api/${path}`);
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }
}
