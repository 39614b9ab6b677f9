// Packs the static data of `build/saltflat.wasm`, as `assembly/bytes/packed.ts` has it: 859 segments of UTF-16 texts
// and tables become one.
import { Buffer } from 'node:buffer';
import { readFileSync, writeFileSync } from 'node:fs';
import { URL } from 'node:url';

const PATH = new URL('../build/saltflat.wasm', import.meta.url);
const DATA = 11;
const DATA_COUNT = 12;
/** What the row is found by that says where the packed data lie. */
const MARK = Buffer.from([0xf3, ...Buffer.from('packed'), 0xf5]);
/** Shorter texts are no shorter when they are packed. */
const LEAST_TEXT = 3;
/** The kinds of pieces. */
const Kind = { BYTES: 0, TEXT: 1, STRING: 2, ZEROS: 3 };
/**
 * Of a string as asc lays it down: its block's size, two words of no use here, its class, how many bytes its text has.
 */
const HEADER_BYTES = 20;
/** The class of strings. */
const STRING = 2;

/** A number as LEB128. */
function number(value) {
  const bytes = [];
  for (; value > 127; value >>>= 7) bytes.push((value & 127) | 128);
  return [...bytes, value];
}

/** Reads LEB128 numbers and bytes, one behind the other. */
class Reader {
  at = 0;
  constructor(bytes) {
    this.bytes = bytes;
  }
  get isAtEnd() {
    return this.at === this.bytes.length;
  }
  number(isSigned = false) {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.bytes[this.at++];
      value |= (byte & 127) << shift;
      if (byte < 128) return isSigned && byte & 64 && shift < 28 ? value | (-1 << (shift + 7)) : value;
    }
  }
  take(length) {
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }
}

/** The sections of a module, in order: number and content. */
function sectionsOf(bytes) {
  const reader = new Reader(bytes);
  reader.take(8);
  const sections = [];
  while (!reader.isAtEnd) sections.push({ id: reader.number(), content: reader.take(reader.number()) });
  return sections;
}

/** The segments of the data section, in the order of their addresses. */
function segmentsOf(content) {
  const reader = new Reader(content);
  return Array.from({ length: reader.number() }, () => {
    const [kind, opcode] = reader.take(2);
    const start = reader.number(true);
    const [end] = reader.take(1);
    if (kind !== 0 || opcode !== 0x41 || end !== 0x0b)
      throw new Error('pack.mjs: a segment whose address is no constant');
    return { start, bytes: reader.take(reader.number()) };
  }).sort((a, b) => a.start - b.start);
}

/** How many units of UTF-16 below U+0100, none of them zero, begin at `p`. */
function unitsAt(memory, p) {
  let end = p;
  while (end + 1 < memory.length && memory[end] !== 0 && memory[end + 1] === 0) end += 2;
  return (end - p) / 2;
}

const alignUp = (value) => (value + 15) & ~15;

/** How long the string is whose header begins at `p` as asc lays it down; 0 where there is none. */
function stringAt(memory, p) {
  if (p % 16 !== 12 || p + HEADER_BYTES > memory.length) return 0;
  const [size, , , type, textBytes] = Array.from({ length: 5 }, (_, index) => memory.readUInt32LE(p + 4 * index));
  const isString = type === STRING && textBytes > 0 && size === alignUp(HEADER_BYTES + textBytes) - 4;
  return isString && 2 * unitsAt(memory, p + HEADER_BYTES) === textBytes ? textBytes / 2 : 0;
}

/** The memory as packed pieces. */
function pack(memory) {
  const packed = [];
  let done = 0;
  /** `step`: of so many bytes the first is kept. */
  const add = (kind, start, end, step = 1) => {
    const bytes = memory.subarray(start, end).filter((_, index) => index % step === 0);
    packed.push(...number(4 * bytes.length + kind), ...bytes);
    done = end;
  };
  const skipTo = (start) => {
    if (start > done) packed.push(...number(4 * (start - done) + Kind.ZEROS));
    done = start;
  };
  const isZero = (p) => !memory[p] && !memory[p + 1];
  const isText = (p) => stringAt(memory, p) > 0 || unitsAt(memory, p) >= LEAST_TEXT;
  for (let p = 0; p < memory.length;) {
    const length = stringAt(memory, p);
    const units = unitsAt(memory, p);
    if (length > 0) {
      if (p !== (((done + 3) & ~15) | 12)) skipTo(p);
      p += HEADER_BYTES;
      add(Kind.STRING, p, (p += 2 * length), 2);
    } else if (memory[p] === 0) p++;
    else {
      skipTo(p);
      const start = p;
      if (units >= LEAST_TEXT) add(Kind.TEXT, start, (p += 2 * units), 2);
      else {
        do p++;
        while (p < memory.length && !isZero(p) && !isText(p));
        add(Kind.BYTES, start, p);
      }
    }
  }
  return Buffer.from([...packed, 0]);
}

/** The address of the largest room between two segments, where there are `length` zeros. */
function roomFor(segments, length) {
  const ends = segments.map(({ start, bytes }) => start + bytes.length);
  const room = (index) => (segments[index + 1]?.start ?? 0) - ends[index];
  const largest = [...ends.keys()].reduce((best, index) => (room(index) > room(best) ? index : best), 0);
  if (room(largest) < length) throw new Error(`pack.mjs: no room of ${length} bytes between two segments`);
  return ends[largest];
}

function segment(start, bytes) {
  const address = [];
  let rest = start;
  for (; rest > 63; rest >>= 7) address.push((rest & 127) | 128);
  return Buffer.from([0, 0x41, ...address, rest, 0x0b, ...number(bytes.length), ...bytes]);
}

const bytes = readFileSync(PATH);
const sections = sectionsOf(bytes);
const data = sections.find(({ id }) => id === DATA);
const segments = segmentsOf(data.content);
const last = segments.at(-1);
const memory = Buffer.alloc(last.start + last.bytes.length);
for (const { start, bytes } of segments) bytes.copy(memory, start);
const row = memory.indexOf(MARK);
if (row < 0) throw new Error('pack.mjs: the module has no row for packed data, or is packed');
memory.fill(0, row, row + MARK.length);
const packed = pack(memory);
const start = roomFor(segments, packed.length);
const address = Buffer.alloc(4);
address.writeUInt32LE(start);
const packedSegments = [segment(start, packed), segment(row + MARK.length, address)];
data.content = Buffer.concat([Buffer.from([packedSegments.length]), ...packedSegments]);
const count = sections.find(({ id }) => id === DATA_COUNT);
if (count) count.content = Buffer.from([packedSegments.length]);
writeFileSync(
  PATH,
  Buffer.concat([
    bytes.subarray(0, 8),
    ...sections.flatMap(({ id, content }) => [Buffer.from([id, ...number(content.length)]), content]),
  ]),
);
