// --failed, --minion, --sls, --since, --until: the same in show, report and replay, and in all presets.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { noCounts } from '../../../build/host/core/counts.js';
import { type FilterOptions, RecordFilter, readMoment } from '../../../build/host/core/filter.js';
import { Flattener } from '../../../build/host/core/flattener.js';
import { LineSplitter } from '../../../build/host/core/lines.js';
import { PRESETS, type Saltflat, load } from '../../../build/host/index.js';
import { FIXTURE, records, run, temporaryDirectory } from '../../support/command.js';
import { failure, newLine, result, returnLine } from '../../support/report-events.js';

const folder = temporaryDirectory();
const JIDS = ['20261122091947512388', '20261123091947512388', '20261124091947512388'] as const;
const web = { minion: 'web-01', jid: JIDS[0], stamp: '2026-11-22T09:19:48.957570+00:00' };
const db = { minion: 'db-01', jid: JIDS[1], stamp: '2026-11-23T09:19:48.957570+00:00' };
/** A Jinja error of `state.apply broken,other`. */
const broken = { minion: 'web-02', jid: JIDS[2], stamp: '2026-11-24T09:19:48.957570' };
const EVENTS = [
  newLine(JIDS[0], ['web-01', 'db-09']),
  returnLine({ ...web, returned: { ...failure('a', 'no', 'web'), ...result('b', { __sls__: 'web.motd' }) } }),
  returnLine({ ...db, returned: { ...failure('c', 'no', 'postgres'), ...result('d', { __sls__: 'web' }) } }),
  returnLine({ ...broken, args: ['broken,other'], returned: ['Rendering SLS failed'] }),
].join('');

/** What the filters leave, by state id; `error` for the failed run. */
const CASES: readonly (readonly [args: readonly string[], left: readonly string[]])[] = [
  [['--failed'], ['a', 'c', 'error']],
  [
    ['--minion', 'web-*'],
    ['a', 'b', 'error'],
  ],
  [
    ['--minion', 'web-0[!2]'],
    ['a', 'b'],
  ],
  [
    ['--minion', 'db-01', '--minion', '*-02'],
    ['c', 'd', 'error'],
  ],
  [
    ['--sls', 'web'],
    ['a', 'd'],
  ],
  [['--sls', 'web*', '--failed'], ['a']],
  [['--sls', 'other'], ['error']],
  [
    ['--since', '2026-11-23'],
    ['c', 'd', 'error'],
  ],
  [
    ['--until', '2026-11-23'],
    ['a', 'b'],
  ],
  [
    ['--since', '2026-11-23T09:19:48+00:00', '--until', '2026-11-24 00:00'],
    ['c', 'd'],
  ],
  [['--since', '2026-11-23', '--failed', '--minion', '*b-01'], ['c']],
];

type Row = Record<string, unknown>;

const stateId = (record: Row): string => {
  const salt = (record['salt'] ?? {}) as { event_type?: string; state?: { id: string } };
  return (record['state_id'] as string | undefined) ?? salt.state?.id ?? 'error';
};

/** The options of `RecordFilter` that the words of a case stand for. */
function optionsOf(args: readonly string[]): FilterOptions {
  const valuesOf = (flag: string): string[] => args.filter((_, at) => args[at - 1] === flag);
  const momentOf = (flag: string): object =>
    Object.fromEntries(valuesOf(flag).map((text) => [flag.slice(2), readMoment(text, 0)!]));
  const globsOf = (flag: string): object => (valuesOf(flag).length === 0 ? {} : { [flag.slice(2)]: valuesOf(flag) });
  const failed = args.includes('--failed');
  return { failed, ...globsOf('--minion'), ...globsOf('--sls'), ...momentOf('--since'), ...momentOf('--until') };
}

