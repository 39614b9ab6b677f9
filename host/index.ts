// The library in Node.
import { readFile } from 'node:fs/promises';
import { type LoadSettings, type Saltflat, fetchModule, loadFrom } from './core/saltflat.js';
import { readShipped, shippedPath } from './disk/shipped.js';

export * from './exports.js';
export { type NodeStream, nodeStream } from './nodestream.js';

/** Where the module lies in this package; `saltflat wasm` prints and copies it. */
export const MODULE_PATH = shippedPath('build/saltflat.wasm');

/**
 * Loads the module. Rejects with an `OptionsError` where it refuses the options, with a `ModuleError` where it is of
 * another version than this host, with a `WebAssembly.CompileError` where the bytes are no module.
 */
export async function load({ module, options }: LoadSettings = {}): Promise<Saltflat> {
  return loadFrom(module ?? readShipped('build/saltflat.wasm'), options, (address) =>
    address.protocol === 'file:' ? readFile(address) : fetchModule(address),
  );
}
