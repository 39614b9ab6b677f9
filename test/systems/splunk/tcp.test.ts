// The article's way: records over TCP into Splunk. The input is played by the shipped props.conf and transforms.conf.
import { readFileSync } from 'node:fs';
import { eventLine, records, run, state } from '../../support/command.js';
import { Agent, SHIPPED_OPTIONS, Stage, describeEach } from '../../support/fluent-bit/agent.js';
import { canonical } from '../../support/fluent-bit/canonical.js';
import { Harness, MASTERLESS_EVENTS, MASTER_EVENTS, linesOf } from '../../support/fluent-bit/events.js';
import { LineSink } from '../../support/fluent-bit/sink.js';
import { until } from '../../support/program.js';
import { parseConf, readConf } from '../../support/splunk/conf.js';
import { parseEval } from '../../support/splunk/eval.js';
import { type IndexedEvent, SplunkInput } from '../../support/splunk/input.js';

const OPTIONS = 'examples/fluent-bit/saltflat.json';
const RECORD_BYTES = (JSON.parse(readFileSync(OPTIONS, 'utf8')) as { max_bytes: { record: number } }).max_bytes.record;
type Json = Record<string, unknown>;

const stage = new Stage();
afterEach(() => stage.clear());

/** Salt's time as Splunk's. The same with an offset of zero and without. */
const seconds = (stamp: unknown): number => {
  const [, whole, micro] = /^(.{19})\.(\d{6})(?:\+00:00)?$/.exec(stamp as string)!;
  return Date.parse(`${whole}Z`) / 1000 + Number(micro) / 1e6;
};

/** What Splunk indexes of what `saltflat replay --to tcp://` sends; the records are what it writes to stdout. */
async function replayed(
  input: string,
  ...args: string[]
): Promise<{ indexed: IndexedEvent[]; sent: Json[]; raw: string[] }> {
  const sink = stage.add(await LineSink.listen());
  const to = await run(['replay', '-q', ...args, '--to', `tcp://127.0.0.1:${sink.port}`], input);
  const { code, stdout } = await run(['replay', '-q', ...args], input);
  const isGood = records(stdout).some((record) => record['event_type'] !== 'malformed');
  expect([to.code, code]).toEqual(isGood ? [0, 0] : [3, 3]); // 3: nothing of it was an event
  const raw = linesOf(stdout);
  await until(() => sink.count >= raw.length, 'every record is there');
  return { indexed: new SplunkInput().read(sink.bytes), sent: records(stdout), raw };
}

/** A job return with other members of `data`. */
const returned = (states: readonly Json[], data: Json = {}): string => {
  const event = JSON.parse(eventLine('20261122091948957570', states)) as { data: Json };
  return `${JSON.stringify({ ...event, data: { ...event.data, ...data } })}\n`;
};

const isAsSent = ({ indexed, sent }: { indexed: readonly IndexedEvent[]; sent: readonly Json[] }): void => {
  expect(indexed.length).toBe(sent.length);
  for (const [at, { time, host, isCut }] of indexed.entries()) {
    const { _stamp: stamp, minion_id: minion } = sent[at]!;
    expect({ time, host, isCut }).toEqual({
      time: stamp === undefined ? null : seconds(stamp),
      host: minion,
      isCut: false,
    });
  }
};

