import {
  appendFileSync,
  copyFileSync,
  existsSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { until } from '../../support/program.js';
import {
  FIXTURE,
  eventLine,
  itWith,
  peakBytes,
  records,
  run,
  state,
  temporaryDirectory,
} from '../../support/command.js';
import { EventFile, eventLines } from '../../support/event-file.js';
import { Follower, endFollowers } from '../../support/follower.js';
import { Receiver } from '../../support/receiver.js';

const root = temporaryDirectory();
let file: EventFile;
let folder: string;
let log: string;
let checkpoint: string;

beforeEach(() => {
  file = new EventFile(root);
  ({ folder, log, checkpoint } = file);
});
afterEach(endFollowers);

const write = (...jids: string[]): void => file.write(...jids);
const has = async (follower: Follower, ...jids: string[]): Promise<void> => {
  await until(() => follower.jids.length >= jids.length, `${jids.join()} on stdout; stderr: ${follower.stderr}`).catch(
    () => undefined,
  );
  expect(follower.jids).toEqual(jids);
};
const isSaved = (offset: number): boolean =>
  existsSync(checkpoint) && readFileSync(checkpoint, 'utf8').includes(`"offset": ${offset},`);
const saved = (offset: number): Promise<void> => until(() => isSaved(offset), `the checkpoint at ${offset}`);

describe('saltflat follow', () => {
  it('gives what is in the file, then each event as it is written, and ends with 0 on SIGTERM', async () => {
    write('1', '2');
    const follower = new Follower([log]);
    await has(follower, '1', '2');
    write('3');
    await has(follower, '1', '2', '3');
    expect(await follower.stop()).toBe(0);
    expect(follower.stderr).toMatch(/^saltflat: 3 events, 3 job returns, 3 records: .*\n$/);
  });

  it('gives the records that replay gives', async () => {
    const follower = new Follower([FIXTURE, '--quiet']);
    await until(() => follower.jids.length >= 476, '476 records');
    expect(await follower.stop('SIGINT')).toBe(0);
    expect(follower).toMatchObject({ stdout: (await run(['replay', FIXTURE])).stdout, stderr: '' });
  });

  it('puts records together as --preset says', async () => {
    write('1');
    const follower = new Follower([log, '--preset', 'flatten_array']);
    await until(() => follower.stdout.endsWith('\n'), 'a line');
    expect(records(follower.stdout)).toMatchObject([{ states: [{ jid: '1' }] }]);
  });

  it('waits for the rest of a last line', async () => {
    const line = eventLines('2');
    write('1');
    appendFileSync(log, line.slice(0, 40));
    const follower = new Follower([log, '--checkpoint', checkpoint]);
    await has(follower, '1');
    await saved(eventLines('1').length);
    appendFileSync(log, line.slice(40));
    await has(follower, '1', '2');
  });

  it('waits for a file that is not there yet, and says so once', async () => {
    const follower = new Follower([log]);
    await until(() => follower.stderr !== '', 'a note');
    write('1');
    await has(follower, '1');
    await follower.stop();
    expect(follower.stderr).toMatch(/^saltflat: [^\n]*events\.ndjson: not there; waiting for it\nsaltflat: 1 event, /);
  });

  it('takes what a quoted glob matches, also later, each file once', async () => {
    const other = join(folder, 'other.ndjson');
    write('1');
    const follower = new Follower([join(folder, '*.ndjson'), log]);
    await has(follower, '1');
    writeFileSync(other, eventLines('2'));
    await has(follower, '1', '2');
    write('3');
    await has(follower, '1', '2', '3');
  });

  it('begins at the end of what is there with --from end, at an incomplete line where there is one', async () => {
    write('1');
    appendFileSync(log, eventLines('2').slice(0, 40));
    const later = join(folder, 'later.ndjson');
    const follower = new Follower([log, later, '--from', 'end', '--checkpoint', checkpoint]);
    await saved(eventLines('1').length);
    appendFileSync(log, eventLines('2').slice(40));
    await has(follower, '2');
    writeFileSync(later, eventLines('3'));
    await has(follower, '2', '3');
  });

  it('says file, line and byte of a malformed line', async () => {
    write('1');
    appendFileSync(log, 'no JSON\n');
    const follower = new Follower([log]);
    await until(() => follower.jids.length === 2, 'two records');
    expect(records(follower.stdout)[1]).toMatchObject({ file: log, line: 2, byte: eventLines('1').length });
  });

  it('passes over compressed files', async () => {
    writeFileSync(join(folder, 'old.ndjson'), gzipSync(eventLines('0')));
    write('1');
    const follower = new Follower([join(folder, '*.ndjson')]);
    await has(follower, '1');
    expect(follower.stderr).toMatch(/old\.ndjson: is compressed; passed over/);
  });

  it.each([
    [['-'], /stdin cannot be followed/],
    [[], /missing required argument/],
    [['x', '--to', 'http://127.0.0.1:1/'], /needs --checkpoint FILE/],
    [['x', '--rejects', 'y'], /--rejects needs --to http/],
    [['x', '--tls-ca', 'y', '--to', 'tcp://a:1'], /--tls-ca needs/],
    [['x', '--to', 'ftp://a/'], /unknown scheme.*follow takes http/],
    [['x', '--poll', '1'], /expected 10 to/],
    [['x', '--from', 'middle'], /Allowed choices are start, end/],
  ])('refuses %j with exit code 2', async (args, message) => {
    const { code, stderr } = await run(['follow', ...args]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(message) as string });
  });
});

