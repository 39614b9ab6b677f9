// One file a situation: test/fixtures/NAME.json and the records expected of it. UPDATE_GOLDEN=1 writes those anew.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { PLAIN_PRESETS } from '../../build/host/core/presets.js';
import { load, type Saltflat } from '../../build/host/index.js';
import { TIME, disagreement } from '../oracle/agree.js';

const FOLDER = new URL('../fixtures/', import.meta.url);
const ARTICLE = 'article-2015-record.json'; // a record, not an event
const NAMES = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.json') && name !== ARTICLE)
  .map((name) => name.slice(0, -'.json'.length));

let module: Saltflat;
beforeAll(async () => {
  module = await load();
});

function read(name: string): string {
  return readFileSync(new URL(name, FOLDER), 'utf8');
}

/** An event's records, one a line, byte for byte. */
function recordsOf(name: string): string {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const records = module.records(read(`${name}.json`).trimEnd(), { time: TIME });
  return records.map((record) => `${decoder.decode(record)}\n`).join('');
}

describe.each(NAMES)('the event %s', (name) => {
  it('has the records of its golden file', () => {
    const records = recordsOf(name);
    const file = `${name}.expected.ndjson`;
    if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(new URL(file, FOLDER), records);
    expect(records).toBe(read(file));
  });

  it.each(PLAIN_PRESETS)('has those of the oracle through %s', (preset) => {
    expect(disagreement(module, read(`${name}.json`), preset)).toBeNull();
  });
});

it('has an event for every golden file, and the other way round', () => {
  const golden = readdirSync(FOLDER).filter((name) => name.endsWith('.expected.ndjson'));
  expect(golden.map((name) => name.slice(0, -'.expected.ndjson'.length)).sort()).toEqual([...NAMES].sort());
});

describe("the article's record", () => {
  it('comes out exactly, event_type and _stamp aside', () => {
    const records = module.flatten(read('article-2015.json'));
    expect(records).toHaveLength(1);
    const { event_type: type, _stamp: stamp, ...record } = { ...records[0] };
    expect(record).toEqual(JSON.parse(read(ARTICLE)));
    expect(type).toBe('state_return');
    expect(stamp).toBe('2015-12-09T19:30:37.812345');
  });

  it('keeps the bytes of its numbers', () => {
    expect(recordsOf('article-2015')).toContain('"duration": 199.0');
  });
});
