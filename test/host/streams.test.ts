// Streams of Node and of the web: what the command line gives for a file, they give for its chunks, however it is cut.
import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import fc from 'fast-check';
import type { ModuleExports } from '../../build/host/core/module.js';
import { Saltflat } from '../../build/host/core/saltflat.js';
import {
  type Preset,
  type StreamCounts,
  type StreamOptions,
  load,
  nodeStream,
  webStream,
} from '../../build/host/index.js';
import { FIXTURE, eventLine, records, run, state } from '../support/command.js';
import { parameters } from '../support/module/generators.js';

type Chunk = string | Uint8Array;
interface Outcome {
  readonly outputs: unknown[];
  readonly counts: Readonly<StreamCounts>;
}

const saltflat = await load();

async function throughNode(chunks: Iterable<Chunk>, options: StreamOptions = {}, by = saltflat): Promise<Outcome> {
  const stream = nodeStream(by, options);
  const outputs: unknown[] = [];
  await pipeline(Readable.from(chunks), stream, async (source: AsyncIterable<unknown>) => {
    for await (const output of source) outputs.push(output);
  });
  return { outputs, counts: stream.counts };
}

async function throughWeb(chunks: Iterable<Chunk>, options: StreamOptions = {}, by = saltflat): Promise<Outcome> {
  const stream = webStream(by, options);
  const outputs: unknown[] = [];
  const sink = new WritableStream<unknown>({ write: (output) => void outputs.push(output) });
  const iterator = chunks[Symbol.iterator]();
  const source = new ReadableStream<Chunk>({
    pull(controller) {
      const next = iterator.next();
      if (next.done === true) controller.close();
      else controller.enqueue(next.value);
    },
  });
  await source.pipeThrough(stream).pipeTo(sink);
  return { outputs, counts: stream.counts };
}

function* cut(bytes: Uint8Array, size: number): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const textOf = ({ outputs }: Outcome): string => Buffer.concat(outputs as Uint8Array[]).toString();

/**
 * Ends of lines of both kinds, a byte order mark, blank lines, broken lines, characters of every length, no end at the
 * end.
 */
const MIXED = Buffer.from(
  [
    `\ufeff${eventLine('1', [state({ comment: 'ä € 😀' }), state({ result: false })])}\r\n`,
    ' \t\r\n\n{"broken": \u00e4\n',
    '{"tag":"salt/auth","data":{}}\n',
    eventLine('2', [state({ changes: { new: '設定' } })]),
  ].join(''),
);

