// Whether a file is still the one that was read: what its number (inode) alone does not tell.
import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';

/** How much of the file's beginning, and of what stands right before the place, goes into a fingerprint. In bytes. */
const SAMPLE_BYTES = 1024;

/** The bytes of a file from `start` to `end`; fewer where the file ends before. */
export async function readSpan(file: FileHandle, start: number, end: number): Promise<Buffer> {
  const bytes = Buffer.alloc(end - start);
  let filled = 0;
  while (filled < bytes.length) {
    const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, start + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}

/**
 * A fingerprint of what a file holds before `offset`: its beginning, and the bytes right before the offset. Salt's
 * events begin alike but end with their time, job and minion, so the second part is what tells two event files apart.
 * Bytes that are added later do not change it. Empty for offset 0.
 */
export async function fingerprintOf(file: FileHandle, offset: number): Promise<string> {
  if (offset === 0) return '';
  const hash = createHash('sha256');
  hash.update(await readSpan(file, 0, Math.min(offset, SAMPLE_BYTES)));
  hash.update(await readSpan(file, Math.max(0, offset - SAMPLE_BYTES), offset));
  return hash.digest('hex').slice(0, 32);
}
