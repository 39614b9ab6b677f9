import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FIXTURE, records, run, temporaryDirectory } from '../../support/command.js';
import { failure, newLine, result, returnLine } from '../../support/report-events.js';

const directory = temporaryDirectory();

interface Row {
  readonly [member: string]: unknown;
}
interface Listed {
  readonly total: number;
  readonly rows: readonly Row[];
}
/** A report as JSON; `docs/report.md` has its members. */
interface Report {
  readonly notes: readonly string[];
  readonly from: string | null;
  readonly job_returns: number;
  readonly malformed: number;
  readonly states: Row;
  readonly failed_states: Listed;
  readonly failing_minions: Listed;
  readonly compile_errors: Listed & { readonly count: number };
  readonly never_returned: Listed;
  readonly drift: Listed;
  readonly slowest_states: Listed;
  readonly changes_over_time: readonly Row[];
}

/** The report on these lines. */
async function reportOn(input: string, ...args: string[]): Promise<Report> {
  const { code, stdout, stderr } = await run(['report', '-', '-q', '--format', 'json', ...args], input);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as Report;
}

function optionsFile(options: object): string {
  const path = join(directory, `options-${Math.random().toString(36).slice(2)}.json`);
  writeFileSync(path, JSON.stringify(options));
  return path;
}

describe('the report of the bundled events', () => {
  let report: Report;
  let states: Row[];
  beforeAll(async () => {
    report = await reportOn(readFileSync(FIXTURE, 'utf8'));
    states = records((await run(['replay', '-q', FIXTURE])).stdout).filter(
      ({ event_type: type }) => type === 'state_return',
    );
  });

  type States = Record<'total' | 'failed' | 'changed' | 'unchanged' | 'skipped' | 'would_change', number>;

  it('counts states as the summary of replay does', async () => {
    const { stderr } = await run(['replay', FIXTURE, '-o', '/dev/null']);
    const { total, failed, changed, unchanged, skipped, would_change: wouldChange } = report.states as States;
    const jobs = report.compile_errors.count;
    expect(stderr).toContain(
      `${report.job_returns} job returns, ${total + jobs} records: ${failed + jobs} failed, ` +
        `${changed} changed, ${unchanged} unchanged, ${skipped} skipped, ${wouldChange} would change`,
    );
  });

  it('ranks failed states by the number of their records', () => {
    const counts = new Map<unknown, number>();
    for (const { state_name: name, result } of states)
      if (result === false) counts.set(name, (counts.get(name) ?? 0) + 1);
    const { total, rows } = report.failed_states;
    expect(total).toBe(counts.size);
    expect(rows).toHaveLength(20);
    expect(rows.map(({ count }) => count)).toEqual([...counts.values()].sort((a, b) => b - a).slice(0, 20));
    for (const { state_name: name, count } of rows) expect(count).toBe(counts.get(name));
  });

  it('shows comments as the states have them', () => {
    for (const { state_name: name, comments } of report.failed_states.rows) {
      const own = states.filter((state) => state['state_name'] === name && state['result'] === false);
      for (const { comment, count } of comments as { comment: string; count: number }[])
        expect(own.filter((state) => state['comment'] === comment)).toHaveLength(count);
    }
  });

  it('ranks states by their longest run', () => {
    const longest = new Map<unknown, number>();
    for (const { state_name: name, duration } of states)
      longest.set(name, Math.max(longest.get(name) ?? 0, duration as number));
    expect(report.slowest_states.rows.map(({ longest_ms: ms }) => ms)).toEqual(
      [...longest.values()].sort((a, b) => b - a).slice(0, 20),
    );
  });

  it('has every state in one span of time', () => {
    const spans = report.changes_over_time as { failed: number; changed: number; from: string; to: string }[];
    const sum = (kind: 'failed' | 'changed'): number => spans.reduce((total, span) => total + span[kind], 0);
    expect([sum('failed'), sum('changed')]).toEqual([report.states['failed'], report.states['changed']]);
    for (const { from, failed, to } of spans) {
      const own = states.filter(({ _stamp, result: own }) => own === false && isBetween(_stamp as string, from, to));
      expect(own).toHaveLength(failed);
    }
  });

  it('has the compile errors, the failing minions and the drift', () => {
    expect(report.compile_errors.rows.map(({ error }) => (error as string).split('\n')[0])).toEqual([
      expect.stringMatching(/^Rendering SLS 'base:broken' failed: Jinja syntax error/),
      'ID oops in SLS badyaml is not a dictionary',
      "No matching sls found for 'nosuch' in env 'base'",
      'The minion function caused an exception: Traceback (most recent call last):',
    ]);
    expect(report.failing_minions.rows).toEqual([
      { minion_id: 'web-01.example.com', failed: 52, compile_errors: 4, states: 469 },
      { minion_id: 'salt-master_master', failed: 1, compile_errors: 0, states: 3 },
    ]);
    expect(report.drift.total).toBe(6);
    expect(report.never_returned).toEqual({ total: 0, rows: [] });
    expect(report.notes).toEqual([]);
  });

  const isBetween = (stamp: string, from: string, to: string): boolean =>
    Date.parse(stamp) >= Date.parse(from) && Date.parse(stamp) < Date.parse(to);
});

