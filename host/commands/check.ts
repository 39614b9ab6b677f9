// `saltflat check`: what an options file switches on, or what is wrong with it.
import { OPTIONS_FILE } from '../core/wasi.js';
import { once, stdoutSink } from '../delivery/sink.js';
import { describe } from '../options/describe.js';
import { loadWith } from '../options/load.js';
import { EXIT, type ExitCode } from '../run/exit.js';

/** Checks `file`, `saltflat.json` in the working directory where none is named. Rejects with a `SaltflatError` where it is wrong. */
export async function check(file: string = OPTIONS_FILE): Promise<ExitCode> {
  const { options } = await loadWith(file);
  const text = describe(options)
    .map((line) => `${line}\n`)
    .join('');
  await stdoutSink(process.stdout)(once(Buffer.from(text)));
  return EXIT.OK;
}
