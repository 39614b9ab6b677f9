// Packs the static data of `build/saltflat.wasm`, as `assembly/bytes/packed.ts` has it: 859 segments of UTF-16 texts and tables become one.
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

/** How many units of UTF-16 below U+0100 begin at `p`. */
function unitsAt(memory, p) {
  let end = p;
  while (end + 1 < memory.length && memory[end] !== 0 && memory[end + 1] === 0) end += 2;
  return (end - p) / 2;
}

/** The memory as packed pieces. */
function pack(memory) {
  const packed = [];
  let done = 0;
  const add = (start, end, isText) => {
    const bytes = isText
      ? memory.subarray(start, end).filter((_, index) => index % 2 === 0)
      : memory.subarray(start, end);
    packed.push(...number(start - done), ...number(2 * bytes.length + (isText ? 1 : 0)), ...bytes);
    done = end;
  };
  const isZero = (p) => !memory[p] && !memory[p + 1];
  for (let p = 0; p < memory.length;) {
    const start = p;
    const units = unitsAt(memory, p);
    if (memory[p] === 0) p++;
    else if (units >= LEAST_TEXT) add(start, (p += 2 * units), true);
    else {
      do p++;
      while (p < memory.length && !isZero(p) && unitsAt(memory, p) < LEAST_TEXT);
      add(start, p, false);
    }
  }
  return Buffer.from([...packed, 0, 0]);
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
