// The kind of each record, as the module tells it beside the records.
import { readFileSync } from 'node:fs';
import { Flattener } from '../../../build/host/core/flattener.js';
import { type Counts, noCounts } from '../../../build/host/core/counts.js';
import { KINDS, type Kind } from '../../../build/host/core/kinds.js';
import { PRESETS, type Preset } from '../../../build/host/core/presets.js';
import { type Options, load } from '../../../build/host/index.js';
import { FIXTURE, eventLine, run, state } from '../../support/command.js';

/** What one state's object comes to. */
const STATES: [Kind, string][] = [
  ['failed', '{"result":false,"changes":{"a":1}}'],
  ['failed', '{"result":false,"__state_ran__":false}'],
  ['skipped', '{"result":true,"__state_ran__":false,"changes":{}}'],
  ['skipped', '{"result":null,"skip_watch":true,"changes":{}}'],
  ['would_change', '{"result":null,"changes":{"a":1}}'],
  ['would_change', '{"result":null,"changes":{}}'],
  ['changed', '{"result" : true , "changes" : { "a":1}}'],
  ['changed', '{"changes":"text","result":true}'],
  ['changed', '{"changes":[0],"result":true}'],
  ['changed', '{"\\u0063hanges":[0],"result":true}'],
  ['unchanged', '{"changes":{ },"result":true}'],
  ['unchanged', '{"changes":"","result":true}'],
  ['unchanged', '{"changes":[],"result":true}'],
  ['unchanged', '{"changes":null,"result":true}'],
  ['unchanged', '{"changes":1,"result":true}'],
  ['unchanged', '{"name":"\\\\","a":{"result":false},"b":["changes",{"changes":{"c":1}}],"result":true}'],
  ['unchanged', '{"comment":"changes","x":"\\",\\"result\\":false"}'],
  ['unchanged', '{"__state_ran__":true,"skip_watch":false,"result":true}'],
  ['unchanged', '{"event_type":"malformed","result":true}'],
  // What max_bytes calls `truncated` may be a state's own member, and says nothing then.
  ...['1', 'null', '"x"', '[]', '{"changes":1}'].map((value): [Kind, string] => [
    'unchanged',
    `{"truncated":${value},"result":true,"changes":{}}`,
  ]),
];

/** The same with changes that are not as JSON has them. */
const CHANGES: [Kind, string][] = [
  ['changed', '{"diff":"a"}'],
  ['changed', '{ "diff": 1}'],
  ['changed', '[0]'],
  ['changed', '"text"'],
  ['unchanged', '{}'],
  ['unchanged', '{ }'],
  ['unchanged', '[]'],
  ['unchanged', '""'],
  ['unchanged', 'null'],
  ['unchanged', '1'],
];

/** What a function returned that gives no states. */
const RETURNS: [Kind, string, string][] = [
  ['failed', '"state.sls"', '["e"]'],
  ['failed', '["test.ping", "state.apply"]', '"e"'],
  ['failed', '"state\\u002esls"', '["e"]'],
  ['returned', '"test.ping"', '{"result":false}'],
  ['returned', '["test.ping","state.show_top"]', 'true'],
  ['returned', '"state.slsx"', '1'],
];

const job = (fun: string, returned: string): string =>
  `{"data":{"cmd":"_return","id":"m","jid":"20261122091947512388","fun":${fun},"fun_args":["]"],"return":${returned}},` +
  '"tag":"salt/job/20261122091947512388/ret/m"}';
const ofState = (json: string): string => job('"state.sls"', `{"x_|-a_|-a_|-run":${json}}`);

/** The kinds that one event counts as, each as often as it is counted. */
async function kindsOf(event: string, preset: Preset, options: Options = {}): Promise<Kind[]> {
  const counts: Counts = noCounts();
  const bytes = new TextEncoder().encode(event);
  const line = { bytes, number: 1, offset: 0, end: bytes.length, isTooLong: false };
  Array.from(new Flattener(await load({ options }), preset, counts).records([line]));
  const kinds = KINDS.flatMap((kind) => Array.from({ length: counts[kind] }, () => kind));
  expect(kinds).toHaveLength(counts.records);
  return kinds;
}

describe.each(PRESETS)("a record's kind, by %s", (preset) => {
  it.each(STATES)('is %s for %s', async (kind, json) => {
    expect(await kindsOf(ofState(json), preset)).toEqual([kind]);
  });

  it.each(CHANGES)('is %s with changes as text for %s', async (kind, changes) => {
    const event = ofState(`{"result":true,"changes":${changes}}`);
    expect(await kindsOf(event, preset, { changes: 'text' })).toEqual([kind]);
  });

  it.each(['{"changes":{"diff":"LONG"},"result":true}', '{"result":true,"changes":{"diff":"LONG"}}'])(
    'is changed for changes that max_bytes cuts: %s',
    async (json) => {
      const event = ofState(json.replace('LONG', 'x'.repeat(100_000)));
      expect(await kindsOf(event, preset, { max_bytes: { member: 256 } })).toEqual(['changed']);
      expect(await kindsOf(event, preset, { max_bytes: { record: 8192 } })).toEqual(['changed']);
    },
  );

  it.each(RETURNS)('is %s for a return of %s', async (kind, fun, returned) => {
    expect(await kindsOf(job(fun, returned), preset, { returns: 'all' })).toEqual([kind]);
  });

  it('is that of an orchestration that gave no states', async () => {
    const data = '{"fun":"runner.state.orchestrate","jid":"1","return":["e"]}';
    expect(await kindsOf(`{"tag":"salt/run/1/ret","data":${data}}`, preset)).toEqual(['failed']);
  });

  it('is that of a function of many megabytes', async () => {
    expect(await kindsOf(job(`"${'f'.repeat(9_000_000)}"`, '1'), preset, { returns: 'all' })).toEqual(['returned']);
  });

  it.each([
    ['passed', '{"tag":"salt/auth","data":{"result":false,"event_type":"malformed"}}'],
    ['passed', '{"result":false,"changes":{"a":1},"event_type":"deployment"}'],
    ['passed', '{"event_type":"fun_return","fun":[[1],2]}'],
    ['passed', '{"event_type":"state_return","truncated":5}'],
    ['passed', '{}'],
    ['malformed', '{"event_type":"malformed","error":"\\"result\\":false"'],
    ['malformed', '[]'],
  ])('is %s for the event %s', async (kind, event) => {
    expect(await kindsOf(event, preset, { other_events: 'pass' })).toEqual([kind]);
  });

  it('is job_return for the summary', async () => {
    expect(await kindsOf(ofState('{"result":false}'), preset, { summary: true })).toEqual(['failed', 'job_return']);
  });
});

describe('the counts', () => {
  it('are those of the ECS records themselves, for every real record', async () => {
    const saltflat = await load();
    const counts = noCounts();
    const flattener = new Flattener(saltflat, 'flatten_ecs', counts);
    const named: Record<string, number> = {};
    let offset = 0;
    for (const [index, text] of readFileSync(FIXTURE, 'utf8').trimEnd().split('\n').entries()) {
      const bytes = Buffer.from(text);
      const line = { bytes, number: index + 1, offset, end: (offset += bytes.length + 1), isTooLong: false };
      for (const record of flattener.records([line])) {
        const { salt } = JSON.parse(Buffer.from(record).toString()) as { salt: { kind: Kind } };
        named[salt.kind] = (named[salt.kind] ?? 0) + 1;
      }
    }
    expect(counts.records).toBe(476);
    for (const kind of KINDS) expect([kind, counts[kind]]).toEqual([kind, named[kind] ?? 0]);
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
