import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as zlib from 'node:zlib';
import { load } from '../../../build/host/index.js';
import {
  FIXTURE,
  ended,
  eventLine,
  hasProgram,
  itWith,
  records,
  run,
  runOnTerminal,
  start,
  state,
  temporaryDirectory,
  textOf,
} from '../../support/command.js';

const directory = temporaryDirectory();
const file = (name: string, content: string | Uint8Array): string => {
  const path = join(directory, name);
  writeFileSync(path, content);
  return path;
};
const events = readFileSync(FIXTURE);
const SUMMARY =
  'saltflat: 679 events, 19 job returns, 476 records: ' +
  '57 failed, 157 changed, 248 unchanged, 8 skipped, 6 would change, 0 malformed\n';

describe('saltflat replay', () => {
  it('gives every record of the real events, and a summary on stderr', async () => {
    const { code, stdout, stderr } = await run(['replay', FIXTURE]);
    const types = records(stdout).map((record) => record.event_type);
    expect(code).toBe(0);
    expect(types.filter((type) => type === 'state_return')).toHaveLength(472);
    expect(types.filter((type) => type === 'fun_return')).toHaveLength(4);
    expect(types).toHaveLength(476);
    expect(stderr).toBe(SUMMARY);
  });

  it("writes the module's records byte for byte, one a line", async () => {
    const saltflat = await load();
    const expected = events
      .toString()
      .split('\n')
      .filter((line) => line !== '')
      .flatMap((line) => saltflat.records(line).map((record) => `${Buffer.from(record).toString()}\n`))
      .join('');
    expect((await run(['replay', FIXTURE])).stdout).toBe(expected);
  });

  it('gives one line an event with --preset flatten_array, and counts the same', async () => {
    const { stdout, stderr } = await run(['replay', '--preset', 'flatten_array', FIXTURE]);
    const lines = records(stdout) as { states: unknown[] }[];
    expect(lines).toHaveLength(19);
    expect(lines.flatMap(({ states }) => states)).toEqual(records((await run(['replay', FIXTURE])).stdout));
    expect(stderr).toBe(SUMMARY);
  });

  it.each([
    ['stdin where no file is named', [], events],
    ['- as stdin', ['-'], events],
    ['gzip on stdin', [], zlib.gzipSync(events)],
    [
      'several members in one gzip',
      [],
      Buffer.concat([zlib.gzipSync(events.subarray(0, 1000)), zlib.gzipSync(events.subarray(1000))]),
    ],
    ['a gzip file, whatever its name', [file('events.txt', zlib.gzipSync(events))], ''],
  ])('reads %s', async (_, args, input) => {
    const { code, stderr } = await run(['replay', ...args], input);
    expect({ code, stderr }).toEqual({ code: 0, stderr: SUMMARY });
  });

  itWith(hasProgram('zstd', '--version'), 'no program zstd')('reads zstd, or says what would', async () => {
    const packed = spawnSync('zstd', ['-c'], { input: events }).stdout;
    const { code, stderr } = await run(['replay'], packed);
    expect({ code, stderr }).toEqual({ code: 0, stderr: SUMMARY });
    const without = await run(['replay'], packed, { PATH: '/nowhere' });
    if ('createZstdDecompress' in zlib) expect(without).toMatchObject({ code: 0, stderr: SUMMARY });
    else {
      expect(without.code).toBe(3);
      expect(without.stderr).toMatch(/^saltflat: stdin: is zstd, which cannot be read here: .*install zstd/);
    }
  });

  it('reads several files in their order, stdin among them', async () => {
    const [a, b] = ['a', 'b'].map((jid) => file(`${jid}.ndjson`, `${eventLine(jid, [state()])}\n`)) as [string, string];
    const { stdout } = await run(['replay', a, '-', b], eventLine('stdin', [state()]));
    expect(records(stdout).map(({ jid }) => jid)).toEqual(['a', 'stdin', 'b']);
  });

  it('takes CRLF, a byte order mark, blank lines and a last line without an end', async () => {
    const input = `\ufeff${eventLine('1', [state()])}\r\n\r\n  \t\n\n${eventLine('2', [state()])}`;
    const { code, stdout, stderr } = await run(['replay', '--strict'], input);
    expect(records(stdout).map(({ jid }) => jid)).toEqual(['1', '2']);
    expect(stderr).toMatch(/^saltflat: 2 events, 2 job returns, 2 records: /);
    expect(code).toBe(0);
  });

  it('gives nothing for nothing, and is not content with it', async () => {
    expect(await run(['replay'], '')).toEqual({
      code: 3,
      stdout: '',
      stderr: expect.stringMatching(
        /^saltflat: nothing was read: .*\nsaltflat: 0 events, 0 job returns, 0 records: /,
      ) as string,
    });
  });

  it.each(['flatten', 'flatten_array'])(
    'says file, line and byte of malformed lines, and goes on (%s)',
    async (preset) => {
      const good = eventLine('1', [state()]);
      const path = file('bad "ä".ndjson', `${good}\n\nnot JSON\r\n${good}\n{"data":`);
      const { code, stdout, stderr } = await run(['replay', '--preset', preset, path]);
      const found = records(stdout).flatMap((line) =>
        preset === 'flatten' ? [line] : (line.states as (typeof line)[]),
      );
      const third = Buffer.byteLength(good) + 2;
      expect(found.map(({ event_type: type }) => type)).toEqual([
        'state_return',
        'malformed',
        'state_return',
        'malformed',
      ]);
      expect(found[1]).toMatchObject({ record: 'not JSON', file: path, line: 3, byte: third });
      expect(found[3]).toMatchObject({
        file: path,
        line: 5,
        byte: third + 'not JSON\r\n'.length + Buffer.byteLength(good) + 1,
      });
      expect(stderr).toMatch(/ 4 events, 2 job returns, 4 records: .*, 2 malformed\n$/);
      expect(code).toBe(0);
    },
  );

  it('counts lines and bytes of each file anew, and of what was compressed', async () => {
    const path = file('bad.gz', zlib.gzipSync(`\ufeffx\ny\n`));
    const { stdout } = await run(['replay', path, '-'], '\nz');
    expect(records(stdout)).toMatchObject([
      { file: path, line: 1, byte: 3 },
      { file: path, line: 2, byte: 5 },
      { file: '-', line: 2, byte: 1 },
    ]);
  });

  it('exits with 1 for a malformed line with --strict, after all records', async () => {
    const { code, stdout } = await run(['replay', '--strict'], `x\n${eventLine('1', [state()])}\n`);
    expect(records(stdout)).toHaveLength(2);
    expect(code).toBe(1);
  });

  it('turns a line that is larger than the limit into a malformed record, and reads on', async () => {
    const child = start(['replay']);
    const block = Buffer.alloc(1024 * 1024, 'x');
    const output = textOf(child.stdout);
    for (let mebibytes = 0; mebibytes < 300; mebibytes++)
      if (!child.stdin!.write(block)) await new Promise((resolve) => child.stdin!.once('drain', resolve));
    child.stdin!.end(`\n${eventLine('1', [state()])}\n`);
    const found = records(await output);
    expect(found).toMatchObject([
      { event_type: 'malformed', error: 'the line is longer than 268435456 bytes', file: '-', line: 1, byte: 0 },
      { event_type: 'state_return', jid: '1' },
    ]);
    expect(found[0]!.record).toBe('x'.repeat(1000));
  });

  it('reports files that cannot be read, does the others, and exits with 3', async () => {
    const missing = join(directory, 'missing');
    const cutShort = file('cut.gz', zlib.gzipSync(events).subarray(0, 20_000));
    const empty = join(directory, 'empty');
    mkdirSync(empty);
    const { code, stdout, stderr } = await run(['replay', missing, empty, cutShort, FIXTURE]);
    expect(code).toBe(3);
    expect(records(stdout).length).toBeGreaterThan(476);
    expect(stderr.split('\n').slice(0, 3)).toEqual([
      `saltflat: ${missing}: cannot be read: no such file or directory`,
      `saltflat: ${empty}: cannot be read: is a directory, name a file`,
      `saltflat: ${cutShort}: cannot be read: the compressed data stops short`,
    ]);
  });

  it('prints no summary with --quiet, but what went wrong', async () => {
    const { stderr } = await run(['replay', '-q', FIXTURE, '/missing']);
    expect(stderr).toBe('saltflat: /missing: cannot be read: no such file or directory\n');
  });

  it('writes to a file with --output', async () => {
    const path = join(directory, 'records.ndjson');
    const { code, stdout } = await run(['replay', FIXTURE, '-o', path]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(records(readFileSync(path, 'utf8'))).toHaveLength(476);
  });

  it.each([
    ['/missing/records.ndjson', 'no such file or directory'],
    ['/dev/full', 'no space left on the device'],
  ])('exits with 4 where --output %s cannot be written', async (path, reason) => {
    const { code, stderr } = await run(['replay', FIXTURE, '-o', path]);
    expect({ code, stderr }).toEqual({ code: 4, stderr: `saltflat: ${path}: cannot be written: ${reason}\n` });
  });

  it('refuses to write over its options, and rejects into what it reads', async () => {
    const options = file('precious.json', '{}');
    const path = file('precious-too.ndjson', events);
    const isRefused = {
      code: 2,
      stderr: expect.stringMatching(/precious.*: is an input file too; name another/) as string,
    };
    expect(await run(['replay', path, '--options', options, '-o', options])).toMatchObject(isRefused);
    expect(await run(['report', path, '--options', options, '-o', options])).toMatchObject(isRefused);
    expect(await run(['replay', path, '--to', 'opensearch://127.0.0.1:1/x', '--rejects', path])).toMatchObject(
      isRefused,
    );
    expect(readFileSync(options, 'utf8')).toBe('{}');
  });

  it('refuses to write over what it reads', async () => {
    const path = file('precious.ndjson', events);
    const { code, stderr } = await run(['replay', path, '-o', path]);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: `saltflat: --output ${path}: is an input file too; name another\n`,
    });
    expect(readFileSync(path)).toEqual(events);
  });

  it('ends quietly when its reader closes the pipe', async () => {
    const large = file('large.ndjson', Buffer.concat(Array.from({ length: 40 }, () => events)));
    const child = start(['replay', large, '-']); // stdin stays open: it must not be waited for
    const stderr = textOf(child.stderr);
    child.stdout!.once('data', () => child.stdout!.destroy());
    expect({ code: await ended(child), stderr: await stderr }).toEqual({ code: 0, stderr: '' });
  });

  it('gives each record as soon as its line has come', async () => {
    const child = start(['replay']);
    child.stdin!.write(`${eventLine('1', [state()])}\n`);
    const first = await new Promise<Buffer>((resolve) => child.stdout!.once('data', resolve));
    expect(records(first.toString())).toMatchObject([{ jid: '1' }]);
    child.stdin!.end();
    expect(await ended(child)).toBe(0);
  });

  const terminal = itWith(hasProgram('script', '--version'), 'no program script');
  terminal('shows a progress bar and takes it away, on a terminal', () => {
    const { code, stdout } = runOnTerminal(['replay', FIXTURE, '-o', join(directory, 'bar.ndjson')]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/░ 0% · 0 B of 460\.4 KB · 0 events · 0 records/);
    expect(stdout).toContain(SUMMARY.trimEnd());
  });
  terminal('refuses to wait for events that somebody would have to type', () => {
    const { code, stdout } = runOnTerminal(['replay', '-o', '/dev/null']);
    expect(code).toBe(2);
    expect(stdout).toContain('saltflat: no input: name a FILE');
  });
});
