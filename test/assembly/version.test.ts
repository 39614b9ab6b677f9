// The version in the module: what it says, who reads it, what is refused.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { MODULE_PATH, ModuleError, VERSION, load } from '../../build/host/index.js';
import { exitCodeOf } from '../../build/host/run/exit.js';
import { copyWithoutModule, hasProgram, itWith, temporaryDirectory } from '../support/command.js';
import { versionSection } from '../support/module/section.js';

const directory = temporaryDirectory();
const module = readFileSync(MODULE_PATH);
const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };

/** The module with another section in the place of the one that tells its version, which is the last. */
function withSection(section: readonly number[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from([...module.subarray(0, module.length - versionSection(VERSION).length), ...section]);
}

const [major = '', minor = ''] = VERSION.split('.');
const isBeforeOne = major === '0';
const next = isBeforeOne ? `0.${Number(minor) + 1}.0` : `${Number(major) + 1}.0.0`;
const patched = `${major}.${minor}.999`;

it('is the one of the package, in the module, in the library, in a section of its own behind everything else', async () => {
  expect(VERSION).toBe(version);
  const sections = WebAssembly.Module.customSections(await WebAssembly.compile(module), 'saltflat');
  expect(sections.map((section) => Buffer.from(section).toString())).toEqual([version]);
  expect(Buffer.from(withSection(versionSection(version))).equals(module)).toBe(true);
});

it('may be one that is made for the same hosts', async () => {
  const saltflat = await load({ module: withSection(versionSection(patched)) });
  expect(saltflat.flatten('{')).toHaveLength(1);
});

it.each([
  ['of a series that this host does not know', versionSection(next), 'OTHER_VERSION', `is of version ${next}`],
  ['that tells none', [], 'NO_VERSION', 'has no version'],
  ['that tells nonsense', versionSection('new\u001b[31m'), 'NO_VERSION', 'has no version'],
])('lets the host refuse a module %s', async (_, section, code, said) => {
  const error: unknown = await load({ module: withSection(section) }).then(null, (cause: unknown) => cause);
  expect(error).toBeInstanceOf(ModuleError);
  expect(error).toMatchObject({ code });
  expect(exitCodeOf(error)).toBe(5);
  expect((error as ModuleError).message).toMatch(/^saltflat\.wasm: [ -~]+$/);
  expect((error as ModuleError).message).toContain(said);
});

describe('a package whose module was exchanged', () => {
  const copy = join(directory, 'package');
  const wasm = join(copy, 'build/saltflat.wasm');
  let cli: string;
  const command = (...args: string[]): { status: number | null; stdout: string; stderr: string } =>
    spawnSync(process.execPath, [cli, ...args], { input: '{\n', encoding: 'utf8' });
  beforeAll(() => {
    cli = copyWithoutModule(copy);
  });

  it('says so, in one line, and exits with 5', () => {
    writeFileSync(wasm, withSection(versionSection(next)));
    const { status, stdout, stderr } = command('replay');
    expect({ status, stdout }).toEqual({ status: 5, stdout: '' });
    expect(stderr).toMatch(/^saltflat: saltflat\.wasm: is of version [^\n]+\n$/);
  });

  it('tells both versions, and still gives the module out', () => {
    writeFileSync(wasm, withSection(versionSection(next)));
    expect(command('--version')).toMatchObject({ status: 0, stdout: `saltflat ${VERSION} (module ${next})\n` });
    expect(command('wasm')).toMatchObject({ status: 0, stderr: '' });
  });

  it('tells that the module tells none', () => {
    writeFileSync(wasm, withSection([]));
    expect(command('--version').stdout).toBe(`saltflat ${VERSION} (module of no version)\n`);
  });

  it('cannot tell the version of what is no module, and exits with 5', () => {
    writeFileSync(wasm, 'no module');
    const { status, stdout, stderr } = command('--version');
    expect({ status, stdout }).toEqual({ status: 5, stdout: '' });
    expect(stderr).toMatch(/^saltflat: [^\n]*saltflat\.wasm: cannot be read: [^\n]*reinstall saltflat [^\n]*\n$/);
  });
});

describe('the checksum beside it', () => {
  it('is that of its bytes', () => {
    const digest = createHash('sha256').update(module).digest('hex');
    expect(readFileSync(`${MODULE_PATH}.sha256`, 'utf8')).toBe(`${digest}  saltflat.wasm\n`);
  });

  itWith(hasProgram('sha256sum', '--version'), 'no program sha256sum')('is one that sha256sum can check', () => {
    const check = (): string => spawnSync('sha256sum', ['-c', sums], { cwd: directory, encoding: 'utf8' }).stdout;
    const sums = `${MODULE_PATH}.sha256`;
    writeFileSync(join(directory, 'saltflat.wasm'), module);
    expect(check()).toBe('saltflat.wasm: OK\n');
    writeFileSync(join(directory, 'saltflat.wasm'), module.subarray(1));
    expect(check()).toBe('saltflat.wasm: FAILED\n');
  });
});
