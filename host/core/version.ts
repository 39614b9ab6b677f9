// Which version this is, and which modules it takes: host and module are made for each other.
import { SaltflatError } from './error.js';

/** The version of this package; `package.json` says the same. */
export const VERSION = '0.1.0';

/** The custom section in which a module tells its version; `scripts/version-section.mjs` writes it. */
const SECTION = 'saltflat';

/** How messages name a module. */
const NAME = 'saltflat.wasm';

/** The module is of another version, or none of saltflat's at all. */
export class ModuleError extends SaltflatError {}

/** The version that a module tells; null where it tells none. */
export function versionOf(module: WebAssembly.Module): string | null {
  const [section] = WebAssembly.Module.customSections(module, SECTION);
  const text = section === undefined ? '' : new TextDecoder().decode(section);
  return /^\d{1,9}\.\d{1,9}\.\d{1,9}(?:-[\w.-]{1,99})?$/.test(text) ? text : null;
}

/** What of a version changes where others cannot follow: `2` of 2.1.0, `0.3` of 0.3.1. */
function seriesOf(version: string): string {
  const [major, minor] = version.split('.');
  return major === '0' ? `0.${minor}` : `${major}`;
}

/** Throws a `ModuleError` where this host does not take the module: `NO_VERSION` or `OTHER_VERSION`. */
export function checkVersion(module: WebAssembly.Module): void {
  const version = versionOf(module);
  if (version === null)
    throw new ModuleError(`${NAME}: has no version, so it is not a module of saltflat`, 'NO_VERSION', NAME);
  if (seriesOf(version) !== seriesOf(VERSION))
    throw new ModuleError(
      `${NAME}: is of version ${version}, saltflat ${VERSION} takes ${seriesOf(VERSION)}.x only: take both from one package`,
      'OTHER_VERSION',
      NAME,
    );
}
