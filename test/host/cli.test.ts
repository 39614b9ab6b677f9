import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CLI,
  copyWithoutModule,
  hasProgram,
  itWith,
  run,
  runOnTerminal,
  temporaryDirectory,
} from '../support/command.js';

const directory = temporaryDirectory();
const module = readFileSync('build/saltflat.wasm');
const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };

describe('saltflat', () => {
  it('tells its version, and that of its module', async () => {
    const stdout = `saltflat ${version} (module ${version})\n`;
    expect(await run(['--version'])).toEqual({ code: 0, stdout, stderr: '' });
    expect(await run(['-V'])).toEqual({ code: 0, stdout, stderr: '' });
  });

  it.each([[[]], [['replay']], [['follow']], [['show']], [['report']], [['verify']], [['check']], [['wasm']]])(
    'explains %j with examples and exit codes',
    async (command) => {
      const { code, stdout, stderr } = await run([...command, '--help']);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toMatch(/^Usage: saltflat /);
      expect(stdout).toContain('\nExamples:\n  ');
      for (const exit of [0, 1, 2, 3, 4, 5]) expect(stdout).toContain(`\n  ${exit}  `);
    },
  );

  it.each([[[]], [['replay']], [['follow']], [['show']], [['report']], [['verify']], [['check']], [['wasm']]])(
    'explains %j in 80 columns, examples aside',
    async (command) => {
      const { stdout } = await run([...command, '--help']);
      const examples = /^Examples:\n(?: .*\n)+/m;
      expect(
        stdout
          .replace(examples, '')
          .split('\n')
          .filter((line) => line.length > 80),
      ).toEqual([]);
    },
  );

  it('takes help for --help', async () => {
    expect(await run(['help'])).toEqual(await run(['--help']));
    expect(await run(['help', 'replay'])).toEqual(await run(['replay', '--help']));
  });

  it.each([
    [['help', 'bogus'], /unknown command 'bogus'/],
    [['--bogus'], /unknown option '--bogus'/],
    [['bogus'], /unknown command 'bogus'/],
    [['replay', '--strikt'], /unknown option '--strikt' \(Did you mean --strict\?\)/],
    [['replay', '--preset', 'bogus'], /Allowed choices are flatten, flatten_array, flatten_ecs/],
    [['replay', '--tries', '0'], /expected a whole number/],
    [['replay', '--to', 'tcp://a:1', '-o', 'x'], /cannot be used with/],
    [['replay', '--output'], /argument missing/],
    [['show', '--bogus'], /unknown option '--bogus'/],
    [['replay', '--options'], /argument missing/],
    [['check', 'a', 'b'], /too many arguments/],
    [['wasm', 'extra'], /too many arguments/],
  ])('refuses %j in one line with exit code 2', async (args, message) => {
    const { code, stdout, stderr } = await run(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^saltflat: [^\n]+\n$/);
    expect(stderr).toMatch(message);
  });

  it('shows its help on stderr and exits with 2 where nothing is asked for', async () => {
    const { code, stdout, stderr } = await run([]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^Usage: saltflat /);
  });

  it('exits with 5 where the package is damaged', () => {
    const command = copyWithoutModule(join(directory, 'package'));
    const { status, stderr } = spawnSync(process.execPath, [command, 'replay'], { input: '', encoding: 'utf8' });
    expect(status).toBe(5);
    expect(stderr).toMatch(/^saltflat: internal error: .*saltflat\.wasm.*\n$/);
  });
});

describe('saltflat wasm', () => {
  it('prints the module', () => {
    const { status, stdout } = spawnSync(process.execPath, [CLI, 'wasm']);
    expect(status).toBe(0);
    expect(stdout.equals(module)).toBe(true);
  });

  it('copies the module to a file', async () => {
    const path = join(directory, 'copy.wasm');
    expect(await run(['wasm', '--out', path])).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(readFileSync(path).equals(module)).toBe(true);
  });

  it.each([
    ['/missing/saltflat.wasm', 'no such file or directory'],
    [directory, 'is a directory, name a file'],
  ])('exits with 4 where %s cannot be written', async (path, reason) => {
    const { code, stderr } = await run(['wasm', '--out', path]);
    expect({ code, stderr }).toEqual({ code: 4, stderr: `saltflat: ${path}: cannot be written: ${reason}\n` });
  });

  itWith(hasProgram('script', '--version'), 'no program script')('refuses a terminal', () => {
    const { code, stdout } = runOnTerminal(['wasm']);
    expect(code).toBe(2);
    expect(stdout.trimEnd()).toBe('saltflat: the module is binary: name a file with --out FILE, or redirect stdout');
  });
});
