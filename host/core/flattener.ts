// From events' lines to records, byte for byte as the module wrote them: one by one, or as NDJSON in batches.
import { join, searchable } from './bytes.js';
import type { Kind } from './kinds.js';
import { type Line, MAX_LINE_BYTES } from './lines.js';
import { type Preset, PRESET_ROWS, presetOf } from './presets.js';
import type { SaltRecord } from './records.js';
import { type Saltflat, callPlaced } from './saltflat.js';
import { type Counts, countEvent } from './counts.js';

/** A batch is given away when the next line would not fit into this many bytes; one line may make it larger. */
const BATCH_BYTES = 256 * 1024;

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;

/** What `flatten_array` writes before the records of an event; between them stands one comma. */
const ARRAY_OPENER = '{"states":[';
const ARRAY_CLOSER = ']}';

const COMMA = Uint8Array.of(0x2c);

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });
const arrayOpener = encoder.encode(ARRAY_OPENER);

/** One event's line, and the file it stands in as that was named, where it stands in one. */
export interface SourceLine extends Line {
  readonly file?: string;
}

/** What leaves for one event: the pieces of each line, and the kind of each record. */
interface EventOutput {
  readonly lines: readonly (readonly Uint8Array[])[];
  readonly kinds: readonly Kind[];
}

const NOTHING: EventOutput = { lines: [], kinds: [] };

/** Whole lines of NDJSON. */
export interface LineBatch {
  readonly bytes: Uint8Array;
  /**
   * Where each line ends, at its line feed, and of which kind its record is; the first of them, where a line holds
   * several.
   */
  readonly lines: readonly { readonly end: number; readonly kind: Kind }[];
}

/** Whether a record leaves, the bytes of its object. What does not is not counted. */
export type Keep = (record: Uint8Array, kind: Kind) => boolean;

/** Flattens events with one preset, and counts what comes out. */
export class Flattener {
  readonly #saltflat: Saltflat;
  readonly #hasOptions: boolean;
  readonly #preset: Preset;
  readonly #row: (typeof PRESET_ROWS)[Preset];
  readonly #counts: Counts;
  readonly #keep: Keep | null;
  #batch = new Uint8Array(BATCH_BYTES);
  #used = 0;
  #lines: { readonly end: number; readonly kind: Kind }[] = [];

  /** `counts` is added to with each event. `keep`: which records leave; all where it is null. */
  constructor(saltflat: Saltflat, preset: Preset, counts: Counts, keep: Keep | null = null) {
    this.#saltflat = saltflat;
    this.#hasOptions = Object.keys(saltflat.options).length > 0;
    this.#preset = presetOf(preset);
    this.#row = PRESET_ROWS[this.#preset];
    this.#counts = counts;
    this.#keep = keep;
  }

  /**
   * The records of `lines` as NDJSON in batches of whole lines. The last batch is given when the lines end, however
   * small, so that nothing waits here for more input. A batch is never written to again.
   */
  *flatten(lines: Iterable<SourceLine>): Generator<Uint8Array> {
    for (const { bytes } of this.batches(lines)) yield bytes;
  }

