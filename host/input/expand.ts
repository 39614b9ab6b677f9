// What was named, turned into files: folders into the files in them, quoted globs into what they match.
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { glob, isDynamicPattern } from 'tinyglobby';
import { InputError } from '../core/error.js';
import { STDIN } from './files.js';

/**
 * The files that `names` stand for, in that order; those of a folder or a glob by name. Hidden files of a folder are passed
 * over, and so are folders in it. A name that is not there stays, and fails where it is read. Rejects with an `InputError`
 * where a folder or a glob has no file.
 */
export async function expand(names: readonly string[]): Promise<readonly string[]> {
  const files: string[] = [];
  for (const name of names) files.push(...(name === STDIN ? [name] : await filesOf(name)));
  return files;
}

async function filesOf(name: string): Promise<readonly string[]> {
  const stats = await stat(name).catch(() => null);
  if (stats?.isDirectory() === true) {
    const entries = await readdir(name, { withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile() && !entry.name.startsWith('.'));
    if (files.length === 0) throw new InputError(`${name}: has no files; name a file of events`, 'NO_FILES', name);
    return files.map((entry) => join(name, entry.name)).sort();
  }
  if (stats !== null || !isDynamicPattern(name)) return [name];
  const matched = await glob(name, { dot: false, expandDirectories: false });
  if (matched.length === 0) throw new InputError(`${name}: matches no file`, 'NO_FILES', name);
  return matched.sort();
}
