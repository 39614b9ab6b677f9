import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import stringWidth from 'string-width';
import { FIXTURE, hasProgram, itWith, run, runOnTerminal, temporaryDirectory } from '../../support/command.js';
import { failure, result, returnLine } from '../../support/report-events.js';

const directory = temporaryDirectory();
const terminal = itWith(hasProgram('script', '--version'), 'no program script');

/** The rows of a table, without its titles. */
function rowsOf(text: string, title: string): string[] {
  const lines = text.split(/\r?\n/);
  const at = lines.findIndex((line) => line.startsWith(title));
  return lines.slice(at + 2, lines.indexOf('', at));
}

/**
 * The report on `path` as a terminal of so many columns shows it; the whole of it in a pipe where there is no number.
 */
async function textOn(path: string, columns: number | null): Promise<string> {
  const args = ['report', '-q', path];
  const { code, stdout } = columns === null ? await run(args) : runOnTerminal(args, { NO_COLOR: '1' }, columns);
  expect(code).toBe(0);
  return stdout;
}

/** What each row of a table has in it, by the report as JSON: how often, and the ID. */
async function expectedOf(table: string): Promise<string[]> {
  const { stdout } = await run(['report', '-q', FIXTURE, '--format', 'json']);
  const report = JSON.parse(stdout) as Record<string, { rows: { count: number; state_id: string }[] }>;
  return report[table]!.rows.map(({ count, state_id: id }) => ` ${count}  ${id} `);
}

/** A file with one job return. */
function eventsFile(name: string, returned: object): string {
  const path = join(directory, name);
  writeFileSync(path, returnLine({ returned }));
  return path;
}

describe('the text of a report', () => {
  const WIDTHS = [80, 100, 200, null] as const;

  for (const columns of WIDTHS) {
    const isPipe = columns === null;
    (isPipe ? it : terminal)(
      `has the ID of every state beside its number ${isPipe ? 'in a pipe' : `on a terminal of ${columns} columns`}`,
      async () => {
        const text = await textOn(FIXTURE, columns);
        for (const [title, table] of [
          ['Failed states', 'failed_states'],
          ['Drift', 'drift'],
          ['Slowest states', 'slowest_states'],
        ] as const) {
          const beginnings = await expectedOf(table);
          const rows = rowsOf(text, title);
          expect(rows).toHaveLength(beginnings.length);
          for (const [at, row] of rows.entries()) {
            expect(row).toContain(beginnings[at]!);
            if (!isPipe) expect(stringWidth(row)).toBeLessThanOrEqual(columns);
          }
        }
        expect(rowsOf(text, 'Failed states')[0]).toMatch(
          /^ +4 {2}a · test\.fail_with.* onfail +web-01\.example\.com +Failure!$/,
        );
      },
    );
  }

  for (const columns of [200, null])
    (columns === null ? it : terminal)(
      `cuts no state where there is room, ${columns === null ? 'as in a pipe' : 'as in 200 columns'}`,
      async () => {
        const states = rowsOf(await textOn(FIXTURE, columns), 'Failed states');
        expect(states[4]).toMatch(
          /^ +1 {2}pkg_0007 · test\.fail_without_changes · package-0007 {2}big +web-01\.example\.com +Failure!$/,
        );
        expect(states.join('')).not.toContain('…');
      },
    );

  terminal('tells IDs apart that begin alike, where none of them has room', async () => {
    const folder = '/etc/nginx/sites-available/customers/of-the-north-and-the-south';
    const path = eventsFile('alike.ndjson', { ...failure(`${folder}/one.conf`), ...failure(`${folder}/two.conf`) });
    const rows = rowsOf(await textOn(path, 80), 'Failed states');
    expect(rows).toEqual([
      expect.stringMatching(/^ +1 {2}\/etc\/nginx\/\S+…\S+\/one\.conf {2}web {2}web-01 {2}no$/),
      expect.stringMatching(/^ +1 {2}\/etc\/nginx\/\S+…\S+\/two\.conf {2}web {2}web-01 {2}no$/),
    ]);
  });

  it('has IDs of 150 characters whole in a pipe, and none that is so long that other columns are out of sight', async () => {
    const [long, endless] = [`long-${'a'.repeat(145)}`, `endless-${'b'.repeat(5000)}`];
    const rows = rowsOf(
      await textOn(eventsFile('long.ndjson', { ...failure(long), ...failure(endless) }), null),
      'Failed',
    );
    expect(rows[0]).toContain(`1  ${long} · file.managed`);
    expect(rows[1]).toMatch(/^ +1 {2}endless-b+… \[5008 characters, [0-9a-f]{8}\]/);
    for (const row of rows) expect(row.length).toBeLessThan(300);
  });

  it('names the function and the ID of a state whose name is a whole script', async () => {
    const script = `#!/bin/sh\n${'echo on and on\n'.repeat(400)}`;
    const name = `cmd_|-install_|-${script}_|-run`;
    const path = eventsFile('script.ndjson', { [name]: Object.values(failure('install'))[0] });
    expect(rowsOf(await textOn(path, null), 'Failed')[0]).toMatch(
      /^ +1 {2}install · cmd\.run · #!\/bin\/sh\\x0aecho on/,
    );
    const { stdout } = await run(['report', '-q', path, '--format', 'json']);
    expect(JSON.parse(stdout)).toMatchObject({
      failed_states: {
        rows: [{ function: 'cmd.run', state_id: 'install', state_name: expect.stringMatching(/_\|-run$/) }],
      },
    });
  });

  terminal('is wide enough for what it is about where the terminal tells no width', async () => {
    const path = eventsFile('widthless.ndjson', { ...failure('nginx', 'Port 80 is taken'), ...result('motd') });
    expect(rowsOf(await textOn(path, 0), 'Failed')).toEqual([
      '       1  nginx · file.managed  web  web-01  Port 80 is taken',
    ]);
  });

  terminal('has colours on a terminal, and not with NO_COLOR', () => {
    expect(runOnTerminal(['report', FIXTURE]).stdout).toContain('\u001b[31m88.6 % succeeded');
    expect(runOnTerminal(['report', FIXTURE], { NO_COLOR: '1' }).stdout).toContain('88.6 % succeeded: 53 failed');
  });

  terminal('comes with a bar that counts the records as replay does', () => {
    expect(runOnTerminal(['report', FIXTURE]).stdout).toContain('679 events · 476 records');
  });

  terminal('is what a terminal gets, and a page is refused', () => {
    const { code, stdout } = runOnTerminal(['report', FIXTURE, '--format', 'html']);
    expect(code).toBe(2);
    expect(stdout.trimEnd()).toBe('saltflat: a page is not for a terminal: name a file with -o report.html');
  });
});