describe('a report', () => {
  it('shows the minions that were expected and never returned, whatever the order of the events', async () => {
    const lines = [
      newLine('20261122000000000001', ['a', 'b', 'c']),
      returnLine({ jid: '20261122000000000001', minion: 'b', returned: {} }),
      newLine('20261122000000000002', ['a', 'b'], 'test.ping'),
      returnLine({ jid: '20261122000000000002', minion: 'b', fun: 'test.ping', returned: true }),
      returnLine({ jid: '20261122000000000001', minion: 'c', returned: ['Rendering failed'] }),
    ];
    for (const ordered of [lines, lines.toReversed()]) {
      const { never_returned: missing } = await reportOn(ordered.join(''));
      expect(missing).toMatchObject({ total: 1, rows: [{ minion_id: 'a', jobs: 2 }] });
    }
  });

  it('does not expect answers to what Salt asks by itself', async () => {
    const { never_returned: missing } = await reportOn(
      newLine('20261122000000000001', ['a'], 'saltutil.find_job') +
        newLine('20261122000000000002', ['a'], 'mine.update') +
        returnLine({ returned: result('a') }),
    );
    expect(missing.total).toBe(0);
  });

  it('takes an announcement as an agent wraps it, and with a tag before it', async () => {
    const line = newLine('20261122000000000001', ['a']).trimEnd();
    const { tag, data } = JSON.parse(line) as { tag: string; data: object };
    for (const wrapped of [JSON.stringify({ log: line }), `${tag}\t${JSON.stringify(data)}`])
      expect((await reportOn(`${wrapped}\n`)).never_returned.total).toBe(1);
  });

  it('says what to do where no job is announced', async () => {
    const { notes } = await reportOn(returnLine({ returned: failure('a') }));
    expect(notes).toEqual([expect.stringContaining("add 'salt/job/*/new' to the master's event_return_whitelist")]);
  });

  it('says how many lines were no events, and which states have no time', async () => {
    const { notes, malformed, states } = await reportOn(
      `nonsense\n${newLine('1', [])}${returnLine({ returned: failure('a'), stamp: 'yesterday' })}`,
    );
    expect(malformed).toBe(1);
    expect(states['failed']).toBe(1);
    expect(notes).toEqual([
      expect.stringMatching(/^1 line was not a valid event/),
      expect.stringMatching(/^1 state without a _stamp/),
    ]);
  });

  it('groups comments of a state, the most frequent first', async () => {
    const { failed_states: failed } = await reportOn(
      ['once', 'twice', 'twice']
        .map((comment, at) => returnLine({ jid: String(at), returned: failure('a', comment) }))
        .join(''),
    );
    expect(failed.rows[0]).toMatchObject({
      count: 3,
      function: 'file.managed',
      state_id: 'a',
      sls: ['web'],
      minions: 1,
      comments: [
        { comment: 'twice', count: 2 },
        { comment: 'once', count: 1 },
      ],
    });
  });

  it('says that a return was too big, instead of showing what Salt left of it', async () => {
    const { compile_errors: errors } = await reportOn(returnLine({ returned: 'VALUE_TRIMMED' }));
    expect(errors.rows[0]!['error']).toMatch(/larger than max_event_size/);
  });

  it('is of no states where there are none, and says of none that it did not fail', async () => {
    const input = newLine('20261122000000000001', ['gone']);
    const { states } = await reportOn(input);
    expect(states).toMatchObject({ total: 0, success_rate: null });
    for (const format of ['text', 'html']) {
      const { code, stdout } = await run(['report', '-', '-q', '--format', format], input);
      expect(code).toBe(0);
      expect(stdout).toMatch(/No states\.|no states/);
      expect(stdout.replace(/<script[^]*?<\/script>/g, '')).not.toContain('No state failed');
    }
  });

  it.each(['text', 'json', 'html'])(
    'is not written, as %s, where nothing was read: an old one stays',
    async (format) => {
      const path = join(directory, `old.${format}`);
      writeFileSync(path, 'old');
      const { code, stdout, stderr } = await run(['report', '-q', '--format', format, '-o', path], '');
      expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
      expect(stderr).toContain('the input is empty');
      expect(readFileSync(path, 'utf8')).toBe('old');
    },
  );
});

