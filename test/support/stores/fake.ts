// Stores that can be made to fail: what they were asked, and answers of your own.
import {
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
  createServer,
  request as forward,
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { gunzipSync } from 'node:zlib';
import { records } from '../command.js';
import { type Answer, Fake, Listening, bodyOf } from './listening.js';

/** One request as it came; its body decompressed, and taken for JSON objects a line. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Record<string, unknown>[];
  readonly atMs: number;
}

/** How a fake behaves. */
export interface Behaviour {
  /** The answer to a request with documents, the `number`th from 1; null: as a store that is well. */
  readonly answer?: (asked: Asked, number: number) => Answer | null;
  /** The answer to any other request; empty unless told. */
  readonly other?: (asked: Asked) => Answer;
  /** How a store that is well answers an item; taken unless told. */
  readonly item?: (document: Record<string, unknown>, number: number) => { status: number; error?: object } | null;
  /** Headers of every answer. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly tls?: { readonly key: Buffer; readonly cert: Buffer };
  readonly port?: number;
}

/** What Elasticsearch says of itself; its client goes on only then. */
export const ELASTICSEARCH = { 'x-elastic-product': 'Elasticsearch' };

/** Speaks as much of the bulk interface and of HEC as sending needs. */
export class FakeStore extends Fake {
  /** The requests with documents, the refused ones too. */
  readonly asked: Asked[] = [];
  /** The documents of the bulk interface by their id. */
  readonly documents = new Map<string, Record<string, unknown>>();
  /** HEC's events that were taken. */
  readonly events: Record<string, unknown>[] = [];
  readonly #behaviour: Behaviour;

  private constructor(behaviour: Behaviour) {
    const server = behaviour.tls === undefined ? createServer() : createTlsServer(behaviour.tls);
    super(server);
    this.#behaviour = behaviour;
    server.on('request', (request, response) => void this.#take(request, response));
  }

  static listen(behaviour: Behaviour = {}): Promise<FakeStore> {
    return new FakeStore(behaviour).start(behaviour.port);
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const raw = await bodyOf(request);
    const text = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw).toString();
    const { method = '', url: path = '', headers } = request;
    this.#answer({ method, path, headers, body: records(text), atMs: Date.now() }, response);
  }

  #answer(asked: Asked, response: ServerResponse): void {
    const isHec = asked.path === '/services/collector/event';
    const isBulk = /\/_bulk(\?|$)/.test(asked.path);
    if (isHec || isBulk) this.asked.push(asked);
    const { answer, other } = this.#behaviour;
    const given =
      isHec || isBulk ? (answer?.(asked, this.asked.length) ?? null) : (other?.(asked) ?? { status: 200, body: {} });
    if (given === 'broken') {
      response.destroy();
      return;
    }
    const {
      status,
      headers,
      body = {},
    } = given ?? {
      status: 200,
      headers: {},
      body: isHec ? this.#takeEvents(asked) : this.#takeDocuments(asked),
    };
    response.writeHead(status, { 'content-type': contentType(asked), ...this.#behaviour.headers, ...headers });
    response.end(asked.method === 'HEAD' ? undefined : JSON.stringify(body));
  }

  #takeEvents({ body }: Asked): object {
    this.events.push(...body);
    return { text: 'Success', code: 0 };
  }

  #takeDocuments({ body }: Asked): object {
    const items: object[] = [];
    for (let at = 0; at < body.length; at += 2) {
      const { _id: id } = body[at]!['create'] as { _id: string };
      const document = body[at + 1]!;
      const refused = this.#behaviour.item?.(document, this.asked.length) ?? null;
      if (refused === null && !this.documents.has(id)) {
        this.documents.set(id, document);
        items.push({ create: { status: 201 } });
      } else items.push({ create: refused ?? { status: 409, error: { type: 'version_conflict_engine_exception' } } });
    }
    return { errors: true, items };
  }
}

/** Elasticsearch's client asks for a type of content with a version, and wants it back. */
function contentType({ headers }: Asked): string {
  return headers.accept?.includes('vnd.elasticsearch+json') === true
    ? 'application/vnd.elasticsearch+json;compatible-with=8'
    : 'application/json';
}

/**
 * Lets Elasticsearch's client speak to an OpenSearch: what the client wants is not to be had here. It changes the types
 * of content and adds the header that the client looks for, nothing else.
 */
export class ElasticsearchProxy extends Listening {
  private constructor(to: string) {
    const server = createServer((request, response) => {
      const headers = { ...request.headers };
      for (const name of ['accept', 'content-type'] as const)
        headers[name] &&= headers[name].includes('ndjson') ? 'application/x-ndjson' : 'application/json';
      const { method, url } = request;
      const onward = forward(`http://${to}${url}`, { method, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 500, { ...answer.headers, ...ELASTICSEARCH });
        answer.pipe(response);
      });
      onward.on('error', () => response.destroy());
      request.pipe(onward);
    });
    super(server);
  }

  static listen(to: string): Promise<ElasticsearchProxy> {
    return new ElasticsearchProxy(to).start();
  }
}
