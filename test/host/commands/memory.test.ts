import type { ChildProcess } from 'node:child_process';
import { closeSync, existsSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { ended, eventLine, itWith, peakBytes, start, state, temporaryDirectory } from '../../support/command.js';
import { Receiver } from '../../support/receiver.js';

const directory = temporaryDirectory();
const input = join(directory, 'input.ndjson');
const MEBIBYTE = 1024 * 1024;
const EVENTS = 1200;
const STATES = 100;
const READER_WAITS_MS = 1500;

beforeAll(() => {
  // 120 MB
  const line = `${eventLine(
    '1',
    Array.from({ length: STATES }, () => state({ comment: 'x'.repeat(850) })),
  )}\n`;
  const file = openSync(input, 'w');
  for (let count = 0; count < EVENTS; count++) writeSync(file, line);
  closeSync(file);
});

/** The largest resident size of a process over its life, in bytes. */
async function peakUntilEnd(child: ChildProcess): Promise<number> {
  let peak = 0;
  const timer = setInterval(() => (peak = Math.max(peak, peakBytes(child))), 20);
  const code = await ended(child);
  clearInterval(timer);
  expect(code).toBe(0);
  return peak;
}

const onLinux = itWith(existsSync('/proc/self/status'), 'no /proc');

describe('memory of saltflat replay', () => {
  onLinux('stays bounded with a large input and a slow reader of its stdout', async () => {
    const child = start(['replay', '-q', input]);
    let lines = 0;
    setTimeout(
      () => child.stdout!.on('data', (chunk: Buffer) => chunk.forEach((byte) => (lines += byte === 0x0a ? 1 : 0))),
      READER_WAITS_MS,
    );
    const peak = await peakUntilEnd(child);
    expect(lines).toBe(EVENTS * STATES);
    expect(peak).toBeGreaterThan(0);
    expect(peak).toBeLessThan(300 * MEBIBYTE);
  });

  onLinux('stays bounded with a large input and a slow receiver', async () => {
    const receiver = await Receiver.listen({ pauseMs: READER_WAITS_MS });
    const peak = await peakUntilEnd(start(['replay', '-q', input, '--to', `tcp://127.0.0.1:${receiver.port}`]));
    expect(receiver.connections.flat()).toHaveLength(EVENTS * STATES);
    await receiver.close();
    expect(peak).toBeGreaterThan(0);
    expect(peak).toBeLessThan(300 * MEBIBYTE);
  });
});
