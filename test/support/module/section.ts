// The custom section in which a module tells its version, as WebAssembly writes it.

const NAME = 'saltflat';

/** Its bytes: the id of custom sections, how long it is, its name, the version. */
export function versionSection(version: string): number[] {
  const content = [NAME.length, ...Buffer.from(NAME), ...Buffer.from(version)];
  return [0, content.length, ...content];
}
