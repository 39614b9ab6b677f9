import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { appendDurably, replaceDurably } from '../../../build/host/disk/durable.js';
import { itWith, temporaryDirectory } from '../../support/command.js';

const root = temporaryDirectory();
let folders = 0;
let folder: string;
let path: string;
beforeEach(() => {
  folder = join(root, String(folders++));
  mkdirSync(folder);
  path = join(folder, 'file');
});

const modeOf = (file: string): number => statSync(file).mode & 0o777;
const asRoot = itWith(process.geteuid?.() === 0, 'not root');

describe('a file that is replaced durably', () => {
  it("is its owner's alone, holds the new text, and has nothing beside it", async () => {
    writeFileSync(path, 'old');
    await replaceDurably(path, 'new');
    expect(readFileSync(path, 'utf8')).toBe('new');
    expect(modeOf(path)).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['file']);
  });

  it('leads into no file that a link beside it names', async () => {
    const precious = join(folder, 'precious');
    writeFileSync(precious, 'precious');
    symlinkSync(precious, `${path}.tmp`);
    await replaceDurably(path, 'new');
    expect(readFileSync(precious, 'utf8')).toBe('precious');
    expect(readFileSync(path, 'utf8')).toBe('new');
  });

  it('leaves nothing beside it where it cannot be put in its place', async () => {
    mkdirSync(path);
    writeFileSync(join(path, 'full'), '');
    await expect(replaceDurably(path, 'new')).rejects.toThrow();
    expect(readdirSync(folder)).toEqual(['file']);
  });
});

describe('a file that is added to durably', () => {
  it('is made for its owner alone', async () => {
    await appendDurably(path, 'a');
    await appendDurably(path, 'b');
    expect(readFileSync(path, 'utf8')).toBe('ab');
    expect(modeOf(path)).toBe(0o600);
  });

  it('is closed to others where it was open to them', async () => {
    writeFileSync(path, 'a');
    chmodSync(path, 0o666);
    await appendDurably(path, 'b');
    expect(readFileSync(path, 'utf8')).toBe('ab');
    expect(modeOf(path)).toBe(0o600);
  });

  it('is refused where it is a link, to a file or to nothing', async () => {
    const other = join(folder, 'other');
    symlinkSync(other, path);
    await expect(appendDurably(path, 'b')).rejects.toThrow('is a link; name the file itself');
    expect(existsSync(other)).toBe(false);
    writeFileSync(other, 'a');
    await expect(appendDurably(path, 'b')).rejects.toThrow('is a link; name the file itself');
    expect(readFileSync(other, 'utf8')).toBe('a');
  });

  it('is refused where it is no plain file, without waiting for a reader', async () => {
    await expect(appendDurably('/dev/null', 'b')).rejects.toThrow('is not a plain file; name another');
    expect(spawnSync('mkfifo', [path]).status).toBe(0);
    await expect(appendDurably(path, 'b')).rejects.toThrow(/no such device|no plain file/);
  });

  asRoot('is refused where it belongs to another user', async () => {
    writeFileSync(path, 'a');
    chownSync(path, 65534, 65534);
    await expect(appendDurably(path, 'b')).rejects.toThrow('belongs to another user (uid 65534); name another');
    expect(readFileSync(path, 'utf8')).toBe('a');
  });
});
