import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../../support/program.js';
import { eventLine, records, run, state, temporaryDirectory } from '../../support/command.js';
import { Follower, endFollowers } from '../../support/follower.js';

const directory = temporaryDirectory();
afterAll(endFollowers);

let files = 0;
/** A new file with the content; its path. */
function file(content: string, name = `${++files}.json`): string {
  const path = join(directory, name);
  writeFileSync(path, content);
  return path;
}

const EVENT = eventLine('1', [state(), state({ result: false }), state({ changes: { a: 1 } })]);
const events = file(`${EVENT}\n`, 'events.ndjson');

/** Mistakes, and what people are told of them. */
const MISTAKES: [string, string, string[]][] = [
  [
    'a word that is no choice',
    '{"only":"chaged"}',
    ['only: expected one of "all", "changed", "failed", "notable", not "chaged" (did you mean "changed"?)'],
  ],
  [
    'a word that is like none of the choices',
    '{"changes":"yaml"}',
    ['changes: expected one of "json", "text", not "yaml"'],
  ],
  [
    'an unknown member',
    '{"redact":{"membres":["x"]}}',
    [
      'redact.membres: unknown member; allowed: members, keep, defaults, strings, diffs, files, names, without (did you mean members?)',
    ],
  ],
  [
    'several unknown members',
    '{"redact":{"aaaaa":1,"keeps":[]}}',
    [
      'redact.aaaaa: unknown member; allowed: members, keep, defaults, strings, diffs, files, names, without',
      'redact.keeps: unknown member (did you mean keep?)',
    ],
  ],
  [
    'a word for a number, and a flag in quotes',
    '{"max_bytes":{"member":"64k"},"summary":"true"}',
    [
      'max_bytes.member: expected a whole number of bytes from 256 to 999999999, not "64k"',
      'summary: expected true or false, not "true"',
    ],
  ],
  [
    'a missing comma',
    '{\n  "only": "failed"\n  "id": true\n}',
    ["line 3, column 3: expected ',' or a closing bracket after a value"],
  ],
  ['a member twice', '{"id":true,\n "id":false}', ['line 2, column 2: id stands twice']],
  [
    'a name that records have',
    '{"add":{"jid":"x"}}',
    ['add.jid: records or states have a member of this name already'],
  ],
  ['no JSON at all', 'only: failed\n', ['line 1, column 1: expected a value']],
  ['nothing', '', ['line 1, column 1: the text stops short']],
  ['something larger than options are', `{"only":"${'x'.repeat(70_000)}"}`, ['larger than 64 KiB']],
];

/** The lines without their order: the module's own is no promise. */
const sorted = (lines: readonly string[]): string[] => [...lines].sort();

