// Records over TCP or TLS: at least once, as far as TCP can promise it.
//
// TCP tells a sender what its own kernel has taken, never what the receiver has read. So the newest RESEND_BYTES that
// were written stay here, more than both kernels hold between two programs by default (Linux: tcp_wmem 4 MiB and
// tcp_rmem 6 MiB), and go out again first on every new connection. What was read before the break then arrives twice;
// what was never read arrives. At the end a receiver that closes without an error has read everything: a Linux kernel
// answers with a reset where a program closes with bytes unread.
import type { Socket } from 'node:net';
import pRetry, { AbortError } from 'p-retry';
import { OutputError, codeOf, reasonOf } from '../core/error.js';
import type { Sink } from './sink.js';
import { isPermanent } from './failure.js';
import { type Target, connect } from './tcp-address.js';

/** What is sent again on a new connection: so many of the newest bytes, in whole batches. */
export const RESEND_BYTES = 16 * 1024 * 1024;

/**
 * A connection that lived this long, or took more than RESEND_BYTES, was of use: the tries are counted from one again.
 */
const USEFUL_MS = 10_000;

/** How long the receiver may take to close after all was sent. */
const CLOSE_TIMEOUT_MS = 10_000;

/** Waits between tries: 0.2 s, doubled each time, at most 10 s; ten tries take about 43 s. */
const BACKOFF = { minTimeout: 200, factor: 2, maxTimeout: 10_000 };

/** How a network sink tries. */
export interface NetworkOptions {
  /** Tries in a row before it gives up, from 1; Infinity: it never does. */
  readonly tries: number;
  /** Told in one line without its end: each failed try, and an end that the receiver did not confirm. */
  readonly onNote: (note: string) => void;
  /** Told where the receiver did not confirm, by closing its side, that it has read everything. */
  readonly onUnconfirmed?: () => void;
}

/** The written batches that may have to be sent again, oldest first. */
class ResendWindow {
  #batches: Uint8Array[] = [];
  #bytes = 0;

  /** A copy of the list: it changes while it is sent. */
  get batches(): readonly Uint8Array[] {
    return [...this.#batches];
  }

  add(batch: Uint8Array): void {
    this.#batches.push(batch);
    this.#bytes += batch.length;
  }

  /** Forgets what has RESEND_BYTES behind it. To be called when the present connection has taken every batch. */
  trim(): void {
    let oldest = this.#batches[0];
    while (oldest !== undefined && this.#bytes - oldest.length >= RESEND_BYTES) {
      this.#bytes -= oldest.length;
      this.#batches.shift();
      oldest = this.#batches[0];
    }
  }
}

const broken = (code: string): Error => Object.assign(new Error(code), { code });

/** What `promise` gives, unless the connection ends before: then it rejects with the reason. */
function whileOpen<T>(socket: Socket, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const onClose = (): void => reject(socket.errored ?? broken('EPIPE'));
    if (socket.closed) onClose();
    socket.once('close', onClose);
    promise.then(resolve, reject).finally(() => socket.off('close', onClose));
  });
}

/** Resolves when the kernel has taken `bytes`. */
function write(socket: Socket, bytes: Uint8Array): Promise<void> {
  const taken = new Promise<void>((resolve, reject) => {
    socket.write(bytes, (error) => (error ? reject(error) : resolve()));
  });
  return whileOpen(socket, taken);
}

/** Ends this side. Resolves to whether the receiver closed too; rejects where it closed with an error. */
function finish(socket: Socket): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(false), CLOSE_TIMEOUT_MS);
    const onClose = (): void => {
      clearTimeout(timer);
      if (socket.errored) reject(socket.errored);
      else resolve(true);
    };
    if (socket.closed) onClose();
    else socket.once('close', onClose);
    socket.end();
  });
}

/** A sink that sends to a target, connecting again whenever the connection breaks. Rejects with an `OutputError`. */
export function networkSink(target: Target, { tries, onNote, onUnconfirmed }: NetworkOptions): Sink {
  const { url } = target;
  const ofTries = Number.isFinite(tries) ? ` of ${tries}` : '';
  const gaveUp = (error: unknown): OutputError => {
    const advice = isPermanent(codeOf(error))
      ? 'check --tls-ca, the host name and that the receiver speaks TLS'
      : `gave up after ${tries} ${tries === 1 ? 'try' : 'tries'}; records may be missing there`;
    return new OutputError(`${url}: cannot be reached: ${reasonOf(error)}; ${advice}`, codeOf(error), url, error);
  };

  return async (batches) => {
    const source = batches[Symbol.asyncIterator]();
    const window = new ResendWindow();
    let pending: Promise<IteratorResult<Uint8Array>> | undefined;
    let sourceError: unknown;
    const nextBatch = (): Promise<IteratorResult<Uint8Array>> =>
      source.next().catch((error: unknown) => {
        sourceError = error;
        throw error;
      });

    /** Sends until the source ends. */
    const sendOver = async (socket: Socket): Promise<void> => {
      for (const batch of window.batches) await write(socket, batch);
      for (;;) {
        window.trim();
        pending ??= nextBatch(); // outlives a connection that breaks while there is nothing to send
        const next = await whileOpen(socket, pending);
        pending = undefined;
        if (next.done === true) break;
        window.add(next.value); // before it is written: a break in the midst must not lose it
        await write(socket, next.value);
      }
    };

    /** One connection. Resolves to whether all was sent; false: it broke, but was of use. */
    const attempt = async (): Promise<boolean> => {
      const socket = await connect(target);
      const bornMs = Date.now();
      socket.on('error', () => undefined); // kept by Node in `errored`; read where the socket closes
      let isFinishing = false;
      socket.once('end', () => {
        if (!isFinishing) socket.destroy(broken('EPIPE'));
      });
      socket.resume(); // what the receiver says is not read, but its end must be seen
      try {
        await sendOver(socket);
        isFinishing = true;
        if (!(await finish(socket))) {
          onNote(
            `${url}: the receiver did not close within ${CLOSE_TIMEOUT_MS / 1000} s; it may not have read the last records`,
          );
          onUnconfirmed?.();
        }
        return true;
      } catch (error) {
        if (error === sourceError) throw error;
        if (socket.bytesWritten <= RESEND_BYTES && Date.now() - bornMs < USEFUL_MS) throw error;
        onNote(`${url}: ${reasonOf(error)}; connecting again`);
        return false;
      } finally {
        socket.destroy();
      }
    };

    const attemptOrAbort = (): Promise<boolean> =>
      attempt().catch((error: unknown) => {
        throw error === sourceError || isPermanent(codeOf(error)) ? new AbortError(error as Error) : error;
      });
    const attempts = (): Promise<boolean> =>
      pRetry(attemptOrAbort, {
        ...BACKOFF,
        retries: tries - 1,
        onFailedAttempt: ({ error, attemptNumber, retriesLeft }) => {
          if (retriesLeft > 0) onNote(`${url}: ${reasonOf(error)}; trying again (try ${attemptNumber + 1}${ofTries})`);
        },
      });

    try {
      while (!(await attempts()));
    } catch (error) {
      throw error === sourceError ? error : gaveUp(error);
    }
    return true;
  };
}
