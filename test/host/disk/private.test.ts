// Files that records or a report are written to: their owner's alone, unless they were there.
import { chmodSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventLine, run, state, temporaryDirectory } from '../../support/command.js';

const folder = temporaryDirectory();
const modeOf = (path: string): number => statSync(path).mode & 0o777;
const input = `${eventLine('1', [state()])}\n`;

it.each([
  ['replay', 'records.ndjson'],
  ['report', 'report.html'],
])('%s makes a new file for its owner alone, and keeps the permissions of one that is there', async (command, name) => {
  const path = join(folder, name);
  expect((await run([command, '-', '-q', '-o', path], input)).code).toBe(0);
  expect(modeOf(path)).toBe(0o600);
  writeFileSync(path, 'old');
  chmodSync(path, 0o644);
  expect((await run([command, '-', '-q', '-o', path], input)).code).toBe(0);
  expect(modeOf(path)).toBe(0o644);
});
