// What a report knows of single runs, against the records that the module gives of the same events.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import { FIXTURE, records, run, temporaryDirectory } from '../../support/command.js';
import { failure, newLine, result, returnLine } from '../../support/report-events.js';
import { STORY_MINIONS, STORY_RUNS, storyJid, storyLines, storyMs } from '../../support/report-story.js';

const directory = temporaryDirectory();

type Row = Readonly<Record<string, unknown>>;
interface Failing extends Row {
  readonly minion_id: string;
  readonly state_name: string;
}
interface Cause extends Row {
  readonly failing: readonly Failing[];
  readonly followers: readonly Failing[];
}
interface Listed<Each = Row> {
  readonly total: number;
  readonly rows: readonly Each[];
}
interface Report {
  readonly failing_now: Row & { readonly rows: readonly Cause[] };
  readonly fixed: Listed<Failing>;
  readonly jobs: Listed<Row & { readonly runs: readonly (Row & { readonly states?: readonly Row[] })[] }>;
  readonly minions: Listed;
  readonly states_seen: Listed;
  readonly compare: Readonly<Record<string, unknown>> | null;
}

async function reportOn(input: string, ...args: string[]): Promise<Report> {
  const { code, stdout, stderr } = await run(['report', '-', '-q', '--format', 'json', ...args], input);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as Report;
}

/** The states of the input, as the module gives them with their causes. */
async function statesOf(input: string): Promise<Row[]> {
  const options = join(directory, 'causes.json');
  writeFileSync(options, JSON.stringify({ causes: true }));
  const { stdout } = await run(['replay', '-q', '-', '--options', options], input);
  return records(stdout).filter(({ event_type: type }) => type === 'state_return');
}

const nameOf = ({ minion_id: minion, state_name: name, __sls__, sls }: Row): string =>
  [minion, name, __sls__ ?? sls].map(String).join(' ');
const isRun = (state: Row): boolean =>
  state['result'] === false || (state['result'] === true && state['__state_ran__'] !== false);

/** Each state on a minion with its runs in the order of time. */
function runsOf(states: readonly Row[]): Map<string, Row[]> {
  const runs = new Map<string, Row[]>();
  for (const state of states.filter(isRun).toSorted((a, b) => String(a['_stamp']).localeCompare(String(b['_stamp']))))
    runs.set(nameOf(state), [...(runs.get(nameOf(state)) ?? []), state]);
  return runs;
}

const all = (report: Report): Failing[] => report.failing_now.rows.flatMap(({ failing }) => failing);

