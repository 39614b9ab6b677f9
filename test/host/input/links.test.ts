// What a folder or a glob holds besides files: links to another's files, pipes. Whoever may write to the folder chose
// them.
import { spawn, spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { join } from 'node:path';
import { CLI, FIXTURE, run, temporaryDirectory } from '../../support/command.js';
import { until } from '../../support/program.js';
import { Follower, endFollowers } from '../../support/follower.js';
import { Tail } from '../../../build/host/input/tail.js';

const folder = temporaryDirectory();
const SECRET = 'root:$6$only-root-may-read-this';
const [EVENT] = readFileSync(FIXTURE, 'utf8')
  .split('\n')
  .filter((line) => line.includes('/ret/')) as [string];

afterEach(endFollowers);

/**
 * A folder with an event file, a link to a file elsewhere, a folder that is a link, a pipe, and a link to the event
 * file.
 */
function hostileFolder(name: string): string {
  const path = join(folder, name);
  mkdirSync(join(path, 'elsewhere'), { recursive: true });
  const logs = join(path, 'logs');
  mkdirSync(logs);
  writeFileSync(join(path, 'elsewhere/secret.ndjson'), `${SECRET}\n`);
  writeFileSync(join(logs, 'events.ndjson'), `${EVENT}\n`);
  symlinkSync(join(path, 'elsewhere/secret.ndjson'), join(logs, 'link.ndjson'));
  symlinkSync(join(path, 'elsewhere'), join(logs, 'deep'));
  symlinkSync('events.ndjson', join(logs, 'current.ndjson'));
  expect(spawnSync('mkfifo', [join(logs, 'pipe.ndjson')]).status).toBe(0);
  return logs;
}

const isLink = (path: string): RegExp => new RegExp(`${path.replaceAll('.', '\\.')}: is a link, or below one`);

describe('saltflat follow', () => {
  it.each(['*.ndjson', '**/*.ndjson'])('reads no link and no pipe that %s matches, and says so', async (glob) => {
    const logs = hostileFolder(`follow-${glob.length}`);
    const follower = new Follower(['--from', 'start', join(logs, glob)]);
    await until(() => follower.jids.length > 0, 'the first records');
    await until(() => isLink('logs/link.ndjson').test(follower.stderr), 'a note of the link');
    appendFileSync(join(logs, 'events.ndjson'), `${EVENT}\n`);
    const before = follower.jids.length;
    await until(() => follower.jids.length === 2 * before, 'the second event');
    expect(await follower.stop()).toBe(0);
    expect(follower.stdout).not.toContain(SECRET);
    expect(follower.stdout).not.toContain('malformed');
    expect(follower.stderr).not.toMatch(isLink('current.ndjson'));
    if (glob.startsWith('**')) expect(follower.stderr).toMatch(isLink('deep/secret.ndjson'));
  });

  it('does not follow what it writes itself where a glob matches that, and refuses to where it is named', async () => {
    const logs = hostileFolder('own');
    const [checkpoint, rejects] = [join(logs, 'cp.ndjson'), join(logs, 'no.ndjson')];
    writeFileSync(rejects, 'of an earlier run\n');
    const kept = ['--checkpoint', checkpoint, '--rejects', rejects, '--to', 'http://127.0.0.1:9/'];
    const named = await run(['follow', rejects, ...kept]);
    expect(named).toMatchObject({ code: 2, stderr: expect.stringContaining('no.ndjson: --checkpoint or') as string });
    const follower = new Follower([join(logs, '*.ndjson'), '--checkpoint', checkpoint]);
    await until(() => existsSync(checkpoint) && readFileSync(checkpoint, 'utf8').includes('events'), 'the checkpoint');
    rmSync(rejects);
    for (let count = 0; count < 3; count++) {
      appendFileSync(join(logs, 'events.ndjson'), `${EVENT}\n`);
      await sleep(1100); // globs are looked up once a second
    }
    expect(await follower.stop()).toBe(0);
    expect(follower.stdout).not.toContain('checkpoint');
    expect(follower.stdout).not.toContain('cp.ndjson');
  });

  it('reads a link that is put in a file’s place behind the glob as little', async () => {
    const logs = hostileFolder('swapped');
    await expect(Tail.open(join(logs, 'link.ndjson'), 'name', true)).rejects.toMatchObject({ code: 'ELOOP' });
  });

  it('follows a link that is named, and one that a glob matches too', async () => {
    const logs = hostileFolder('named');
    const link = join(logs, 'link.ndjson');
    writeFileSync(join(logs, '../elsewhere/secret.ndjson'), `${EVENT}\n`);
    const follower = new Follower(['--from', 'start', link, join(logs, 'l*.ndjson')]);
    await until(() => follower.jids.length > 0, 'the first records');
    expect(await follower.stop()).toBe(0);
    expect(follower.stderr).not.toContain('passed over');
  });

  it('does not wait for a pipe that is put in the place of a file between looking and opening', async () => {
    const pipe = join(hostileFolder('pipe'), 'pipe.ndjson');
    await expect(Tail.open(pipe)).rejects.toThrow('is no regular file');
    await expect(Tail.open('/dev/zero')).rejects.toThrow('is no regular file');
    const follower = new Follower([pipe]);
    await until(() => follower.stderr.includes('is no regular file; passed over'), 'a note of the pipe');
    expect(await follower.stop()).toBe(0);
  });
});

describe('what is read once', () => {
  it.each(['', '*.ndjson', '**/*.ndjson'])('has no link and no pipe of a folder (%s), and says so', async (glob) => {
    const logs = hostileFolder(`once-${glob.length}`);
    const { code, stdout, stderr } = await run(['replay', join(logs, glob)]);
    expect(code).toBe(0);
    expect(stdout).toBe((await run(['replay', '-q', '-'], EVENT)).stdout);
    expect(stderr).toMatch(isLink('link.ndjson'));
    expect(stderr).not.toMatch(isLink('current.ndjson'));
  });

  it('has what is named: a link, stdin by its path, a process substitution', async () => {
    const logs = hostileFolder('once-named');
    const expected = (await run(['replay', '-q', '-'], EVENT)).stdout;
    expect((await run(['replay', '-q', join(logs, 'current.ndjson')])).stdout).toBe(expected);
    const bash = (script: string): string =>
      spawnSync('bash', ['-c', script, process.execPath, CLI, join(logs, 'events.ndjson')], { encoding: 'utf8' })
        .stdout;
    expect(bash('cat "$2" | "$0" "$1" replay -q /dev/stdin')).toBe(expected);
    expect(bash('"$0" "$1" replay -q /dev/stdin < "$2"')).toBe(expected);
    expect(bash('"$0" "$1" replay -q <(cat "$2")')).toBe(expected);
  });

  it('has a named pipe, says that it waits for it, and a signal ends the wait', async () => {
    const pipe = join(hostileFolder('waiting'), 'pipe.ndjson');
    const child = spawn(process.execPath, [CLI, 'replay', pipe, '-o', join(folder, 'out.ndjson')]);
    let stderr = '';
    child.stderr.on('data', (text: Buffer) => (stderr += text.toString()));
    const ended = new Promise((resolve) => child.once('close', (_, signal) => resolve(signal)));
    await until(() => stderr.includes('pipe.ndjson: waiting for somebody to write to this pipe'), 'a note of the pipe');
    child.kill('SIGINT');
    expect(await ended).toBe('SIGINT');

    const late = run(['replay', '-q', pipe]);
    await sleep(100);
    expect(spawnSync('bash', ['-c', 'cat > "$0"', pipe], { input: EVENT }).status).toBe(0);
    expect((await late).stdout).toBe((await run(['replay', '-q', '-'], EVENT)).stdout);
  });
});