describe('a report with options', () => {
  const secret = 'hunter2-in-the-report';

  it.each(['text', 'json', 'html'])('has no secret in %s', async (format) => {
    const states = {
      ...failure(`mysql --password=${secret}-id`, `password: ${secret}-comment`),
      ...result('b', { result: null, changes: { a: 1 }, comment: `Bearer ${secret}-drift`, duration: 5000 }),
    };
    const input = [
      newLine('20261122000000000001', [`web token=${secret}-minion`]),
      newLine(`J1 password=${secret}-jid`, ['gone']),
      returnLine({ returned: states, minion: 'db', args: [{ pillar: { token: `${secret}-pillar` } }] }),
      returnLine({ returned: [`Rendering failed: api_key=${secret}-error`], minion: `db secret=${secret}-name` }),
    ].join('');
    const args = ['report', '-', '-q', '--format', format];
    expect((await run(args, input)).stdout).toContain(secret);
    const { code, stdout } = await run([...args, '--options', optionsFile({ redact: true })], input);
    expect(code).toBe(0);
    expect(stdout).toContain('[redacted]');
    expect(stdout).not.toContain('hunter2');
  });

  it('tells minions apart whose names are masked', async () => {
    const jid = '20261122000000000001';
    const [came, gone] = ['web token=one', 'web token=two'] as const;
    const options = optionsFile({ redact: { members: ['minions'] } });
    const { never_returned: missing } = await reportOn(
      newLine(jid, [came, gone]) + returnLine({ jid, minion: came, returned: {} }),
      ...['--options', options],
    );
    expect(missing).toMatchObject({ total: 1, rows: [{ minion_id: '[redacted]', jobs: 1 }] });
  });

  it('counts all states, also with "only": "failed"', async () => {
    const { states } = await reportOn(
      returnLine({ returned: { ...failure('a'), ...result('b') } }),
      ...['--options', optionsFile({ only: 'failed', changes: 'text' })],
    );
    expect(states).toMatchObject({ total: 2, failed: 1, unchanged: 1, success_rate: 0.5 });
  });

  it('leaves out functions and states that the options leave out', async () => {
    const input =
      newLine('20261122000000000001', ['a'], 'cmd.run') +
      newLine('20261122000000000002', ['a'], 'state.apply') +
      returnLine({ returned: { ...failure('a'), ...failure('b') } }) +
      returnLine({ fun: 'cmd.run', returned: failure('c') });
    const options = optionsFile({ functions: { exclude: ['cmd.*'] }, states: { exclude: ['b'] } });
    const { states, never_returned: missing } = await reportOn(input, '--options', options);
    expect(states['failed']).toBe(1);
    expect(missing.rows).toMatchObject([{ minion_id: 'a', jobs: 1, last: { fun: 'state.apply' } }]);
  });

  it('names a mistake in the options file', async () => {
    const { code, stderr } = await run(['report', FIXTURE, '--options', optionsFile({ redakt: true })]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/redakt/);
  });
});

