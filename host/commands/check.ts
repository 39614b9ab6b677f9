// `saltflat check`: what an options file switches on, or what is wrong with it; with --explain, what it masks in a
// text, and why.
import { OPTIONS_FILE } from '../core/wasi.js';
import { UsageError } from '../core/error.js';
import { once, stdoutSink } from '../delivery/sink.js';
import { describe } from '../options/describe.js';
import { loadWith } from '../options/load.js';
import { EXIT, type ExitCode } from '../run/exit.js';
import { explainText } from './explain.js';

export interface CheckOptions {
  /** The text, `-` for stdin. */
  readonly explain?: string;
  /** The same as FILE. */
  readonly options?: string;
}

/**
 * Checks `file`, `saltflat.json` in the working directory where none is named. Rejects with a `SaltflatError` where it
 * is wrong.
 */
export async function check(file: string | undefined, { explain, options }: CheckOptions): Promise<ExitCode> {
  if (file !== undefined && options !== undefined)
    throw new UsageError('FILE and --options: name one file of options', 'BAD_OPTIONS', '--options');
  const named = file ?? options;
  const lines =
    explain === undefined
      ? describe((await loadWith(named ?? OPTIONS_FILE)).options)
      : await explainText(explain, named);
  await stdoutSink(process.stdout)(once(Buffer.from(lines.map((line) => `${line}\n`).join(''))));
  return EXIT.OK;
}
