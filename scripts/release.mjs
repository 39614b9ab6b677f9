// Makes a release out of a tested tree: tarball, module, checksums, tag. Publishes nothing; it says how.
//
//   npm run release [-- --dry-run]
//
// It refuses:
// - a tree that is not clean;
// - a package.json that does not say who publishes it and where: its members are placeholders until the project has an address;
// - a version that CHANGELOG.md has no dated section for, or that is tagged already;
// - a commit on which `.ci/run` does not pass. It runs it, unless it passed on this very commit.
//
// `--dry-run` does all of it but the tag.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';

/** Which commit `.ci/run` passed on last. */
const TESTED = 'build/tested-commit';
const OUT = 'build/release';
const MODULE = 'build/saltflat.wasm';

class Refusal extends Error {}

/** What a program writes to stdout, its end trimmed; throws where it fails. */
function read(program, ...args) {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8' });
  if (status !== 0) throw new Refusal(`${program} ${args.join(' ')}: ${error?.message ?? stderr.trim()}`);
  return stdout.trimEnd();
}

/** Whether a program succeeds; what it writes is shown. */
const succeeds = (program, ...args) => spawnSync(program, args, { stdio: 'inherit' }).status === 0;

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
  if (!succeeds('.ci/run')) throw new Refusal('.ci/run does not pass');
  refuseDirty();
  if (commit() !== head) throw new Refusal('HEAD moved while .ci/run ran');
  mkdirSync('build', { recursive: true });
  writeFileSync(TESTED, `${head}\n`);
}

/** Builds from nothing and packs. The paths of what is released. */
function pack() {
  // Files of sources that are gone would be packed, too.
  for (const stale of ['build/host', OUT]) rmSync(stale, { recursive: true, force: true });
  if (!succeeds('npm', 'run', '--silent', 'build')) throw new Refusal('the build fails');
  mkdirSync(OUT, { recursive: true });
  const [{ filename }] = JSON.parse(
    read('npm', 'pack', '--ignore-scripts', '--json', '--loglevel=error', '--pack-destination', OUT),
  );
  const module = join(OUT, basename(MODULE));
  copyFileSync(MODULE, module);
  return [join(OUT, filename), module];
}

const sumOf = (path) => `${createHash('sha256').update(readFileSync(path)).digest('hex')}  ${basename(path)}`;

function release(isDry) {
  process.chdir(read('git', 'rev-parse', '--show-toplevel'));
  const manifest = JSON.parse(readFileSync('package.json', 'utf8'));
  const { version } = manifest;
  refuseDirty();
  refusePlaceholders(manifest);
  refuseVersion(version);
  test();
  const paths = pack();
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
