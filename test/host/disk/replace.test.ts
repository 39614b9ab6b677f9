import { spawnSync } from 'node:child_process';
import {
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { CLI, FIXTURE, hasProgram, itWith, run, temporaryDirectory } from '../../support/command.js';

const directory = temporaryDirectory();

/** A folder for one test. */
function folderOf(name: string): string {
  const folder = join(directory, name);
  mkdirSync(folder);
  return folder;
}

/** Runs the command where no file may grow beyond some KB: a write fails in its midst, as on a full disk. */
function runWithoutRoom(args: readonly string[]): { code: number | null; stderr: string } {
  const { status, stderr } = spawnSync('sh', ['-c', 'ulimit -f 8; exec "$0" "$@"', process.execPath, CLI, ...args], {
    encoding: 'utf8',
  });
  return { code: status, stderr };
}

describe.each([
  ['wasm', 'saltflat.wasm', ['wasm', '--out'], /^\0asm/],
  ['report', 'report.html', ['report', FIXTURE, '-q', '-o'], /^<!doctype html>/],
])('the file that saltflat %s writes', (command, name, args, beginning) => {
  const writing = (path: string): Promise<unknown> => run([...args, path]);
  const done = { code: 0, stdout: '', stderr: '' };

  itWith(hasProgram('sh', '-c', 'ulimit -f 8'), 'no ulimit')('stays as it was where the new one finds no room', () => {
    const folder = folderOf(`${command}-full`);
    const path = join(folder, name);
    writeFileSync(path, 'good');
    const { code, stderr } = runWithoutRoom([...args, path]);
    expect(code).toBe(4);
    expect(stderr).toMatch(new RegExp(`^saltflat: ${path}: cannot be written: .*too large`));
    expect(readFileSync(path, 'utf8')).toBe('good');
    expect(readdirSync(folder)).toEqual([name]);
  });

  itWith(hasProgram('sh', '-c', 'ulimit -f 8'), 'no ulimit')('is not there where it finds no room', () => {
    const folder = folderOf(`${command}-full-new`);
    expect(runWithoutRoom([...args, join(folder, name)]).code).toBe(4);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('takes the place of another one, with its permissions, and leaves nothing beside it', async () => {
    const folder = folderOf(`${command}-mode`);
    const path = join(folder, name);
    writeFileSync(path, 'old', { mode: 0o640 });
    expect(await writing(path)).toEqual(done);
    expect(readFileSync(path, 'latin1')).toMatch(beginning);
    expect(statSync(path).mode & 0o7777).toBe(0o640);
    expect(readdirSync(folder)).toEqual([name]);
  });

  it('is a new file under another number, so that who has the old one open still reads that', async () => {
    const path = join(folderOf(`${command}-open`), name);
    writeFileSync(path, 'old');
    const { ino } = statSync(path);
    expect(await writing(path)).toEqual(done);
    expect(statSync(path).ino).not.toBe(ino);
  });

  it('is written where a link says, be it there or not', async () => {
    const folder = folderOf(`${command}-link`);
    const target = join(folder, `real-${name}`);
    const path = join(folder, name);
    symlinkSync(`real-${name}`, path);
    for (const before of [null, 'old']) {
      if (before !== null) writeFileSync(target, before);
      expect(await writing(path)).toEqual(done);
      expect(lstatSync(path).isSymbolicLink()).toBe(true);
      expect(readlinkSync(path)).toBe(`real-${name}`);
      expect(readFileSync(target, 'latin1')).toMatch(beginning);
    }
  });

  it('may be /dev/stdout, a pipe or a file with more in it to come', () => {
    const formatted =
      command === 'report' ? [...args.slice(0, -1), '--format', 'html', '-o', '/dev/stdout'] : [...args, '/dev/stdout'];
    const { status, stdout } = spawnSync('sh', ['-c', '"$0" "$@" | cat', process.execPath, CLI, ...formatted]);
    expect(status).toBe(0);
    expect(stdout.toString('latin1')).toMatch(beginning);
    const path = join(folderOf(`${command}-stdout`), name);
    const script = `{ "$0" "$@"; echo more; } >> '${path}'`;
    expect(spawnSync('sh', ['-c', script, process.execPath, CLI, ...formatted]).status).toBe(0);
    expect(readFileSync(path, 'latin1')).toMatch(beginning);
    expect(readFileSync(path, 'latin1')).toMatch(/more\n$/);
  });
});