  /** The same, with what is known of each line. */
  *batches(lines: Iterable<SourceLine>): Generator<LineBatch> {
    for (const line of lines) {
      const { lines: output, kinds } = this.#outputOf(line);
      for (const [at, pieces] of output.entries()) {
        const size = pieces.reduce((sum, piece) => sum + piece.length, 1);
        if (this.#used + size > this.#batch.length) {
          if (this.#used > 0) yield this.#take();
          if (size > this.#batch.length) this.#batch = new Uint8Array(size);
        }
        for (const piece of pieces) {
          this.#batch.set(piece, this.#used);
          this.#used += piece.length;
        }
        this.#lines.push({ end: this.#used, kind: kinds[at]! });
        this.#batch[this.#used++] = LINE_FEED;
      }
      countEvent(this.#counts, kinds);
    }
    if (this.#used > 0) yield this.#take();
  }

  /** The same one by one: what would stand in each line of the NDJSON. */
  *records(lines: Iterable<SourceLine>): Generator<Uint8Array> {
    for (const line of lines) {
      const { lines: output, kinds } = this.#outputOf(line);
      yield* output.map(joined);
      countEvent(this.#counts, kinds);
    }
  }

  /**
   * What `take` makes of one event: of its records, parsed, which are those of the preset `flatten`, and their kinds.
   * Where it throws, it is given the `malformed` record that says so in their place.
   */
  take<T>(line: SourceLine, take: (records: readonly SaltRecord[], kinds: readonly Kind[]) => T): T {
    return this.takeEach(line, (records, kinds) => take([...records], kinds));
  }

  /**
   * The same with the records one after the other: those of a large event are parsed each time that they are gone
   * through.
   */
  takeEach<T>(line: SourceLine, take: (records: Iterable<SaltRecord>, kinds: readonly Kind[]) => T): T {
    const parsed = ({ lines, kinds }: EventOutput): T => take(parsedLines(lines), kinds);
    let output = this.#outputOf(line);
    let taken: T;
    try {
      taken = parsed(output);
    } catch (error) {
      output = this.#failed(line, error);
      taken = parsed(output);
    }
    countEvent(this.#counts, output.kinds);
    return taken;
  }

  #take(): LineBatch {
    const full = { bytes: this.#batch.subarray(0, this.#used), lines: this.#lines };
    this.#batch = new Uint8Array(BATCH_BYTES);
    this.#used = 0;
    this.#lines = [];
    return full;
  }

  /**
   * What leaves for one event. Whatever goes wrong here is that event's own: it gives a `malformed` record, and the run
   * goes on.
   */
  #outputOf(line: SourceLine): EventOutput {
    try {
      return this.#called(line);
    } catch (error) {
      return this.#failed(line, error);
    }
  }

  /**
   * The record of an event that the module or its reader failed on. It shows nothing of the event, which may hold
   * secrets.
   */
  #failed(line: SourceLine, error: unknown): EventOutput {
    // A module that traps on an event without anything, too, is damaged: that error is everyone's.
    if (error instanceof WebAssembly.RuntimeError) callPlaced(this.#saltflat, encoder.encode('{}'), this.#preset);
    const message = `internal error: ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`;
    return this.#malformed(message, '', line);
  }

  /** A `malformed` record made here. */
  #malformed(error: string, evidence: string, line: SourceLine): EventOutput {
    const bytes = encoder.encode(JSON.stringify(this.#row.malformed(error, evidence)));
    const pieces = this.#withPlace(bytes, 0, bytes.length, line);
    const output = this.#row.frame === 'array' ? [arrayOpener, ...pieces, encoder.encode(ARRAY_CLOSER)] : pieces;
    return { lines: [output], kinds: ['malformed'] };
  }

  /** What the module makes of one event. */
  #called(line: SourceLine): EventOutput {
    if (line.isTooLong && this.#isWrittenHere) return this.#tooLong(line);
    const placed = callPlaced(this.#saltflat, line.isTooLong ? line.end - line.offset : line.bytes, this.#preset);
    if (placed === null) return NOTHING;
    const { bytes, places } = placed;
    makeOneLine(bytes);
    const lines: Uint8Array[][] = [];
    const whole: Uint8Array[] = []; // the one line of a preset whose records leave in an array
    const kinds: Kind[] = [];
    for (let index = 0; index < places.count; index++) {
      const kind = places.kind(index);
      const [start, end] = [places.start(index), places.end(index)];
      if (this.#keep !== null && !this.#keep(bytes.subarray(start, end), kind)) continue;
      const record = kind === 'malformed' ? this.#withPlace(bytes, start, end, line) : [bytes.subarray(start, end)];
      kinds.push(kind);
      if (this.#row.frame === 'roots') lines.push(record);
      // What stands before the first record opens the array; before a later one stands a comma.
      else whole.push(whole.length === 0 ? bytes.subarray(0, places.start(0)) : COMMA, ...record);
    }
    if (whole.length > 0) lines.push([...whole, bytes.subarray(places.end(places.count - 1))]);
    return { lines, kinds };
  }

  /** Whether the record of a line that is too long is made here. Options may hide how it begins, or add something. */
  get #isWrittenHere(): boolean {
    return !this.#hasOptions && this.#row.isWrittenHere;
  }

  /** The record of a line that is too long to be handed to the module. */
  #tooLong(line: SourceLine): EventOutput {
    return this.#malformed(
      `the line is longer than ${MAX_LINE_BYTES} bytes`,
      new TextDecoder().decode(line.bytes),
      line,
    );
  }

  /**
   * The bytes from `start` to `end`, where a malformed record ends, with the place of its line put in before its brace.
   */
  #withPlace(bytes: Uint8Array, start: number, end: number, line: SourceLine): Uint8Array[] {
    const place = `,${JSON.stringify(this.#row.placeOf(line)).slice(1, -1)}`;
    return [bytes.subarray(start, end - 1), encoder.encode(place), bytes.subarray(end - 1, end)];
  }
}

/**
 * Bytes of an event's records that are decoded and parsed at once; those of a larger one would take some times as much
 * memory.
 */
const AT_ONCE_BYTES = 1024 * 1024;

/** The objects that lines hold. */
function parsedLines(lines: EventOutput['lines']): Iterable<SaltRecord> {
  const recordOf = (pieces: readonly Uint8Array[]): SaltRecord =>
    JSON.parse(decoder.decode(joined(pieces))) as SaltRecord;
  const buffer = lines[0]?.[0]?.buffer;
  if (buffer !== undefined && buffer.byteLength > AT_ONCE_BYTES)
    return {
      *[Symbol.iterator]() {
        for (const pieces of lines) yield recordOf(pieces);
      },
    };
  // The module's output is in one buffer, and so nearly always is each line.
  if (buffer !== undefined && lines.length > 1) {
    const text = decoder.decode(buffer);
    const isAscii = text.length === buffer.byteLength;
    if (isAscii && lines.every(([first, ...rest]) => first!.buffer === buffer && rest.length === 0))
      return lines.map(
        ([piece]) => JSON.parse(text.slice(piece!.byteOffset, piece!.byteOffset + piece!.length)) as SaltRecord,
      );
  }
  return lines.map(recordOf);
}

/** The pieces of a line as one. */
const joined = (pieces: readonly Uint8Array[]): Uint8Array => (pieces.length === 1 ? pieces[0]! : join(pieces));

/**
 * Puts spaces in the place of line ends. JSON has none in strings, but an event may have them around what leaves of it
 * as it was; a reader would take what stands behind for a record of its own.
 */
function makeOneLine(bytes: Uint8Array): void {
  const searched = searchable(bytes);
  for (const end of [LINE_FEED, CARRIAGE_RETURN])
    for (let at = searched.indexOf(end); at >= 0; at = searched.indexOf(end, at + 1)) searched[at] = SPACE;
}
