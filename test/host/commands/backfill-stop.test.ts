// `saltflat replay --to` a store, stopped by a signal: it says where the next run goes on, and that one does.
import { type ChildProcess } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../../support/program.js';
import { eventLine, run, start, state, temporaryDirectory, textOf } from '../../support/command.js';
import { FakeStore } from '../../support/stores/fake.js';
import { closeFakes } from '../../support/stores/listening.js';

const folder = temporaryDirectory();
const children: ChildProcess[] = [];
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await closeFakes();
});

/** A running replay, with stdin open; what it says, and the signal that ends it. */
function replay(args: readonly string[]): { child: ChildProcess; stderr: Promise<string>; died: Promise<unknown> } {
  const child = start(['replay', ...args]);
  children.push(child);
  const died = new Promise((resolve) => child.once('exit', (code, signal) => resolve(signal ?? code)));
  return { child, stderr: textOf(child.stderr), died };
}

/** Events of one state each, in a file. */
function events(name: string, count: number, comment: string): string {
  const path = join(folder, name);
  const all = Array.from({ length: count }, (_, at) => eventLine(String(100 + at), [state({ comment })]));
  writeFileSync(path, `${all.join('\n')}\n`);
  return path;
}

describe('saltflat replay --to a store, stopped by a signal,', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    'delivers what it has read, says where the next run goes on, and dies of it (%s)',
    async (signal) => {
      const fake = await FakeStore.listen();
      const file = events(`${signal}.ndjson`, 3, 'c');
      const checkpoint = join(folder, `${signal}.checkpoint`);
      const args = [file, '-', '--to', `opensearch://${fake.host}/salt`, '--checkpoint', checkpoint];
      const { child, stderr, died } = replay(args);
      await until(() => fake.asked.length > 0, 'a request'); // and now it waits for stdin
      child.kill(signal);
      expect(await died).toBe(signal);
      expect((await stderr).split('\n')).toEqual([
        'saltflat: stopping: what is under way has 10 seconds; the same signal again stops at once',
        expect.stringMatching(/^saltflat: 3 events, 3 job returns, 3 records: /),
        `saltflat: opensearch://${fake.host}/salt: 3 sent, 0 already there, 0 rejected until then`,
        `saltflat: stopped by ${signal}: delivered up to line 3 of ${file}; the same command goes on there`,
        '',
      ]);
      expect(fake.documents.size).toBe(3);
      const next = await run(['replay', ...args], `${eventLine('900', [state()])}\n`);
      expect(next.stderr).toMatch(
        /^saltflat: passed over 3 lines of 1 file that .*\nsaltflat: 1 event, .*\n.*: 1 sent, /,
      );
    },
  );

  it('stops at once where the same signal comes again while the store is down', async () => {
    const isDown = { status: 503 };
    const fake = await FakeStore.listen({ answer: (_, number) => (number > 1 ? isDown : null) });
    const file = events('down.ndjson', 60, 'x'.repeat(200_000)); // 12 MB: several requests
    const checkpoint = join(folder, 'down.checkpoint');
    const { child, stderr, died } = replay([
      file,
      '--to',
      `opensearch://${fake.host}/salt`,
      '--checkpoint',
      checkpoint,
    ]);
    const firstIds = (): Set<string> => new Set(fake.asked.map(({ body }) => JSON.stringify(body[0])));
    await until(() => firstIds().size > 4, 'a fifth shipment, which is sent when the first has been counted');
    child.kill('SIGINT');
    let said = '';
    child.stderr!.on('data', (text: Buffer) => (said += text.toString()));
    await until(() => said.includes('stopping: '), 'the first signal to be taken');
    child.kill('SIGINT');
    expect(await died).toBe('SIGINT');
    const line = /stopped by SIGINT: delivered up to line (\d+) of .*down\.ndjson; the same command/.exec(
      await stderr,
    )?.[1];
    const kept = JSON.parse(readFileSync(checkpoint, 'utf8')) as { files: { lines: number }[] };
    expect(kept.files.map(({ lines }) => String(lines))).toEqual([line]);
    expect(fake.documents.size).toBe(Number(line));
  });

  it('says that without a checkpoint the next run begins anew', async () => {
    const fake = await FakeStore.listen();
    const file = events('anew.ndjson', 2, 'c');
    const { child, stderr, died } = replay([file, '-', '--to', `opensearch://${fake.host}/salt`, '-q']);
    await until(() => fake.asked.length > 0, 'a request');
    child.kill('SIGINT');
    expect(await died).toBe('SIGINT');
    expect(await stderr).toBe(
      `saltflat: stopped by SIGINT: delivered up to line 2 of ${file}; without --checkpoint the next run begins anew\n`,
    );
  });
});