describe('saltflat follow and rotation', () => {
  it('reads the rest of a renamed file before the new one, and what is still written to it', async () => {
    write('1');
    const follower = new Follower([log, '--poll', '500']);
    await has(follower, '1');
    write('2'); // both within one look
    renameSync(log, `${log}.1`);
    write('4');
    appendFileSync(`${log}.1`, eventLines('3'));
    await has(follower, '1', '2', '3', '4');
    appendFileSync(`${log}.1`, eventLines('late'));
    await has(follower, '1', '2', '3', '4', 'late');
  });

  it('does not read a renamed file again where a glob matches its new name', async () => {
    write('1');
    const follower = new Follower([`${log}*`]);
    await has(follower, '1');
    renameSync(log, `${log}.1`);
    write('2');
    await has(follower, '1', '2');
    appendFileSync(`${log}.1`, eventLines('3'));
    await has(follower, '1', '2', '3');
  });

  it('begins anew where the file was emptied', async () => {
    write('1', '2');
    const follower = new Follower([log]);
    await has(follower, '1', '2');
    truncateSync(log);
    await until(() => follower.stderr.includes('was emptied'), 'a note');
    write('3');
    await has(follower, '1', '2', '3');
  });

  it('begins anew where the file was emptied and is longer again than before, and reads the rest in its copy', async () => {
    write('1');
    const follower = new Follower([log, '--poll', '500']);
    await has(follower, '1');
    write('2'); // all within one look, as copytruncate may
    copyFileSync(log, `${log}.1`);
    writeFileSync(log, eventLines('3', '4', '5'));
    await has(follower, '1', '2', '3', '4', '5');
  });

  it('goes on in the renamed file, then the new one, where both happened while it was away', async () => {
    write('1');
    const first = new Follower([log, '--checkpoint', checkpoint]);
    await has(first, '1');
    expect(await first.stop()).toBe(0);
    write('2');
    renameSync(log, `${log}-20261122`);
    write('3');
    const second = new Follower([log, '--checkpoint', checkpoint]);
    await has(second, '2', '3');
    expect(await second.stop('SIGKILL')).toBeNull();
  });

  it('says what cannot be read any more', async () => {
    write('1');
    const first = new Follower([log, '--checkpoint', checkpoint]);
    await has(first, '1');
    await first.stop();
    rmSync(log);
    const second = new Follower([log, '--checkpoint', checkpoint]);
    await until(() => /is gone; what it held beyond that cannot be read/.test(second.stderr), 'a note');
    write('2');
    await has(second, '2');
  });
});

