// Writes `build/THIRD-PARTY.txt`: whose work is compiled into the module and the report's page, with the texts of the
// licences.
import { readFileSync, writeFileSync } from 'node:fs';
import { URL } from 'node:url';
import { COMPILED_IN } from './compiled-in.mjs';

const root = new URL('../', import.meta.url);
const read = (path) => readFileSync(new URL(path, root), 'utf8');

const LINE = '='.repeat(80);
const sections = Object.entries(COMPILED_IN).map(([name, { into, texts }]) => {
  const { version, license } = JSON.parse(read(`node_modules/${name}/package.json`));
  const bodies = texts.map((text) => read(`node_modules/${name}/${text}`).trim());
  return [LINE, `${name} ${version} (${license}), parts of it in ${into}`, LINE, '', bodies.join('\n\n')].join('\n');
});
const head = 'saltflat is licensed under the Apache License 2.0 (LICENSE). Its built files hold parts of other works:';
writeFileSync(new URL('build/THIRD-PARTY.txt', root), `${[head, ...sections].join('\n\n')}\n`);
