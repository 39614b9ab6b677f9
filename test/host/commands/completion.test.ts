// What the shells complete: bash is asked, the scripts of others are read.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CLI, run, temporaryDirectory } from '../../support/command.js';
import { describeWith } from '../../support/program.js';

const root = temporaryDirectory();
const missing = (shell: string): string | null =>
  spawnSync(shell, ['--version']).error === undefined ? null : `no ${shell} on PATH`;

/** What bash offers where these words were typed, the last of them in part. */
function offered(...words: readonly string[]): string[] {
  const script = [
    `source <("${process.execPath}" "${CLI}" completion bash)`,
    `COMP_WORDS=(saltflat ${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length}`,
    '_saltflat; printf "%s\\n" "${COMPREPLY[@]}"',
  ].join('\n');
  const { status, stdout, stderr } = spawnSync('bash', ['-c', script], { encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout.split('\n').filter((line) => line !== '');
}

describeWith('bash completes', missing('bash'), () => {
  it.each<[string[], string[]]>([
    [['rep'], ['replay', 'report']],
    [['replay', '--pre'], ['--preset']],
    [['replay', '--preset', 'flatten_e'], ['flatten_ecs']],
    [
      ['follow', '--from', ''],
      ['start', 'end'],
    ],
    [
      ['report', '-'],
      ['-o', '-q', '-h'],
    ],
    [['check', 'package-l'], ['package-lock.json']],
    [['check', '--options', 'package-l'], ['package-lock.json']],
    [['follow', '--poll', ''], []],
    [['completion', 'z'], ['zsh']],
    [['help', 'verif'], ['verify']],
  ])('%j', (words, expected) => {
    const found = offered(...words);
    if (words.at(-1) === '-') expect(found).toEqual(expect.arrayContaining(expected));
    else expect(found).toEqual(expected);
  });
});

describe('completion', () => {
  it.each(['bash', 'zsh', 'fish'])('%s: knows every command and every option', async (shell) => {
    const { code, stdout } = await run(['completion', shell]);
    expect(code).toBe(0);
    const { stdout: help } = await run(['--help']);
    const commands = [...help.matchAll(/^ {2}([a-z]+) .*\[options\]/gm)].map(([, name]) => name!);
    expect(commands.length).toBeGreaterThan(6);
    for (const command of commands) {
      const { stdout: own } = await run([command, '--help']);
      const options = [...own.matchAll(/^ {2}(?:-\w, )?--([a-z-]+)/gm)]
        .map(([, name]) => name!)
        .filter((name) => name !== 'help');
      expect(stdout).toContain(command);
      expect(options.filter((name) => !stdout.includes(name))).toEqual([]);
    }
  });

  it.each(['zsh', 'fish'])('%s: the script is one that the shell takes', async (shell) => {
    if (missing(shell) !== null) {
      console.log(`skipped: ${missing(shell)}`);
      return;
    }
    const { stdout } = await run(['completion', shell]);
    const file = join(root, shell);
    writeFileSync(file, stdout);
    const { status, stderr } = spawnSync(shell, ['-n', file], { encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  it('says which shells there are', async () => {
    expect(await run(['completion', 'tcsh'])).toMatchObject({
      code: 2,
      stderr:
        'saltflat: completion tcsh: expected bash, zsh, fish; `saltflat completion bash` prints a script to source\n',
    });
  });
});