describe.each([
  ['Node', throughNode],
  ['the web', throughWeb],
])('a stream of %s', (_, through) => {
  it.each(['flatten', 'flatten_array', 'flatten_ecs'] satisfies Preset[])(
    'gives what `saltflat replay --preset %s` gives, byte for byte',
    async (preset) => {
      const input = Buffer.concat([readFileSync(FIXTURE), MIXED]);
      const { stdout } = await run(['replay', '-q', '--preset', preset, '-'], input);
      const chunks = [...cut(input, 65_536)];
      const lines = await through(chunks, { preset, format: 'ndjson', file: '-' });
      expect(textOf(lines)).toBe(stdout);
      const { outputs, counts } = await through(chunks, { preset, file: '-' });
      expect(outputs).toEqual(records(stdout));
      expect(counts).toEqual(lines.counts);
      expect(counts).toMatchObject({ events: 683, records: 480, malformed: 1, failed: 58 });
    },
  );

  it.each([1, 2, 3, 7])(
    'gives the same from chunks of %i bytes, cut inside characters and ends of lines',
    async (size) => {
      const whole = await through([MIXED]);
      expect(whole.outputs).toHaveLength(4);
      expect(await through(cut(MIXED, size))).toEqual(whole);
    },
  );

  it('gives the same from text, cut inside characters too, and from text and bytes in turn', async () => {
    const whole = await through([MIXED]);
    const text = MIXED.toString();
    expect(await through(text.split(''))).toEqual(whole);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(text.length), { maxLength: 6 }),
        fc.array(fc.boolean()),
        async (places, kinds) => {
          const bounds = [0, ...places.sort((a, b) => a - b), text.length];
          const chunks = bounds.slice(1).map((end, at) => {
            const part = text.slice(bounds[at], end);
            return kinds[at] === true && !/\p{Surrogate}/u.test(part) ? Buffer.from(part) : part;
          });
          expect(await through(chunks)).toEqual(whole);
        },
      ),
      parameters(50),
    );
  });

  it('makes U+FFFD of half a character that the other half does not follow', async () => {
    const line = eventLine('1', [state({ comment: '<>' })]);
    const at = line.indexOf('<') + 1;
    const { outputs } = await through([`${line.slice(0, at)}\ud83d`, Buffer.from(line.slice(at))]);
    expect(outputs).toMatchObject([{ comment: '<\ufffd>' }]);
  });

  it('gives nothing for nothing', async () => {
    for (const chunks of [[], [''], [new Uint8Array(0)], ['\n \r\n']])
      expect(await through(chunks)).toMatchObject({ outputs: [], counts: { events: 0, records: 0 } });
  });

  it('takes a line of 10 MB in many chunks', async () => {
    const comment = 'é'.repeat(5 * 1024 * 1024);
    const { outputs, counts } = await through(cut(Buffer.from(eventLine('1', [state({ comment })])), 65_521));
    expect(counts).toMatchObject({ events: 1, records: 1, malformed: 0 });
    expect((outputs[0] as { comment: string }).comment === comment).toBe(true);
  });

  it('gives the place of what is malformed, and goes on', async () => {
    const chunks = [`${eventLine('1', [state()])}\n`, '{"a"\n', eventLine('2', [state()])];
    const [, bare] = (await through(chunks)).outputs;
    expect(bare).toMatchObject({ event_type: 'malformed', line: 2, byte: chunks[0]!.length });
    expect(bare).not.toHaveProperty('file');
    const { outputs, counts } = await through(chunks, { file: 'events "1".ndjson' });
    expect(outputs[1]).toMatchObject({ file: 'events "1".ndjson', line: 2 });
    expect([outputs.length, counts.malformed, counts.records]).toEqual([3, 1, 3]);
    const [, ecs] = (await through(chunks, { preset: 'flatten_ecs' })).outputs;
    expect(ecs).toMatchObject({ log: { file: { line: 2 }, offset: chunks[0]!.length } });
  });

  it('flattens as the options of the instance say, and counts so', async () => {
    const options = { only: 'changed', changes: 'text', id: true };
    const by = await load({ options: new TextEncoder().encode(`\n${JSON.stringify(options)}`) });
    const { outputs, counts } = await through([MIXED], {}, by);
    expect(outputs).toMatchObject([
      { event_type: 'malformed' },
      { changes: '{"new":"設定"}', event_id: expect.any(String) },
    ]);
    expect(counts).toMatchObject({ changed: 1, unchanged: 0 });
  });

  it('fails with the error of a damaged module', async () => {
    const trap = (): never => {
      throw new WebAssembly.RuntimeError('unreachable');
    };
    const damaged = {
      flatten: trap,
      malloc: () => 0,
      free: () => undefined,
      places: () => 0,
    } as unknown as ModuleExports;
    await expect(through([MIXED], {}, new Saltflat(damaged))).rejects.toThrow(WebAssembly.RuntimeError);
  });

  it('fails with the error of its source', async () => {
    function* failing(): Generator<string> {
      yield eventLine('1', [state()]);
      throw new RangeError('no more');
    }
    await expect(through(failing())).rejects.toThrow('no more');
  });

  it('refuses formats that there are not', async () => {
    await expect(through([], { format: 'json' as 'ndjson' })).rejects.toThrow(
      /format: expected one of records, ndjson, not json/,
    );
  });
});

/** Lets everything happen that need not wait for more. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

const MANY = `${eventLine(
  '1',
  Array.from({ length: 1000 }, () => state()),
)}\n`;

describe('a stream of Node', () => {
  it('waits for its reader within a chunk', async () => {
    const stream = nodeStream(saltflat);
    stream.end(MANY);
    await turn();
    expect(stream.readableLength).toBe(stream.readableHighWaterMark);
    expect(await stream.toArray()).toHaveLength(1000);
  });

  it('does not look at a chunk again that was taken', async () => {
    const stream = nodeStream(saltflat);
    const line = Buffer.from(`${eventLine('1', [state()])}\n`);
    const shared = Buffer.alloc(10);
    const outputs = stream.toArray();
    for (const piece of cut(line, shared.length)) {
      shared.fill(' ').set(piece);
      await new Promise<void>((resolve) => void stream.write(shared.subarray(0, piece.length), () => resolve()));
    }
    stream.end();
    expect(await outputs).toMatchObject([{ comment: 'Success!' }]);
  });

  it('takes text in the encodings of Node', async () => {
    const stream = nodeStream(saltflat);
    stream.end(Buffer.from(eventLine('1', [state()])).toString('base64'), 'base64');
    expect(await stream.toArray()).toHaveLength(1);
  });

  it('is closed by a reader that has seen enough', async () => {
    const stream = nodeStream(saltflat);
    stream.end(MANY);
    for await (const record of stream) {
      expect(record).toMatchObject({ jid: '1' });
      break;
    }
    expect(stream.destroyed).toBe(true);
  });
});

describe('a stream of the web', () => {
  it('takes nothing that its reader does not ask for', async () => {
    const stream = webStream(saltflat);
    const writer = stream.writable.getWriter();
    const written = writer.write(MANY);
    await turn();
    expect(stream.counts.events).toBe(0);
    const reader = stream.readable.getReader();
    expect(await reader.read()).toMatchObject({ done: false, value: { jid: '1' } });
    await written;
    expect(stream.counts.records).toBe(1000);
    await reader.cancel();
  });
});

it('several streams share an instance', async () => {
  const [a, b] = await Promise.all([throughNode(cut(MIXED, 5)), throughWeb(cut(MIXED, 3))]);
  expect(a.outputs).toHaveLength(4);
  expect(b).toEqual(a);
});
