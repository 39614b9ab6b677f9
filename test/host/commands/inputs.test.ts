// What the commands read: folders, globs, a master's job cache; and the event file beside that.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FIXTURE, records, run, temporaryDirectory } from '../../support/command.js';

const EVENTS = 'test/fixtures/job-cache-events.ndjson';
const folder = temporaryDirectory();
const cache = join(folder, 'master');
beforeAll(() => {
  mkdirSync(cache);
  expect(spawnSync('tar', ['-xzf', 'test/fixtures/job-cache.tar.gz', '-C', cache]).status).toBe(0);
});

describe('what is read', () => {
  it('is the files of a folder, or of a quoted glob', async () => {
    const events = join(folder, 'events');
    mkdirSync(events);
    const lines = readFileSync(FIXTURE, 'utf8').split(/(?<=\n)/);
    writeFileSync(join(events, 'b.ndjson'), lines.slice(300).join(''));
    writeFileSync(join(events, 'a.ndjson'), lines.slice(0, 300).join(''));
    const expected = (await run(['replay', '-q', FIXTURE])).stdout;
    for (const name of [events, join(events, '*.ndjson')])
      expect(await run(['replay', '-q', name])).toEqual({ code: 0, stdout: expected, stderr: '' });
    const { stdout } = await run(['report', '-q', events, '--format', 'json']);
    expect(JSON.parse(stdout)).toMatchObject({ files: [join(events, 'a.ndjson'), join(events, 'b.ndjson')] });
    const none = await run(['show', join(events, '*.gz')]);
    expect(none).toMatchObject({ code: 3, stderr: expect.stringContaining('*.gz: cannot be read: no such file') });
  });

  it("is a master's job cache", async () => {
    const { code, stdout } = await run(['replay', '-q', '--job-cache', cache]);
    expect(code).toBe(0);
    expect(records(stdout).length).toBeGreaterThan(100);
    const shown = await run(['show', '--job-cache', cache]);
    expect(shown.stdout.split('\n').length).toBeGreaterThan(100);
    const report = await run(['report', '-q', '--job-cache', cache, '--format', 'json']);
    expect(JSON.parse(report.stdout)).toMatchObject({ files: [cache] });
  });
});

describe('saltflat verify --job-cache', () => {
  it('says that the event file has all that the master saw', async () => {
    const { code, stdout } = await run(['verify', EVENTS, '--job-cache', cache]);
    expect(stdout).toMatch(/^complete: the event files have all; \d+ records of .*master, 1 event file\n$/);
    expect(code).toBe(0);
  });

  it('finds the records of lines that a hold-up of the event file lost', async () => {
    const lines = readFileSync(EVENTS, 'utf8').split(/(?<=\n)/);
    const lost = new Set(lines.filter((line) => line.includes('state.apply') && line.includes('/ret/')).slice(0, 3));
    const path = join(folder, 'held-up.ndjson');
    writeFileSync(path, lines.filter((line) => !lost.has(line)).join(''));
    const missing = records((await run(['replay', '-q', '-'], [...lost].join(''))).stdout).length;
    expect(missing).toBeGreaterThan(0);

    const { code, stdout } = await run(['verify', path, '--job-cache', cache]);
    expect(code).toBe(1);
    expect(stdout).toContain('held up');
    expect(stdout).toMatch(new RegExp(`\\ndifferent: the event files lack ${missing} of \\d+ jobs?; `));

    const json = await run(['verify', path, '--job-cache', cache, '--format', 'json']);
    const said = records(json.stdout);
    expect(said.at(-1)).toMatchObject({ finding: 'summary', job_cache: cache, missing, complete: false });
    expect(said.filter(({ finding }) => finding === 'missing')).toHaveLength(missing);
  });

  it('is not complete where there is no job cache', async () => {
    const { code, stdout, stderr } = await run(['verify', EVENTS, '--job-cache', join(folder, 'nowhere')]);
    expect(code).toBe(3);
    expect(stderr).toContain('is not a job cache');
    expect(stdout).not.toContain('complete:');
  });

  it('is not said together with a store', async () => {
    const { code, stderr } = await run(['verify', EVENTS, '--job-cache', cache, '--in', 'opensearch://h/i']);
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining('cannot be used with') });
  });
});
