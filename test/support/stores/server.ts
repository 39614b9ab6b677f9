// What real servers of OpenSearch and Elasticsearch have in common in tests: one node, empty, on the loopback, gone
// afterwards.
import { Running, temporaryFolder, until } from '../program.js';

/** What one search gives, as far as tests look at it. */
export interface SearchAnswer {
  readonly hits: {
    readonly total: { readonly value: number };
    readonly hits: readonly {
      readonly _index: string;
      readonly _id: string;
      readonly _source: Record<string, unknown>;
    }[];
  };
  readonly aggregations?: Record<string, unknown>;
}

/** The running server. */
export interface Store {
  /** `127.0.0.1:PORT`. */
  readonly host: string;
  /** One request, its answer parsed. Throws with the answer where that is 4xx or 5xx. A string is sent as NDJSON. */
  request(method: string, path: string, body?: object | string): Promise<unknown>;
  /** How many documents an index, pattern or data stream holds, the newest included. */
  count(index: string): Promise<number>;
  /** A search, the newest documents included. */
  search(index: string, body: object): Promise<SearchAnswer>;
}

/** A program that is such a server. */
export interface StoreProgram {
  /** As people call it. */
  readonly name: string;
  /** Starts it in an empty folder. */
  start(folder: string): Running;
  /** Where it listens, when its output says that it is ready; null before. */
  hostIn(output: string): string | null;
}

class Server implements Store {
  host = '';
  readonly #program: StoreProgram;
  #running: Running | undefined;
  #folder: ReturnType<typeof temporaryFolder> | undefined;

  constructor(program: StoreProgram) {
    this.#program = program;
  }

  async start(): Promise<void> {
    // Another server may take the port between the look and the start.
    for (let tries = 3; !(await this.#tryStart()); tries--)
      if (tries === 1) throw new Error(`${this.#program.name} did not start:\n${this.#running?.output}`);
  }

  async #tryStart(): Promise<boolean> {
    this.#folder?.remove();
    this.#folder = temporaryFolder();
    const running = this.#program.start(this.#folder.path);
    this.#running = running;
    let hasEnded = false;
    running.child.once('exit', () => (hasEnded = true));
    const isReady = async (): Promise<boolean> => {
      const host = this.#program.hostIn(running.output);
      if (host === null) return false;
      this.host = host;
      return (await fetch(`http://${host}/_cluster/health`).catch(() => null))?.ok === true;
    };
    await until(async () => hasEnded || (await isReady()), `${this.#program.name}'s start`, 180);
    return !hasEnded;
  }

  async stop(): Promise<void> {
    await this.#running?.stop('SIGKILL'); // nothing is kept, so nothing needs to be closed
    this.#folder?.remove();
  }

  async request(method: string, path: string, body?: object | string): Promise<unknown> {
    const response = await fetch(`http://${this.host}${path}`, {
      method,
      ...(body !== undefined && {
        headers: { 'content-type': typeof body === 'string' ? 'application/x-ndjson' : 'application/json' },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === '' ? null : (JSON.parse(text) as unknown);
  }

  async count(index: string): Promise<number> {
    await this.request('POST', `/${index}/_refresh`);
    return ((await this.request('GET', `/${index}/_count`)) as { count: number }).count;
  }

  async search(index: string, body: object): Promise<SearchAnswer> {
    await this.request('POST', `/${index}/_refresh`);
    return (await this.request('POST', `/${index}/_search`, body)) as SearchAnswer;
  }
}

/** How long the start may take: a download, and a busy machine. */
const START_MS = 900_000;

/** A server that runs from before the first test of this describe (or file) until after the last. */
export function startServer(program: StoreProgram): Store {
  const server = new Server(program);
  beforeAll(() => server.start(), START_MS);
  afterAll(() => server.stop(), 60_000);
  return server;
}
