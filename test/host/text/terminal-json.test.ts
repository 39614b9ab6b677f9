// JSON on a terminal: nothing that it would obey.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { printableJson } from '../../../build/host/text/terminal.js';
import { eventLine, hasProgram, itWith, run, runOnTerminal, state, temporaryDirectory } from '../../support/command.js';

const UNSAFE = /[\x7f-\x9f\p{Cf}\p{Zl}\p{Zp}]/u;

describe('JSON on a terminal', () => {
  const evil = '\u009b31m \u009d0;title\u009c \x7f \u202e \u2066 \u2028 \u{e0001} é ☃ 😀';

  it('is the same JSON, with escapes for what a terminal would obey', () => {
    const json = `{"a": ${JSON.stringify(evil)},\t"b": [\r\n1]}\n`;
    const shown = printableJson(json);
    expect(shown).not.toMatch(UNSAFE);
    expect(shown).toContain('\\u009b31m');
    expect(shown).toContain('\\udb40\\udc01 é ☃ 😀');
    expect(JSON.parse(shown)).toEqual(JSON.parse(json));
  });

  const folder = temporaryDirectory();
  const terminal = itWith(hasProgram('script', '--version'), 'no program script');
  for (const args of [
    ['replay', '-q'],
    ['report', '-q', '--format', 'json'],
  ])
    terminal(`is written so by ${args[0]}, and as it is into a pipe`, async () => {
      const path = join(folder, 'evil.ndjson');
      writeFileSync(path, eventLine('1', [state({ comment: evil, result: false })]));
      const { code, stdout } = runOnTerminal([...args, path]);
      expect(code).toBe(0);
      expect(stdout).toContain('\\u009b31m \\u009d0;title\\u009c \\u007f');
      expect(stdout).not.toMatch(UNSAFE);
      expect((await run([...args, path])).stdout).toContain(evil);
    });
});
