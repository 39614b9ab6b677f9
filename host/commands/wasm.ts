// The module in this package: `saltflat wasm` gives it out, for an agent's configuration; `saltflat --version` says
// which it is.
import { UsageError, codeOf, reasonOf } from '../core/error.js';
import { EXIT, type ExitCode } from '../run/exit.js';
import { MODULE_PATH } from '../index.js';
import { once, stdoutSink } from '../delivery/sink.js';
import { replaceFile } from '../disk/replace.js';
import { readShipped } from '../disk/shipped.js';
import { ModuleError, VERSION, versionOf } from '../core/version.js';

/**
 * `saltflat 1.0.0 (module 1.0.0)`: that of the command and that of the module, whether they fit or not. Throws a
 * `ModuleError` where there is no module.
 */
export function versions(): string {
  let module: WebAssembly.Module;
  try {
    module = new WebAssembly.Module(readShipped('build/saltflat.wasm'));
  } catch (error) {
    const reason = `cannot be read: ${reasonOf(error)}; reinstall saltflat ${VERSION}`;
    throw new ModuleError(`${MODULE_PATH}: ${reason}`, codeOf(error), MODULE_PATH, error);
  }
  return `saltflat ${VERSION} (module ${versionOf(module) ?? 'of no version'})`;
}

/** Writes the module to `path`, which an agent may load at any time, or to stdout unless that is a terminal. */
export async function writeModule(path?: string): Promise<ExitCode> {
  if (path === undefined && process.stdout.isTTY)
    throw new UsageError('the module is binary: name a file with --out FILE, or redirect stdout', 'TERMINAL', '-');
  const module = readShipped('build/saltflat.wasm');
  if (path === undefined) await stdoutSink(process.stdout)(once(module));
  else await replaceFile(path, module);
  return EXIT.OK;
}
