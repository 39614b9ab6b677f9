// The shipped index template for `flatten_ecs` against what minions may return: nothing is rejected, and the mapping
// does not grow.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { eventLine, records, run, state, temporaryDirectory } from '../../support/command.js';
import { hostileEvent } from '../../support/module/ecs-events.js';
import { parameters } from '../../support/module/generators.js';
import { describeServers } from '../../support/stores/servers.js';

type Json = Record<string, unknown>;

const LONG_MS = 300_000;
const root = temporaryDirectory();

/** An event of one state on `web-01`, its members or the event's replaced. */
function event(number: number, members: Json, data: Json = {}): string {
  const line = JSON.parse(eventLine(`h${number}`, [state(members)])) as { data: Json };
  const merged = { ...line.data, cmd: '_return', ...data };
  // A tag names minion and job as well: one that is replaced comes without, as engines send it.
  return JSON.stringify('id' in data || 'jid' in data ? { data: merged } : { ...line, data: merged });
}

const levels = (count: number): unknown => JSON.parse(`${'{"a":'.repeat(count)}1${'}'.repeat(count)}`);
const WORD = 'x'.repeat(40_000);
const BYTES = '😀'.repeat(10_000);
const NAMES = [
  'caf\udce9',
  '',
  ' ',
  '.',
  '..',
  'a..b',
  '.a',
  'a.',
  'a.b',
  '_id',
  '_source',
  '*',
  '\u0000',
  '\n',
  '__proto__',
  '😀',
];

/** Values in members that are something else in every other state. */
const VALUES: readonly unknown[] = [
  ...[7, -1.5, 1e300, 1e20, true, '', 'x', '2026-11-22', '7', null, [], {}, [[]], [1, 'a', {}]],
  ...[{ a: 1 }, { a: { b: 'c' } }, ['a', { b: 1 }], WORD, BYTES, { [WORD]: WORD }, { a: WORD }, levels(18), levels(25)],
];
const MEMBERS = [
  ...['name', 'changes', 'result', 'comment', '__id__', '__sls__', '__run_num__', 'start_time', 'duration', 'warnings'],
  ...['salt', 'event', 'host', 'labels', 'error', 'message', '@timestamp', '_stamp', '_id'],
];

/** Members of a state, and of the event around it. */
type Replaced = readonly [state: Json, data: Json];
const inState = (name: string, value: unknown): Replaced => [{ [name]: value }, {}];
const inEvent = (name: string, value: unknown): Replaced => [{}, { [name]: value }];

const HOSTILE: readonly Replaced[] = [
  ...MEMBERS.flatMap((name) => VALUES.map((value) => inState(name, value))),
  ...NAMES.flatMap((name) => [
    inState('changes', { [name]: 'x' }),
    inState('changes', { a: { [name]: { b: 1 } } }),
    inState(name, 'x'),
  ]),
  inState('changes', { 'a.b': 1, a: { b: { c: 2 } } }),
  ...['user', 'tgt', 'retcode', 'success', 'fun_args', '_stamp'].flatMap((name) =>
    VALUES.map((value) => inEvent(name, value)),
  ),
  ...[WORD, BYTES, '', 'a\u0000b', 'a.b'].map((id) => inEvent('id', id)),
  inEvent('fun', WORD),
  inEvent('jid', WORD),
];

describeServers('hostile returns', ({ store, server, at }) => {
  let number = 0;
  let folder: string;
  beforeEach(() => {
    mkdirSync((folder = join(root, `${store}-${++number}`)));
    const options = { summary: true, returns: 'all', job_members: ['user', 'tgt', 'retcode', 'success'] };
    // A value that looks like a date must not make a date of the field.
    const add = { environment: '2026-11-22', site: 'north', rack: 7 };
    writeFileSync(join(folder, 'options.json'), JSON.stringify({ ...options, add }));
  });

  /** Sends events; the documents that the index has afterwards. */
  const send = async (index: string, lines: readonly string[]): Promise<number> => {
    writeFileSync(join(folder, 'events.ndjson'), `${lines.join('\n')}\n`);
    const args = ['replay', 'events.ndjson', '--options', 'options.json', '--to', at(index)];
    const { code, stderr } = await run(args, '', {}, folder);
    expect(stderr).toMatch(/: [1-9]\d* sent, \d+ already there, 0 rejected\n$/);
    expect(code).toBe(0);
    return server.count(index);
  };
  const mapping = (index: string): Promise<unknown> => server.request('GET', `/${index}/_mapping`);
  /** One event after which all labels and members of jobs have their fields. */
  const FIRST = event(0, {}, { user: 'root', tgt: '*', retcode: 0, success: true });

  it(
    'are all taken, values of all types in all members, and leave the mapping as it is',
    async () => {
      const index = 'salt-states-hostile';
      await send(index, [FIRST]);
      const before = await mapping(index);
      const lines = HOSTILE.map(([members, data], at) => event(at + 1, members, data));
      expect(await send(index, [...lines, '{"data": {"return"', 'x'.repeat(40_000)])).toBeGreaterThan(HOSTILE.length);
      expect(await mapping(index)).toEqual(before);
      // They are whole in the documents, found by what of them fits into a term.
      const { hits } = await server.search(index, { query: { term: { 'salt.minion_id': 'a.b' } } });
      expect(hits.hits.map(({ _source }) => (_source['host'] as Json)['name'])).toContain('a.b');
    },
    LONG_MS,
  );

  it(
    'are all taken, whatever a generator of them thinks of',
    async () => {
      const { numRuns, seed } = parameters(2000);
      const events = fc.sample(hostileEvent, { numRuns, seed });
      const lines = events.map((each, at) =>
        each
          .replace('"jid":"1"', `"jid":"${at}"`)
          .replace(/"tag":"salt\/(job|run)\/1\//, `"tag":"salt/$1/${at}/`)
          .replace(/[\r\n]/g, ' '),
      );
      const index = 'salt-states-generated';
      await send(index, [FIRST]);
      const before = await mapping(index);
      await send(index, lines);
      expect(await mapping(index)).toEqual(before);
      const { code, stdout } = await run(
        ['verify', 'events.ndjson', '--options', 'options.json', '--in', at(index)],
        '',
        {},
        folder,
      );
      expect({ code, stdout }).toEqual({
        code: 0,
        stdout: expect.stringContaining(', 0 missing, 0 duplicated') as string,
      });
    },
    LONG_MS,
  );

  it(
    'of 10,000 different files and packages leave the mapping as it is',
    async () => {
      const index = 'salt-states-names';
      await send(index, [FIRST]);
      const before = await mapping(index);
      const changes = (at: number): Json => ({
        [`/etc/file-${at}.conf`]: { diff: `+${at}` },
        [`package-${at}`]: { old: '', new: '1' },
      });
      const lines = Array.from({ length: 100 }, (_, job) =>
        eventLine(
          `n${job}`,
          Array.from({ length: 50 }, (__, at) => state({ changes: changes(job * 50 + at) })),
        ),
      );
      const found = records(lines.join('\n')).length * 51; // fifty states and a summary each
      expect(await send(index, lines)).toBe(2 + found);
      expect(await mapping(index)).toEqual(before);
      const { hits } = await server.search(index, { query: { term: { 'salt.changes.package-4321.new': '1' } } });
      expect(hits.total.value).toBe(1);
    },
    LONG_MS,
  );
});
