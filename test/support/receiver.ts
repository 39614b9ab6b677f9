// A receiver of newline-delimited records that can be made to fail.
import { type AddressInfo, type Server, type Socket, createServer } from 'node:net';
import { type TlsOptions, createServer as createTlsServer } from 'node:tls';

/** How the receiver behaves on its connections. */
export interface Behaviour {
  /**
   * Breaks each but the last connection with a reset after so many bytes, and is away for a while. One entry a break.
   */
  readonly breakAfterBytes?: number[];
  /** Reads nothing of a connection for so long. */
  readonly pauseMs?: number;
  /** With a certificate it speaks TLS. */
  readonly tls?: TlsOptions;
  /** Never closes its side. */
  readonly staysOpen?: boolean;
}

const AWAY_MS = 300;

/** Listens on 127.0.0.1. */
export class Receiver {
  readonly #behaviour: Behaviour;
  readonly #received: Buffer[][] = [];
  readonly #sockets = new Set<Socket>();
  #server: Server;
  #port = 0;
  #return: NodeJS.Timeout | undefined;

  private constructor(behaviour: Behaviour) {
    this.#behaviour = behaviour;
    this.#server = this.#create();
  }

  static async listen(behaviour: Behaviour = {}, port = 0): Promise<Receiver> {
    const receiver = new Receiver(behaviour);
    receiver.#port = port;
    await receiver.#listen();
    return receiver;
  }

  get port(): number {
    return this.#port;
  }

  /** The complete lines of each connection; what broke off in the midst of a line is left out. */
  get connections(): string[][] {
    return this.#received.map((chunks) => Buffer.concat(chunks).toString().split('\n').slice(0, -1));
  }

  async close(): Promise<void> {
    clearTimeout(this.#return);
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #create(): Server {
    const { tls } = this.#behaviour;
    const options = { allowHalfOpen: this.#behaviour.staysOpen === true };
    const accept = (socket: Socket): void => this.#accept(socket);
    return tls === undefined ? createServer(options, accept) : createTlsServer({ ...options, ...tls }, accept);
  }

  async #listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(this.#port, '127.0.0.1', resolve));
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  #accept(socket: Socket): void {
    const chunks: Buffer[] = [];
    const breakAfter = this.#behaviour.breakAfterBytes?.shift();
    let bytes = 0;
    this.#received.push(chunks);
    this.#sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      bytes += chunk.length;
      if (breakAfter === undefined || bytes < breakAfter) return;
      socket.destroy();
      this.#server.close();
      this.#server = this.#create();
      this.#return = setTimeout(() => void this.#listen(), AWAY_MS);
    });
    if (this.#behaviour.pauseMs !== undefined) {
      socket.pause();
      setTimeout(() => socket.resume(), this.#behaviour.pauseMs);
    }
  }
}

/** A port of 127.0.0.1 where nobody listens. */
export async function closedPort(): Promise<number> {
  const receiver = await Receiver.listen();
  await receiver.close();
  return receiver.port;
}
