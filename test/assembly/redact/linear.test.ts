// Whatever a hostile minion writes, redaction takes time and memory in proportion to its size: a text that is four
// times as long takes about four times as many steps of the module. They are counted, not timed.
import { buildCounted, Counted } from '../../support/module/counted.js';
import { FAMILIES } from '../../support/module/hostile.js';
import { job, states } from '../../support/module/jobs.js';
import type { Options } from '../../../build/host/index.js';

/** How often a family's piece stands in the small event. In the large one it does four times as often. */
const SIZE = 300;
/** Steps a byte of the large event, by those of the small one; 4 is quadratic. */
const MOST = 1.5;
/** So few steps a byte are no search: what is done once for an event is a part of them. */
const FEW = 8;
/** More steps a byte than any family needs. */
const MOST_A_BYTE = 600;
/** Bytes of memory a byte. */
const MOST_MEMORY = 64;

const encoder = new TextEncoder();
let module: WebAssembly.Module;
beforeAll(() => {
  module = buildCounted();
}, 300_000);

const eventOf = (changes: unknown): Uint8Array => encoder.encode(job('state.sls', states({ a: { changes } })));

/** What is wrong with the family: null where nothing is. */
function fault(options: Options, changes: (n: number) => unknown): string | null {
  for (const preset of ['flatten', 'flatten_ecs'] as const) {
    const counted = new Counted(module, options);
    const small = eventOf(changes(SIZE));
    const large = eventOf(changes(4 * SIZE));
    counted.cost(eventOf(changes(SIZE / 2)), preset); // whatever is done once
    const one = counted.cost(small, preset);
    const four = counted.cost(large, preset);
    const aByte = four.steps / large.length;
    const times = aByte / (one.steps / small.length);
    const grown = (four.memory - one.memory) / large.length;
    if ((times > MOST && aByte > FEW) || aByte > MOST_A_BYTE || grown > MOST_MEMORY)
      return `${preset}: ${aByte.toFixed(0)} steps a byte, ${times.toFixed(2)} times the small one's; ${grown.toFixed(0)} bytes a byte`;
  }
  return null;
}

it('has more than 90 families, each once', () => {
  expect(new Set(FAMILIES.map(([name]) => name)).size).toBe(FAMILIES.length);
  expect(FAMILIES.length).toBeGreaterThan(90);
});

it.each(FAMILIES)('%s: in linear time', (_, changes) => {
  expect(fault({ redact: true, id: true }, changes)).toBeNull();
});

it.each<[string, Options['redact'], string]>([
  ['stars in names', { members: ['*a*a*a*a*b', '*a?a*b*'] }, 'a'],
  ['stars in files', { files: ['*/a*/a*/a*/b'] }, '/a'],
  ['stars in programs', { names: ['*a*a*b -k'] }, 'a'],
  ['a hundred names', { members: Array.from({ length: 100 }, (_, at) => `*a${at}*`) }, 'a1'],
  ['diffs as hashes', { diffs: 'hash' }, 'password=x '],
])('%s: in linear time', (_, redact, piece) => {
  const text = (n: number): string => piece.repeat(n);
  expect(fault({ redact: redact! }, (n) => ({ [text(n)]: text(n), diff: text(n) }))).toBeNull();
});
