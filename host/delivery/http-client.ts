// Requests over HTTP: the one place where a connection is made, an answer is bounded, and a failure gets its name.
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { createGunzip, gzip } from 'node:zlib';
import { Client } from 'undici';
import { type AnswerHeaders, PassingFailure, connectionFailureOf } from './failure.js';

const compress = promisify(gzip);

/** Fast: what is saved here is the network's, and text as alike as this is small at any level. */
const GZIP_LEVEL = { level: 1 };

/** How long one attempt to connect may take. */
const CONNECT_MS = 10_000;

/** A server, and how it is spoken to. */
export interface HttpServer {
  /** `http://HOST:PORT`. */
  readonly origin: string;
  /** As messages name it. */
  readonly name: string;
  /** The value of the header, where there are credentials. */
  readonly authorization?: string | undefined;
  /** PEM certificates to trust instead of Node's own list. */
  readonly ca?: Uint8Array | undefined;
  /** How long the server may take from the connection to the last byte of its answer. */
  readonly answerMs: number;
  /** So much of an answer is read, after decompression; its rest is not waited for. In bytes. */
  readonly answerBytes: number;
}

/** A request. A body goes out in gzip. */
export interface HttpRequest {
  readonly method: 'GET' | 'HEAD' | 'POST';
  /** From `/`, encoded, with its query. */
  readonly path: string;
  readonly body?: string | Uint8Array | undefined;
  readonly contentType?: string | undefined;
}

/** An answer, whatever its status. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: AnswerHeaders;
  readonly text: string;
  /** Whether the answer was longer than it may be, and `text` is its beginning. */
  readonly isCut: boolean;
}

/** Connections to one server: one for each request under way, kept for those to come. */
export class HttpClient {
  readonly #server: HttpServer;
  /** Those that nothing is under way on. */
  readonly #idle: Client[] = [];
  readonly #busy = new Set<Client>();

  constructor(server: HttpServer) {
    this.#server = server;
  }

  /**
   * One try. Resolves to the answer. Rejects with a `PassingFailure` where there is none, with an `OutputError` where
   * the certificate is refused or the server does not speak TLS.
   */
  async request(request: HttpRequest): Promise<HttpAnswer> {
    const client = this.#idle.pop() ?? this.#connect();
    this.#busy.add(client);
    try {
      const answer = await this.#ask(client, request);
      if (answer.isCut) void client.destroy();
      else this.#idle.push(client);
      return answer;
    } catch (error) {
      // Never used again: after a certificate for another host the next request of the same client would not settle.
      void client.destroy();
      throw error instanceof PassingFailure ? error : connectionFailureOf(error, this.#server.name);
    } finally {
      this.#busy.delete(client);
    }
  }

  /** Ends all connections, those that wait for an answer too. */
  async close(): Promise<void> {
    await Promise.all([...this.#busy, ...this.#idle.splice(0)].map((client) => client.destroy()));
  }

  #connect(): Client {
    const { origin, ca } = this.#server;
    return new Client(origin, {
      // Said, as the environment (NODE_TLS_REJECT_UNAUTHORIZED) could say otherwise.
      connect: { timeout: CONNECT_MS, rejectUnauthorized: true, ...(ca && { ca: Buffer.from(ca) }) },
      headersTimeout: 0, // one deadline holds for the whole answer
      bodyTimeout: 0,
    });
  }

  async #ask(client: Client, request: HttpRequest): Promise<HttpAnswer> {
    const { answerMs } = this.#server;
    let timer: NodeJS.Timeout | undefined;
    // The timer holds the process: no run ends in silence while an answer is awaited.
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new PassingFailure(`no answer within ${answerMs / 1000} s`)), answerMs);
    });
    try {
      return await Promise.race([this.#exchange(client, request), late]);
    } finally {
      clearTimeout(timer);
    }
  }

  async #exchange(client: Client, { method, path, body, contentType }: HttpRequest): Promise<HttpAnswer> {
    const { authorization, answerBytes } = this.#server;
    const sent = body === undefined ? null : await compress(body, GZIP_LEVEL);
    const answer = await client.request({
      method,
      path,
      headers: {
        'user-agent': 'saltflat',
        'accept-encoding': 'gzip',
        ...(sent && { 'content-encoding': 'gzip' }),
        ...(contentType !== undefined && { 'content-type': contentType }),
        ...(authorization !== undefined && { authorization }),
      },
      body: sent,
    });
    const { statusCode: status, headers } = answer;
    return { status, headers, ...(await readText(answer.body, headers['content-encoding'] === 'gzip', answerBytes)) };
  }
}

/** The beginning of a body. */
async function readText(body: Readable, isGzip: boolean, limit: number): Promise<{ text: string; isCut: boolean }> {
  const unzip = createGunzip();
  const readable = isGzip ? body.once('error', (error: Error) => unzip.destroy(error)).pipe(unzip) : body;
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of readable as AsyncIterable<Uint8Array>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > limit) break; // ends the stream, and with it the connection
  }
  return { text: Buffer.concat(chunks).toString('utf8', 0, limit), isCut: size > limit };
}
