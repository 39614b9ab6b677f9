// Salt's engines `http_logstash` and `fluent` as an agent sees them.
import { request } from 'node:http';
import { type Socket, connect } from 'node:net';

/** Posts JSON as `http_logstash` does; the answer's status. */
export function post(port: number, body: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const sent = request({ host: '127.0.0.1', port, path: '/salt', method: 'POST', headers }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode ?? 0));
    });
    sent.on('error', reject).end(body);
  });
}

function sized(length: number, small: number, limit: number, codes: readonly [number, number, number]): Buffer {
  if (length < limit) return Buffer.from([small | length]);
  const head = Buffer.alloc(length < 0x100 && codes[0] !== 0 ? 2 : length < 0x10000 ? 3 : 5);
  head[0] = codes[head.length === 2 ? 0 : head.length === 3 ? 1 : 2];
  if (head.length === 2) head.writeUInt8(length, 1);
  else if (head.length === 3) head.writeUInt16BE(length, 1);
  else head.writeUInt32BE(length, 1);
  return head;
}

function packNumber(value: number): Buffer {
  const bytes = Buffer.alloc(9);
  if (!Number.isInteger(value)) {
    bytes[0] = 0xcb;
    bytes.writeDoubleBE(value, 1);
  } else if (value >= 0) {
    bytes[0] = 0xcf;
    bytes.writeBigUInt64BE(BigInt(value), 1);
  } else {
    bytes[0] = 0xd3;
    bytes.writeBigInt64BE(BigInt(value), 1);
  }
  return bytes;
}

/** JSON's values in MessagePack, as Python's `msgpack` packs them. */
function pack(value: unknown): Buffer[] {
  if (value === null) return [Buffer.from([0xc0])];
  if (typeof value === 'boolean') return [Buffer.from([value ? 0xc3 : 0xc2])];
  if (typeof value === 'number') return [packNumber(value)];
  if (typeof value === 'string') {
    const text = Buffer.from(value);
    return [sized(text.length, 0xa0, 32, [0xd9, 0xda, 0xdb]), text];
  }
  if (Array.isArray(value)) return [sized(value.length, 0x90, 16, [0, 0xdc, 0xdd]), ...value.flatMap(pack)];
  const members = Object.entries(value as object);
  return [sized(members.length, 0x80, 16, [0, 0xde, 0xdf]), ...members.flat().flatMap(pack)];
}

/** Sends events one by one over a connection, each `[tag, time, record]`, as Python's `fluent-logger` does. */
export class ForwardSender {
  readonly #socket: Socket;

  private constructor(socket: Socket) {
    this.#socket = socket.on('error', () => undefined);
  }

  static connect(port: number): Promise<ForwardSender> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => resolve(new ForwardSender(socket))).once('error', reject);
    });
  }

  emit(tag: string, record: unknown): void {
    this.#socket.write(Buffer.concat(pack([tag, Math.floor(Date.now() / 1000), record])));
  }

  remove(): Promise<void> {
    this.#socket.destroy();
    return Promise.resolve();
  }
}
