// The options file that the command line names: read, judged by the module, and what it says about records.
import { createReadStream } from 'node:fs';
import { InputError, OptionsError, codeOf, reasonOf } from '../core/error.js';
import { type Options, type Saltflat, load } from '../index.js';
import { STDIN } from '../input/files.js';
import { suggestion } from '../text/suggest.js';
import { printable } from '../text/terminal.js';

/** No more is read: the module refuses a file of more than 64 KiB, so it can say so. */
const MAX_BYTES = 64 * 1024 + 1;

/** Options that stand above what a file says, which is `asWritten`. */
export type Forced = (asWritten: Options) => Options;

/**
 * The module with the options of `file`, with the defaults where there is none; `-` is stdin. `forced` stands above
 * what the file says. Rejects with an `InputError` where the file cannot be read, with an `OptionsError` where it has
 * mistakes.
 */
export async function loadWith(file: string | undefined, forced?: Forced): Promise<Saltflat> {
  if (file === undefined) return load(forced === undefined ? {} : { options: forced({}) });
  const name = file === STDIN ? 'stdin' : file;
  const bytes = await readOptions(file, name);
  try {
    const asWritten = await load({ options: bytes });
    const { options } = asWritten;
    return forced === undefined ? asWritten : await load({ options: { ...options, ...forced(options) } });
  } catch (error) {
    if (!(error instanceof OptionsError)) throw error;
    throw new OptionsError(
      allowedOnce(error.mistakes.map((mistake) => printable(`${mistake}${suggestion(mistake)}`))),
      name,
      error,
    );
  }
}

/**
 * The mistakes, of which only the first names the members that are allowed in its place: in a file that is something
 * else, most are unknown.
 */
function allowedOnce(mistakes: readonly string[]): string[] {
  const named = new Set<string>();
  return mistakes.map((mistake) => {
    const [, allowed] = /: unknown member(; allowed: .+?)(?: \(did you mean |$)/s.exec(mistake) ?? [];
    if (allowed === undefined || !named.has(allowed)) {
      if (allowed !== undefined) named.add(allowed);
      return mistake;
    }
    return mistake.replace(allowed, '');
  });
}

async function readOptions(file: string, name: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of file === STDIN ? process.stdin : createReadStream(file, { end: MAX_BYTES - 1 })) {
      chunks.push(chunk as Uint8Array);
      size += (chunk as Uint8Array).length;
      if (size >= MAX_BYTES) break;
    }
  } catch (error) {
    throw new InputError(`${name}: cannot be read: ${reasonOf(error)}`, codeOf(error), file, error);
  }
  return Buffer.concat(chunks, Math.min(size, MAX_BYTES));
}
