// A transform of asc: the module carries the package's version in a custom section. Agents and runtimes pass over it,
// the host reads it (`host/core/version.ts`).
import { readFileSync } from 'node:fs';
import { TextEncoder } from 'node:util';
import { URL } from 'node:url';
import { Transform } from 'assemblyscript/transform';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

export default class VersionSection extends Transform {
  afterCompile(module) {
    module.addCustomSection('saltflat', new TextEncoder().encode(version));
  }
}
