// Memory: it grows to what the largest event needs and stays there; where it ends, so does the event, with a record.
import { readFile, readdir } from 'node:fs/promises';
import type { ModuleExports } from '../../../build/host/core/module.js';
import { PLAIN_PRESETS } from '../../../build/host/core/presets.js';
import { MODULE_PATH, load } from '../../../build/host/index.js';
import { callFilter, instantiateModule } from '../../../build/host/core/module.js';
import { readRoots } from '../../../build/host/core/roots.js';
import { TIME, decode, disagreement } from '../../oracle/agree.js';

const MIB = 1 << 20;
const LIMIT_BYTES = 256 * MIB;
const PAGE_BYTES = 64 * 1024;
const encoder = new TextEncoder();

const GOOD = encoder.encode(
  '{"data":{"jid":"1","id":"m","fun":"state.sls","return":{"a_|-b_|-c_|-d":{"x":"é"}}},"tag":"salt/job/1/ret/m"}',
);
const GOOD_RECORD =
  '{"x":"é","state_name":"a_|-b_|-c_|-d","state_id":"b","minion_id":"m","jid":"1","fun":"state.sls","fun_args":null,' +
  '"event_type":"state_return"}';

function text(bytes: Uint8Array | null): string | null {
  return bytes === null ? null : new TextDecoder('utf-8', { fatal: true }).decode(bytes);
}

async function bundle(): Promise<Uint8Array[]> {
  const folder = new URL('../../../examples/events/', import.meta.url);
  const files = await Promise.all((await readdir(folder)).map((name) => readFile(new URL(name, folder), 'utf8')));
  return files.flatMap((file) => file.split('\n').filter(Boolean)).map((line) => encoder.encode(line));
}

it('stays the same over 100,000 events after one of each', async () => {
  const module = await load();
  const events = [
    ...(await bundle()),
    encoder.encode('{"a":'),
    encoder.encode('{"log":"{\\"a\\":1'),
    Uint8Array.of(0xff),
  ];
  // The largest event as an escaped text too, so that every way through the module has grown what it needs.
  const texts = events
    .slice(0, 120)
    .map((event) => encoder.encode(JSON.stringify({ log: new TextDecoder().decode(event) })));
  const all = [...events, ...texts];
  for (const event of all) module.call(event);
  const before = module.memoryBytes;
  for (let count = 0; count < 100_000; count++) module.call(all[count % all.length] ?? GOOD, { time: TIME });
  expect(module.memoryBytes).toBe(before);
  expect(text(module.call(GOOD))).toBe(GOOD_RECORD);
});

it('grows to the largest event and stays there', async () => {
  const module = await load();
  const event = (bytes: number): Uint8Array =>
    encoder.encode(`{"jid":"1","id":"m","fun":"state.sls","return":{"a_|-b_|-c_|-d":{"x":"${'x'.repeat(bytes)}"}}}`);
  module.call(GOOD);
  const small = module.memoryBytes;
  expect(small).toBeLessThan(MIB);
  module.call(event(8 * MIB));
  const large = module.memoryBytes;
  expect(large).toBeGreaterThan(16 * MIB);
  expect(large).toBeLessThan(40 * MIB);
  for (let count = 0; count < 20; count++) module.call(event(8 * MIB - count));
  expect(module.memoryBytes).toBe(large);
  expect(text(module.call(GOOD))).toBe(GOOD_RECORD);
});

describe('a return of 64 MiB', () => {
  /** States of 1 KiB, with what a scanner might stumble over. */
  function states(count: number): string {
    const comment = '\\\\"{[é\\u0000 '.repeat(60).replaceAll('"', '\\"');
    const each = (index: number): string =>
      `"cmd_|-s${index}_|-s${index}_|-run":{"comment":"${comment.padEnd(960, '.')}","result":true,"__run_num__":${index}}`;
    return `{${Array.from({ length: count }, (_, index) => each(index)).join(',')}}`;
  }
  const COUNT = 62_000;
  let event: Uint8Array;
  beforeAll(() => {
    event = encoder.encode(`{"jid":"1","id":"m","fun":"state.sls","return":${states(COUNT)}}`);
  });

  it.each(PLAIN_PRESETS)('comes out whole through %s', async (preset) => {
    const module = await load();
    expect(event.length).toBeGreaterThan(64 * MIB);
    const returned = module.call(event, { preset, time: TIME });
    if (returned === null) throw new Error('nothing came out');
    const roots = [...readRoots(returned)];
    expect(roots).toHaveLength(preset === 'flatten' ? COUNT : 1);
    if (preset === 'flatten') {
      const last = roots[COUNT - 1];
      const record = JSON.parse(text(returned.subarray(last?.start, last?.end)) ?? '') as Record<string, unknown>;
      expect(record).toMatchObject({ state_id: `s${COUNT - 1}`, __run_num__: COUNT - 1, event_type: 'state_return' });
    }
    expect(module.memoryBytes).toBeLessThanOrEqual(LIMIT_BYTES);
    expect(text(module.call(GOOD))).toBe(GOOD_RECORD);
  });
});

