// What is said on stderr cannot command a terminal, whatever files, arguments and addresses are called.
import { run } from '../../support/command.js';

const NAME = 'x\u001b]52;c;ZWNobw==\u0007\u009b\u202e.ndjson';
const SHOWN = 'x\\x1b]52;c;ZWNobw==\\x07\\x9b\\u{202e}.ndjson';

it.each([
  ['a file to show', ['show', NAME]],
  ['a file to replay', ['replay', NAME]],
  ['a file to report on', ['report', NAME]],
  ['an options file', ['check', NAME]],
  ['a command', [NAME]],
  ['a preset', ['replay', '-', '--preset', NAME]],
  ['an address', ['replay', '-', '--to', NAME]],
])('shows %s by its characters', async (_, args) => {
  const { code, stderr } = await run(args);
  expect(code).toBeGreaterThan(0);
  expect(stderr).toContain(SHOWN);
  expect(stderr).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u);
});