describe('Splunk, fed by saltflat replay --to tcp://', () => {
  it.each([[[]], [['--options', OPTIONS]]])('has each record of the real events as one event: %j', async (args) => {
    const result = await replayed(MASTER_EVENTS + MASTERLESS_EVENTS, ...args);
    expect(result.indexed.map(({ raw }) => raw)).toEqual(result.raw);
    isAsSent(result);
    expect(result.indexed.filter(({ time }) => time !== null)).toHaveLength(476);
  });

  it('takes the time of Salt 3006, which has no offset, for UTC', async () => {
    const { indexed } = await replayed(returned([state()], { _stamp: '2026-11-22T09:19:48.957570' }));
    expect(indexed).toMatchObject([{ time: 1795339188.95757, host: 'web-01' }]);
  });

  it('has the largest record that the shipped options let through, whole', async () => {
    const changes = Object.fromEntries(
      Array.from({ length: 6 }, (_, at) => [`f${at}`, { diff: '"\\ä\n'.repeat(60_000) }]),
    );
    const members = Object.fromEntries(Array.from({ length: 8 }, (_, at) => [`m${at}`, `${at}`.repeat(200_000)]));
    const result = await replayed(returned([state({ changes, ...members })]), '--options', OPTIONS);
    isAsSent(result);
    expect(result.sent[0]).toHaveProperty('truncated');
    expect(Buffer.byteLength(result.indexed[0]!.raw)).toBeGreaterThan(RECORD_BYTES * 0.99);
  });

  const FALSE_RECORD = {
    minion_id: 'web-02',
    jid: '1',
    fun: 'x',
    event_type: 'a',
    _stamp: '1999-01-01T00:00:00.000000',
  };
  const MISLEADING: readonly (readonly [what: string, state: Json, data: Json])[] = [
    ['a comment', { comment: '","_stamp":"2001-01-01T00:00:00.000000","minion_id":"other","jid":"1","fun":"x","' }, {}],
    ['a member that is named like them', { changes: { _stamp: '2001-01-01T00:00:00.000000', minion_id: 'other' } }, {}],
    ['a whole record in the changes', { changes: { ret: FALSE_RECORD } }, {}],
    ['a pillar', {}, { fun_args: ['web', { pillar: { minion_id: 'other', _stamp: '2001-01-01T00:00:00.000000' } }] }],
    ['a pillar that holds a whole record', {}, { fun_args: [FALSE_RECORD] }],
    ['a state of its own time', { _stamp: '2001-01-01T00:00:00.000000' }, {}],
    ['a state of its own minion', { minion_id: 'web-02', host: 'web-02', _time: 1, time: 1 }, {}],
    ['a name before the changes', { name: '{"_stamp":"2001-01-01T00:00:00.000000","minion_id":"other"}' }, {}],
    ['a member behind all others in the alphabet', { zzz: FALSE_RECORD }, {}],
    ['a member before all others in the alphabet', { _: FALSE_RECORD, __: [FALSE_RECORD] }, {}],
    ['names with dots and braces, as paths have them', { 'minion_id{}': 'web-02', '_stamp.a': '1999' }, {}],
    ['a member of the event', {}, { metadata: FALSE_RECORD }],
  ];

  it.each(MISLEADING)('is not misled by %s', async (_, differs, data) => {
    const options = { id: true, job_members: ['metadata'] };
    const [line] = (await Harness.load(options)).records([returned([state(differs)], data).trim()]);
    const sent = JSON.parse(line!) as Json;
    expect(sent).toMatchObject({ minion_id: 'web-01', _stamp: '2026-11-22T09:19:48.957570+00:00' });
    const sorted = JSON.stringify(Object.fromEntries(Object.entries(sent).sort())); // as Vector has it
    const indexed = new SplunkInput().read(Buffer.from(`${line}\n${sorted}\n`));
    isAsSent({ indexed, sent: [sent, sent] });
  });

  it('is not misled on the way there', async () => {
    const all = MISLEADING.map(([, differs, data]) => returned([state(differs)], data)).join('');
    const result = await replayed(all);
    isAsSent(result);
    expect(new Set(result.indexed.map(({ host }) => host))).toEqual(new Set(['web-01']));
  });

  it('finds both where options put members behind them', async () => {
    const options = {
      id: true,
      add: { site: 'north","_stamp":"2001' },
      job_members: ['retcode', 'tgt'],
      summary: true,
    };
    const flattened = (await Harness.load(options)).records([
      returned([state()], { retcode: 0, tgt: ['web-*'] }).trim(),
    ]);
    const indexed = new SplunkInput().read(Buffer.from(flattened.map((record) => `${record}\n`).join('')));
    expect(indexed).toHaveLength(2);
    for (const [at, { time, host, raw }] of indexed.entries()) {
      expect(raw).toBe(flattened[at]);
      expect(raw).toMatch(/"_stamp":"[^"]*",.*"site":.*"event_id":/);
      expect({ time, host }).toEqual({ time: 1795339188.95757, host: 'web-01' });
    }
  });

  it('leaves malformed input to the time and the host of its arrival', async () => {
    const { indexed, sent } = await replayed(
      '{"data": {"return", "_stamp":"2001-01-01T00:00:00.000000","minion_id":"other"\n',
    );
    expect(sent).toMatchObject([{ event_type: 'malformed' }]);
    expect(indexed).toMatchObject([{ time: null, host: null, isCut: false }]);
  });

  it('leaves a time that is none, and a minion without a name, to those of the arrival', async () => {
    const { indexed } = await replayed(returned([state()], { _stamp: 'yesterday', id: '' }));
    expect(indexed).toMatchObject([{ time: null, host: null }]);
  });

  it('takes a time of whole seconds, which Python writes without a fraction', async () => {
    const stamps = ['2026-11-22T09:19:48+00:00', '2026-11-22T09:19:48'];
    const { indexed } = await replayed(stamps.map((_stamp) => returned([state()], { _stamp })).join(''));
    expect(indexed.map(({ time }) => time)).toEqual([1795339188, 1795339188]);
  });
});

