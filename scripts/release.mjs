// Makes a release out of a tested commit: tarball, module, licences of what is compiled in, bill of materials,
// checksums, tag. Publishes nothing; it says how.
//
// What is released is built twice, each time in a fresh clone with a fresh `npm ci`: what lies about in the tree, in
// node_modules above all, is never part of it. The tarball holds an npm-shrinkwrap.json: its users get the versions
// that were tested. What needs no Node, `npm run build:packages` makes, and a release has all of it.
//
//   npm run release [-- --dry-run]
//
// It refuses:
// - a tree that is not clean;
// - a package.json that does not say who publishes it and where: its members are placeholders until the project has an
// address;
// - a version that CHANGELOG.md has no dated section for, or that is tagged already;
// - a commit on which `.ci/run` does not pass. It runs it, unless it passed on this very commit;
// - two builds that are not the same bytes.
//
// `--dry-run` does all of it but the tag.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { billOf, shrinkwrapOf } from './supply.mjs';

/** Which commit `.ci/run` passed on last. */
const TESTED = 'build/tested-commit';
const OUT = 'build/release';
const MODULE = 'build/saltflat.wasm';
const NOTICES = 'build/THIRD-PARTY.txt';
const PACKAGES = 'build/packages';

class Refusal extends Error {}

/** What a program writes to stdout, its end trimmed; throws where it fails. */
function readIn(cwd, program, ...args) {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8', cwd });
  if (status !== 0) throw new Refusal(`${program} ${args.join(' ')}: ${error?.message ?? stderr.trim()}`);
  return stdout.trimEnd();
}

const read = (program, ...args) => readIn('.', program, ...args);

/** Whether a program succeeds; what it writes is shown. */
const succeedsIn = (cwd, program, ...args) => spawnSync(program, args, { stdio: 'inherit', cwd }).status === 0;

const commit = () => read('git', 'rev-parse', 'HEAD');

function refuseDirty() {
  const changes = read('git', 'status', '--porcelain');
  if (changes !== '') throw new Refusal(`the tree is not clean:\n${changes}`);
}

/** Refuses a package.json in which a member that says where the project is has no value of its own yet. */
function refusePlaceholders(manifest) {
  const isOpen = (value) => value === undefined || /TODO|example\.invalid/.test(JSON.stringify(value));
  const open = ['author', 'homepage', 'repository', 'bugs'].filter((name) => isOpen(manifest[name]));
  if (open.length > 0)
    throw new Refusal(`package.json: ${open.join(', ')}: placeholders, or not there; give the project's own`);
}

function refuseVersion(version) {
  const changelog = existsSync('CHANGELOG.md') ? readFileSync('CHANGELOG.md', 'utf8').split('\n') : [];
  const heading = new RegExp(`^## \\[${version.replaceAll('.', '\\.')}\\] - \\d{4}-\\d{2}-\\d{2}$`);
  if (!changelog.some((line) => heading.test(line)))
    throw new Refusal(`CHANGELOG.md has no section "## [${version}] - YYYY-MM-DD"`);
  if (read('git', 'tag', '--list', `v${version}`) !== '') throw new Refusal(`v${version} is tagged already`);
}

/** Runs `.ci/run` unless it passed on this commit. */
function test() {
  const head = commit();
  if (existsSync(TESTED) && readFileSync(TESTED, 'utf8').trim() === head) {
    console.log(`.ci/run passed on ${head} before`);
    return;
  }
  if (!succeedsIn('.', '.ci/run')) throw new Refusal('.ci/run does not pass');
  refuseDirty();
  if (commit() !== head) throw new Refusal('HEAD moved while .ci/run ran');
  mkdirSync('build', { recursive: true });
  writeFileSync(TESTED, `${head}\n`);
}

/** Makes what needs no Node in a clone. The paths, as they are there; none where the commit has no script for it. */
function packagesIn(folder) {
  const { scripts = {} } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  if (scripts['build:packages'] === undefined) return [];
  if (!succeedsIn(folder, 'npm', 'run', '--silent', 'build:packages')) throw new Refusal('build:packages fails');
  return readdirSync(join(folder, PACKAGES))
    .sort()
    .map((name) => join(PACKAGES, name));
}

/**
 * Clones this commit into `folder`, installs, builds and packs there. The paths of the tarball, the module, the
 * licences, the packages.
 */
function buildIn(folder) {
  read('git', 'clone', '--quiet', '--no-hardlinks', '.', folder);
  readIn(folder, 'git', 'checkout', '--quiet', commit());
  if (!succeedsIn(folder, 'npm', 'ci', '--no-audit', '--no-fund')) throw new Refusal('npm ci fails');
  if (!succeedsIn(folder, 'npm', 'run', '--silent', 'build')) throw new Refusal('the build fails');
  writeFileSync(join(folder, 'npm-shrinkwrap.json'), shrinkwrapOf(folder));
  const [{ filename }] = JSON.parse(readIn(folder, 'npm', 'pack', '--ignore-scripts', '--json', '--loglevel=error'));
  return [filename, MODULE, NOTICES, ...packagesIn(folder)].map((path) => join(folder, path));
}

/** Builds twice, compares, and puts what is released into `OUT`. The paths there, the tarball first. */
function pack(name) {
  const folder = mkdtempSync(join(tmpdir(), 'saltflat-release-'));
  try {
    const [built, again] = ['one', 'the other'].map((each) => buildIn(join(folder, each)));
    const names = (paths) => paths.map((path) => basename(path)).join(', ');
    if (names(built) !== names(again))
      throw new Refusal(`two builds give other files: ${names(built)}; ${names(again)}`);
    const differing = built.filter((path, at) => !readFileSync(path).equals(readFileSync(again[at])));
    if (differing.length > 0) throw new Refusal(`two builds differ in ${names(differing)}`);
    rmSync(OUT, { recursive: true, force: true });
    mkdirSync(OUT, { recursive: true });
    const paths = built.map((path) => join(OUT, basename(path)));
    built.forEach((path, at) => copyFileSync(path, paths[at]));
    const bill = join(OUT, `${name}.cdx.json`);
    writeFileSync(bill, billOf(join(folder, 'one')));
    return [...paths, bill];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const sumOf = (path) => `${createHash('sha256').update(readFileSync(path)).digest('hex')}  ${basename(path)}`;

function release(isDry) {
  process.chdir(read('git', 'rev-parse', '--show-toplevel'));
  const manifest = JSON.parse(readFileSync('package.json', 'utf8'));
  const { name, version } = manifest;
  refuseDirty();
  refusePlaceholders(manifest);
  refuseVersion(version);
  test();
  const paths = pack(`${name}-${version}`);
  refuseDirty();
  const sums = paths.map(sumOf).join('\n');
  writeFileSync(join(OUT, 'SHA256SUMS'), `${sums}\n`);
  if (!isDry) read('git', 'tag', '--annotate', `v${version}`, '--message', `saltflat ${version}`);
  console.log(`\n${paths.map((path) => `${path}: ${statSync(path).size} bytes`).join('\n')}\n${sums}`);
  console.log(
    isDry
      ? `\nA dry run: v${version} was not tagged.`
      : `\nv${version} is tagged. Nothing was published; to do so:\n  git push origin v${version}\n  npm publish ${paths[0]}`,
  );
}

try {
  const { values } = parseArgs({ options: { 'dry-run': { type: 'boolean', default: false } } });
  release(values['dry-run']);
} catch (error) {
  if (!(error instanceof Refusal) && !String(error.code).startsWith('ERR_PARSE_ARGS')) throw error;
  console.error(`release: ${error.message}`);
  process.exitCode = 1;
}
