// Whose work is in the executable, with the texts of the licences: what the module and the page hold, the packages, and
// Node.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

const LINE = '='.repeat(80);

/**
 * The licence of a Node binary, all that is in it: the file beside it in Node's archives, or where Debian's package has
 * it.
 */
export function licenceOf(node) {
  const places = ['../LICENSE', '../share/doc/nodejs/LICENSE', 'LICENSE'].map((path) => join(dirname(node), path));
  const found = places.find((path) => existsSync(path));
  if (found === undefined) throw new Error(`${node}: no LICENSE beside it (${places.join(', ')}); put Node's there`);
  return readFileSync(found, 'utf8').trim();
}

/** Packages without the text of their licence, and the one of the same project that has it. */
const ELSEWHERE = { 'node_modules/@assemblyscript/loader': 'node_modules/assemblyscript' };

/** The texts of a package's licence. */
function textsOf(folder) {
  const names = readdirSync(folder).filter((name) => /^(licen[cs]e|notice)([-.].+)?$/i.test(name));
  if (names.length === 0 && folder in ELSEWHERE) return textsOf(ELSEWHERE[folder]);
  if (names.length === 0) throw new Error(`${folder}: no file with a licence`);
  return names.map((name) => readFileSync(join(folder, name), 'utf8').trim()).join('\n\n');
}

const section = (title, text) => [LINE, title, LINE, '', text].join('\n');

/** The notices of the packages in `folders`, and of a Node binary. */
export function noticesOf(folders, node) {
  const packages = folders.map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    return section(`${name} ${version} (${license})`, textsOf(folder));
  });
  const own = readFileSync('build/THIRD-PARTY.txt', 'utf8').trim();
  return `${[own, ...packages, section(`Node.js ${process.version}`, licenceOf(node))].join('\n\n')}\n`;
}
