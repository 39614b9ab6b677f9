// What a record may say of its own document: neither its time nor its id, unless the module wrote them.
import { noCounts } from '../../../build/host/core/counts.js';
import { Flattener } from '../../../build/host/core/flattener.js';
import { LineSplitter } from '../../../build/host/core/lines.js';
import { type Document, documentsOf } from '../../../build/host/delivery/document.js';
import { type Preset, load } from '../../../build/host/index.js';
import { eventLine, state } from '../../support/command.js';

async function documents(event: string, preset: Preset = 'flatten'): Promise<Document[]> {
  const flattener = new Flattener(await load({ options: { id: true, other_events: 'pass' } }), preset, noCounts());
  const lines = new LineSplitter().push(Buffer.from(`${event}\n`));
  return [...flattener.batches(lines)].flatMap((batch) => [...documentsOf(batch, true)]);
}
const STAMP = '2026-11-22T09:19:48.957570Z';

it.each<[string, Record<string, unknown>]>([
  ['first', { '@timestamp': '1999-01-01T00:00:00Z', ...state() }],
  ['last', { ...state(), '@timestamp': '1999-01-01T00:00:00Z' }],
  ['an object', { ...state({ changes: { '@timestamp': 1 } }), '@timestamp': { a: [1, { b: '}' }], '@timestamp': 2 } }],
])("takes no time from a state's own @timestamp (%s)", async (_, members) => {
  const [document] = await documents(eventLine('1', [members]));
  expect(document!.epoch).toBe('1795339188.957570');
  expect(document!.json.match(/"@timestamp":"/g)).toHaveLength(1);
  const { '@timestamp': stamp, changes, ...rest } = JSON.parse(document!.json) as Record<string, unknown>;
  expect({ stamp, changes }).toEqual({ stamp: STAMP, changes: members['changes'] });
  const {
    '@timestamp': own,
    changes: same,
    ...record
  } = JSON.parse(Buffer.from(document!.record).toString()) as typeof rest;
  expect({ own, same }).toEqual({ own: members['@timestamp'], same: members['changes'] });
  expect(rest).toEqual(record);
});

it("drops a state's @timestamp that is spelt with escapes", async () => {
  const line = eventLine('1', [{ own: 1, ...state() }]).replace('"own":1', '"\\u0040timestamp":"1999-01-01T00:00:00Z"');
  const [document] = await documents(line);
  expect(document!.json).not.toContain('1999');
  expect(JSON.parse(document!.json)).toMatchObject({ '@timestamp': STAMP, minion_id: 'web-01' });
});

it('leaves the @timestamp of an event that was let pass', async () => {
  const [document] = await documents('{"tag":"salt/auth","@timestamp":"2020-01-01T00:00:00Z"}');
  expect(document).toMatchObject({ epoch: '1577836800', json: Buffer.from(document!.record).toString() });
});

it.each(['{"event_type":"x","event_id":"mine"}', '{"salt":{"event_type":"x"},"event":{"id":"mine"}}'])(
  'lets an event that was let pass not choose its id: %s',
  async (event) => {
    for (const preset of ['flatten', 'flatten_ecs'] as const)
      expect((await documents(event, preset))[0]!.id).toMatch(/^[0-9a-f]{32}$/);
  },
);

it('keeps the ids that the module made', async () => {
  const [document] = await documents(eventLine('1', [state({ event_id: 'own' })]));
  expect(document!.id).toBe((JSON.parse(Buffer.from(document!.record).toString()) as { event_id: string }).event_id);
  expect(document!.id).toMatch(/^[0-9a-f]{32}$/);
});
