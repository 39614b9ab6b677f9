// Writes that a power cut does not take back, and that nobody can lead into a file of another's.
import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** Its owner may read and write it, nobody else. */
export const OWNERS_ALONE = 0o600;

/**
 * Makes a file's name durable: without it a new or renamed file may be gone after a power cut, however well it was
 * synced.
 */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(dirname(path), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Whether a name is one that `putInPlace` gives to what is not complete yet. */
export const isUnfinished = (path: string): boolean => /^\.saltflat-[0-9a-f]{16}\.tmp$/.test(basename(path));

/**
 * Writes a new file beside `path`, durably, and gives it that name: whoever reads `path` finds the old file or the new
 * one, never a part. Until then it has a name that nobody can foresee, so no link can wait there. `mode`: of the new
 * file.
 */
export async function putInPlace(path: string, mode: number, fill: (file: FileHandle) => Promise<void>): Promise<void> {
  const next = join(dirname(path), `.saltflat-${randomBytes(8).toString('hex')}.tmp`);
  const file = await open(next, 'wx', mode);
  try {
    try {
      await fill(file);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(next, path);
  } catch (error) {
    await rm(next, { force: true });
    throw error;
  }
}

/** Puts `text` in the place of what `path` holds, for its owner alone; a power cut does not take it back. */
export async function replaceDurably(path: string, text: string): Promise<void> {
  await putInPlace(path, OWNERS_ALONE, (file) => file.writeFile(text));
  await syncFolder(path);
}

/** `O_NONBLOCK`: the open of a pipe that nobody reads would wait for ever. */
const APPEND =
  constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** Makes sure that what was opened is a plain file of this user's, and that nobody else may read or write it. */
async function makePrivate(file: FileHandle): Promise<void> {
  const stats = await file.stat();
  if (!stats.isFile()) throw new Error('is not a plain file; name another');
  const { mode, uid } = stats;
  if (process.geteuid !== undefined && uid !== process.geteuid())
    throw new Error(`belongs to another user (uid ${uid}); name another, or remove it`);
  if ((mode & 0o077) !== 0) await file.chmod(OWNERS_ALONE);
}

/**
 * Adds `text` to the end of `path`, a plain file of this user's that from then on nobody else can read. Rejects where
 * it is anything else, a link included.
 */
export async function appendDurably(path: string, text: string): Promise<void> {
  const file = await open(path, APPEND, OWNERS_ALONE).catch((error: unknown) => {
    throw (error as NodeJS.ErrnoException).code === 'ELOOP' ? new Error('is a link; name the file itself') : error;
  });
  try {
    await makePrivate(file);
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await syncFolder(path);
}
