// `saltflat wasm`: the module out of the package, for an agent's configuration.
import { readFile } from 'node:fs/promises';
import { UsageError } from './error.js';
import { MODULE_PATH } from './index.js';
import { fileSink, stdoutSink } from './output.js';

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** Writes the module to `path`, or to stdout unless that is a terminal. Rejects with a `SaltflatError`. */
export async function writeModule(path?: string): Promise<void> {
  if (path === undefined && process.stdout.isTTY)
    throw new UsageError('the module is binary: name a file with --out FILE, or redirect stdout', 'TERMINAL', '-');
  const module = await readFile(MODULE_PATH); // first, so that no empty file is left where it is missing
  const sink = path === undefined ? stdoutSink(process.stdout) : await fileSink(path);
  await sink(once(module));
}
