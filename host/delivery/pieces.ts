// From watched files to what is delivered: records, and the places that count as done with them.
import type { Checkpoint, Move } from '../disk/checkpoint.js';
import type { Flattener } from '../core/flattener.js';
import type { Poster } from './http.js';
import type { Step } from '../input/watch.js';

/** Records, and what moves when they are delivered. Without records: what moves with those before. */
export interface Piece {
  /** NDJSON, maybe empty. */
  readonly bytes: Uint8Array;
  readonly moves: readonly Move[];
  /** Whether all that is there was read: nothing comes for a while. */
  readonly isIdle?: true;
}

const NOTHING = new Uint8Array(0);

/** The pieces of `steps`. The places are those behind the last event all of whose records are in this piece or before. */
export async function* piecesOf(steps: AsyncIterable<Step>, flattener: Flattener): AsyncGenerator<Piece> {
  for await (const step of steps) {
    if (step.kind === 'idle') yield { bytes: NOTHING, moves: [], isIdle: true };
    else if (step.kind === 'moves') yield { bytes: NOTHING, moves: step.moves };
    else {
      const { tail, lines } = step;
      for (const bytes of flattener.flatten(lines)) yield { bytes, moves: [await tail.place()] };
      yield { bytes: NOTHING, moves: [await tail.place()] }; // lines that gave nothing are done too
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
    for await (const { bytes, moves } of pieces) {
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

/** A batch is posted when the next piece would make it larger than this; one record may. In bytes, before compression. */
export const BATCH_BYTES = 1024 * 1024;

/** A batch is posted when nothing more is there, or when its oldest record has waited this long. */
const BATCH_MS = 1000;

/** Posts `pieces` in batches, one at a time; the checkpoint moves, and is saved, when a batch is delivered. */
export async function postPieces(pieces: AsyncIterable<Piece>, poster: Poster, checkpoint: Checkpoint): Promise<void> {
  let batch: Uint8Array[] = [];
  let size = 0;
  let sinceMs = 0;
  let pending: Move[] = [];
  const flush = async (): Promise<void> => {
    if (size > 0) await poster.deliver(Buffer.concat(batch));
    checkpoint.move(pending);
    await (size > 0 ? checkpoint.save() : checkpoint.saveNowAndThen());
    batch = [];
    size = 0;
    pending = [];
  };
  for await (const { bytes, moves, isIdle } of pieces) {
    if (size > 0 && size + bytes.length > BATCH_BYTES) await flush();
    if (bytes.length > 0) {
      if (size === 0) sinceMs = Date.now();
      batch.push(bytes);
      size += bytes.length;
    }
    pending = newest([...pending, ...moves]);
    if (size === 0 || isIdle === true || size >= BATCH_BYTES || Date.now() - sinceMs >= BATCH_MS) await flush();
  }
  await flush();
}
