// `flatten_ecs`: module and oracle agree on generated events, every field has its one type, and times are the true
// ones. A failure prints fast-check's seed and path; FUZZ_SEED and FUZZ_RUNS give others.
import fc from 'fast-check';
import { load } from '../../../../build/host/index.js';
import { ecsDisagreement, ecsTexts } from '../../../oracle/ecs-agree.js';
import { formatTime } from '../../../oracle/ecs-time.js';
import type { Options } from '../../../oracle/options.js';
import { hostileEvent, timedJob } from '../../../support/module/ecs-events.js';
import * as generate from '../../../support/module/generators.js';
import { options } from '../../../support/module/option-sets.js';
import { bulkyEvent, saltEvent } from '../../../support/module/salt-events.js';

type Event = string | Uint8Array;

/** Any options but `redact` and `max_bytes`, which the model leaves out. */
const modelled: fc.Arbitrary<Options> = options.map((given) => ({ ...given, redact: false }));

/** Options that leave nothing out and nothing as text: whether they or the depth come first is not this suite's. */
const SHALLOW: Options = {
  ...{ changes: 'json', fun_args: 'json', other_events: 'drop', only: 'all' },
  ...{ functions: {}, states: {} },
};

/** Several events: to load the module takes longer than to call it. */
function events(each: fc.Arbitrary<Event>): fc.Arbitrary<Event[]> {
  return fc.array(each, { minLength: 1, maxLength: 25, size: 'max' });
}

describe('module and oracle agree under any options', () => {
  it.each([
    ['events with any type in any member', hostileEvent, 150],
    ['events as Salt means them', saltEvent, 100],
    ['events in every shape', generate.anyEvent, 150],
    ['events with changed tokens', generate.changedEvent, 50],
    ['events with changed bytes', generate.changedBytes, 50],
    ['events with large values', bulkyEvent, 30],
    ['nesting around the limit', generate.deepEvent, 25, modelled.map((given) => ({ ...given, ...SHALLOW }))],
  ] as [string, fc.Arbitrary<Event>, number, fc.Arbitrary<Options>?][])(
    'on %s',
    async (_, event, runs, options_ = modelled) => {
      const property = fc.asyncProperty(options_, events(event), async (given, list) => {
        const module = await load({ options: given });
        for (const one of list) {
          const difference = ecsDisagreement(module, one, given);
          if (difference !== null) throw new Error(difference);
        }
      });
      await fc.assert(property, generate.parameters(runs));
    },
    120_000,
  );
});

it('every field has its type where secrets are masked', async () => {
  const event = fc.oneof(hostileEvent, saltEvent);
  const masking = options.filter(({ redact, other_events: others }) => redact !== undefined && others !== 'pass');
  const property = fc.asyncProperty(masking, events(event), async (given, list) => {
    const module = await load({ options: given });
    for (const one of list) ecsTexts(module, one);
  });
  await fc.assert(property, generate.parameters(60));
}, 120_000);

it('start and end are the true ones, whatever the zone', async () => {
  const module = await load();
  const property = fc.property(timedJob, ({ event, times, stamp }) => {
    const expected = times.map(({ start, micros }) => ({
      created: formatTime(BigInt(stamp)),
      start: formatTime(BigInt(start)),
      end: formatTime(BigInt(start + micros)),
      duration: micros * 1000,
    }));
    const found = ecsTexts(module, event).map((text) => (JSON.parse(text) as { event: object }).event);
    expect(found).toMatchObject(expected);
  });
  fc.assert(property, generate.parameters(3000));
});
