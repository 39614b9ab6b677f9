// Small events by the million: real ones in which values and members are exchanged for other ones, and bytes for other
// bytes. What `Mutator` does by JSON.parse is done here by spans of bytes, in a twentieth of the time.
import { readFileSync, readdirSync } from 'node:fs';
import { createRandom } from '../random.js';
import { FAMILIES } from './hostile.js';

const FOLDERS = ['test/fixtures', 'examples/events'];
/** The events that are changed have so many bytes, and after it no more than twice as many. */
const SHORTEST = 200;
const LONGEST = 2000;

/** What takes the place of a value or a member, beside the others of real events. */
// prettier-ignore
const PIECES = [
  'null', 'true', '-0', '1e999', 'NaN', '""', '{}', '[]', '[[{}]]', '{"":{}}', '"\\ud800"', '"\\u0000"', '"VALUE_TRIMMED"', '{"a":1,"a":2}',
  '"password":"x"', '"name":"DB_PASSWORD","value":"x"', '["--token","x"]', '{"a_|-b_|-c_|-d":{"result":false,"changes":{"pw":"x"}}}',
  '"diff":"+password: x"', '"fun":["a","b"]', '"id":1', '"jid":null', '"return":{}', '"tag":"salt/job/1/ret/m"', '"log":"{}"',
  '"__run_num__":1e9', '"duration":"1 ms"', '"start_time":"25:61:00"', '"requisites":{}', '"\\u0070assword":1', '{"password":{"a":[1]}}',
];

/** Bytes that stand between tokens, or break them. */
// prettier-ignore
const BYTES = [
  0x00, 0x09, 0x0a, 0x20, 0x22, 0x27, 0x2c, 0x2d, 0x3a, 0x3d, 0x40, 0x5b, 0x5c, 0x5d, 0x75, 0x7b, 0x7d, 0x7f,
  0x80, 0xc3, 0xed, 0xff,
];

type Span = readonly [start: number, end: number];
interface Base {
  readonly bytes: Buffer;
  /** Values, members (`"name":value`) and items, and spans in strings. */
  readonly spans: readonly Span[];
}

/** The spans of all values and members of a text that is nearly JSON. */
function spansIn(text: string): Span[] {
  const spans: Span[] = [];
  const open: number[] = [];
  const token = /"(?:[^"\\]|\\.)*"|[{}[\]]|[^\s,:{}[\]"]+/g;
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    const [found] = match;
    const end = match.index + found.length;
    if (found === '{' || found === '[') open.push(match.index);
    else if (found === '}' || found === ']') spans.push([open.pop() ?? match.index, end]);
    else spans.push([match.index, end]);
    const member = /^"(?:[^"\\]|\\.)*"\s*:\s*("(?:[^"\\]|\\.)*"|[^\s,{}[\]]+)/.exec(
      text.slice(match.index, match.index + 400),
    );
    if (member !== null) spans.push([match.index, match.index + member[0].length]);
  }
  return spans;
}

function bases(): Base[] {
  const lines = FOLDERS.flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => /\.(nd)?json$/.test(name))
      .flatMap((name) => readFileSync(`${folder}/${name}`, 'latin1').split('\n')),
  ).filter(({ length }) => length >= SHORTEST && length <= LONGEST);
  // A tenth of the events of the bundle are returns; here half of what is changed.
  const returns = lines.filter((line) => line.includes('"return"'));
  const others = lines.filter((line) => !line.includes('"return"')).slice(-returns.length);
  return [...returns, ...others].map((line) => ({ bytes: Buffer.from(line, 'latin1'), spans: spansIn(line) }));
}

/** Makes events; the same seed gives the same. */
export class Splicer {
  readonly #bases = bases();
  readonly #pieces: readonly Buffer[];
  readonly #event = Buffer.alloc(2 * LONGEST);
  readonly #other = Buffer.alloc(2 * LONGEST);
  /** An integer from 0, smaller than what is named. */
  readonly #below: (bound: number) => number;

  constructor(seed: number) {
    this.#below = createRandom(seed);
    const hostile = FAMILIES.map(([, changes]) => JSON.stringify(changes(5))).filter(({ length }) => length < 400);
    const texts = hostile.flatMap((changes) => [changes, changes.slice(1, -1)]);
    this.#pieces = [...PIECES, ...texts].map((piece) => Buffer.from(piece));
  }

  /** The next event. Its bytes are those of the next one, too. */
  next(): Uint8Array {
    const base = this.#of(this.#bases);
    let length = base.bytes.copy(this.#event);
    const kind = this.#below(4);
    // Spans are those of the base: from its end on, so that those before it stay where they are.
    if (kind > 0) {
      const count = 1 + this.#below(3);
      const spans = Array.from({ length: count }, () => this.#of(base.spans)).sort(([one], [other]) => other - one);
      for (const [start, end] of spans) length = this.#splice(length, start, Math.min(end, length), this.#piece());
    }
    if (kind < 2) for (let left = 1 + this.#below(4); left > 0; left--) length = this.#inBytes(length);
    return this.#event.subarray(0, length);
  }

  #piece(): Buffer {
    if (this.#below(3) > 0) return this.#of(this.#pieces);
    const { bytes, spans } = this.#of(this.#bases);
    const [start, end] = this.#of(spans);
    return bytes.subarray(start, Math.min(end, start + 600));
  }

  /** Puts the piece in the place of `[start, end)`; returns the event's length. */
  #splice(length: number, start: number, end: number, piece: Uint8Array): number {
    if (start > end || length - (end - start) + piece.length > this.#event.length) return length;
    const rest = this.#event.copy(this.#other, 0, end, length);
    this.#event.set(piece, start);
    this.#other.copy(this.#event, start + piece.length, 0, rest);
    return start + piece.length + rest;
  }

  #inBytes(length: number): number {
    const at = this.#below(length + 1);
    const end = Math.min(length, at + this.#below(20));
    switch (this.#below(5)) {
      case 0:
        return this.#splice(length, at, Math.min(length, at + 1), Uint8Array.of(this.#of(BYTES)));
      case 1:
        return this.#splice(length, at, at, Uint8Array.of(this.#below(256)));
      case 2:
        return this.#splice(length, at, end, Buffer.alloc(0));
      case 3:
        return this.#splice(length, at, at, Buffer.from(this.#event.subarray(at, end)));
      default:
        return this.#below(20) === 0
          ? at
          : this.#splice(length, at, Math.min(length, at + 1), Uint8Array.of(this.#of(BYTES)));
    }
  }

  #of<T>(items: readonly T[]): T {
    return items[this.#below(items.length)]!;
  }
}
