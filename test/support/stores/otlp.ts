// A receiver of OTLP's traces that can be made to fail, and spans as tests look at them.
import { type IncomingHttpHeaders, type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

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

/** What to answer. `broken`: the connection ends without an answer. */
export type OtlpAnswer =
  { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: object } | 'broken';

const running = new Set<FakeOtlp>();

export class FakeOtlp {
  readonly asked: AskedOtlp[] = [];
  /** The spans that were taken, by trace and span. */
  readonly spans = new Map<string, SentSpan>();
  readonly #server: Server;

  private constructor(answer: (asked: AskedOtlp, number: number) => OtlpAnswer | null) {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { resourceSpans } = JSON.parse(gunzipSync(Buffer.concat(chunks)).toString()) as Sent;
        const asked: AskedOtlp = {
          path: request.url ?? '',
          headers: request.headers,
          spans: resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)),
          resources: resourceSpans.map(({ resource }) => attributesOf(resource.attributes)),
          atMs: Date.now(),
        };
        this.asked.push(asked);
        const given = answer(asked, this.asked.length);
        if (given === 'broken') {
          response.destroy();
          return;
        }
        if (given === null) for (const span of asked.spans) this.spans.set(`${span.traceId}-${span.spanId}`, span);
        const { status, headers = {}, body = {} } = given ?? { status: 200 };
        response.writeHead(status, { 'content-type': 'application/json', ...headers });
        response.end(JSON.stringify(body));
      });
    });
  }

  /** `answer`: null as a receiver that is well, and keeps the spans. */
  static async listen(answer: (asked: AskedOtlp, number: number) => OtlpAnswer | null = () => null): Promise<FakeOtlp> {
    const fake = new FakeOtlp(answer);
    await new Promise<void>((resolve) => fake.#server.listen(0, '127.0.0.1', resolve));
    running.add(fake);
    return fake;
  }

  /** `127.0.0.1:PORT`. */
  get host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    running.delete(this);
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** Ends what a failed test left. */
export async function closeOtlp(): Promise<void> {
  await Promise.all([...running].map((fake) => fake.close()));
}
