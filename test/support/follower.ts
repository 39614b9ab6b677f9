// What tests of `saltflat follow` need: the command kept running, and an HTTP receiver that can be told what to answer.
import { type ChildProcess, spawn } from 'node:child_process';
import { type IncomingHttpHeaders, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { CLI, records } from './command.js';

const running = new Set<ChildProcess>();

/** A running `saltflat follow`, looking at its files every 20 ms. Ended by `endFollowers` at the latest. */
export class Follower {
  readonly child: ChildProcess;
  stdout = '';
  stderr = '';
  readonly #closed: Promise<number | null>;

  constructor(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
    this.child = spawn(process.execPath, [CLI, 'follow', '--poll', '20', ...args], { env: { ...process.env, ...env } });
    running.add(this.child);
    this.child.stdout!.setEncoding('utf8').on('data', (text: string) => (this.stdout += text));
    this.child.stderr!.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    this.#closed = new Promise((resolve) => {
      this.child.once('close', (code) => {
        running.delete(this.child);
        resolve(code);
      });
    });
  }

  /** The jids of the records on stdout, in their order. */
  get jids(): unknown[] {
    return records(this.stdout.slice(0, this.stdout.lastIndexOf('\n') + 1)).map(({ jid }) => jid);
  }

  /** Sends a signal and resolves to the exit code; null where the signal ended it. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    this.child.kill(signal);
    return this.#closed;
  }

  /** Resolves to the exit code when it ends by itself. */
  async end(): Promise<number | null> {
    return this.#closed;
  }
}

/** Ends what a failed test left. */
export function endFollowers(): void {
  for (const child of running) child.kill('SIGKILL');
}

/** One request as it came. */
export interface Posted {
  readonly headers: IncomingHttpHeaders;
  readonly records: Record<string, unknown>[];
  readonly atMs: number;
}

/** What to answer: a status, headers and a text; or what does it itself. */
export type Answer = { status: number; headers?: Record<string, string>; text?: string };

/** Takes NDJSON in gzip over HTTP on 127.0.0.1, and answers as `answer` says: 200 unless told. */
export class HttpReceiver {
  /** All requests, the refused ones too. */
  readonly posts: Posted[] = [];
  /** The records of the requests that were answered with 2xx. */
  readonly taken: Record<string, unknown>[] = [];
  readonly #server: Server;

  private constructor(answer: (posted: Posted, number: number, response: ServerResponse) => Answer | null) {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const found = records(gunzipSync(Buffer.concat(chunks)).toString());
        const posted = { headers: request.headers, records: found, atMs: Date.now() };
        this.posts.push(posted);
        const given = answer(posted, this.posts.length, response);
        if (given === null) return;
        if (given.status >= 200 && given.status < 300) this.taken.push(...found);
        response.writeHead(given.status, given.headers).end(given.text ?? '');
      });
    });
  }

  static async listen(
    answer: (posted: Posted, number: number, response: ServerResponse) => Answer | null = () => ({ status: 200 }),
    port = 0,
  ): Promise<HttpReceiver> {
    const receiver = new HttpReceiver(answer);
    await new Promise<void>((resolve) => receiver.#server.listen(port, '127.0.0.1', resolve));
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/saltflat`;
  }

  /** The jids of the taken records, in their order. */
  get jids(): unknown[] {
    return this.taken.map(({ jid }) => jid);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
