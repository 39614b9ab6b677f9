// The real returns cut short anywhere: records or a malformed record, never a trap, and the next
// good event is right.
import { load, type Saltflat } from '../../../build/host/index.js';
import { LARGE, RETURNS, SMALL, TEXTS, firstProblem, truncations } from '../../support/module/damaged.js';

const encoder = new TextEncoder();
let module: Saltflat;
beforeAll(async () => {
  module = await load();
});

it('finds the returns in the bundle', () => {
  expect(RETURNS).toHaveLength(28);
  expect(SMALL).toHaveLength(RETURNS.length - 1 + 3);
  expect(LARGE.length).toBeGreaterThan(100_000);
  expect(TEXTS.length).toBeGreaterThan(10);
});

describe.each(SMALL.map((line, index) => [index, line] as const))('the real return %i', (_, line) => {
  it('cut short anywhere is malformed', () => {
    expect(firstProblem(module, truncations(line))).toBeNull();
  });
});

describe.each(TEXTS.map((line, index) => [index, line] as const))('the real return %i in log', (_, line) => {
  it('cut short anywhere is malformed', () => {
    expect(firstProblem(module, truncations(line))).toBeNull();
  });

  it('with its text cut short anywhere is malformed, or blank', () => {
    const { log } = JSON.parse(line) as { log: string };
    const cut = Array.from({ length: log.length }, (_, length) =>
      encoder.encode(JSON.stringify({ log: log.slice(0, length) })),
    );
    expect(firstProblem(module, cut)).toBeNull();
  });
});

describe('the return of 400 states', () => {
  it('cut short at a sample of places is malformed', () => {
    const bytes = encoder.encode(LARGE);
    const cuts = Array.from({ length: 500 }, (_, index) =>
      bytes.subarray(0, Math.floor((index * bytes.length) / 500) + (index % 7)),
    );
    expect(firstProblem(module, cuts)).toBeNull();
  });
});
