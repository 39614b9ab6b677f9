// `saltflat check --explain`: which rule masks what, as its users see it.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventLine, run, state, temporaryDirectory } from '../../support/command.js';

const directory = temporaryDirectory();
const empty = join(directory, 'empty');
mkdirSync(empty);

let files = 0;
/** The path of a new options file. */
function options(content: unknown): string {
  const path = join(directory, `${++files}.json`);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

const SHIPPED = options({ redact: true });

/** The lines that explain a text, with these options. */
async function explained(text: string, file = SHIPPED, args: readonly string[] = []): Promise<string[]> {
  const { code, stdout, stderr } = await run(['check', file, '--explain', text, ...args]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout.trimEnd().split('\n');
}

it('shows the text as it leaves, each secret, its rule, and how the rule is switched off', async () => {
  expect(await explained('mysql -u root -ps3cret && curl https://me:pw@db/')).toEqual([
    'mysql -u root -p[redacted] && curl https://me:[redacted]@db/',
    '',
    `Options: ${SHIPPED}`,
    '1. mysql -u root -p«s3cret» && curl https://me:pw@db/',
    '   rule: programs',
    '   off: "redact": {"without":["programs"]}',
    '2. …oot -ps3cret && curl https://me:«pw»@db/',
    '   rule: urls',
    '   off: "redact": {"without":["urls"]}',
  ]);
});

it.each<[group: string, text: string, secret: string]>([
  ['assignments', 'DB_PASSWORD=hunter2 x', 'hunter2'],
  ['keys', 'sshd_key: a1b2c3d4e5f6a7b8c9', 'a1b2c3d4e5f6a7b8c9'],
  ['options', 'deploy --token abc --yes', 'abc'],
  ['blanks', 'requirepass Abcd1234', 'Abcd1234'],
  ['sql', "ALTER USER x IDENTIFIED BY 'abc'", 'abc'],
  ['tokens', 'found AKIAABCDEFGHIJKLMNOP there', 'AKIAABCDEFGHIJKLMNOP'],
  ['hashes', 'root:$6$abcdefgh$ijklmnopqrstuvwx:1', '$6$abcdefgh$ijklmnopqrstuvwx'],
  ['webhooks', 'https://hooks.slack.com/services/T0/B0/x1', 'T0/B0/x1'],
  ['xml', '<password>abc</password>', 'abc'],
  ['schemes', 'Authorisation is Bearer abc123', 'abc123'],
  ['pem', '-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----', ''],
  ['lines', 'db:5432:app:me:abc123', 'abc123'],
])('names the group %s', async (group, text, secret) => {
  const lines = await explained(text);
  expect(lines.filter((line) => line.startsWith('   rule: '))).toEqual([`   rule: ${group}`]);
  expect(lines.find((line) => line.startsWith('1. '))).toContain(`«${secret}`);
  expect(lines.at(-1)).toBe(`   off: "redact": {"without":["${group}"]}`);
  const without = await explained(text, options({ redact: { without: [group] } }));
  expect(without[0]).toBe(text.split('\n')[0]);
  expect(without.slice(-4, -3)).toEqual(['What the options leave:']);
  expect(without.at(-1)).toBe(`   on: not in "without": ["${group}"]`);
});

it('names all groups that mask the same, and which of them mask a part of it', async () => {
  expect(await explained('token=ghp_abcdefghij1234567890abcd')).toEqual(
    expect.arrayContaining([
      '1. token=«ghp_abcdefghij1234567890abcd»',
      '   rule: assignments',
      '   rule: tokens',
      '   off: "redact": {"without":["assignments","tokens"]}',
    ]),
  );
  expect(await explained('password="mysql -pabc x"')).toEqual(
    expect.arrayContaining(['   rule: assignments', '   rule: programs, a part of it']),
  );
});

it('says that nothing is masked where nothing is', async () => {
  expect(await explained('The service nginx is running')).toEqual([
    'The service nginx is running',
    '',
    `Options: ${SHIPPED}`,
    'Nothing is masked.',
  ]);
  expect(await explained('')).toContain('Nothing is masked.');
});

it('does not take what was written as [redacted] for masked', async () => {
  expect(await explained('password=[redacted] x=1')).toContain('Nothing is masked.');
  expect(await explained('a [redacted] b password=abc')).toEqual(
    expect.arrayContaining(['a [redacted] b password=[redacted]', '1. a [redacted] b password=«abc»']),
  );
});

describe('an event', () => {
  const event = eventLine('1', [
    state({ changes: { db: { password: { a: 1 }, 10: 'x', 2: 'Bearer abc' }, 'mysql -px_|-y': 1 } }),
    state({ comment: 'token: abc' }),
  ]);

  it('is shown as its records, each mask with its place', async () => {
    const lines = await explained(event);
    const records = lines.slice(0, lines.indexOf('')).map((line) => JSON.parse(line) as { changes: object });
    expect(records).toHaveLength(2);
    expect(records[0]?.changes).toEqual({
      db: { password: '[redacted]', 10: 'x', 2: 'Bearer [redacted]' },
      'mysql -p[redacted]_|-y': 1,
    });
    expect(lines.filter((line) => /^\d/.test(line))).toEqual([
      '1. record 1, changes.db.2: Bearer «abc»',
      '2. record 1, changes.db.password: «{"a":1}»',
      '3. record 1, changes.mysql -px_|-y: mysql -p«x»_|-y',
      '4. record 2, comment: token: «abc»',
    ]);
    expect(lines).toContain('   off: "redact": {"keep":["password"]}');
  });

  it('shows no record that an option would leave out or cut: it is about masks', async () => {
    const file = options({ only: 'failed', max_bytes: { member: 256 }, changes: 'text', redact: true });
    expect((await explained(event, file)).filter((line) => /^\d/.test(line))).toHaveLength(4);
  });

  it('may be any object of JSON', async () => {
    expect(await explained('{"name":"DB_PASSWORD","value":"abc","args":["--token","abc"]}')).toEqual([
      '{"name":"DB_PASSWORD","value":"[redacted]","args":["--token","[redacted]"]}',
      '',
      `Options: ${SHIPPED}`,
      '1. record 1, value: «abc»',
      '   rule: pairs',
      '   off: "redact": {"without":["pairs"]}',
      '2. record 1, args.1: «abc»',
      '   rule: pairs',
      '   off: "redact": {"without":["pairs"]}',
    ]);
  });
});

describe('a single word', () => {
  it('is looked at as the name of a member', async () => {
    expect(await explained('db_password')).toEqual([
      'db_password',
      '',
      `Options: ${SHIPPED}`,
      'Nothing is masked.',
      '',
      'As the name of a member:',
      '1. «value»',
      '   rule: members',
      '   off: "redact": {"keep":["db_password"]}',
    ]);
  });

  it('is looked at as the name of a file', async () => {
    expect((await explained('/etc/shadow')).slice(-4)).toEqual([
      'As the name of a file:',
      '1. «its diff»',
      '   rule: files',
      '   off: "redact": {"without":["files"]}',
    ]);
  });
});

describe('what the options say', () => {
  it('names the entry of members, names and files that masks', async () => {
    const file = options({ redact: { members: ['pin', 'x*'], names: ['deploy -k'], files: ['*/app.conf'] } });
    expect(await explained('xyz', file)).toContain('   rule: members (redact.members: "x*")');
    expect(await explained('deploy -k abc', file)).toContain('   rule: programs (redact.names: "deploy -k")');
    expect(await explained('/etc/app.conf', file)).toContain('   rule: files (redact.files: "*/app.conf")');
  });

  it.each<[string, unknown, string]>([
    ['redact is off', {}, '   on: "redact": true'],
    ['strings are off', { redact: { strings: false } }, '   on: "strings": true'],
    ['the built-in names are off', { redact: { defaults: false } }, '   on: "defaults": true'],
    ['the name is kept', { redact: { keep: ['pass*'] } }, '   on: not in "keep"'],
    [
      'the group is left out',
      { redact: { without: ['assignments', 'sql'] } },
      '   on: not in "without": ["assignments"]',
    ],
  ])('is told where something stays because %s', async (_, content, change) => {
    const lines = await explained('password=abc', options(content));
    expect(lines[0]).toBe('password=abc');
    expect(lines.slice(-5)).toEqual([
      'Nothing is masked.',
      'What the options leave:',
      '1. password=«abc»',
      '   rule: assignments',
      change,
    ]);
  });

  it('is told where diffs are dropped', async () => {
    const event = eventLine('1', [state({ changes: { diff: 'a' } })]);
    const lines = await explained(event, options({ redact: { diffs: 'drop' } }));
    expect(lines.slice(-3)).toEqual([
      '1. record 1, changes.diff: «a»',
      '   rule: redact.diffs',
      '   off: "redact": {"diffs":"keep"}',
    ]);
  });

  it('comes from --options as well, from ./saltflat.json, or is "redact": true where there is none', async () => {
    const named = await run(['check', '--options', SHIPPED, '--explain', 'pw=abc']);
    expect(named).toEqual({ code: 0, stderr: '', stdout: expect.stringContaining(`Options: ${SHIPPED}\n1. pw=«abc»`) });
    const here = join(directory, 'here');
    mkdirSync(here);
    writeFileSync(join(here, 'saltflat.json'), '{}');
    const found = await run(['check', '--explain', 'pw=abc'], '', {}, here);
    expect(found.stdout).toMatch(/^pw=abc\n\nOptions: saltflat\.json\nNothing is masked\.\n/);
    const none = await run(['check', '--explain', 'pw=abc'], '', {}, empty);
    expect(none.stdout).toMatch(/^pw=\[redacted\]\n\nOptions: no saltflat\.json here, so as with "redact": true\n1\. /);
  });
});

it('reads the text from stdin as -, the end of its line left away', async () => {
  const { code, stdout } = await run(['check', SHIPPED, '--explain', '-'], 'a: 1\npassword: abc\n');
  expect(code).toBe(0);
  expect(stdout).toMatch(/^a: 1\npassword: \[redacted\]\n\nOptions: .+\n1\. a: 1\\x0apassword: «abc»\n/);
});

it('sends no control character of the text to the terminal, and no long secret', async () => {
  const lines = await explained(`\u001b[31mpassword=${'\u009b'.repeat(3)}${'x'.repeat(300)} y`);
  expect(lines.join('')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  expect(lines.find((line) => line.startsWith('1. '))).toMatch(
    /^1\. \\x1b\[31mpassword=«(\\x9b){3}x{61}… \(303 characters\)» y$/,
  );
});

it.each<[string, readonly string[], number, RegExp]>([
  [
    'a wrong options file',
    ['check', options('{"redact":1}'), '--explain', 'x'],
    2,
    /redact: expected true, false or an object/,
  ],
  ['a missing options file', ['check', '/missing.json', '--explain', 'x'], 3, /\/missing\.json: cannot be read/],
  ['two options files', ['check', SHIPPED, '--options', SHIPPED, '--explain', 'x'], 2, /FILE and --options: name one/],
  ['stdin twice', ['check', '-', '--explain', '-'], 2, /stdin can be one of them/],
  ['no text', ['check', '--explain'], 2, /argument missing/],
])('refuses %s', async (_, args, expected, message) => {
  const { code, stdout, stderr } = await run(args);
  expect({ code, stdout }).toEqual({ code: expected, stdout: '' });
  expect(stderr).toMatch(message);
});
