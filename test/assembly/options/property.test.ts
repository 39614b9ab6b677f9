// Module and oracle agree under any options: on generated events and on the bundled real ones. A failure prints
// fast-check's seed and path; FUZZ_SEED and FUZZ_RUNS give others.
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { PLAIN_PRESETS } from '../../../build/host/core/presets.js';
import { load, type Saltflat } from '../../../build/host/index.js';
import { disagreement } from '../../oracle/agree.js';
import type { Options } from '../../oracle/options.js';
import * as generate from '../../support/module/generators.js';
import { OPTION_SETS, cuttingOptions, options } from '../../support/module/option-sets.js';
import { bulkyEvent, saltEvent } from '../../support/module/salt-events.js';

interface Loaded {
  readonly module: Saltflat;
  readonly uncut: Saltflat;
}

/** The module with these options, and with all of them but `max_bytes`. */
async function loadBoth(given: Options): Promise<Loaded> {
  const { max_bytes: limits, ...others } = given;
  const module = await load({ options: given });
  return { module, uncut: limits === undefined ? module : await load({ options: others }) };
}

const preset = fc.constantFrom(...PLAIN_PRESETS);

/** Several events: to load the module takes longer than to call it. */
function events(each: fc.Arbitrary<string | Uint8Array>): fc.Arbitrary<(string | Uint8Array)[]> {
  return fc.array(each, { minLength: 1, maxLength: 25, size: 'max' });
}

describe('module and oracle agree under any options', () => {
  it.each([
    ['events as Salt means them', saltEvent, options, 150],
    ['events in every shape', generate.anyEvent, options, 150],
    ['events with changed tokens', generate.changedEvent, options, 60],
    ['events with changed bytes', generate.changedBytes, options, 60],
    ['events with large values', bulkyEvent, cuttingOptions, 100],
    ['small events that limits leave alone', saltEvent, cuttingOptions, 40],
  ] as [string, fc.Arbitrary<string | Uint8Array>, fc.Arbitrary<Options>, number][])(
    'on %s',
    async (_, event, given, runs) => {
      const property = fc.asyncProperty(given, events(event), preset, async (each, list, through) => {
        const { module, uncut } = await loadBoth(each);
        for (const one of list) {
          const difference = disagreement(module, one, through, { options: each, uncut });
          if (difference !== null) throw new Error(difference);
        }
      });
      await fc.assert(property, generate.parameters(runs));
    },
    120_000,
  );
});

describe.each(Object.entries(OPTION_SETS))('the bundled real events with %s', (_, given) => {
  const lines = ['salt-3008.3-events', 'salt-3008.3-masterless'].flatMap((name) =>
    readFileSync(new URL(`../../../examples/events/${name}.ndjson`, import.meta.url), 'utf8')
      .split('\n')
      .filter(Boolean),
  );

  it.each(PLAIN_PRESETS)('give the records of the oracle through %s', async (through) => {
    const { module, uncut } = await loadBoth(given);
    const found = lines.map((line) => disagreement(module, line, through, { options: given, uncut }));
    expect(found.filter((each) => each !== null)).toEqual([]);
  });
});
