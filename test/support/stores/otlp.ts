// A receiver of OTLP's traces that can be made to fail, and spans as tests look at them.
import { type IncomingHttpHeaders, type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { type Answer, Fake, bodyOf } from './listening.js';

/** A value of an attribute in OTLP's JSON. */
type Value =
  | { stringValue: string }
  | { boolValue: boolean }
  | { intValue: string }
  | { doubleValue: number }
  | { arrayValue: { values: Value[] } };
interface Attribute {
  readonly key: string;
  readonly value: Value;
}

/** A span as it stands in a request. */
export interface SentSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly Attribute[];
  readonly events?: readonly { name: string; timeUnixNano: string; attributes: readonly Attribute[] }[];
  readonly links?: readonly { traceId: string; spanId: string; attributes: readonly Attribute[] }[];
  readonly status?: { code: number; message: string };
}

interface Sent {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] };
    readonly scopeSpans: readonly { readonly scope: { name: string }; readonly spans: readonly SentSpan[] }[];
  }[];
}

type Plain = string | boolean | number | readonly Plain[];

function plain(value: Value): Plain {
  if ('intValue' in value) return Number(value.intValue);
  return 'arrayValue' in value ? value.arrayValue.values.map(plain) : (Object.values(value)[0] as Plain);
}

/** Attributes by their keys. Throws where a key stands twice. */
export function attributesOf(attributes: readonly Attribute[]): Record<string, Plain> {
  const found = Object.fromEntries(attributes.map(({ key, value }) => [key, plain(value)]));
  if (Object.keys(found).length !== attributes.length) throw new Error('a key stands twice');
  return found;
}

/** One request as it came. */
export interface AskedOtlp {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly spans: readonly SentSpan[];
  readonly resources: readonly Record<string, Plain>[];
  readonly atMs: number;
}

/** The answer to the `number`th request, from 1; null: as a receiver that is well, and keeps the spans. */
type Answers = (asked: AskedOtlp, number: number) => Answer | null;

export class FakeOtlp extends Fake {
  readonly asked: AskedOtlp[] = [];
  /** The spans that were taken, by trace and span. */
  readonly spans = new Map<string, SentSpan>();
  readonly #answer: Answers;

  private constructor(answer: Answers) {
    const server = createServer();
    super(server);
    this.#answer = answer;
    server.on('request', (request, response) => void this.#take(request, response));
  }

  static listen(answer: Answers = () => null): Promise<FakeOtlp> {
    return new FakeOtlp(answer).start();
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { resourceSpans } = JSON.parse(gunzipSync(await bodyOf(request)).toString()) as Sent;
    const asked: AskedOtlp = {
      path: request.url ?? '',
      headers: request.headers,
      spans: resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)),
      resources: resourceSpans.map(({ resource }) => attributesOf(resource.attributes)),
      atMs: Date.now(),
    };
    this.asked.push(asked);
    const given = this.#answer(asked, this.asked.length);
    if (given === 'broken') {
      response.destroy();
      return;
    }
    if (given === null) for (const span of asked.spans) this.spans.set(`${span.traceId}-${span.spanId}`, span);
    const { status, headers = {}, body = {} } = given ?? { status: 200 };
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(body));
  }
}
