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

  /** Resolves when all is done. Rejects with an `OutputError`, or with what `shipments` throws, when nothing is under way. */
  async ship(shipments: AsyncIterable<Shipment<Place>>): Promise<void> {
    const underWay: { delivery: Promise<void>; place: Place }[] = [];
    const finishOldest = async (): Promise<void> => {
      const { delivery, place } = underWay[0]!;
      await delivery;
      underWay.shift();
      await this.#options.onDelivered(place);
    };
    try {
      for await (const { documents, place } of shipments) {
        const delivery = this.#deliver(documents);
        delivery.catch(() => undefined); // seen when its turn comes
        underWay.push({ delivery, place });
        if (underWay.length >= CONCURRENCY) await finishOldest();
      }
      while (underWay.length > 0) await finishOldest();
    } finally {
      this.#giveUp.abort(); // after a failure no other delivery waits for its next try
      await Promise.allSettled(underWay.map(({ delivery }) => delivery));
    }
  }

  async #deliver(documents: readonly Document[]): Promise<void> {
    if (documents.length === 0) return;
    let pending = documents;
    const attempt = async (): Promise<void> => {
      const again = await this.#send(pending);
      pending = again.map(({ document }) => document);
      if (again.length > 0)
        throw new PassingFailure(`answered ${again[0]!.reason} for ${plural(again.length, 'document')}`);
    };
    try {
      await retrying(attempt, { ...this.#options, signal: this.#giveUp.signal });
    } catch (error) {
      if (!(error instanceof BatchFailure)) throw error;
      await this.#deliverParts(pending, error);
    }
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

  /** One try. Resolves to the documents that the store had no room for, and why. */
  async #send(documents: readonly Document[]): Promise<{ reason: string; document: Document }[]> {
    const outcomes = await this.#receiver.send(documents);
    const again: { reason: string; document: Document }[] = [];
    const rejected: { status: number; reason: string; document: Document }[] = [];
    outcomes.forEach((outcome, at) => {
      const document = documents[at]!;
      if (outcome.kind === 'again') again.push({ reason: outcome.reason, document });
      else if (outcome.kind === 'rejected') rejected.push({ ...outcome, document });
      else this.totals[outcome.kind]++;
    });
    await this.#reject(rejected);
    return again;
  }

  async #reject(rejected: readonly { status: number; reason: string; document: Document }[]): Promise<void> {
    if (rejected.length === 0) return;
    const time = new Date().toISOString();
    await this.#options.onRejected(
      rejected.map(({ status, reason, document }) => ({ time, status, reason, lines: [document.record] })),
    );
    this.totals.rejected += rejected.length;
  }
}
