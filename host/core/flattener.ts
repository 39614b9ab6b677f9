// From events' lines to records, byte for byte as the module wrote them: one by one, or as NDJSON in batches.
import { join } from './bytes.js';
import { FactReader } from './fact-reader.js';
import type { Kind } from './kinds.js';
import { type Line, MAX_LINE_BYTES } from './lines.js';
import { type Preset, PRESET_ROWS, presetOf } from './presets.js';
import { readRoots } from './roots.js';
import type { SaltRecord } from './records.js';
import { type Saltflat, callUnallocated } from './saltflat.js';
import { type Counts, countEvent } from './counts.js';

/** A batch is given away when the next line would not fit into this many bytes; one line may make it larger. */
const BATCH_BYTES = 256 * 1024;

const LINE_FEED = 0x0a;
const COMMA = 0x2c;
const OPEN_BRACE = 0x7b;

/** What `flatten_array` writes before the records of an event; between them stands one comma. */
const ARRAY_OPENER = '{"states":[';
const ARRAY_CLOSER = ']}';

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

/** Flattens events with one preset, and counts what comes out. */
export class Flattener {
  readonly #saltflat: Saltflat;
  readonly #hasOptions: boolean;
  readonly #preset: Preset;
  readonly #row: (typeof PRESET_ROWS)[Preset];
  readonly #counts: Counts;
  readonly #facts: FactReader;
  readonly #readRecord = (bytes: Uint8Array, start: number): number => this.#facts.read(bytes, start);
  #batch = new Uint8Array(BATCH_BYTES);
  #used = 0;

  /** `counts` is added to with each event. */
  constructor(saltflat: Saltflat, preset: Preset, counts: Counts) {
    this.#saltflat = saltflat;
    this.#hasOptions = Object.keys(saltflat.options).length > 0;
    this.#preset = presetOf(preset);
    this.#row = PRESET_ROWS[this.#preset];
    this.#counts = counts;
    this.#facts = new FactReader({
      isEcs: this.#row.namesKind,
      isChangesText: saltflat.options.changes === 'text',
      isLimited: saltflat.options.max_bytes !== undefined,
    });
  }

  /**
   * The records of `lines` as NDJSON in batches of whole lines. The last batch is given when the lines end, however small,
   * so that nothing waits here for more input. A batch is never written to again.
   */
  *flatten(lines: Iterable<SourceLine>): Generator<Uint8Array> {
    for (const line of lines) {
      const { lines: output, kinds } = this.#outputOf(line);
      for (const pieces of output) {
        const size = pieces.reduce((sum, piece) => sum + piece.length, 1);
        if (this.#used + size > this.#batch.length) {
          if (this.#used > 0) yield this.#take();
          if (size > this.#batch.length) this.#batch = new Uint8Array(size);
        }
        for (const piece of pieces) {
          this.#batch.set(piece, this.#used);
          this.#used += piece.length;
        }
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
   * What `take` makes of one event: of its records, parsed, which are those of the preset `flatten`, and their kinds. Where it
   * throws, it is given the `malformed` record that says so in their place.
   */
  take<T>(line: SourceLine, take: (records: readonly SaltRecord[], kinds: readonly Kind[]) => T): T {
    const parsed = ({ lines, kinds }: EventOutput): T =>
      take(
        lines.map((pieces) => JSON.parse(decoder.decode(joined(pieces))) as SaltRecord),
        kinds,
      );
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

  #take(): Uint8Array {
    const full = this.#batch.subarray(0, this.#used);
    this.#batch = new Uint8Array(BATCH_BYTES);
    this.#used = 0;
    return full;
  }

  /** What leaves for one event. Whatever goes wrong here is that event's own: it gives a `malformed` record, and the run goes on. */
  #outputOf(line: SourceLine): EventOutput {
    const kinds: Kind[] = [];
    try {
      return { lines: [...this.#outputLines(line, kinds)], kinds };
    } catch (error) {
      return this.#failed(line, error);
    }
  }

  /** The record of an event that the module or its reader failed on. It shows nothing of the event, which may hold secrets. */
  #failed(line: SourceLine, error: unknown): EventOutput {
    // A module that traps on an event without anything, too, is damaged: that error is everyone's.
    if (error instanceof WebAssembly.RuntimeError) this.#saltflat.call('{}', { preset: this.#preset });
    const message = `internal error: ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`;
    const bytes = encoder.encode(JSON.stringify(this.#row.malformed(message, '')));
    const pieces = this.#withPlace(bytes, 0, bytes.length, line);
    const output = this.#row.frame === 'array' ? [arrayOpener, ...pieces, encoder.encode(ARRAY_CLOSER)] : pieces;
    return { lines: [output], kinds: ['malformed'] };
  }

  /** What leaves for one event, a list of pieces for each line; the kind of each record is added to `kinds`. */
  *#outputLines(line: SourceLine, kinds: Kind[]): Generator<readonly Uint8Array[]> {
    const preset = this.#preset;
    const returned = line.isTooLong ? this.#tooLong(line) : this.#saltflat.call(line.bytes, { preset });
    if (returned === null) return;
    if (this.#row.frame === 'array' && isArray(returned)) {
      yield this.#arrayLine(returned, line, kinds);
      return;
    }
    for (const { start, end } of readRoots(returned, this.#readRecord)) {
      const { kind } = this.#facts;
      kinds.push(kind);
      yield kind === 'malformed' ? this.#withPlace(returned, start, end, line) : [returned.subarray(start, end)];
    }
  }

  /** The record of a line that is too long to be handed to the module. */
  #tooLong(line: SourceLine): Uint8Array | null {
    // Options may hide how the line begins, or add something: the module knows.
    if (this.#hasOptions || !this.#row.isWrittenHere)
      return callUnallocated(this.#saltflat, line.end - line.offset, this.#preset);
    const error = `the line is longer than ${MAX_LINE_BYTES} bytes`;
    const record = JSON.stringify(this.#row.malformed(error, new TextDecoder().decode(line.bytes)));
    return encoder.encode(this.#row.frame === 'array' ? `${ARRAY_OPENER}${record}${ARRAY_CLOSER}` : record);
  }

  #arrayLine(returned: Uint8Array, line: SourceLine, kinds: Kind[]): readonly Uint8Array[] {
    let pieces: readonly Uint8Array[] = [returned];
    let at = ARRAY_OPENER.length - 1;
    do {
      const start = at + 1;
      at = this.#facts.read(returned, start);
      const { kind } = this.#facts;
      kinds.push(kind);
      // A malformed record is the event's only one.
      if (kind === 'malformed') pieces = [...this.#withPlace(returned, 0, at, line), returned.subarray(at)];
    } while (returned[at] === COMMA && returned[at + 1] === OPEN_BRACE);
    return pieces;
  }

  /** The bytes from `start` to `end`, where a malformed record ends, with the place of its line put in before its brace. */
  #withPlace(bytes: Uint8Array, start: number, end: number, line: SourceLine): readonly Uint8Array[] {
    const place = `,${JSON.stringify(this.#row.placeOf(line)).slice(1, -1)}`;
    return [bytes.subarray(start, end - 1), encoder.encode(place), bytes.subarray(end - 1, end)];
  }
}

/** The pieces of a line as one. */
const joined = (pieces: readonly Uint8Array[]): Uint8Array => (pieces.length === 1 ? pieces[0]! : join(pieces));

/** Whether `returned` begins as `flatten_array` writes it. */
function isArray(returned: Uint8Array): boolean {
  return arrayOpener.every((byte, at) => returned[at] === byte);
}