describe.each([
  ['the bundled events', () => readFileSync(FIXTURE, 'utf8')],
  ['a day with an outage', () => storyLines().join('')],
  ['a real day and a half of five minions', () => readFileSync('examples/events/demo.ndjson', 'utf8')],
])('what fails now of %s', (_, read) => {
  let report: Report;
  let runs: Map<string, Row[]>;
  beforeAll(async () => {
    report = await reportOn(read());
    runs = runsOf(await statesOf(read()));
  });

  it('is each state whose last run on a minion failed, causes apart from what they hold back', () => {
    const failing = [...runs].filter(([, each]) => each.at(-1)!['result'] === false);
    const roots = failing.filter(([, each]) => each.at(-1)!['caused_by'] === undefined);
    expect(all(report).map(nameOf).toSorted()).toEqual(roots.map(([name]) => name).toSorted());
    expect(report.failing_now).toMatchObject({
      failed_roots: roots.length,
      failed_followers: failing.length - roots.length,
      minions: new Set(failing.map(([, each]) => each[0]!['minion_id'])).size,
    });
    for (const { state_name: cause, followers } of report.failing_now.rows)
      for (const follower of followers) {
        const last = runs.get(nameOf(follower))!.at(-1)!;
        expect(last['caused_by']).toContain(cause);
      }
  });

  it('says since when, how often, with what comment and in which job', () => {
    for (const row of all(report)) {
      const own = runs.get(nameOf(row))!;
      const good = own.findLastIndex(({ result }) => result === true);
      const streak = own.slice(good + 1);
      expect(row).toMatchObject({
        times: streak.length,
        since: new Date(`${String(streak[0]!['_stamp']).slice(0, 23)}Z`).toISOString(),
        since_jid: streak[0]!['jid'],
        jid: streak.at(-1)!['jid'],
        comment: streak.at(-1)!['comment'],
      });
      expect(row['last_success'] === null).toBe(good < 0);
    }
  });

  it('is apart from what failed and is fixed', () => {
    const fixed = [...runs].filter(
      ([, each]) => each.at(-1)!['result'] === true && each.some((state) => state['result'] === false),
    );
    expect(report.fixed.rows.map(nameOf).toSorted()).toEqual(fixed.map(([name]) => name).toSorted());
    for (const row of report.fixed.rows) {
      const own = runs.get(nameOf(row))!;
      const at = own.findLastIndex((state) => state['result'] === false) + 1;
      expect(row['fixed_jid']).toBe(own[at]!['jid']);
    }
  });

  it('is told with counts of jobs, minions and states that are those of the records', async () => {
    const states = await statesOf(read());
    const sum = (rows: readonly Row[], kind: string): number =>
      rows.reduce((total, row) => total + (row[kind] as number), 0);
    const failed = states.filter(({ result }) => result === false);
    for (const list of [report.jobs, report.minions, report.states_seen]) {
      expect(sum(list.rows, 'failed')).toBe(failed.length);
      const kinds = ['failed', 'changed', 'unchanged', 'skipped', 'would_change'].map((kind) => sum(list.rows, kind));
      expect(kinds.reduce((total, count) => total + count, 0)).toBe(states.length);
    }
    for (const job of report.jobs.rows) {
      const own = states.filter(({ jid }) => jid === job['jid']);
      expect(job['failed']).toBe(own.filter(({ result }) => result === false).length);
      const written = job.runs.flatMap((each) => each.states ?? []);
      expect(written.map(({ state_name: name }) => name)).toEqual(
        own.map(({ state_name: name, state_id: id, fun }) => name ?? id ?? fun),
      );
      for (const [at, state] of written.entries()) {
        const duration = own[at]!['duration'] as number;
        expect(Math.abs((state['duration_ms'] as number) - duration)).toBeLessThanOrEqual(duration * 0.006 + 0.01);
      }
    }
    for (const row of report.minions.rows)
      expect(row['failed']).toBe(failed.filter(({ minion_id: minion }) => minion === row['minion_id']).length);
  });
});

