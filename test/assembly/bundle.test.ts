// The bundled real events, through every input shape and both presets.
import { readFileSync } from 'node:fs';
import { PLAIN_PRESETS } from '../../build/host/core/presets.js';
import { load, type Saltflat } from '../../build/host/index.js';
import { disagreement } from '../oracle/agree.js';
import { oracle } from '../oracle/oracle.js';

function lines(name: string): string[] {
  const path = new URL(`../../examples/events/${name}.ndjson`, import.meta.url);
  return readFileSync(path, 'utf8').split('\n').filter(Boolean);
}

interface Envelope {
  readonly tag: string;
  readonly data: Record<string, unknown>;
}

const MASTER = lines('salt-3008.3-events');
const MASTERLESS = lines('salt-3008.3-masterless');

/** The text of `data` in a line of `rawfile_json`, which writes `{"data": …, "tag": …}`. */
function dataText(line: string): string {
  return line.slice('{"data": '.length, line.lastIndexOf(', "tag": "'));
}

/** An envelope's text in each shape of the contract's section 1. */
const SHAPES: Record<string, (line: string) => string> = {
  'as the event file holds it': (line) => line,
  'with the tag before the data': (line) =>
    `{"tag":${JSON.stringify((JSON.parse(line) as Envelope).tag)},"data":${dataText(line)}}`,
  'as D alone (http_logstash)': (line) => dataText(line),
  'as D among members of the logstash engine': (line) =>
    `{"message":${JSON.stringify((JSON.parse(line) as Envelope).tag)},"host":"m","@timestamp":"2026-01-01T00:00:00.000Z","@version":1,"tags":["salt"],${dataText(line).slice(1)}`,
  'as a line in log': (line) => JSON.stringify({ log: `${line}\n` }),
  'as a line in message': (line) => JSON.stringify({ file: '/var/log/salt/events', message: line, host: 'm' }),
  'as D in log': (line) => JSON.stringify({ log: dataText(line) }),
  'as TAG<TAB>D in log': (line) => JSON.stringify({ log: `${(JSON.parse(line) as Envelope).tag}\t${dataText(line)}` }),
  'as TAG<TAB>D in message': (line) =>
    JSON.stringify({ message: `${(JSON.parse(line) as Envelope).tag}\t${dataText(line)}\n` }),
  'as TAG<TAB>D itself': (line) => `${(JSON.parse(line) as Envelope).tag}\t${dataText(line)}`,
  'written without spaces': (line) => JSON.stringify(JSON.parse(line)),
  'written over many lines': (line) => JSON.stringify(JSON.parse(line), null, '\t').replaceAll('\n', '\r\n'),
  'with every character beyond ASCII escaped': (line) =>
    line.replace(/[\u0080-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`),
  'with escaped characters as they are, in log': (line) => JSON.stringify({ log: JSON.stringify(JSON.parse(line)) }),
};

let module: Saltflat;
beforeAll(async () => {
  module = await load();
});

function count(events: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { event_type: type } of events.flatMap((event) => module.flatten(event))) {
    counts[type ?? 'passed'] = (counts[type ?? 'passed'] ?? 0) + 1;
  }
  return counts;
}

describe('the bundled real events', () => {
  it('come to 472 states and 4 failed runs at the master', () => {
    expect(count(MASTER)).toEqual({ state_return: 472, fun_return: 4 });
  });

  it('come to 6 states and 1 failed run at the masterless minion', () => {
    expect(count(MASTERLESS)).toEqual({ state_return: 6, fun_return: 1 });
  });

  it('come to the same number in the oracle', () => {
    const records = [...MASTER, ...MASTERLESS].flatMap((line) => oracle(new TextEncoder().encode(line)));
    expect(records).toHaveLength(476 + 7);
  });

  describe.each(Object.entries(SHAPES))('%s', (_, shape) => {
    it.each(PLAIN_PRESETS)('give the records of the oracle through %s', (preset) => {
      const found = MASTER.map((line) => disagreement(module, shape(line), preset)).filter((each) => each !== null);
      expect(found).toEqual([]);
    });

    it('give 472 states and 4 failed runs', () => {
      expect(count(MASTER.map(shape))).toEqual({ state_return: 472, fun_return: 4 });
    });
  });

  describe.each(PLAIN_PRESETS)('of the masterless minion, through %s', (preset) => {
    it.each([
      ['as the file holds them', (line: string) => line],
      ['in log', (line: string) => JSON.stringify({ log: line })],
      ['in message', (line: string) => JSON.stringify({ message: line })],
      ['in data without a tag', (line: string) => `{"data":${line}}`],
    ])('give the records of the oracle %s', (_, shape) => {
      const found = MASTERLESS.map((line) => disagreement(module, shape(line), preset));
      expect(found).toEqual([null, null, null]);
    });
  });
});
