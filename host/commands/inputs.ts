// What a command reads: the files that were named, what is piped in, a master's job cache.
import { UsageError } from '../core/error.js';
import { expand } from '../input/expand.js';
import { STDIN } from '../input/files.js';

/** What is read. */
export interface Inputs {
  /** Files, `-` being stdin. */
  readonly files: readonly string[];
  /** Links in the folders and globs that were named; they are passed over. */
  readonly links: readonly string[];
  /** The folder of a job cache, which is read behind them. */
  readonly jobCache: string | undefined;
}

/**
 * What `names` and `--job-cache` stand for; stdin where there is neither. Throws a `UsageError` where that is a
 * terminal.
 */
export async function inputsOf(names: readonly string[], jobCache: string | undefined): Promise<Inputs> {
  const isStdin = (names.length === 0 && jobCache === undefined) || names.includes(STDIN);
  if (isStdin && process.stdin.isTTY)
    throw new UsageError('no input: name a FILE, or pipe events in; --help tells more', 'NO_INPUT', STDIN);
  return { ...(await expand(isStdin && names.length === 0 ? [STDIN] : names)), jobCache };
}
