// The library in Node.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type LoadSettings, type Saltflat, fetchModule, loadFrom } from './core/saltflat.js';

export * from './exports.js';
export { type NodeStream, nodeStream } from './nodestream.js';

const MODULE_URL = new URL('../saltflat.wasm', import.meta.url);

/** Where the module lies in this package; `saltflat wasm` prints and copies it. */
export const MODULE_PATH = fileURLToPath(MODULE_URL);

/**
 * Loads the module. Rejects with an `OptionsError` where it refuses the options, with a `ModuleError` where it is of another
 * version than this host, with a `WebAssembly.CompileError` where the bytes are no module.
 */
export function load({ module = MODULE_URL, options }: LoadSettings = {}): Promise<Saltflat> {
  return loadFrom(module, options, (address) =>
    address.protocol === 'file:' ? readFile(address) : fetchModule(address),
  );
}
