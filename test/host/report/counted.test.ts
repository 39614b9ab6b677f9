// What a report counts as what: refused runs, records that come again, reasons of commands, times without a _stamp.
import { readFileSync } from 'node:fs';
import { FIXTURE, run } from '../../support/command.js';
import { failure, newLine, result, returnLine } from '../../support/report-events.js';

interface Rows {
  readonly count: number;
  readonly total: number;
  readonly rows: readonly Record<string, unknown>[];
}
interface Report {
  readonly notes: readonly string[];
  readonly from: string | null;
  readonly job_returns: number;
  readonly copies: number;
  readonly differing: number;
  readonly redacted: boolean;
  readonly states: Readonly<Record<string, number>>;
  readonly failed_states: Rows;
  readonly compile_errors: Rows;
  readonly refused_runs: Rows;
  readonly failing_minions: Rows;
}

async function reportOn(input: string, ...args: string[]): Promise<Report> {
  const { code, stdout, stderr } = await run(['report', '-', '-q', '--format', 'json', ...args], input);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as Report;
}
const textOn = async (input: string): Promise<string> => (await run(['report', '-q', '-'], input)).stdout;
const pageOn = async (input: string): Promise<string> =>
  (await run(['report', '-q', '-', '--format', 'html'], input)).stdout.split(/<body>|<script/)[1]!;

const running = (fun: string, pid: number): string =>
  `The function "${fun}" is running as PID ${pid} and was started at 2024, May 11 10:00:46.${pid} with jid 2024051110000095${pid}`;
const jid = (number: number): string => `202405111011120000${String(number).padStart(2, '0')}`;

describe('refused runs', () => {
  const refused = Array.from({ length: 25 }, (_, at) =>
    returnLine({
      jid: jid(at),
      minion: `web-${at}`,
      fun: 'state.highstate',
      returned: [running('state.highstate', 1000 + at)],
    }),
  );
  const jinja = "Rendering SLS 'base:bad' failed: Jinja variable 'x' is undefined";
  const input = [...refused, returnLine({ jid: jid(30), minion: 'db-01', args: ['bad'], returned: [jinja] })].join('');

  it('are one row of their own, apart from compile errors', async () => {
    const report = await reportOn(input);
    expect(report.refused_runs).toMatchObject({
      count: 25,
      total: 1,
      rows: [{ reason: 'The function "state.highstate" is running', count: 25, minions: 25, last: { jid: jid(24) } }],
    });
    expect(report.compile_errors).toMatchObject({
      count: 1,
      total: 1,
      rows: [{ error: jinja, minion_ids: ['db-01'] }],
    });
    expect(report.failing_minions.rows).toEqual([{ minion_id: 'db-01', failed: 0, compile_errors: 1, states: 0 }]);
  });

  it('stand in the text and on the page', async () => {
    const text = await textOn(input);
    expect(text).toContain('25 state runs refused: see refused runs\n');
    expect(text).toMatch(
      /\nRefused runs: another one was at work \(1\)\n.*\n +25 {2}state\.highstate {2}25 minions {2}The function/,
    );
    expect(text).toMatch(/\nCompile errors \(1\)\n.*\n +1 {2}state\.apply bad {2}db-01 +Rendering SLS/);
    const page = await pageOn(input);
    expect(page).toContain('Refused runs: another one was at work');
    expect(page).toContain('The function &quot;state.highstate&quot; is running');
  });

  it('are no row where there are none, and no compile error is not said of them', async () => {
    expect(await textOn(returnLine({ returned: failure('a') }))).not.toContain('Refused');
    expect(await textOn(refused[0]!)).toContain('Every state run that was not refused gave state results.');
  });

  it('may be for several runs at once; anything else beside is an error', async () => {
    const two = [running('state.apply', 1001), running('state.sls', 1002)];
    const { refused_runs: runs } = await reportOn(returnLine({ returned: two }));
    expect(runs.rows).toMatchObject([
      { reason: 'The function "state.apply" is running; The function "state.sls" is running' },
    ]);
    const { compile_errors: errors } = await reportOn(returnLine({ returned: [...two, 'No matching sls found'] }));
    expect(errors.count).toBe(1);
  });
});

