// What listens on 127.0.0.1 while a test runs.
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export class Listening {
  readonly #server: Server;

  protected constructor(server: Server) {
    this.#server = server;
  }

  /** Listens; at any port unless told. */
  protected async start(port = 0): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(port, '127.0.0.1', resolve));
    return this;
  }

  /** `127.0.0.1:PORT`. */
  get host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

const running = new Set<Fake>();

/** Plays a store. Ended by `closeFakes` at the latest. */
export class Fake extends Listening {
  protected override start(port = 0): Promise<this> {
    running.add(this);
    return super.start(port);
  }

  override close(): Promise<void> {
    running.delete(this);
    return super.close();
  }
}

/** Ends what a failed test left. */
export async function closeFakes(): Promise<void> {
  await Promise.all([...running].map((fake) => fake.close()));
}

/** All that a request brings. */
export async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** What a fake answers. `broken`: the connection ends without an answer. */
export type Answer =
  { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: object } | 'broken';