describeEach('tcp.yaml into Splunk', (binary) => {
  it('each record is one event, whole, with the time of its _stamp and the minion as host', async () => {
    const events = linesOf(MASTER_EVENTS + MASTERLESS_EVENTS + returned([state({ comment: 'ä"'.repeat(100_000) })]));
    const expected = (await Harness.load(SHIPPED_OPTIONS)).records(events);
    const sink = stage.add(await LineSink.listen());
    const agent = stage.add(new Agent(binary));
    agent.setOptions(SHIPPED_OPTIONS);
    agent.write(`${events.join('\n')}\n`);
    agent.configure('tcp', { TCP_PORT: sink.port });
    await agent.start();
    await until(() => sink.count >= expected.length, 'every record is there');
    const indexed = new SplunkInput().read(sink.bytes);
    expect(indexed.map(({ raw }) => canonical(raw)).sort()).toEqual([...expected].sort());
    isAsSent({ indexed, sent: indexed.map(({ raw }) => JSON.parse(raw) as Json) });
  });
});

describe('The input that is played', () => {
  it('cuts what is longer than TRUNCATE, so that the tests above would see it', () => {
    const limit = Number(readConf('props.conf').get('salt:state')!.get('TRUNCATE'));
    expect(limit).toBeGreaterThan(RECORD_BYTES);
    const [cut, whole] = new SplunkInput().read(Buffer.from(`${'ä'.repeat(limit)}\r\n${'a'.repeat(limit)}\n`));
    expect(cut).toMatchObject({ isCut: true });
    expect(whole).toMatchObject({ isCut: false });
  });

  it('refuses what it does not play of an eval expression', () => {
    for (const source of [
      'a=b+c',
      'a=lower(b)',
      'a=json_extract(b, "c.d")',
      'a=strptime(b, "%Y")',
      'a=coalesce(b',
      '=b',
    ])
      expect(() => parseEval(source)({ b: '{}' })).toThrow(/./);
    expect(parseEval('a = coalesce(b, "x" . c), d=a')({ b: null, c: 'y' })).toMatchObject({ a: 'xy', d: 'xy' });
  });

  it('reads .conf files as Splunk does', () => {
    const conf = parseConf('# a\n[x]\n  # b\na = 1 # no comment\nb=one \\\n  two\n\n[y]\nc =\n');
    expect([...conf].map(([name, settings]) => [name, Object.fromEntries(settings)])).toEqual([
      ['x', { a: '1 # no comment', b: 'one \n  two' }],
      ['y', { c: '' }],
    ]);
    for (const text of ['a = 1', '[x]\nrubbish', '[x]\na=1\na=2', '[x]\n[x]']) expect(() => parseConf(text)).toThrow();
  });
});
