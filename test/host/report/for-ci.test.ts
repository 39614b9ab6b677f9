// The report for CI and chat: JUnit, Markdown, GitHub's annotations, and what `--fail-on` exits with.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DOMParser, type Element, XMLSerializer } from '@xmldom/xmldom';
import { records, run, temporaryDirectory } from '../../support/command.js';
import { FIXTURE } from '../../support/command.js';
import { describeWith } from '../../support/program.js';

const DEMO = join(process.cwd(), 'examples/events/demo.ndjson');
const root = temporaryDirectory();

/** An event with these states, each member of a state by itself. */
function event(states: Readonly<Record<string, object>>, minion = 'web-01', jid = '20261130100000000000'): string {
  const data = { cmd: '_return', id: minion, jid, fun: 'state.apply', fun_args: [], return: states, success: true };
  return JSON.stringify({
    tag: `salt/job/${jid}/ret/${minion}`,
    data: { ...data, _stamp: '2026-11-30T10:00:05.000000' },
  });
}
const ok = { result: true, changes: {}, comment: 'in order', __sls__: 'web', __id__: 'a', duration: 12.5, name: 'a' };
const announced = (...minions: readonly string[]): string =>
  JSON.stringify({
    tag: 'salt/job/20261130100000000000/new',
    data: { jid: '20261130100000000000', minions, fun: 'state.apply', _stamp: '2026-11-30T10:00:00.000000' },
  });
const KEY = 'cmd_|-a_|-a_|-run';

/** The elements of this name, in the order of the document; fails where it is no XML. */
function elements(xml: string, name: string): Element[] {
  const errors: string[] = [];
  // A replacement character is a warning of the parser.
  const document = new DOMParser({
    onError: (level, message) => level !== 'warning' && errors.push(`${level}: ${message}`),
  }).parseFromString(xml, 'text/xml');
  expect(errors).toEqual([]);
  return [...document.getElementsByTagName(name)];
}
const sum = (suites: readonly Element[], attribute: string): number =>
  suites.reduce((total, suite) => total + Number(suite.getAttribute(attribute)), 0);