describe('the filters', () => {
  let saltflat: Saltflat;
  beforeAll(async () => {
    saltflat = await load();
  });

  for (const preset of PRESETS)
    it.each(CASES)(`leave of ${preset} what is asked for (%j)`, (args, left) => {
      const counts = noCounts();
      const filter = new RecordFilter(optionsOf(args));
      const lines = new LineSplitter().push(Buffer.from(EVENTS));
      const flattener = new Flattener(saltflat, preset, counts, filter.ofPreset(preset));
      const found = [...flattener.records(lines)].map((line) => JSON.parse(Buffer.from(line).toString()) as Row);
      const each = preset === 'flatten_array' ? found.flatMap(({ states }) => states as Row[]) : found;
      expect(each.map(stateId)).toEqual(left);
      expect(counts).toMatchObject({ events: 4, records: left.length });
    });

  const SOME = [0, 3, 5, 9].map((at) => CASES[at]!);

  it.each(SOME)('leave of replay and show the same (%j)', async (args, left) => {
    const replayed = await run(['replay', ...args], EVENTS);
    expect(records(replayed.stdout).map(stateId)).toEqual(left);
    expect(replayed.stderr).toContain(`${left.length} record`);
    const shown = await run(['show', ...args], EVENTS);
    expect(shown.stdout.split('\n').slice(0, -3)).toHaveLength(left.length);
    expect([replayed.code, shown.code]).toEqual([0, 0]);
  });

  it.each(SOME)('leave of the report the same (%j)', async (args, left) => {
    const { stdout } = await run(['report', '-q', '--format', 'json', ...args], EVENTS);
    const report = JSON.parse(stdout) as {
      filters: string[];
      states: { total: number; success_rate: number | null };
      compile_errors: { count: number };
    };
    expect(report.states.total + report.compile_errors.count).toBe(left.length);
    expect(report.compile_errors.count).toBe(left.filter((each) => each === 'error').length);
    expect(report.filters.join(' ').split(' ').sort()).toEqual(args.join(' ').split(' ').sort());
    expect(report.states.success_rate === null).toBe(args.includes('--failed'));
  });

  it.each([
    [[], 'db-09'],
    [['--minion', 'db-*'], 'db-09'],
    [['--minion', 'web-*'], null],
    [['--until', '2026-11-22'], null],
    [['--since', '2026-11-23'], null],
    [['--sls', 'web'], null],
  ] as const)('leave of the minions that never returned those that are asked for (%j)', async (args, missing) => {
    const { stdout } = await run(['report', '-q', '--format', 'json', ...args], EVENTS);
    // Until then there is nothing at all: no report.
    const rows = stdout === '' ? [] : (JSON.parse(stdout) as { never_returned: { rows: Row[] } }).never_returned.rows;
    expect(rows.map(({ minion_id: minion }) => minion)).toEqual(missing === null ? [] : [missing]);
  });

  it('are told by the text and the page of a report', async () => {
    const { stdout } = await run(['report', '--failed', '--minion', 'web-*'], EVENTS);
    expect(stdout).toContain('Asked for: --failed --minion web-*\n');
    expect(stdout).not.toContain('% succeeded');
    expect(stdout).not.toContain('Expected, never returned');
    const page = await run(['report', '--failed', '--format', 'html'], EVENTS);
    expect(page.stdout).toContain('Asked for: --failed.');
    expect(page.stdout).toContain('Not looked at: only some states were asked for.');
  });

  it('keep malformed lines, as it is not known whose they are', async () => {
    const { code, stdout } = await run(['replay', '--minion', 'web-01', '--failed'], `x\n${EVENTS}`);
    expect(records(stdout).map(({ event_type: type }) => type)).toEqual(['malformed', 'state_return']);
    expect(code).toBe(0);
  });

  it('know the time of a masterless minion by its jid, past midnight too', async () => {
    const jid = '20261122235959000000';
    const states = { ...result('a', { start_time: '23:59:59.5' }), ...result('b', { start_time: '00:00:01.5' }) };
    const line = JSON.stringify({ fun: 'state.apply', fun_args: [], id: 'edge', jid, return: states });
    const { stdout } = await run(['replay', '-q', '--since', '2026-11-23'], line);
    expect(records(stdout).map(stateId)).toEqual(['b']);
    const shown = await run(['show'], line);
    expect(shown.stdout).toMatch(/^11-22 23:59:59 edge .*\n11-23 00:00:01 edge /);
  });

  it('say of records without a time that they leave them out', async () => {
    const line = JSON.stringify({ edge: result('a') });
    const { code, stdout, stderr } = await run(['replay', '--since', '2026-11-23'], `${line}\n${EVENTS}`);
    expect(records(stdout).map(stateId)).toEqual(['c', 'd', 'error']);
    expect(stderr).toContain('1 of 6 records have neither a _stamp nor a jid, so --since and --until leave them out');
    expect(code).toBe(0);
  });

  it.each(['replay', 'show', 'report'])('are never taken for good news where nothing matches (%s)', async (command) => {
    const page = join(folder, 'old.txt');
    writeFileSync(page, 'an old report');
    const args = command === 'report' ? ['-o', page] : [];
    for (const [asked, said] of [
      [['--minion', 'wbe-*', '--failed'], 'no minion matches --minion wbe-* (there is web-01, db-01, web-02, …)'],
      [['--sls', 'nginx'], 'no SLS file matches --sls nginx (there is web, web.motd, postgres, …)'],
      [
        ['--since', '2026-12-01'],
        'none lies within --since 2026-12-01 (from 2026-11-22T09:19:48Z to 2026-11-24T09:19:48Z)',
      ],
      [['--minion', 'db-01', '--until', '2026-11-23'], 'none is of all of --minion db-01 --until 2026-11-23'],
    ] as const) {
      const { code, stderr } = await run([command, ...args, ...asked], EVENTS);
      expect({ code, stderr }).toEqual({ code: 3, stderr: expect.stringContaining(said) as string });
    }
    if (command === 'report') expect(await run(['show', page])).toMatchObject({ code: 3 });
  });

  it.each(['replay', 'show', 'report'])('are good news where only --failed leaves nothing (%s)', async (command) => {
    const { code, stdout, stderr } = await run([command, '--failed'], returnLine({ returned: result('a') }));
    expect(code).toBe(0);
    expect(stderr).not.toContain('none');
    if (command === 'report') expect(stdout).toContain('No state failed.');
  });

  it.each([
    [['--since', '2x'], "'2x' is invalid. expected how long ago (30m, 2h, 7d, 1w) or a date (2026-11-22,"],
    [['--until', '2026-02-30'], 'expected how long ago'],
    [['--since', '1h', '--until', '2h'], '--since 1h --until 2h: nothing lies between; --until is to be the later one'],
    [['--since', '2026-11-22', '--until', '2026-11-22'], 'a date alone is its midnight, UTC'],
    [['--minion', ''], 'expected a glob, such as web-*'],
  ])('say what to do (%j)', async (args, said) => {
    for (const command of ['replay', 'show', 'report']) {
      const { code, stdout, stderr } = await run([command, FIXTURE, ...args]);
      expect({ code, stdout, stderr }).toEqual({
        code: 2,
        stdout: '',
        stderr: expect.stringContaining(said) as string,
      });
    }
  });
});
