// Vector in tests: the example configurations with other addresses, and an Elasticsearch that can be down.
import { readFileSync } from 'node:fs';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { records } from './command.js';
import { closedPort } from './receiver.js';
import { Running, findProgram } from './program.js';

export const VECTOR = findProgram('VECTOR', 'vector');
export const NO_VECTOR = VECTOR === null ? 'no program vector; set VECTOR or PATH' : null;

type Json = Record<string, unknown>;

/** The example with the settings below `header` switched on, up to the next blank line. */
export function switchOn(config: string, header: string): string {
  return edit(config, `#${header}`, (line) => line.replace(/^#(?! )/, ''));
}

/** The example with the settings below `header` switched off. */
export function switchOff(config: string, header: string): string {
  return edit(config, header, (line) => `# ${line}`);
}

function edit(config: string, first: string, change: (line: string) => string): string {
  const all = config.split('\n');
  const start = all.indexOf(first);
  if (start < 0) throw new Error(`the example has no line ${first}`);
  const length = all.slice(start).indexOf('');
  return [...all.slice(0, start), ...all.slice(start, start + length).map(change), ...all.slice(start + length)].join(
    '\n',
  );
}

/** The example at the top level. */
export const example = (): string => readFileSync('vector.toml.example', 'utf8');

/** Starts Vector with a configuration file; what it logs but errors is left out. */
export function startVector(path: string, env: NodeJS.ProcessEnv = {}): Running {
  return new Running(VECTOR!, ['--config-toml', path], { VECTOR_LOG: 'error', ...env });
}

/** The records that a console sink printed so far. */
export function printed(running: Running): Json[] {
  const complete = running.output.slice(0, running.output.lastIndexOf('\n') + 1);
  return records(
    complete
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .join('\n'),
  );
}

/** Takes bulk requests as Elasticsearch does, and can be away. */
export class Elasticsearch {
  /** Each document of each request that was answered, with its id. */
  readonly documents: { id: string; document: Json }[] = [];
  readonly port: number;
  /** Whether it answers bulk requests with 503. */
  isBusy = false;
  /** Documents it refuses with an error of 400 each, by a member's value. */
  refuses: (document: Json) => boolean = () => false;
  #server: Server | null = null;

  private constructor(port: number) {
    this.port = port;
  }

  static async listen(): Promise<Elasticsearch> {
    const server = new Elasticsearch(await closedPort());
    await server.start();
    return server;
  }

  async start(): Promise<void> {
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        response.setHeader('content-type', 'application/json');
        if (request.url?.startsWith('/_bulk') !== true) {
          response.end(JSON.stringify({ version: { number: '8.15.0' }, status: 'green' }));
          return;
        }
        if (this.isBusy) {
          response.writeHead(503).end('{}');
          return;
        }
        const body = Buffer.concat(chunks);
        const isGzip = request.headers['content-encoding'] === 'gzip';
        const found = records((isGzip ? gunzipSync(body) : body).toString());
        const items: Json[] = [];
        for (let at = 0; at + 1 < found.length; at += 2) {
          const [action, document] = [found[at] as { index: { _id: string } }, found[at + 1]!];
          const isRefused = this.refuses(document);
          if (!isRefused) this.documents.push({ id: action.index._id, document });
          const error = { type: 'mapper_parsing_exception', reason: 'failed to parse' };
          items.push({ index: { _id: action.index._id, ...(isRefused ? { status: 400, error } : { status: 201 }) } });
        }
        response.end(JSON.stringify({ took: 1, errors: items.some(({ index }) => 'error' in (index as Json)), items }));
      });
    });
    await new Promise<void>((resolve) => server.listen(this.port, '127.0.0.1', resolve));
    this.#server = server;
    if ((server.address() as AddressInfo).port !== this.port) throw new Error('another port');
  }

  /** Goes away: connections break. */
  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    if (server === null) return;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}
