// Documents on their way: several shipments at a time, each until the store has it, or will never take it.
import type { Refusal } from '../disk/rejects.js';
import type { Document } from './document.js';
import { BatchFailure, PassingFailure } from './failure.js';
import type { Receiver } from './receiver.js';
import { type RetryOptions, retrying } from './retry.js';
import { plural } from '../text/words.js';

/** How many shipments are under way at once: enough to keep a small cluster busy, too few to overrun it. */
const CONCURRENCY = 4;

/** Documents, and the place in the input that counts as delivered with them. */
export interface Shipment<Place> {
  readonly documents: readonly Document[];
  readonly place: Place;
}

/** What became of all documents. */
export interface Totals {
  sent: number;
  there: number;
  rejected: number;
}

/** How shipments are sent. */
export interface ShipOptions<Place> extends Omit<RetryOptions, 'signal'> {
  /** Keeps what the store will never take. The documents count as done when this resolves. */
  readonly onRejected: (refusals: readonly Refusal[]) => Promise<void>;
  /** Told when everything up to a place is done. In order. */
  readonly onDelivered: (place: Place) => Promise<void>;
}

/** A document that the store will never take, and why. */
interface Rejected {
  readonly status: number;
  readonly reason: string;
  readonly document: Document;
}

/** Sends shipments to one receiver, and adds to the totals. */
export class Shipper<Place> {
  readonly #receiver: Receiver;
  readonly #options: ShipOptions<Place>;
  readonly #giveUp = new AbortController();
  readonly totals: Totals = { sent: 0, there: 0, rejected: 0 };

  constructor(receiver: Receiver, options: ShipOptions<Place>) {
    this.#receiver = receiver;
    this.#options = options;
  }

  /**
   * Resolves when all is done. Rejects with an `OutputError`, or with what `shipments` throws, when nothing is under
   * way. A place is told as soon as everything up to it is done, also while the next shipment is waited for.
   */
  async ship(shipments: AsyncIterable<Shipment<Place>>): Promise<void> {
    const source = shipments[Symbol.asyncIterator]();
    const deliveries = new Set<Promise<void>>();
    /** A promise for each shipment that is not done: it settles when all up to this one are. */
    const underWay: Promise<void>[] = [];
    let failure: { readonly error: Error } | undefined;
    let stopWaiting: (error: Error) => void = () => undefined;
    const onFailure = (error: Error): void => {
      failure ??= { error };
      stopWaiting(failure.error);
    };
    // A promise for each shipment: racing them with one, as old as the run, would keep them all.
    const next = (): Promise<IteratorResult<Shipment<Place>>> =>
      new Promise((resolve, reject) => {
        stopWaiting = reject;
        if (failure === undefined) source.next().then(resolve, reject);
        else reject(failure.error);
      });
    const add = ({ documents, place }: Shipment<Place>): void => {
      const delivery = this.#deliver(documents);
      deliveries.add(delivery);
      const before = underWay.at(-1) ?? Promise.resolve();
      const done = before
        .then(() => delivery)
        .then(() => this.#options.onDelivered(place))
        .then(() => {
          deliveries.delete(delivery);
          void underWay.shift();
        });
      underWay.push(done);
      delivery.catch(() => undefined); // seen when its turn comes
      done.catch(onFailure);
    };
    try {
      for (let item = await next(); item.done !== true; item = await next()) {
        add(item.value);
        if (underWay.length >= CONCURRENCY) await underWay[0];
      }
      await underWay.at(-1);
    } catch (error) {
      source.return?.().catch(() => undefined); // not waited for: it may wait for events, without end
      throw error;
    } finally {
      this.#giveUp.abort(); // after a failure no other delivery waits for its next try
      await Promise.allSettled(deliveries);
    }
  }

  async #deliver(documents: readonly Document[]): Promise<void> {
    if (documents.length === 0) return;
    let pending = documents;
    const rejected: Rejected[] = [];
    let failure: unknown;
    const attempt = async (): Promise<void> => {
      const again = await this.#send(pending, rejected);
      pending = again.map(({ document }) => document);
      if (again.length > 0)
        throw new PassingFailure(`answered ${again[0]!.reason} for ${plural(again.length, 'document')}`);
    };
    try {
      await retrying(attempt, { ...this.#options, signal: this.#giveUp.signal });
    } catch (error) {
      failure = error;
    }
    await this.#reject(rejected);
    if (failure instanceof BatchFailure) await this.#deliverParts(pending, failure);
    else if (failure !== undefined) throw failure as Error;
  }

  /** A batch that may pass in parts: half by half; one document alone is rejected. */
  async #deliverParts(documents: readonly Document[], { status, message }: BatchFailure): Promise<void> {
    if (documents.length === 1) {
      await this.#reject([{ status, reason: message, document: documents[0]! }]);
      return;
    }
    const middle = documents.length >>> 1;
    await this.#deliver(documents.slice(0, middle));
    await this.#deliver(documents.slice(middle));
  }

  /** One try. Resolves to the documents that the store had no room for, and why; adds to `rejected`. */
  async #send(
    documents: readonly Document[],
    rejected: Rejected[],
  ): Promise<{ readonly reason: string; readonly document: Document }[]> {
    const outcomes = await this.#receiver.send(documents);
    const again: { reason: string; document: Document }[] = [];
    outcomes.forEach((outcome, at) => {
      const document = documents[at]!;
      if (outcome.kind === 'again') again.push({ reason: outcome.reason, document });
      else if (outcome.kind === 'rejected') rejected.push({ ...outcome, document });
      else this.totals[outcome.kind]++;
    });
    return again;
  }

  async #reject(rejected: readonly Rejected[]): Promise<void> {
    if (rejected.length === 0) return;
    const time = new Date().toISOString();
    await this.#options.onRejected(
      rejected.map(({ status, reason, document }) => ({ time, status, reason, lines: [document.record] })),
    );
    this.totals.rejected += rejected.length;
  }
}
