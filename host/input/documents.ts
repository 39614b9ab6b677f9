// From lines to events: documents printed over several lines become one, and an event stream's lines lose their prefix.
import { join, skipSpace } from '../core/bytes.js';
import { type Line, MAX_LINE_BYTES } from '../core/lines.js';
import { Brackets } from '../core/brackets.js';

const TAB = 0x09;
const SPACE = 0x20;
const OPEN_BRACE = 0x7b;

const encoder = new TextEncoder();
const DATA = encoder.encode('data:');

/** Lines of an event stream that hold no data (WHATWG HTML, section 9.2.6), and Salt's own `tag:` beside them. */
const STREAM_FIELD = /^(?:(?:tag|retry|event|id):(?: |$)|:)/;
const LONGEST_FIELD = 'event: '.length;

const startsWith = (bytes: Uint8Array, prefix: Uint8Array): boolean => prefix.every((byte, at) => bytes[at] === byte);

/**
 * Whether a document begins here that the next lines go on with: an opening brace alone, as every
 * `json.dumps(indent=…)` writes it, or one behind `TAG<TAB>`, as `salt-run state.event pretty=True` does.
 */
function opensDocument(bytes: Uint8Array): boolean {
  let last = bytes.length - 1;
  while (last > 0 && bytes[last]! <= SPACE) last--;
  if (bytes[last] !== OPEN_BRACE) return false;
  let first = 0;
  while (bytes[first]! <= SPACE) first++;
  return first === last || bytes[last - 1] === TAB;
}

const withoutIndent = (bytes: Uint8Array): Uint8Array => bytes.subarray(skipSpace(bytes, 0));

/** Reads the lines of one file. Holds one document. */
export class DocumentReader {
  readonly #maxBytes: number;
  /** The lines of the document that has begun; none where none has. */
  #lines: Line[] = [];
  #bytes = 0;
  #brackets = new Brackets();
  #isStream = false;

  /** `maxBytes`: a longer document is given up, as a longer line is. */
  constructor(maxBytes = MAX_LINE_BYTES) {
    this.#maxBytes = maxBytes;
  }

  /** The events that end in `lines`; to be read to the end before the next call. */
  *push(lines: Iterable<Line>): Generator<Line> {
    for (const line of lines) {
      if (this.#lines.length === 0) yield* this.#begin(line);
      else if (opensDocument(line.bytes) && line.bytes[0] !== OPEN_BRACE && line.bytes[0]! > SPACE) {
        yield this.#take(); // the next tag: what was begun has no end
        yield* this.#begin(line);
      } else yield* this.#goOn(line);
    }
  }

  /** What was begun and has no end: the module says what is wrong with it. */
  *end(): Generator<Line> {
    if (this.#lines.length > 0) yield this.#take();
  }

  *#begin(line: Line): Generator<Line> {
    const { bytes } = line;
    if (!line.isTooLong && opensDocument(bytes)) yield* this.#goOn(line);
    else if (startsWith(bytes, DATA)) {
      this.#isStream = true;
      const start = bytes[DATA.length] === SPACE ? DATA.length + 1 : DATA.length;
      yield { ...line, bytes: bytes.subarray(start), offset: line.offset + start };
    } else if (!this.#isStreamField(bytes)) yield line;
  }

  /**
   * Whether the line belongs to an event stream and holds no event. Before its first data only `retry:` and `tag:` say
   * so.
   */
  #isStreamField(bytes: Uint8Array): boolean {
    if (bytes[0] === OPEN_BRACE) return false;
    const field = STREAM_FIELD.exec(new TextDecoder().decode(bytes.subarray(0, LONGEST_FIELD)));
    return field !== null && (this.#isStream || field[0].startsWith('retry:') || field[0].startsWith('tag:'));
  }

  *#goOn(line: Line): Generator<Line> {
    this.#lines.push(line);
    this.#bytes += line.bytes.length + 1;
    const isTooLong = line.isTooLong || this.#bytes > this.#maxBytes;
    if (isTooLong || this.#brackets.read(line.bytes) >= 0) yield this.#take(isTooLong);
  }

  /**
   * The document so far as one line: a space stands for each line's end and indentation, which no string of JSON holds.
   */
  #take(isTooLong = false): Line {
    const [first] = this.#lines;
    const last = this.#lines.at(-1)!;
    const space = Uint8Array.of(SPACE);
    const bytes = join(
      this.#lines.flatMap((line, at) => (at === 0 ? [line.bytes] : [space, withoutIndent(line.bytes)])),
    );
    this.#lines = [];
    this.#bytes = 0;
    this.#brackets = new Brackets();
    return { ...first!, bytes, end: last.end, isTooLong };
  }
}