describe('saltflat report', () => {
  it('is text', async () => {
    const { code, stdout, stderr } = await run(['report', FIXTURE]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const lines = stdout.split('\n');
    expect(lines[0]).toBe('Salt report: 472 states of 19 job returns, 2026-11-22 09:19:47 to 2026-11-22 09:21:16 UTC');
    expect(lines[1]).toMatch(/^88\.6 % succeeded: 53 failed, 157 changed, 248 unchanged, 6 would change; 8 skipped$/);
    const title = lines.indexOf('Failed states (the first 20 of 43)');
    expect(lines[title + 2]).toMatch(/^ +4 {2}a · test\.fail_without_changes +onfail +web-01\.example\.com +Failure!$/);
    expect(stdout).not.toContain('\u001b');
  });

  it.each([
    ['report.html', /^<!doctype html>/],
    ['report.JSON', /^\{\n {2}"saltflat"/],
    ['report.txt', /^Salt report: /],
  ])('writes %s in the format that its name says', async (name, beginning) => {
    const path = join(directory, name);
    expect(await run(['report', FIXTURE, '-q', '-o', path])).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(readFileSync(path, 'utf8')).toMatch(beginning);
  });

  it('carries the licences of what is in the page', async () => {
    const { stdout } = await run(['report', FIXTURE, '-q', '--format', 'html']);
    for (const [name, file] of [
      ['preact', 'LICENSE'],
      ['chart.js', 'LICENSE.md'],
      ['@kurkle/color', 'LICENSE.md'],
    ])
      expect(stdout).toContain(readFileSync(join('node_modules', name!, file!), 'utf8').trim());
  });

  it('tells where the report is', async () => {
    const path = join(directory, 'told.html');
    const { stderr } = await run(['report', FIXTURE, '-o', path]);
    const written = `saltflat: ${path}: written; open it in a browser\n`;
    const clear = `saltflat: ${path}: secrets in it are not masked; --options FILE with "redact": true masks them\n`;
    expect(stderr).toBe(`${written}${clear}`);
    const masked = await run(['report', FIXTURE, '-o', path, '--options', optionsFile({ redact: true })]);
    expect(masked.stderr).toBe(written);
  });

  it.each([
    [
      ['report', FIXTURE, '-o', 'report'],
      /name a file that ends in \.txt, \.json, \.html, \.htm, \.xml or \.md, or say --format/,
    ],
    [['report', FIXTURE, '-o', FIXTURE, '--format', 'json'], /is an input file too/],
    [['report', '--format', 'pdf'], /Allowed choices are text, brief, json, html, junit, markdown, github/],
  ])('refuses %j with exit code 2', async (args, message) => {
    const { code, stdout, stderr } = await run(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });

  it('exits with 4 where the report cannot be written', async () => {
    const { code, stderr } = await run(['report', FIXTURE, '-o', '/missing/report.html']);
    expect({ code, stderr }).toEqual({
      code: 4,
      stderr: 'saltflat: /missing/report.html: cannot be written: no such file or directory\n',
    });
  });

  it('reports on what it can read, says in the report what it could not, and exits with 3', async () => {
    const { code, stdout, stderr } = await run(['report', '/missing', FIXTURE, '--format', 'json']);
    expect({ code, stderr }).toEqual({
      code: 3,
      stderr: 'saltflat: /missing: cannot be read: no such file or directory\n',
    });
    expect((JSON.parse(stdout) as Report).notes).toEqual(['/missing: cannot be read: no such file or directory']);
  });

  it('lets no control character of an event through to a terminal', async () => {
    const evil = '\u001b]0;title\u0007\u001b[2J\u009b31m\r\n\u0000\u202e\u2028x\ud800';
    const input =
      newLine('20261122000000000001', [`gone${evil}`], evil) +
      returnLine({ minion: evil, jid: evil, returned: failure(evil, evil, evil) }) +
      returnLine({ minion: evil, returned: evil, args: [evil] });
    const { code, stdout } = await run(['report', '-', '-q'], input);
    expect(code).toBe(0);
    expect(stdout).toContain('\\x1b]0;title\\x07');
    expect(stdout.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
  });
});
