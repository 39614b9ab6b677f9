// Files that are written whole: whoever reads one finds what was there before or all that is new, also after a full
// disk.
import type { Stats } from 'node:fs';
import { access, constants, lstat, open, realpath, stat, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { OutputError, codeOf, reasonOf } from '../core/error.js';
import { OWNERS_ALONE, putInPlace } from './durable.js';

/**
 * Where no file can be put in another's place, though that one may be written: a folder that is not ours, a file that
 * is a mount of its own (`docker run -v FILE:FILE`), an owner that we cannot give away to.
 */
const NO_PLACE: ReadonlySet<string> = new Set(['EACCES', 'EPERM', 'EROFS', 'EBUSY', 'EXDEV']);

const failed = (path: string, error: unknown): OutputError =>
  new OutputError(`${path}: cannot be written: ${reasonOf(error)}`, codeOf(error), path, error);

const statOf = (path: string, follow = true): Promise<Stats | null> => (follow ? stat : lstat)(path).catch(() => null);

/** Whether `path` names what a process has open (`/dev/stdout`), which may be a plain file with more in it to come. */
const isOpenFile = (path: string): boolean => /^\/(?:dev|proc)\//.test(resolve(path));

/** Rejects with an `OutputError` where `path` cannot be written, as far as that can be told without writing. */
export async function checkWritable(path: string): Promise<void> {
  const old = await statOf(path);
  try {
    if (old === null) await access(dirname(path), constants.W_OK);
    else if (old.isFile() || old.isDirectory()) await (await open(path, 'r+')).close();
  } catch (error) {
    throw failed(path, error);
  }
}

/** Puts a new file in the place of `old`, with its owner and permissions; with `mode` where there was none. */
async function replace(path: string, bytes: Uint8Array, old: Stats | null, mode: number): Promise<void> {
  await putInPlace(path, old === null ? mode : OWNERS_ALONE, async (file) => {
    await file.writeFile(bytes);
    if (old === null) return;
    const own = await file.stat();
    if (own.uid !== old.uid || own.gid !== old.gid) await file.chown(old.uid, old.gid);
    await file.chmod(old.mode & 0o7777);
  });
}

/**
 * Writes `path` anew, by a file beside it that takes its name: what was there stays until all is written. Links are
 * followed. What is no plain file (`/dev/stdout`, a pipe) is written to, and so is a file that cannot be replaced.
 * `mode`: that of a file that was not there. Rejects with an `OutputError`.
 */
export async function replaceFile(path: string, bytes: Uint8Array, mode = 0o666): Promise<void> {
  try {
    const old = await statOf(path);
    const isNew = old === null && (await statOf(path, false)) === null;
    // A link to what is not there yet is no plain file either.
    if (!isNew && (old?.isFile() !== true || isOpenFile(path))) return await writeFile(path, bytes);
    try {
      await replace(isNew ? path : await realpath(path), bytes, old, mode);
    } catch (error) {
      if (isNew || !NO_PLACE.has(codeOf(error))) throw error;
      await writeFile(path, bytes);
    }
  } catch (error) {
    throw failed(path, error);
  }
}
