import { readFileSync } from 'node:fs';
import { FactReader } from '../../../build/host/core/fact-reader.js';
import { type Kind, type Writing, factsOf, kindOf } from '../../../build/host/core/kinds.js';
import { type SaltRecord, load } from '../../../build/host/index.js';
import { FIXTURE, run, eventLine, state } from '../../support/command.js';

const KINDS: [Kind, string][] = [
  ['failed', '{"result":false,"changes":{"a":1},"event_type":"state_return"}'],
  ['failed', '{"result":false,"__state_ran__":false,"event_type":"state_return"}'],
  ['failed', '{"fun_return":["e"],"fun":"state.sls","fun_args":["]"],"event_type":"fun_return"}'],
  ['failed', '{"fun_return":"e","fun":["test.ping", "state.apply"],"fun_args":[[]],"event_type":"fun_return"}'],
  ['failed', '{"fun_return":[],"fun":"runner.state.orchestrate","event_type":"fun_return"}'],
  ['failed', '{"fun_return":[],"fun":"state\\u002esls","event_type":"fun_return"}'],
  ['returned', '{"fun_return":{"result":false},"fun":"test.ping","fun_args":["state.sls"],"event_type":"fun_return"}'],
  ['returned', '{"fun_return":true,"fun":["test.ping","state.show_top"],"event_type":"fun_return"}'],
  ['returned', '{"fun_return":1,"fun":"state.slsx","event_type":"fun_return"}'],
  ['returned', '{"fun_return":1,"fun":null,"event_type":"fun_return"}'],
  ['job_return', '{"states":1,"failed":1,"slowest_state":null,"success":false,"event_type":"job_return"}'],
  ['passed', '{"tag":"salt/auth","data":{"result":false,"event_type":"malformed"}}'],
  ['passed', '{"result":false,"changes":{"a":1},"event_type":"deployment"}'],
  ['passed', '{}'],
  ['malformed', '{"event_type":"malformed","error":"\\"result\\":false"}'],
  ['skipped', '{"result":true,"__state_ran__":false,"changes":{},"event_type":"state_return"}'],
  ['skipped', '{"result":null,"skip_watch":true,"changes":{},"event_type":"state_return"}'],
  ['would_change', '{"result":null,"changes":{"a":1},"event_type":"state_return"}'],
  ['unchanged', '{"result":null,"changes":{},"event_type":"state_return"}'],
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

/** What `max_bytes` wrote. */
const LIMITED: [Kind, string][] = [
  ['changed', '{"result":true,"changes":{},"event_type":"state_return","truncated":{"a":9,"changes": 70000}}'],
  ['would_change', '{"result":null,"changes":{},"event_type":"state_return","truncated":{"changes": 70000}}'],
  ['unchanged', '{"result":true,"changes":{},"event_type":"state_return","truncated":{"comment": 70000}}'],
];

/** A state's own member of that name says nothing. */
const OWN_TRUNCATED: [Kind, string][] = ['1', 'null', '"x"', '[]', '{"changes":1}'].map((value) => [
  'unchanged',
  `{"truncated":${value},"result":true,"changes":{},"event_type":"state_return"}`,
]);

const CHANGES_AS_TEXT: [Kind, string][] = [
  ['changed', '{"changes":"{\\"diff\\":\\"a\\"}","event_type":"state_return"}'],
  ['changed', '{"changes":"{ \\"diff\\": 1","event_type":"state_return"}'],
  ['changed', '{"changes":"[0]","event_type":"state_return"}'],
  ['changed', '{"changes":"\\"text\\"","event_type":"state_return"}'],
  ['unchanged', '{"changes":"{}","event_type":"state_return"}'],
  ['unchanged', '{"changes":"{ }","event_type":"state_return"}'],
  ['unchanged', '{"changes":"{\\n}","event_type":"state_return"}'],
  ['unchanged', '{"changes":"[]","event_type":"state_return"}'],
  ['unchanged', '{"changes":"\\"\\"","event_type":"state_return"}'],
  ['unchanged', '{"changes":"null","event_type":"state_return"}'],
  ['unchanged', '{"changes":"1","event_type":"state_return"}'],
  ['unchanged', '{"changes":null,"event_type":"state_return"}'],
];

const ECS: [Kind, string][] = [
  ['failed', '{"salt":{"kind":"failed","event_type":"state_return"},"event":{"kind":"event"}}'],
  ['changed', '{"salt":{"kind":"changed","event_type":"state_return","extra":{"result":false}}}'],
  ['unchanged', '{"salt":{"kind":"unchanged"}}'],
  ['skipped', '{"salt":{"kind":"skipped"},"message":"\\"}{"}'],
  ['would_change', '{"salt":{"kind":"would_change"}}'],
  ['returned', '{"salt":{"kind":"returned","event_type":"fun_return"}}'],
  ['job_return', '{"salt":{"kind":"job_return"}}'],
  ['malformed', '{"salt":{"kind":"malformed"}}'],
  ['passed', '{"tag":"salt/auth","data":{"event_type":"malformed"}}'],
  ['passed', '{"salt":{"kind":"another"}}'],
  ['passed', '{"salt":{"kind":"far longer than any of them"}}'],
];

describe("a record's kind", () => {
  const kindOfBytes = (json: string, writing: Writing = {}): { kind: Kind; end: number } => {
    const reader = new FactReader(writing);
    const end = reader.read(Buffer.from(`[1,${json}]`), 3) - 3;
    return { kind: reader.kind, end };
  };

  it.each([...KINDS, ...OWN_TRUNCATED])('is %s for %s', (kind, json) => {
    expect(kindOfBytes(json)).toEqual({ kind, end: json.length });
    expect(kindOf(factsOf(JSON.parse(json) as SaltRecord))).toBe(kind);
  });

  it.each(LIMITED)('is %s with max_bytes for %s', (kind, json) => {
    expect(kindOfBytes(json, { isLimited: true })).toEqual({ kind, end: json.length });
    expect(kindOf(factsOf(JSON.parse(json) as SaltRecord, { isLimited: true }))).toBe(kind);
  });

  it('reads a function of many megabytes', () => {
    const json = `{"fun_return":1,"fun":"${'f'.repeat(9_000_000)}","event_type":"fun_return"}`;
    expect(kindOfBytes(json).kind).toBe('returned');
  });

  it.each(CHANGES_AS_TEXT)('is %s with changes as text for %s', (kind, json) => {
    expect(kindOfBytes(json, { isChangesText: true })).toEqual({ kind, end: json.length });
    expect(kindOf(factsOf(JSON.parse(json) as SaltRecord, { isChangesText: true }))).toBe(kind);
  });

  it.each(ECS)('is %s by flatten_ecs for %s', (kind, json) => {
    expect(kindOfBytes(json, { isEcs: true })).toEqual({ kind, end: json.length });
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
      state({ result: null, changes: { a: 1 } }),
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