describe('an event that memory does not hold', () => {
  const malformed = { event_type: 'malformed' };

  it('gives one malformed record, and the next event its own', async () => {
    const module = await load();
    const event = new Uint8Array(LIMIT_BYTES + 1).fill(0x20);
    event.set(GOOD);
    for (const preset of PLAIN_PRESETS) {
      const records = decode(module.call(event, { preset }), preset);
      expect(records).toEqual([expect.objectContaining(malformed)]);
      expect(text(module.call(GOOD))).toBe(GOOD_RECORD);
    }
    expect(module.memoryBytes).toBeLessThan(MIB);
  });

  it.each([
    ['whose records do not fit beside it', (body: string) => `{"a_|-b_|-c_|-d":{"x":"${body}"}}`, 200 * MIB],
    ['whose fun_return does not fit beside it', (body: string) => `["${body}"]`, 200 * MIB],
  ])('and one %s does too', async (_, value, bytes) => {
    const module = await load();
    const event = encoder.encode(`{"jid":"1","id":"m","fun":"state.sls","return":${value('x'.repeat(bytes))}}`);
    const [record, ...more] = decode(module.call(event), 'flatten');
    expect(more).toEqual([]);
    expect(record).toMatchObject(malformed);
    expect(record?.['error']).toMatch(/memory/);
    expect(module.memoryBytes).toBeLessThanOrEqual(LIMIT_BYTES);
    expect(text(module.call(GOOD))).toBe(GOOD_RECORD);
  });

  it('and many tiny members, whose table does not fit, do too', async () => {
    const module = await load();
    const event = encoder.encode(`{"jid":"1","id":"m","fun":"state.sls","return":{${'"a":1,'.repeat(10 * MIB)}"b":1}}`);
    const records = decode(module.call(event), 'flatten');
    expect(records).toEqual([expect.objectContaining(malformed)]);
    expect(text(module.call(GOOD))).toBe(GOOD_RECORD);
  });

  it('and many records that share long arguments do too', async () => {
    const module = await load();
    const args = JSON.stringify(['y'.repeat(MIB)]);
    const state = (index: number): string => `"a_|-s${index}_|-c_|-d":{}`;
    const all = Array.from({ length: 300 }, (_, index) => state(index)).join(',');
    const event = encoder.encode(`{"jid":"1","id":"m","fun":"state.sls","fun_args":${args},"return":{${all}}}`);
    expect(decode(module.call(event), 'flatten')).toEqual([expect.objectContaining(malformed)]);
    expect(text(module.call(GOOD))).toBe(GOOD_RECORD);
  });
});

describe('the raw exports', () => {
  let module: ModuleExports;
  beforeEach(async () => {
    module = await instantiateModule(new Uint8Array(await readFile(MODULE_PATH)));
  });

  it('malloc returns 0 for what passes the limit, and goes on with the next', () => {
    for (const size of [LIMIT_BYTES, LIMIT_BYTES + 1, 0x7fffffff, -1, -16, 0xfffffff0])
      expect(module.malloc(size)).toBe(0);
    expect(module.malloc(16)).toBeGreaterThan(0);
    expect(text(callFilter(module, 'flatten', GOOD, TIME))).toBe(GOOD_RECORD);
  });

  it.each([0, 1, 100, 0x7fffffff, -1])('a null pointer for a record of %i bytes gives a malformed record', (length) => {
    for (const preset of PLAIN_PRESETS) {
      const result = module[preset](0, 0, 1, 2, 0, length);
      expect(result).toBeGreaterThan(0);
      const memory = new Uint8Array(module.memory.buffer);
      const records = decode(memory.slice(result, memory.indexOf(0, result)), preset);
      expect(records).toEqual([{ event_type: 'malformed', error: expect.stringMatching(/./) as string, record: '' }]);
    }
    expect(text(callFilter(module, 'flatten', GOOD, TIME))).toBe(GOOD_RECORD);
  });

  it.each([0xffff0000, 0x7fffffff, -1])(
    'a record at address %i, outside memory, gives a malformed record',
    (address) => {
      const result = module.flatten(0, 0, 1, 2, address, 100);
      const memory = new Uint8Array(module.memory.buffer);
      const records = decode(memory.slice(result, memory.indexOf(0, result)), 'flatten');
      expect(records).toEqual([expect.objectContaining({ event_type: 'malformed' })]);
    },
  );

  it('free of 0, and of nothing that is held, does no harm', () => {
    module.free(0);
    module.free(12345);
    expect(text(callFilter(module, 'flatten', GOOD, TIME))).toBe(GOOD_RECORD);
  });

  it('a tag that the agent could not copy in changes nothing', () => {
    const record = module.malloc(GOOD.length + 1);
    new Uint8Array(module.memory.buffer).set(GOOD, record);
    const result = module.flatten(0, 99, 1, 2, record, GOOD.length);
    const memory = new Uint8Array(module.memory.buffer);
    expect(text(memory.slice(result, memory.indexOf(0, result)))).toBe(GOOD_RECORD);
  });

  it('several allocations held at once keep their content through a call', () => {
    const kept = [1, 100, 70_000, 3].map((size) => {
      const address = module.malloc(size);
      new Uint8Array(module.memory.buffer).fill(size & 0x7f, address, address + size);
      return { address, size };
    });
    for (let count = 0; count < 3; count++) {
      expect(text(callFilter(module, 'flatten', GOOD, TIME))).toBe(GOOD_RECORD);
    }
    for (const { address, size } of kept) {
      const content = new Uint8Array(module.memory.buffer, address, size);
      expect(content.every((byte) => byte === (size & 0x7f))).toBe(true);
    }
  });
});

