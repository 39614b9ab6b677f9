// What is inside the single executable: there this file is in the place of `host/disk/shipped.ts`.
import { Buffer } from 'node:buffer';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { getAsset } from 'node:sea';

/** The bytes of a file of the package. */
export const readShipped = (name) => Buffer.from(getAsset(name));

/**
 * Where one of them can be read by its path: events are written out for this run. The module is named by what holds it.
 */
export function shippedPath(name) {
  if (!name.endsWith('.ndjson')) return process.execPath;
  const folder = mkdtempSync(join(tmpdir(), 'saltflat-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, basename(name));
  writeFileSync(path, readShipped(name));
  return path;
}
