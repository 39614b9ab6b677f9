// The module is the same bytes wherever it is built from the same source.
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { ended, temporaryDirectory, textOf } from '../support/command.js';

const directory = temporaryDirectory();
const BUILD_MS = 240_000;

/** All that the module is built from, and what builds it. */
const SOURCES = ['assembly', 'scripts', 'asconfig.json', 'package.json'];

/** Builds the module in a folder of its own: what was built, and its checksum as written. */
async function buildIn(folder: string): Promise<{ module: Buffer; checksum: string }> {
  mkdirSync(folder, { recursive: true });
  for (const source of SOURCES) cpSync(source, join(folder, source), { recursive: true });
  symlinkSync(join(process.cwd(), 'node_modules'), join(folder, 'node_modules'));
  const child = spawn('npm', ['run', '--silent', 'build:module'], { cwd: folder });
  const [output, code] = await Promise.all([textOf(child.stderr), ended(child)]);
  if (code !== 0) throw new Error(output);
  const built = (name: string): Buffer => readFileSync(join(folder, 'build', name));
  return { module: built('saltflat.wasm'), checksum: built('saltflat.wasm.sha256').toString() };
}

it(
  'gives the bytes of the module that is tested, from two folders with other names',
  async () => {
    const builds = await Promise.all([buildIn(join(directory, 'one')), buildIn(join(directory, 'deeper down/two'))]);
    const tested = readFileSync('build/saltflat.wasm');
    for (const { module, checksum } of builds) {
      expect(module.equals(tested)).toBe(true);
      expect(checksum).toBe(readFileSync('build/saltflat.wasm.sha256', 'utf8'));
    }
  },
  BUILD_MS,
);

it('holds no path, name or time of where it was built', () => {
  const text = readFileSync('build/saltflat.wasm').toString('latin1');
  for (const leaked of [process.cwd(), 'node_modules', 'assembly/', '.ts\0', 'sourceMappingURL'])
    expect(text.includes(leaked)).toBe(false);
});
