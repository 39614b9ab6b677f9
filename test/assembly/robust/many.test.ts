// Changed events, as many as one wants, with the options that ship: whatever comes in, each preset gives valid JSON in
// UTF-8 or nothing, its memory stays as it is, and the next call works. FUZZ_EVENTS=6000000 and FUZZ_SEED give more and
// others.
import { readFileSync } from 'node:fs';
import { PRESETS, type Saltflat, load } from '../../../build/host/index.js';
import { Splicer } from '../../support/module/splice.js';

const COUNT = Number(process.env['FUZZ_EVENTS'] ?? 20_000);
const SEED = Number(process.env['FUZZ_SEED'] ?? 20261130);
/** A piece of the run: jest notices a hang where one does not end in its time. */
const PIECE = 250_000;

const options = readFileSync('examples/fluent-bit/saltflat.json');
const decoder = new TextDecoder('utf-8', { fatal: true });
const splicer = new Splicer(SEED);
let module: Saltflat;
/** What all calls needed so far; the largest event is as large as any. In bytes. */
let memory: number;
beforeAll(async () => {
  module = await load({ options });
  module.call('{}'.padEnd(8000));
  memory = module.memoryBytes;
});

const pieces = Array.from({ length: Math.ceil(COUNT / PIECE) }, (_, at) => Math.min(PIECE, COUNT - at * PIECE));

it.each(pieces.map((count, at) => [at * PIECE, count] as const))(
  'from event %i on, %i events: valid output, no trap, no more memory',
  (start, count) => {
    let records = 0;
    for (let at = 0; at < count; at++) {
      const event = splicer.next();
      const preset = PRESETS[at % PRESETS.length]!;
      try {
        for (const record of module.records(event, { preset })) {
          JSON.parse(decoder.decode(record));
          records++;
        }
      } catch (error) {
        throw new Error(`event ${start + at}, ${preset}: ${JSON.stringify(Buffer.from(event).toString('latin1'))}`, {
          cause: error,
        });
      }
    }
    expect(module.memoryBytes).toBe(memory);
    expect(records).toBeGreaterThan(count / 2);
  },
  600_000,
);
