// Where an agent's records go in tests: newline-delimited JSON over TCP, and HTTP with the answers a test wants.
import { type Server as HttpServer, createServer as createHttpServer } from 'node:http';
import { type AddressInfo, type Server, type Socket, createServer } from 'node:net';
import { gunzipSync } from 'node:zlib';

const LINE_FEED = 0x0a;

/** Lets a server listen on a port of 127.0.0.1, 0 for any; which one it is. */
async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve);
  });
  return (server.address() as AddressInfo).port;
}

/** Takes lines on 127.0.0.1; can go away and come back on the same port. */
export class LineSink {
  /** How many lines ended so far. */
  count = 0;
  readonly #keeps: boolean;
  readonly #chunks: Buffer[] = [];
  readonly #sockets = new Set<Socket>();
  #server: Server | null = null;
  #port = 0;

  private constructor(keeps: boolean) {
    this.#keeps = keeps;
  }

  /** `keeps: false` counts lines and forgets them. */
  static async listen({ keeps = true }: { keeps?: boolean } = {}): Promise<LineSink> {
    const sink = new LineSink(keeps);
    await sink.up();
    return sink;
  }

  get port(): number {
    return this.#port;
  }

  async up(): Promise<void> {
    const server = createServer((socket) => this.#accept(socket));
    this.#port = await listen(server, this.#port);
    this.#server = server;
  }

  async down(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    const closed = new Promise<void>((resolve) => (server === null ? resolve() : server.close(() => resolve())));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  /** The complete lines of all connections, in the order in which the connections began. */
  get lines(): string[] {
    return this.#connections.flatMap((chunks) => Buffer.concat(chunks).toString().split('\n').slice(0, -1));
  }

  /** All bytes of the connections, one after another; for what is larger than a string. */
  get bytes(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  remove(): Promise<void> {
    return this.down();
  }

  readonly #connections: Buffer[][] = [];

  #accept(socket: Socket): void {
    const chunks: Buffer[] = [];
    this.#connections.push(chunks);
    this.#sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('data', (chunk: Buffer) => {
      for (let at = chunk.indexOf(LINE_FEED); at >= 0; at = chunk.indexOf(LINE_FEED, at + 1)) this.count++;
      if (!this.#keeps) return;
      chunks.push(chunk);
      this.#chunks.push(chunk);
    });
  }
}

/** A request as it came, its body unpacked. */
export interface Request {
  readonly method: string;
  readonly path: string;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
}

/** What is answered to a request. */
export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** Takes HTTP requests on 127.0.0.1 and answers as `answer` says; can go away and come back on the same port. */
export class HttpSink {
  readonly requests: Request[] = [];
  readonly #answer: (request: Request, number: number) => Answer;
  #server: HttpServer | null = null;
  #port = 0;

  private constructor(answer: (request: Request, number: number) => Answer) {
    this.#answer = answer;
  }

  static async listen(answer: (request: Request, number: number) => Answer): Promise<HttpSink> {
    const sink = new HttpSink(answer);
    await sink.up();
    return sink;
  }

  get port(): number {
    return this.#port;
  }

  async up(): Promise<void> {
    const server = createHttpServer((incoming, response) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('error', () => undefined);
      incoming.on('end', () => {
        const raw = Buffer.concat(chunks);
        const { method = '', url: path = '', headers } = incoming;
        const body = (headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw).toString();
        const request = { method, path, headers, body };
        this.requests.push(request);
        const { status, body: text } = this.#answer(request, this.requests.length - 1);
        response.writeHead(status, { 'content-type': 'application/json' }).end(text);
      });
    });
    this.#port = await listen(server, this.#port);
    this.#server = server;
  }

  async down(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    if (server === null) return;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await closed;
  }

  remove(): Promise<void> {
    return this.down();
  }
}
