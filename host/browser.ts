// The library in browsers, their workers, and wherever else there is `fetch` and no Node.
import { type LoadSettings, type Saltflat, fetchModule, loadFrom } from './core/saltflat.js';

export * from './exports.js';

/**
 * Loads the module. Without `module` it is fetched from where it lies beside the host in this package; a bundler that
 * moves the host and not the module needs to be told where it is. Rejects with an `OptionsError` where the module
 * refuses the options, with a `ModuleError` where it is of another version than this host, with a
 * `WebAssembly.CompileError` where the bytes are no module, with a `SaltflatError` where the answer is a refusal, with
 * what `fetch` throws where there is none.
 */
export async function load({ module, options }: LoadSettings = {}): Promise<Saltflat> {
  return loadFrom(module ?? new URL('../saltflat.wasm', import.meta.url), options, fetchModule);
}
