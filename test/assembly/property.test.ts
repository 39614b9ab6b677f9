// Module and oracle agree on generated events. A failure prints fast-check's seed and path; FUZZ_SEED and FUZZ_RUNS
// give others.
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { PLAIN_PRESETS } from '../../build/host/core/presets.js';
import { load, type Preset, type Saltflat } from '../../build/host/index.js';
import { disagreement } from '../oracle/agree.js';
import * as generate from '../support/module/generators.js';

let module: Saltflat;
beforeAll(async () => {
  module = await load();
});

/** Fails with the difference where module and oracle see an event differently. */
function agree(event: string | Uint8Array, preset: Preset = 'flatten'): void {
  const difference = disagreement(module, event, preset);
  if (difference !== null) throw new Error(difference);
}

const preset = fc.constantFrom(...PLAIN_PRESETS);

/** The real returns at the master that are not long. */
const real = fc.constantFrom(
  ...readFileSync(new URL('../../examples/events/salt-3008.3-events.ndjson', import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line.includes('/ret') && line.length < 4096),
);

describe('module and oracle agree', () => {
  it.each([
    ['events in every shape', generate.anyEvent, 6000],
    ['events with tokens missing, doubled, exchanged or replaced', generate.changedEvent, 6000],
    ['texts in log with changed tokens', generate.changedText, 3000],
    ['events with a piece put into a string', generate.changedString, 4000],
    ['events with changed bytes', generate.changedBytes, 6000],
    [
      'real returns with changed tokens',
      fc.tuple(real, generate.tokenChanges).map(([text, changes]) => generate.changeTokens(text, changes)),
      1000,
    ],
    ['names that begin alike', generate.alikeNames, 1500],
    ['nesting around the limit', generate.deepEvent, 600],
    ['any JSON value as the root', generate.anyValue, 1000],
    ['any text', fc.string({ unit: 'binary', maxLength: 40 }), 1000],
    ['any bytes', fc.uint8Array({ maxLength: 40 }), 1000],
  ] as [string, fc.Arbitrary<string | Uint8Array>, number][])('on %s', (_, arbitrary, runs) => {
    fc.assert(fc.property(arbitrary, preset, agree), generate.parameters(runs));
  });
});

it('members leave byte for byte', () => {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const property = fc.property(generate.exactState, ({ event, record }) => {
    expect(module.records(event).map((each) => decoder.decode(each))).toEqual([record]);
  });
  fc.assert(property, generate.parameters(3000));
});