describe('a record at the very end of memory', () => {
  /** Texts that end in the middle of everything a scanner might load a word for. */
  const ENDINGS = [
    new TextDecoder().decode(GOOD),
    ...[
      '{"a":"',
      '{"a":"\\',
      '{"a":"\\u',
      '{"a":"\\u00',
      '{"a":1',
      '{"a":-',
      '{"a":1.',
      '{"a":1e',
      '{"a":t',
      '{"a":fals',
      '{"a":nul',
    ],
    ...[
      '{',
      '{"',
      '{"a',
      '{"a"',
      '{"a":',
      '{"a":{',
      '{"a":[',
      '{"a":[1,',
      '{"log":"',
      '{"log":"{',
      '{"log":"\\u0',
      't\t{',
      't\t',
    ],
    ...[
      '{"return":{"a_|-b_|-c_|-d":{"x":',
      '{"return":{"a_|-b_|-c_|-d":{"nam',
      '{"return":{"a_|-',
      ' ',
      '',
      '\ufeff',
      '{"a":"é',
      '{"log":"{}"}',
    ],
  ];
  let bytes: Uint8Array<ArrayBuffer>;
  beforeAll(async () => {
    bytes = new Uint8Array(await readFile(MODULE_PATH));
  });

  it.each(ENDINGS)('is read without a trap: %j', async (ending) => {
    const module = await instantiateModule(bytes);
    const base = module.malloc(1);
    module.free(base);
    const text = encoder.encode(ending);
    // From a page's last byte back over the slack that the arena keeps: wherever `malloc` may put the record's end.
    for (let gap = 0; gap < 48; gap++) {
      const room = PAGE_BYTES - ((base + gap) % PAGE_BYTES);
      const record = new Uint8Array(room).fill(0x20);
      record.set(text, room - text.length);
      if (room < text.length) continue;
      const returned = callFilter(module, 'flatten', record, TIME);
      if (returned !== null) expect(() => decode(returned, 'flatten')).not.toThrow();
    }
    expect(text.length === 0 ? null : disagreementOf(module, text)).toBeNull();
  });

  function disagreementOf(module: ModuleExports, event: Uint8Array): string | null {
    const facade = { call: (input: Uint8Array) => callFilter(module, 'flatten', input, TIME) };
    return disagreement(facade, event);
  }

  it.each(ENDINGS)('and not from malloc, is read without a trap too: %j', async (ending) => {
    const text = encoder.encode(ending);
    for (let gap = 0; gap < 20; gap++) {
      const module = await instantiateModule(bytes);
      const end = module.memory.buffer.byteLength - gap;
      new Uint8Array(module.memory.buffer).set(text, end - text.length);
      const result = module.flatten(0, 0, 1, 2, end - text.length, text.length);
      const memory = new Uint8Array(module.memory.buffer);
      const returned = result === 0 ? null : memory.slice(result, memory.indexOf(0, result));
      expect(() => decode(returned, 'flatten')).not.toThrow();
    }
  });
});

describe('the returned string', () => {
  it('ends with its terminator and holds no other, whatever zeros the event has', async () => {
    const module = await load();
    const zeros = ['\\u0000', 'a\\u0000b', '\\\\u0000'];
    for (const zero of zeros) {
      const event = `{"jid":"1${zero}","id":"m${zero}","fun":"state.sls","fun_args":["${zero}"],"_stamp":"${zero}","return":{"a_|-${zero}_|-c_|-d":{"${zero}":"${zero}"},"${zero}":"${zero}"}}`;
      for (const shape of [event, JSON.stringify({ log: event }), `salt/job/1/ret/m\t${event}`]) {
        for (const preset of PLAIN_PRESETS) expect(disagreement(module, shape, preset)).toBeNull();
      }
    }
  });

  it('shows zeros and control characters of a malformed event escaped', async () => {
    const module = await load();
    const event = Uint8Array.from({ length: 3000 }, (_, index) => index % 32);
    for (const preset of PLAIN_PRESETS) expect(disagreement(module, event, preset)).toBeNull();
    expect(disagreement(module, new Uint8Array(1500))).toBeNull();
    expect(disagreement(module, new Uint8Array(1500).fill(0xff))).toBeNull();
  });
});
