// Secrets planted everywhere in the bundled real events: with `redact` none of them is left in any record. FUZZ_SEED
// gives other ones.
import { readFileSync } from 'node:fs';
import { PRESETS, type Preset, type Saltflat, load } from '../../../build/host/index.js';
import type { Options } from '../../oracle/options.js';
import { parameters } from '../../support/module/generators.js';
import { KINDS, Planter, escapedJson, kindsIn } from '../../support/module/planted.js';

const ALL: Options = {
  ...{ returns: 'all', returns_ignore: [], other_events: 'pass', summary: true, trace: true },
  job_members: ['user', 'arg', 'tgt', 'notes', 'metadata', 'out', 'success', 'retcode'],
};
const OPTION_SETS: Readonly<Record<string, Options>> = {
  'redact alone': {},
  'all that gives more records': ALL,
  'text for changes and fun_args': { ...ALL, changes: 'text', fun_args: 'text' },
  'short members': { ...ALL, max_bytes: { member: 400, record: 8192 } },
  'hashed diffs': { ...ALL, redact: { diffs: 'hash' } },
};
const { seed } = parameters(1);
const TRUNCATION_STEP = 37;

const decoder = new TextDecoder('utf-8', { fatal: true });
const lines = ['salt-3008.3-events', 'salt-3008.3-masterless'].flatMap((name) =>
  readFileSync(new URL(`../../../examples/events/${name}.ndjson`, import.meta.url), 'utf8')
    .split('\n')
    .filter(Boolean),
);

/** What comes out of a call, as text that was checked to be JSON. */
function output(module: Saltflat, event: string, preset: Preset): string {
  return module
    .records(event, { preset })
    .map((record) => {
      const text = decoder.decode(record);
      JSON.parse(text);
      return text;
    })
    .join('\n');
}

/** An event in the shapes in which it may reach the module. */
function shapesOf(planted: unknown): string[] {
  const text = JSON.stringify(planted);
  return [text, escapedJson(planted), JSON.stringify({ log: text })];
}

/** An event as the text that `salt-run state.event` prints; none where it has no tag. */
function printed(planted: unknown): string[] {
  const { tag, data } = planted as { tag?: string; data?: unknown };
  return tag === undefined ? [] : [JSON.stringify({ message: `${tag}\t${JSON.stringify(data)}` })];
}

let returns: unknown[];
let others: unknown[];
beforeAll(async () => {
  const module = await load({ options: { returns: 'all', returns_ignore: [] } });
  const events = lines.map((line) => JSON.parse(line) as unknown);
  returns = events.filter((_, index) => module.call(lines[index] ?? '') !== null);
  // Of the others there are many of a kind.
  others = events.filter((_, index) => module.call(lines[index] ?? '') === null).filter((_, index) => index % 7 === 0);
});

it('this test would find secrets: without redact there are some of every kind, in every preset', async () => {
  const module = await load({ options: ALL });
  for (const preset of PRESETS) {
    const kinds = new Set<number>();
    const planter = new Planter(seed);
    for (const event of returns) {
      const text = output(module, JSON.stringify(planter.plant(event, false)), preset);
      expect(text).toContain('"event_type":');
      for (const kind of kindsIn(text)) kinds.add(kind);
    }
    expect([...kinds].sort((a, b) => a - b)).toEqual(Array.from({ length: KINDS }, (_, kind) => kind));
  }
});

describe.each(Object.entries(OPTION_SETS))('with %s', (_, given) => {
  const options: Options = { redact: true, ...given };
  let module: Saltflat;
  let plain: Saltflat;
  beforeAll(async () => {
    module = await load({ options });
    plain = await load({ options: { ...options, redact: false } });
  });

  it.each(PRESETS)('no secret in a job return is left through %s, and no record is missing', (preset) => {
    const planter = new Planter(seed);
    for (const event of returns) {
      const planted = planter.plant(event, false);
      for (const text of [...shapesOf(planted), ...printed(planted)]) {
        const left = output(module, text, preset);
        expect(left).not.toContain('"malformed"');
        expect(left.split('\n')).toHaveLength(output(plain, text, preset).split('\n').length);
        if (kindsIn(left).size > 0) throw new Error(`${left}\nof ${text}`);
      }
    }
  });

  it.each(PRESETS)('no secret in another event, or in what says what it is, is left through %s', (preset) => {
    const planter = new Planter(seed);
    for (const event of [...others, ...returns]) {
      for (const text of shapesOf(planter.plant(event, true))) {
        const left = output(module, text, preset);
        expect(left).not.toContain('"malformed"');
        if (kindsIn(left).size > 0) throw new Error(`${left}\nof ${text}`);
      }
    }
  });
});

it.each(PRESETS)('no secret is left of an event that stops short, as JSON or as text, through %s', async (preset) => {
  const module = await load({ options: { ...ALL, redact: true } });
  const planter = new Planter(seed);
  let calls = 0;
  for (const event of [...returns, ...others].filter((_, index) => index % 3 === 0)) {
    const text = JSON.stringify(planter.plant(event, false));
    for (let end = seed % TRUNCATION_STEP; end < Math.min(text.length, 20_000); end += TRUNCATION_STEP) {
      const start = text.slice(0, end);
      for (const cut of [start, JSON.stringify({ log: start })]) {
        const left = output(module, cut, preset);
        calls++;
        if (kindsIn(left).size > 0) throw new Error(`${left}\nof ${cut}`);
      }
    }
  }
  expect(calls).toBeGreaterThan(1000);
});
