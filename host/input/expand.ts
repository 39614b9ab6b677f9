// What was named, turned into files: folders into the files in them, quoted globs into what they match.
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { glob, isDynamicPattern } from 'tinyglobby';
import { STDIN } from './files.js';

/**
 * The files that `names` stand for, in that order; those of a folder or a glob by name. Hidden files of a folder are passed
 * over, and so are folders in it. A name that stands for no file stays, and fails where it is read: the others follow.
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
    return files.length === 0 ? [name] : files.map((entry) => join(name, entry.name)).sort();
  }
  if (stats !== null || !isDynamicPattern(name)) return [name];
  const matched = await glob(name, { dot: false, expandDirectories: false });
  return matched.length === 0 ? [name] : matched.sort();
}