describe('the checkpoint of saltflat follow', () => {
  it('lets a later run go on behind what was delivered, however often', async () => {
    const all = ['1', '2', '3', '4'];
    for (const jid of all) {
      write(jid);
      const follower = new Follower([log, '--checkpoint', checkpoint, '--from', 'end']);
      if (jid === '1')
        await saved(eventLines('1').length); // --from end holds for the first start only
      else await has(follower, jid);
      expect(await follower.stop()).toBe(0);
    }
  });

  it('is not believed for another file that has the number of the one that was read', async () => {
    write('1', '2');
    const first = new Follower([log, '--checkpoint', checkpoint]);
    await has(first, '1', '2');
    await first.stop();
    writeFileSync(log, eventLines('3', '4', '5')); // the same inode, and longer than what was read
    const second = new Follower([log, '--checkpoint', checkpoint]);
    await has(second, '3', '4', '5');
    expect(second.stderr).toMatch(/is not the file that was read before; reading it from its beginning/);
  });

  it('keeps the place of a file that a run is not asked for', async () => {
    const other = join(folder, 'other.ndjson');
    write('1');
    writeFileSync(other, eventLines('2'));
    const first = new Follower([log, other, '--checkpoint', checkpoint]);
    await until(() => first.jids.length === 2, 'two records');
    await first.stop();
    const second = new Follower([log, '--checkpoint', checkpoint]);
    write('3');
    await has(second, '3');
    await second.stop();
    const third = new Follower([log, other, '--checkpoint', checkpoint]);
    appendFileSync(other, eventLines('4'));
    await has(third, '4');
  });

  it('is refused with exit code 3 where it is something else, and with 4 where it cannot be written', async () => {
    writeFileSync(checkpoint, 'no checkpoint');
    expect(await run(['follow', log, '--checkpoint', checkpoint])).toMatchObject({ code: 3 });
    expect(readFileSync(checkpoint, 'utf8')).toBe('no checkpoint');
    const { code, stderr } = await run(['follow', log, '--checkpoint', join(folder, 'missing', 'checkpoint')]);
    expect({ code, stderr }).toEqual({
      code: 4,
      stderr: expect.stringMatching(/cannot be written: no such/) as string,
    });
  });
});

describe('saltflat follow to a stream', () => {
  it('ends with 0 when the reader of its stdout is gone, and does not count what that did not take', async () => {
    write('1');
    const follower = new Follower([log, '--checkpoint', checkpoint]);
    await has(follower, '1');
    await saved(eventLines('1').length);
    follower.child.stdout!.destroy();
    write('2');
    expect(await follower.end()).toBe(0);
    expect(isSaved(eventLines('1').length)).toBe(true);
  });

  it('sends over TCP through a break, and counts all as delivered when the receiver has closed its side', async () => {
    write('1');
    const receiver = await Receiver.listen({ breakAfterBytes: [1] });
    try {
      const follower = new Follower([log, '--checkpoint', checkpoint, '--to', `tcp://127.0.0.1:${receiver.port}`]);
      await until(() => receiver.connections.length > 1, 'a second connection');
      write('2');
      const jids = (): unknown[] =>
        receiver.connections.flatMap((all) => records(all.join('\n'))).map(({ jid }) => jid);
      await until(() => jids().includes('2'), 'the second event');
      expect(isSaved(eventLines('1').length)).toBe(false); // may have to be sent again
      expect(await follower.stop()).toBe(0);
      expect(isSaved(eventLines('1', '2').length)).toBe(true);
    } finally {
      await receiver.close();
    }
  });

  itWith(existsSync('/proc/self/status'), 'no /proc')('stays bounded where its reader is slow', async () => {
    const event = eventLine(
      '1',
      Array.from({ length: 100 }, () => state({ comment: 'x'.repeat(850) })),
    );
    for (let count = 0; count < 60; count++) appendFileSync(log, `${event}\n`.repeat(20)); // 120 MB
    const follower = new Follower([log]);
    follower.child.stdout!.removeAllListeners('data');
    follower.child.stdout!.pause();
    await new Promise((resolve) => setTimeout(resolve, 1500));
    let count = 0;
    follower.child.stdout!.on('data', (text: string) => (count += text.split('\n').length - 1)).resume();
    let peak = 0;
    await until(() => {
      peak = Math.max(peak, peakBytes(follower.child));
      return count === 120_000;
    }, 'all records');
    expect(peak).toBeGreaterThan(0);
    expect(peak).toBeLessThan(300 * 1024 * 1024);
  });
});