describe('JUnit', () => {
  it.each([
    ['the demo', DEMO],
    ['the other bundled events', FIXTURE],
  ])('has a test case for each state and each failed run of %s', async (_, file) => {
    const { code, stdout, stderr } = await run(['report', file, '--format', 'junit']);
    expect({ code, stderr: stderr.replace(/.*are not masked.*\n/, '') }).toEqual({ code: 0, stderr: '' });
    const { stdout: replayed } = await run(['replay', file]);
    const all = records(replayed);
    const states = all.filter(({ event_type: type }) => type === 'state_return');
    const failed = states.filter(({ result }) => result === false);
    const suites = elements(stdout, 'testsuite');
    const silent = suites.filter((suite) => suite.getAttribute('name') === 'minions that never returned');
    expect(sum(suites, 'tests') - sum(silent, 'tests')).toBe(all.length);
    expect(elements(stdout, 'testcase')).toHaveLength(sum(suites, 'tests'));
    expect(elements(stdout, 'failure')).toHaveLength(sum(suites, 'failures'));
    expect(elements(stdout, 'error')).toHaveLength(sum(suites, 'errors'));
    expect(elements(stdout, 'skipped')).toHaveLength(sum(suites, 'skipped'));
    const followers = elements(stdout, 'skipped').filter((each) =>
      each.getAttribute('message')!.startsWith('not run, because of: '),
    );
    expect(followers.length).toBeGreaterThan(0);
    expect(sum(suites, 'failures') + followers.length).toBe(failed.length);
  });

  it('names the state that a follower was not run for', async () => {
    const { stdout } = await run([
      'report',
      DEMO,
      '--format',
      'junit',
      '--minion',
      'app-01*',
      '--since',
      '2026-11-30T08:50',
    ]);
    const skipped = elements(stdout, 'skipped').map((each) => [
      (each.parentNode as Element).getAttribute('name'),
      each.getAttribute('message'),
    ]);
    expect(skipped).toContainEqual([
      'shop answers · cmd.run · shop check',
      'not run, because of: shop database is migrated',
    ]);
    const failure = elements(stdout, 'failure').find((each) => each.textContent!.includes('LockNotAvailable'))!;
    expect(failure.getAttribute('message')).toBe('Command "shop migrate" run');
  });

  it('is XML whatever a state says, and says it', async () => {
    const said = 'a < b & "c" ]]> \u0000\u0001\u001b[31m\ud800 end\r\nnext <script>alert(1)</script>';
    const name = `x"><failure/>&amp;\u0007`;
    const line = event({ [`cmd_|-${name}_|-${name}_|-run`]: { ...ok, result: false, comment: said, __sls__: name } });
    const { code, stdout } = await run(['report', '-', '--format', 'junit'], `${line}\n`);
    expect(code).toBe(0);
    const [failure, ...others] = elements(stdout, 'failure');
    expect(others).toEqual([]);
    expect(failure!.textContent).toContain('next <script>alert(1)</script>');
    expect((failure!.parentNode as Element).getAttribute('classname')).toBe('x"><failure/>&amp;\ufffd');
    // eslint-disable-next-line no-control-regex
    expect(stdout).not.toMatch(/[\0-\x08\x0b\x0c\x0e-\x1f]/);
  });

  it('is written where -o FILE ends in .xml, and tells of silent minions and malformed events', async () => {
    const file = join(root, 'results.xml');
    const input = [announced('web-01', 'web-02'), event({ [KEY]: ok }), '{"tag": broken', ''].join('\n');
    const { code } = await run(['report', '-', '-o', file], input);
    expect(code).toBe(0);
    const types = elements(readFileSync(file, 'utf8'), 'error').map((each) => each.getAttribute('type'));
    expect(types.sort()).toEqual(['malformed', 'silent']);
  });

  const schemas = process.env['SALTFLAT_JUNIT_XSD'] ?? '';
  const missing =
    spawnSync('xmllint', ['--version']).error !== undefined
      ? 'no xmllint on PATH'
      : existsSync(join(schemas, 'junit-10.xsd')) && existsSync(join(schemas, 'surefire-test-report.xsd'))
        ? null
        : "SALTFLAT_JUNIT_XSD names no folder with junit-10.xsd (Jenkins' xunit plugin) and surefire-test-report.xsd";
  describeWith('by the schemas', missing, () => {
    const lint = (schema: string, xml: string): string => {
      const file = join(root, 'document.xml');
      writeFileSync(file, xml);
      const { status, stderr } = spawnSync('xmllint', ['--noout', '--schema', join(schemas, schema), file]);
      return status === 0 ? '' : stderr.toString();
    };
    it.each([DEMO, FIXTURE])('is valid for Jenkins, and each suite for Surefire: %s', async (file) => {
      const { stdout } = await run(['report', file, '--format', 'junit']);
      expect(lint('junit-10.xsd', stdout)).toBe('');
      const serializer = new XMLSerializer();
      const wrong = elements(stdout, 'testsuite')
        .map((suite) => lint('surefire-test-report.xsd', serializer.serializeToString(suite)))
        .filter((error) => error !== '');
      expect(wrong).toEqual([]);
    });
  });
});

