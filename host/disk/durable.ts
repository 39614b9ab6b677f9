// Writes that a power cut does not take back.
import { open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Makes a file's name durable: without it a new or renamed file may be gone after a power cut, however well it was synced. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(dirname(path), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Puts `text` in the place of what `path` holds. Whoever reads it finds the old text or the new one, never a part. */
export async function replaceDurably(path: string, text: string): Promise<void> {
  const next = `${path}.tmp`;
  const file = await open(next, 'w');
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(next, path);
  await syncFolder(path);
}

/** Adds `text` to the end of `path`; a file that is made for it can be read by its owner alone. */
export async function appendDurably(path: string, text: string): Promise<void> {
  const file = await open(path, 'a', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await syncFolder(path);
}
