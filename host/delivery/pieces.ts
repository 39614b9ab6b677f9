// From watched files to what is delivered: records, and the places that count as done with them.
import type { Checkpoint, Move } from '../disk/checkpoint.js';
import type { Flattener, LineBatch } from '../core/flattener.js';
import type { DocumentMaker } from './document.js';
import type { Poster } from './http.js';
import type { Receiver } from './receiver.js';
import { type ShipOptions, type Shipment, Shipper } from './ship.js';
import type { Step } from '../input/watch.js';

/** Records, and what moves when they are delivered. Without records: what moves with those before. */
export interface Piece {
  /** Maybe none. */
  readonly records: LineBatch;
  readonly moves: readonly Move[];
  /** Whether all that is there was read: nothing comes for a while. */
  readonly isIdle?: true;
}

const NOTHING: LineBatch = { bytes: new Uint8Array(0), lines: [] };

/**
 * The pieces of `steps`. The places are those behind the last event all of whose records are in this piece or before.
 */
export async function* piecesOf(steps: AsyncIterable<Step>, flattener: Flattener): AsyncGenerator<Piece> {
  for await (const step of steps) {
    if (step.kind === 'idle') yield { records: NOTHING, moves: [], isIdle: true };
    else if (step.kind === 'moves') yield { records: NOTHING, moves: step.moves };
    else {
      const { tail, lines } = step;
      for (const records of flattener.batches(lines)) yield { records, moves: [await tail.place()] };
      yield { records: NOTHING, moves: [await tail.place()] }; // lines that gave nothing are done too
    }
  }
}

/** The newest of several moves of each file. */
function newest(moves: readonly Move[]): Move[] {
  return [...new Map(moves.map((move) => [move.id, move])).values()];
}

/** When the places of delivered records are taken over. */
export interface TakenOptions {
  /** How many more bytes must have been taken after them. */
  readonly holdBytes: number;
}

/** Moves a checkpoint as a sink takes bytes. */
export class Taken {
  readonly #checkpoint: Checkpoint;
  readonly #holdBytes: number;
  #held: { end: number; moves: Move[] }[] = [];
  #total = 0;

  constructor(checkpoint: Checkpoint, { holdBytes }: TakenOptions) {
    this.#checkpoint = checkpoint;
    this.#holdBytes = holdBytes;
  }

  /** The bytes of `pieces`, for a sink that asks for the next ones only when it has taken those before. */
  async *bytesOf(pieces: AsyncIterable<Piece>): AsyncGenerator<Uint8Array> {
    for await (const { records, moves } of pieces) {
      const { bytes } = records;
      if (bytes.length > 0) yield bytes;
      this.#hold(bytes.length, moves);
      let oldest = this.#held[0];
      while (oldest !== undefined && this.#total - oldest.end >= this.#holdBytes) {
        this.#checkpoint.move(oldest.moves);
        this.#held.shift();
        oldest = this.#held[0];
      }
      await this.#checkpoint.saveNowAndThen();
    }
  }

  /** Takes over all places: the sink's end was confirmed. */
  moveAll(): void {
    for (const { moves } of this.#held.splice(0)) this.#checkpoint.move(moves);
  }

  #hold(bytes: number, moves: readonly Move[]): void {
    this.#total += bytes;
    const last = this.#held.at(-1);
    if (last?.end === this.#total) last.moves = newest([...last.moves, ...moves]);
    else this.#held.push({ end: this.#total, moves: [...moves] });
  }
}

/** Records that are sent together, and the places that are done with them. */
export interface Batch {
  /** Maybe none. */
  readonly parts: readonly LineBatch[];
  readonly moves: readonly Move[];
}

/** A batch is sent when nothing more is there, or when its oldest record has waited this long. */
const BATCH_MS = 1000;

/** `pieces` put together to at most `maxBytes` of records; one piece alone may have more. */
export async function* batchesOf(pieces: AsyncIterable<Piece>, maxBytes: number): AsyncGenerator<Batch> {
  let parts: LineBatch[] = [];
  let size = 0;
  let sinceMs = 0;
  let moves: Move[] = [];
  const take = (): Batch => {
    const batch = { parts, moves };
    parts = [];
    size = 0;
    moves = [];
    return batch;
  };
  for await (const piece of pieces) {
    const { length } = piece.records.bytes;
    if (size > 0 && size + length > maxBytes) yield take();
    if (length > 0) {
      if (size === 0) sinceMs = Date.now();
      parts.push(piece.records);
      size += length;
    }
    moves = newest([...moves, ...piece.moves]);
    if (size === 0 || piece.isIdle === true || size >= maxBytes || Date.now() - sinceMs >= BATCH_MS) yield take();
  }
  yield take();
}

/** Moves a checkpoint, and makes that durable: at once where records were delivered. */
async function moveTo(checkpoint: Checkpoint, { parts, moves }: Batch): Promise<void> {
  checkpoint.move(moves);
  await (parts.length > 0 ? checkpoint.save() : checkpoint.saveNowAndThen());
}

/** A post's size, before compression. In bytes. */
export const POST_BYTES = 1024 * 1024;

/** Posts `pieces` in batches, one at a time; the checkpoint moves, and is saved, when a batch is delivered. */
export async function postPieces(pieces: AsyncIterable<Piece>, poster: Poster, checkpoint: Checkpoint): Promise<void> {
  for await (const batch of batchesOf(pieces, POST_BYTES)) {
    if (batch.parts.length > 0) await poster.deliver(Buffer.concat(batch.parts.map(({ bytes }) => bytes)));
    await moveTo(checkpoint, batch);
  }
}

/** What a store takes at a time. */
export interface StoreNeeds {
  /** A request's size, before compression. In bytes. */
  readonly requestBytes: number;
  readonly maker: DocumentMaker;
}

/**
 * The documents of `pieces` in shipments, several of them under way at a time; the checkpoint moves as they are
 * delivered.
 */
export async function shipPieces(
  pieces: AsyncIterable<Piece>,
  receiver: Receiver,
  { requestBytes, maker }: StoreNeeds,
  checkpoint: Checkpoint,
  options: Omit<ShipOptions<Batch>, 'onDelivered'>,
): Promise<void> {
  async function* shipments(): AsyncGenerator<Shipment<Batch>> {
    for await (const batch of batchesOf(pieces, requestBytes))
      yield { documents: batch.parts.flatMap((part) => [...maker.of(part)]), place: batch };
  }
  const onDelivered = (batch: Batch): Promise<void> => moveTo(checkpoint, batch);
  await new Shipper<Batch>(receiver, { ...options, onDelivered }).ship(shipments());
}
