// What was named, turned into files: folders into the files in them, quoted globs into what they match.
import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { glob, isDynamicPattern } from 'tinyglobby';
import { STDIN } from './files.js';

const GLOB = { dot: false, expandDirectories: false } as const;

/** What names stand for. */
export interface Expanded {
  readonly files: readonly string[];
  /**
   * Links that a folder holds or a glob matches. They are not followed: whoever may write to the folder chose where
   * they lead.
   */
  readonly links: readonly string[];
}

/**
 * The files that `names` stand for, in that order; those of a folder or a glob by name. Hidden files of a folder are
 * passed over, and so are folders in it. A name that stands for no file stays, and fails where it is read: the others
 * follow. What is named itself may be anything that can be read: a link, a pipe.
 */
export async function expand(names: readonly string[]): Promise<Expanded> {
  const files: string[] = [];
  const links: string[] = [];
  for (const name of names) {
    const expanded = name === STDIN ? { files: [name], links: [] } : await filesOf(name);
    files.push(...expanded.files);
    links.push(...expanded.links);
  }
  return { files, links };
}

async function filesOf(name: string): Promise<Expanded> {
  const stats = await stat(name).catch(() => null);
  if (stats?.isDirectory() === true) {
    const entries = (await readdir(name, { withFileTypes: true })).filter((entry) => !entry.name.startsWith('.'));
    const pathsOf = (some: typeof entries): string[] => some.map((entry) => join(name, entry.name)).sort();
    const files = pathsOf(entries.filter((entry) => entry.isFile()));
    return chosen(name, files, pathsOf(entries.filter((entry) => entry.isSymbolicLink())));
  }
  if (stats !== null || !isDynamicPattern(name)) return { files: [name], links: [] };
  const matched = (await glob(name, { ...GLOB, followSymbolicLinks: false })).sort();
  return chosen(name, matched, (await glob(name, GLOB)).sort());
}

/** `files`, `name` itself where there are none, and those of `others` that lead to another file. */
async function chosen(name: string, files: readonly string[], others: readonly string[]): Promise<Expanded> {
  const known = new Set(files);
  for (const path of files) known.add(await realpath(path).catch(() => path));
  const links: string[] = [];
  for (const path of others) {
    const target = known.has(path) ? null : await realpath(path).catch(() => null);
    if (target !== null && !known.has(target) && (await stat(target).catch(() => null))?.isFile() === true)
      links.push(path);
  }
  return { files: files.length === 0 ? [name] : files, links };
}
