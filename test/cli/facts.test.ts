import { readFileSync } from 'node:fs';
import { FactReader, type Kind, kindOf } from '../../build/host/facts.js';
import { type SaltRecord, load } from '../../build/host/index.js';
import { factsOf } from '../../build/host/view.js';
import { FIXTURE, run, eventLine, state } from './command.js';

const KINDS: [Kind, string][] = [
  ['failed', '{"result":false,"changes":{"a":1},"event_type":"state_return"}'],
  ['failed', '{"result":false,"__state_ran__":false,"event_type":"state_return"}'],
  ['failed', '{"fun_return":["e"],"event_type":"fun_return"}'],
  ['malformed', '{"event_type":"malformed","error":"\\"result\\":false"}'],
  ['skipped', '{"result":true,"__state_ran__":false,"changes":{},"event_type":"state_return"}'],
  ['skipped', '{"result":null,"skip_watch":true,"changes":{},"event_type":"state_return"}'],
  ['would change', '{"result":null,"changes":{"a":1},"event_type":"state_return"}'],
  ['would change', '{"result":null,"changes":{},"event_type":"state_return"}'],
  ['changed', '{"result" : true , "changes" : { "a":1},"event_type":"state_return"}'],
  ['changed', '{"changes":"text","result":true,"event_type":"state_return"}'],
  ['changed', '{"changes":[0],"result":true,"event_type":"state_return"}'],
  ['changed', '{"\\u0063hanges":[0],"result":true,"event_type":"state_return"}'],
  ['unchanged', '{"changes":{ },"result":true,"event_type":"state_return"}'],
  ['unchanged', '{"changes":"","result":true,"event_type":"state_return"}'],
  ['unchanged', '{"changes":[],"result":true,"event_type":"state_return"}'],
  ['unchanged', '{"changes":null,"result":true,"event_type":"state_return"}'],
  ['unchanged', '{"changes":1,"result":true,"event_type":"state_return"}'],
  [
    'unchanged',
    '{"name":"\\\\","a":{"result":false},"b":["changes",{"changes":{"c":1}}],"result":true,"event_type":"state_return"}',
  ],
  ['unchanged', '{"comment":"changes","x":"\\",\\"result\\":false","event_type":"state_return"}'],
  ['unchanged', '{"__state_ran__":true,"skip_watch":false,"result":true,"event_type":"state_return"}'],
  ['unchanged', '{"event_type":"state_return"}'],
];

describe("a record's kind", () => {
  const kindOfBytes = (json: string): { kind: Kind; end: number } => {
    const reader = new FactReader();
    const end = reader.read(Buffer.from(`[1,${json}]`), 3) - 3;
    return { kind: reader.kind, end };
  };

  it.each(KINDS)('is %s for %s', (kind, json) => {
    expect(kindOfBytes(json)).toEqual({ kind, end: json.length });
    expect(kindOf(factsOf(JSON.parse(json) as SaltRecord))).toBe(kind);
  });

  it('is the same from bytes and from the parsed record, for every real record', async () => {
    const saltflat = await load();
    let count = 0;
    for (const line of readFileSync(FIXTURE, 'utf8').split('\n'))
      for (const record of saltflat.records(line)) {
        const json = Buffer.from(record).toString();
        if (line === '') continue;
        expect(kindOfBytes(json).kind).toBe(kindOf(factsOf(JSON.parse(json) as SaltRecord)));
        count++;
      }
    expect(count).toBe(476);
  });

  it('is not carried over from the record before', () => {
    const reader = new FactReader();
    reader.read(Buffer.from(KINDS[0]![1]), 0);
    reader.read(Buffer.from('{"event_type":"state_return"}'), 0);
    expect(reader.kind).toBe('unchanged');
  });

  it('throws for a record without an end', () => {
    expect(() => new FactReader().read(Buffer.from('{"a":"'), 0)).toThrow(SyntaxError);
  });

  it('adds up to the records in the summary', async () => {
    const states = [
      state(),
      state({ result: false }),
      state({ result: null }),
      state({ skip_watch: true }),
      state({ changes: { a: 1 } }),
    ];
    const { stderr } = await run(['replay'], `${eventLine('1', states)}\n{}\n[]\n`);
    expect(stderr).toBe(
      'saltflat: 3 events, 1 job return, 6 records: ' +
        '1 failed, 1 changed, 1 unchanged, 1 skipped, 1 would change, 1 malformed\n',
    );
  });
});