describe('saltflat check', () => {
  it('refuses a file that is not UTF-8', async () => {
    const { code, stderr } = await run(['check', '-'], Buffer.from('{"add":{"site":"caf\xe9"}}', 'latin1'));
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('is not UTF-8') as string });
  });

  it.each([
    [
      'all that differs from the defaults',
      '{"only":"notable","id":true}',
      ['only: notable (default: all)', 'id: true (default: false)'],
    ],
    [
      'lists and limits',
      '{"functions":{"exclude":["test.*"]},"max_bytes":{"member":4096}}',
      ['functions.exclude: ["test.*"] (default: [])', 'max_bytes.member: 4096 (default: no limit)'],
    ],
    ['constants', '{"add":{"env":"prod","tier":1}}', ['add: {"env":"prod","tier":1} (default: {})']],
    ['redaction as a word', '{"redact":true}', ['redact: true (default: false)']],
    [
      'redaction as an object',
      '{"redact":{"keep":["token_id"],"strings":true}}',
      ['redact: true (default: false)', 'redact.keep: ["token_id"] (default: [])'],
    ],
    ['that nothing does', '{}', ['all defaults']],
    [
      'that nothing does, though defaults are written out',
      '\ufeff{"only":"all","functions":{"include":["*"]},"redact":false}\n',
      ['all defaults'],
    ],
    ['no control character', '{"add":{"a":"\\u009b31m\\u202e"}}', ['add: {"a":"\\x9b31m\\u{202e}"} (default: {})']],
  ])('says %s', async (_, content, lines) => {
    expect(await run(['check', file(content)])).toEqual({ code: 0, stdout: `${lines.join('\n')}\n`, stderr: '' });
  });

  it.each(MISTAKES)('tells of %s, with what is allowed, and exits with 2', async (_, content, mistakes) => {
    const path = file(content);
    const { code, stdout, stderr } = await run(['check', path]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(sorted(stderr.trimEnd().split('\n'))).toEqual(
      sorted(mistakes.map((mistake) => `saltflat: ${path}: ${mistake}`)),
    );
  });

  it('sends no control character of the file to the terminal', async () => {
    const { code, stderr } = await run(['check', file('{"a\\nb\\u001b[31m\\u009b":1}')]);
    expect(code).toBe(2);
    expect(stderr.trimEnd()).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(stderr).toMatch(/^saltflat: .*: a.+: unknown member; allowed: /);
  });

  it('takes ./saltflat.json where no file is named', async () => {
    const folder = join(directory, 'here');
    mkdirSync(folder);
    file('{"summary":true}', 'here/saltflat.json');
    expect(await run(['check'], '', {}, folder)).toEqual({
      code: 0,
      stdout: 'summary: true (default: false)\n',
      stderr: '',
    });
  });

  it('reads stdin as -', async () => {
    expect(await run(['check', '-'], '{"id":true}')).toEqual({
      code: 0,
      stdout: 'id: true (default: false)\n',
      stderr: '',
    });
    expect(await run(['check', '-'], '[]')).toEqual({
      code: 2,
      stdout: '',
      stderr: 'saltflat: stdin: expected an object\n',
    });
  });

  it.each([
    ['/missing/saltflat.json', 'no such file or directory'],
    [directory, 'is a directory, name a file'],
  ])('exits with 3 where %s cannot be read', async (path, reason) => {
    expect(await run(['check', path])).toEqual({
      code: 3,
      stdout: '',
      stderr: `saltflat: ${path}: cannot be read: ${reason}\n`,
    });
  });
});

describe('--options', () => {
  it('decides which records replay writes', async () => {
    const { code, stdout, stderr } = await run(['replay', '--options', file('{"only":"failed"}'), events]);
    expect(code).toBe(0);
    expect(records(stdout).map(({ result }) => result)).toEqual([false]);
    expect(stderr).toMatch(/ 1 record: 1 failed, 0 changed, /);
  });

  it('decides which states show shows', async () => {
    const { code, stdout } = await run(['show', '--options', file('{"only":"notable"}'), events]);
    expect(code).toBe(0);
    expect(
      stdout
        .split('\n')
        .slice(0, -3)
        .map((line) => line[36]),
    ).toEqual(['✖', '●']);
  });

  it('decides which records follow writes', async () => {
    const follower = new Follower(['--options', file('{"only":"changed","add":{"env":"prod"}}'), events]);
    await until(() => follower.stdout.endsWith('\n'), `a record; stderr: ${follower.stderr}`);
    expect(await follower.stop()).toBe(0);
    expect(records(follower.stdout)).toEqual([expect.objectContaining({ changes: { a: 1 }, env: 'prod' })]);
  });

  it.each([
    ['replay', [events]],
    ['show', [events]],
    ['follow', [events]],
  ])('stops %s before it begins where the file has mistakes, and names each', async (command, args) => {
    const path = file('{"only":"chaged","ids":true}');
    const { code, stdout, stderr } = await run([command, '--options', path, ...args]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    const lines = stderr.trimEnd().split('\n');
    expect(lines).toHaveLength(2);
    for (const line of lines)
      expect(line).toMatch(/^saltflat: .*\.json: (only|ids): .+\(did you mean (id|"changed")\?\)$/);
  });

  it.each(['replay', 'show', 'follow'])('makes %s exit with 3 where the file cannot be read', async (command) => {
    const { code, stdout, stderr } = await run([command, '--options', '/missing.json', events]);
    expect({ code, stdout, stderr }).toEqual({
      code: 3,
      stdout: '',
      stderr: 'saltflat: /missing.json: cannot be read: no such file or directory\n',
    });
  });

  it.each(['replay', 'show'])('is all that %s reads: no saltflat.json of the working directory', async (command) => {
    const folder = join(directory, command);
    mkdirSync(folder);
    file('{"only":"chaged"}', `${command}/saltflat.json`);
    const { code, stdout, stderr } = await run([command, events], '', {}, folder);
    expect(code).toBe(0);
    expect({ stdout, stderr }).toEqual(await run([command, events]).then(({ stdout, stderr }) => ({ stdout, stderr })));
    expect(stdout).toContain('Success!');
  });
});