describe('Markdown', () => {
  it('has what fails now first, at most 60 lines, and nothing of a state as markup', async () => {
    const { code, stdout } = await run(['report', DEMO, '--format', 'markdown']);
    expect(code).toBe(0);
    const lines = stdout.split('\n');
    expect(lines.length).toBeLessThanOrEqual(60);
    expect(lines[0]).toMatch(/^### ✖ Salt: \d causes, \d+ followers on \d minions$/);
    expect(stdout).toContain('`certificate · cmd.run` | `app-01.example.com`');
    expect(stdout).toContain('`mon-01.example.com`: `state.highstate`');
  });

  it('stays within 60 lines and one row a cause, whatever there is', async () => {
    const lines = Array.from({ length: 80 }, (_, at) => {
      const hostile = { ...ok, result: false, comment: '`|` ``| <img src=x> @team\n| a | b |', __id__: `s${at}` };
      return event(
        { [`cmd_|-s${at}_|-s${at}_|-run`]: hostile },
        `web-${at}`,
        `202611301000${String(at).padStart(8, '0')}`,
      );
    });
    const { stdout } = await run(['report', '-', '--format', 'markdown'], lines.join('\n'));
    expect(stdout.split('\n').length).toBeLessThanOrEqual(60);
    expect(stdout).toContain('55 more causes');
    const rows = stdout.split('\n').filter((line) => line.startsWith('| `s'));
    expect(rows).toHaveLength(25);
    for (const row of rows) expect(row.replaceAll('\\|', '').split('|')).toHaveLength(8);
  });

  it('says so where nothing fails', async () => {
    const { stdout } = await run(['report', '-', '--format', 'markdown'], event({ [KEY]: ok }));
    expect(stdout).toMatch(/^### ✔ Salt: Nothing fails now\.\n/);
  });
});

describe("GitHub's annotations", () => {
  it('are a line each: causes and errors, then silent minions', async () => {
    const { code, stdout } = await run(['report', DEMO, '--format', 'github']);
    expect(code).toBe(0);
    const lines = stdout.trimEnd().split('\n');
    expect(lines.filter((line) => !/^::(error|warning|notice) title=[^:]+::/.test(line))).toEqual([]);
    expect(lines.filter((line) => line.startsWith('::error title=certificate (cmd.run) on app-01'))).toHaveLength(1);
    expect(stdout).not.toContain('page cart answers');
  });

  it('cannot be forged by what a state says', async () => {
    const line = event({ [KEY]: { ...ok, result: false, comment: 'x\n::add-mask::y\r\n::stop-commands::z %0A' } });
    const { stdout } = await run(['report', '-', '--format', 'github'], line);
    expect(
      stdout
        .split(/[\r\n]+/)
        .filter((each) => /::(add-mask|stop-commands)::/.test(each) && !each.startsWith('::error')),
    ).toEqual([]);
    expect(stdout).toContain('%0A::add-mask::y');
    expect(stdout).toContain('%250A');
  });
});

describe('--fail-on', () => {
  const changed = { ...ok, changes: { a: 1 } };
  const fails = { ...ok, result: false };
  const would = { ...ok, result: null };
  const compile = JSON.stringify({
    tag: 'salt/job/20261130100000000000/ret/web-01',
    data: {
      cmd: '_return',
      id: 'web-01',
      jid: '20261130100000000000',
      fun: 'state.apply',
      fun_args: [],
      return: ["Rendering SLS 'a' failed"],
      retcode: 1,
    },
  });
  const refused = compile.replace(
    "Rendering SLS 'a' failed",
    'The function \\"state.apply\\" is running as PID 1 and was started at 2026, Nov 30 10:00:00.000000 with jid 20261130095959000000',
  );
  const both = announced('web-01', 'web-02');
  const fine = event({ [KEY]: ok });
  it.each([
    ['failed', fine, 0],
    ['failed', event({ [KEY]: fails }), 1],
    ['failed', compile, 1],
    ['failed', refused, 1],
    ['compile-error', compile, 1],
    ['compile-error', refused, 0],
    ['refused', refused, 1],
    ['refused', compile, 0],
    ['changed', event({ [KEY]: changed }), 1],
    ['changed', fine, 0],
    ['would-change', event({ [KEY]: would }), 1],
    ['would-change', event({ [KEY]: changed }), 0],
    ['silent', `${both}\n${fine}`, 1],
    ['silent', `${announced('web-01')}\n${fine}`, 0],
    ['silent', fine, 3],
    ['refused,changed', event({ [KEY]: changed }), 1],
    ['changed', `${fine}\n{"tag": broken`, 1],
    ['failed', '', 3],
    ['failure', fine, 2],
  ])('%s: %#', async (what, input, code) => {
    const { code: exit, stderr } = await run(['report', '-', '--fail-on', what, '-q'], input);
    expect({ exit, stderr }).toEqual({ exit: code, stderr: code === 0 ? '' : (expect.any(String) as string) });
    expect(stderr === '').toBe(code === 0);
  });

  it('says what there is, and the report is written all the same', async () => {
    const { code, stdout, stderr } = await run([
      'report',
      DEMO,
      '--fail-on',
      'failed',
      '--fail-on',
      'silent',
      '--format',
      'json',
    ]);
    expect(code).toBe(1);
    expect(stderr).toContain('saltflat: --fail-on failed,silent: 40 failures and 2 missing returns\n');
    expect(JSON.parse(stdout)).toMatchObject({ events: 48 });
  });

  it("takes what salt-call prints: a pipeline's gate", async () => {
    const printed = JSON.stringify({ local: { [KEY]: { ...fails, __run_num__: 0 } } }, null, 4);
    const { code, stdout } = await run(['report', '--format', 'junit', '--fail-on', 'failed'], printed);
    expect(code).toBe(1);
    expect(elements(stdout, 'failure')).toHaveLength(1);
  });
});