describe('one event_id', () => {
  const event = (stamp: string, comment = 'no'): string =>
    newLine(jid(1), ['web-01']) +
    returnLine({ jid: jid(1), stamp, returned: { ...failure('a', comment), ...result('b') } });

  it('is counted once where two masters saw it', async () => {
    const input = event('2024-05-11T10:11:13.000000+00:00') + event('2024-05-11T10:11:13.120000+00:00');
    const report = await reportOn(input);
    expect(report.states).toMatchObject({ total: 2, failed: 1 });
    expect(report).toMatchObject({
      job_returns: 1,
      copies: 2,
      differing: 0,
      notes: [expect.stringMatching(/^2 records came more than once/)],
    });
    expect(await textOn(input)).toContain(
      '! 2 records came more than once (several masters, or a file named twice): each event_id is counted once.',
    );
    expect(await pageOn(input)).toContain('2 records came more than once');
  });

  it('is counted once where a file was named twice', async () => {
    const once = await reportOn(readFileSync(FIXTURE, 'utf8'));
    const { stdout } = await run(['report', '-q', FIXTURE, FIXTURE, '--format', 'json']);
    const twice = JSON.parse(stdout) as Report;
    expect(twice.copies).toBe(476);
    for (const part of ['states', 'failed_states', 'compile_errors', 'job_returns'] as const)
      expect(twice[part]).toEqual(once[part]);
    expect(once.copies).toBe(0);
  });

  it('is counted for each different record, which is said: a failure is not hidden by what looks like it', async () => {
    const stamp = '2024-05-11T10:11:13.000000+00:00';
    const report = await reportOn(event(stamp) + event(stamp, 'another') + event(stamp, 'another'));
    expect(report).toMatchObject({ copies: 3, differing: 1 });
    expect(report.states).toMatchObject({ failed: 2, total: 3 });
    expect(report.notes).toContainEqual(
      expect.stringMatching(/^1 record shares its event_id with another record and differs/),
    );
  });

  it('tells runs of the scheduler apart, whose jid is none', async () => {
    const ran = (stamp: string): string => returnLine({ jid: 'req', stamp, returned: failure('a') });
    const { states, copies } = await reportOn(ran('2024-05-11T10:11:13') + ran('2024-05-11T11:11:13'));
    expect({ failed: states['failed'], copies }).toEqual({ failed: 2, copies: 0 });
  });
});

describe('the reason of a failed command', () => {
  const command = (changes: object, differs = {}): string =>
    returnLine({
      returned: {
        "cmd_|-db check_|-psql -c 'select 1'_|-run": {
          ...{
            name: "psql -c 'select 1'",
            result: false,
            comment: 'Command "psql" run',
            __id__: 'db check',
            duration: 1.5,
          },
          ...{ changes: { pid: 99, retcode: 2, stdout: '', stderr: '', ...changes }, ...differs },
        },
      },
    });
  const psql = command({ stderr: 'a\nb\n\nHINT: start it\r\npsql: could not connect: Connection refused\n' });

  it('stands in the row of text, page, JSON and show', async () => {
    expect(await textOn(psql)).toContain('Command "psql" run: psql: could not connect: Connection refused\n');
    expect(await pageOn(psql)).toContain(
      '<div class="text">Command &quot;psql&quot; run</div>' +
        '<div class="text reason">b\nHINT: start it\npsql: could not connect: Connection refused</div>',
    );
    expect((await reportOn(psql)).failed_states.rows[0]).toMatchObject({
      comments: [
        {
          comment: 'Command "psql" run',
          reason: 'b\nHINT: start it\npsql: could not connect: Connection refused',
          count: 1,
        },
      ],
    });
    const { stdout } = await run(['show'], psql);
    expect(stdout).toContain('Command "psql" run: b / HINT: start it / psql: could not connect: Connection refused\n');
  });

  it('is the end of stdout where stderr is blank, and nothing where both are', async () => {
    const { stdout } = await run(['show'], command({ stdout: 'one\nE: no space left\n', stderr: ' \n' }) + command({}));
    expect(stdout).toContain('run: one / E: no space left\n');
    expect(stdout).toMatch(/Command "psql" run\n/);
  });

  it('is no part of what did not fail', async () => {
    const { stdout } = await run(['show'], command({ stderr: 'a warning' }, { result: true }));
    expect(stdout).not.toContain('a warning');
  });

  it('is bounded, and no terminal obeys it', async () => {
    const { stdout } = await run(['show'], command({ stderr: `\u001b[2J${'x'.repeat(5_000_000)}` }));
    expect(stdout.length).toBeLessThan(1000);
    expect(stdout).not.toContain('\u001b');
  });

  it('is masked where the options say so', async () => {
    const { stdout } = await run(
      ['show', '--options', 'examples/fluent-bit/saltflat.json'],
      command({ stderr: 'psql: password=Zq7secret is wrong' }),
    );
    expect(stdout).toContain('psql: password=');
    expect(stdout).not.toContain('Zq7secret');
  });
});

describe('times', () => {
  it('of masterless minions come from the jid, those of states from start_time', async () => {
    const { from, notes } = await reportOn(readFileSync('test/fixtures/masterless-apply.json', 'utf8'));
    expect(from).toBe('2026-11-22T10:41:26.542Z');
    expect(notes.join()).not.toContain('_stamp');
  });
});

describe('redaction', () => {
  it('is told of, on or off, in all formats', async () => {
    const input = returnLine({ returned: failure('a') });
    const options = ['--options', 'examples/fluent-bit/saltflat.json'];
    for (const [args, redacted, said] of [
      [[], false, 'Secrets are not masked'],
      [options, true, 'Secrets are masked (redact).'],
    ] as const) {
      expect((await reportOn(input, ...args)).redacted).toBe(redacted);
      for (const format of ['text', 'html'])
        expect((await run(['report', '-q', '-', '--format', format, ...args], input)).stdout).toContain(said);
    }
  });
});