describe('the runs of a report', () => {
  it('are the same in any order of the events', async () => {
    const lines = storyLines();
    const forward = await reportOn(lines.join(''));
    for (const order of [lines.toReversed(), lines.toSorted((a, b) => (a.length % 7) - (b.length % 7))]) {
      const other = await reportOn(order.join(''));
      expect(other.failing_now).toEqual({ ...forward.failing_now, rows: expect.anything() as unknown });
      expect(all(other)).toEqual(
        expect.arrayContaining(
          all(forward).map(
            ({ comment, jid, since, times }) => expect.objectContaining({ comment, jid, since, times }) as unknown,
          ),
        ),
      );
      expect(other.jobs.rows.map((job) => ({ ...job, runs: job.runs.length }))).toEqual(
        forward.jobs.rows.map((job) => ({ ...job, runs: job.runs.length })),
      );
      expect(other.fixed.rows.map(nameOf).toSorted()).toEqual(forward.fixed.rows.map(nameOf).toSorted());
    }
  });

  it('say who was asked, who answered, who is silent, and for how long', async () => {
    const { jobs, minions } = await reportOn(storyLines().join(''));
    expect(jobs.rows[0]).toMatchObject({
      jid: storyJid(STORY_RUNS - 1),
      asked: 5,
      answered: 4,
      silent: 1,
      silent_minions: ['cron-01'],
    });
    expect(jobs.rows.at(-1)).toMatchObject({ jid: storyJid(0), asked: STORY_MINIONS.length, answered: 5, silent: 0 });
    expect(minions.rows.find(({ minion_id: minion }) => minion === 'cron-01')).toMatchObject({
      silent_jobs: 3,
      silent_since: new Date(storyMs(5)).toISOString(),
      last_run_jid: storyJid(4),
    });
  });

  it('name the states that change something in every run', async () => {
    const { states_seen: states } = await reportOn(storyLines().join(''));
    const always = states.rows.filter(({ changed_in_every_run: isAlways }) => isAlways).map(({ state_id: id }) => id);
    expect(always.toSorted()).toEqual(['/etc/base/3.conf']);
  });

  it('stay failing through test=True and what was skipped, and are fixed by a run alone', async () => {
    const at = (minute: number): string => `2026-11-22T09:${String(minute).padStart(2, '0')}:00`;
    const lines = [
      returnLine({ jid: '1', stamp: at(1), returned: failure('a') }),
      returnLine({ jid: '2', stamp: at(2), returned: result('a', { result: null, changes: { diff: 'x' } }) }),
      returnLine({ jid: '3', stamp: at(3), returned: result('a', { __state_ran__: false }) }),
    ];
    const { failing_now: now } = await reportOn(lines.join(''));
    expect(now).toMatchObject({ causes: 1, rows: [{ times: 1 }] });
    const unless = { skip_watch: true, comment: 'unless condition is true' };
    const { failing_now: fine } = await reportOn(
      [...lines, returnLine({ jid: '4', stamp: at(4), returned: result('a', unless) })].join(''),
    );
    expect(fine['causes']).toBe(0);
    lines.push(returnLine({ jid: '4', stamp: at(4), returned: result('a') }));
    const report = await reportOn(lines.join(''));
    expect(report.failing_now).toMatchObject({ causes: 0, rows: [] });
    expect(report.fixed.rows).toMatchObject([{ fixed_jid: '4' }]);
  });

  it('name a cause that is not in the return by what Salt calls it', async () => {
    const comment = 'One or more requisite failed: web.elsewhere';
    const { failing_now: now } = await reportOn(
      returnLine({ returned: result('a', { result: false, __state_ran__: false, comment }) }),
    );
    expect(now).toMatchObject({
      causes: 0,
      followers: 1,
      rows: [{ not_in_return: 'web.elsewhere', followers: [{ state_id: 'a' }] }],
    });
  });

  it('are compared: the last two jobs that are alike, two jids, or two times', async () => {
    const input = storyLines().join('');
    const { compare: usual } = await reportOn(input);
    expect(usual).toMatchObject({
      before: { jid: storyJid(STORY_RUNS - 2) },
      after: { jid: storyJid(STORY_RUNS - 1) },
      newly_failing: { total: 0, rows: [] },
      still_failing: { total: 4 },
    });
    const nginx = { minion_id: 'web-01', state_id: 'check nginx', sls: 'web.nginx', function: 'cmd.run' };
    const [before, after] = [4, 5].map((at) => new Date(storyMs(at + 1)).toISOString());
    for (const sides of [`${storyJid(4)},${storyJid(5)}`, `${before},${after}`]) {
      const { compare: chosen } = await reportOn(input, '--compare', sides);
      expect(chosen).toMatchObject({
        newly_failing: { total: 4, rows: { 0: { ...nginx, before: 'changed', after: 'failed' } } },
        fixed: { total: 0 },
      });
    }
    const { compare: fixed } = await reportOn(input, '--compare', `${storyJid(3)},${storyJid(4)}`);
    expect(fixed).toMatchObject({
      fixed: { total: 2, rows: [{ minion_id: 'db-01', before: 'failed' }, { before: 'follower' }] },
    });
    expect(await reportOn(returnLine({ returned: result('a') }))).toMatchObject({ compare: null });
  });

  it('are not compared with what is neither a job nor a time', async () => {
    const input = storyLines().join('');
    const { code, stdout, stderr } = await run(
      ['report', '-', '-q', '--format', 'json', '--compare', `${storyJid(4)},77`],
      input,
    );
    expect({ code, stderr }).toEqual({
      code: 3,
      stderr: expect.stringContaining('--compare 77: no job with states has this jid, and it is no time') as string,
    });
    expect((JSON.parse(stdout) as Report).compare).toBeNull();
    const page = await run(['report', '-', '--compare', 'a,b', '-o', join(directory, 'page.html')], input);
    expect(page).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--compare is for --format json') as string,
    });
  });

  it('keep runs of the scheduler apart, which have no jid', async () => {
    const line = (stamp: string): string => returnLine({ jid: 'req', stamp, returned: result('a') });
    const { jobs } = await reportOn(
      newLine('1', ['web-01']) + line('2026-11-22T09:00:00') + line('2026-11-22T10:00:00'),
    );
    expect(jobs.rows.filter(({ jid }) => jid === 'req')).toHaveLength(2);
  });
});
