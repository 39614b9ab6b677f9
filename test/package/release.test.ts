// The release script, on a small repository of its own.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { hasProgram, temporaryDirectory } from '../support/command.js';
import { describeWith } from '../support/program.js';

const directory = temporaryDirectory();
const repository = join(directory, 'repository');
const at = (path: string): string => join(repository, path);

/** Git without what the machine is set to, so that it is the same everywhere. */
const GIT = {
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_SYSTEM: '/dev/null',
  ...{
    GIT_AUTHOR_NAME: 'A',
    GIT_AUTHOR_EMAIL: 'a@example.com',
    GIT_COMMITTER_NAME: 'A',
    GIT_COMMITTER_EMAIL: 'a@example.com',
  },
};

function command(program: string, ...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(program, args, {
    cwd: repository,
    encoding: 'utf8',
    env: { ...process.env, ...GIT },
  });
  return { status, stdout, stderr };
}

const git = (...args: string[]): string => command('git', ...args).stdout.trimEnd();
const release = (...args: string[]): ReturnType<typeof command> =>
  command(process.execPath, 'scripts/release.mjs', ...args);

function write(path: string, text: string): void {
  mkdirSync(dirname(at(path)), { recursive: true });
  writeFileSync(at(path), text);
}

function commit(): void {
  git('add', '--all');
  git('commit', '--quiet', '--message', 'change');
}

/** Who publishes it, and where. */
const PUBLISHED = {
  author: 'A <a@example.com>',
  homepage: 'https://example.com/small',
  repository: { type: 'git', url: 'git+https://example.com/small.git' },
  bugs: { url: 'https://example.com/small/issues' },
};

/** Commits package.json with some members changed, `undefined` for left out. */
function change(members: Readonly<Record<string, unknown>>): void {
  const manifest = JSON.parse(readFileSync(at('package.json'), 'utf8')) as Record<string, unknown>;
  write('package.json', JSON.stringify({ ...manifest, ...members }));
  commit();
}

/** What a release leaves, beside the checksums. */
const RELEASED = ['small-1.2.3.tgz', 'saltflat.wasm', 'THIRD-PARTY.txt', 'small-1.2.3.cdx.json'];

const NAMED = { name: 'small', version: '1.2.3' };

/** How often `.ci/run` ran. */
const runs = (): number => (existsSync(at('build/runs')) ? readFileSync(at('build/runs'), 'utf8').length : 0);

beforeEach(() => {
  mkdirSync(repository);
  for (const script of ['release', 'supply', 'compiled-in'])
    cpSync(`scripts/${script}.mjs`, at(`scripts/${script}.mjs`));
  const files = ['build/host', 'npm-shrinkwrap.json'];
  const build =
    'mkdir -p build/host && cp source build/host/index.js && cp source build/saltflat.wasm && cp source build/THIRD-PARTY.txt';
  write('source', 'module');
  write('package.json', JSON.stringify({ ...NAMED, files, scripts: { build }, ...PUBLISHED }));
  write('package-lock.json', JSON.stringify({ ...NAMED, lockfileVersion: 3, requires: true, packages: { '': NAMED } }));
  write('CHANGELOG.md', '# Changelog\n\n## [Unreleased]\n\n## [1.2.3] - 2026-11-22\n\n- Something.\n');
  write('.gitignore', 'build/\nnode_modules/\n');
  write('.ci/run', '#!/bin/sh\nmkdir -p build && printf x >> build/runs\n');
  chmodSync(at('.ci/run'), 0o755);
  git('init', '--quiet');
  commit();
});
afterEach(() => rmSync(repository, { recursive: true, force: true }));

describeWith('a release', hasProgram('git', '--version') ? null : 'no program git', () => {
  it('is a tarball, the module, licences and a bill of materials, with their checksums, and a tag; it is not published', () => {
    const { status, stdout, stderr } = release();
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(readdirSync(at('build/release')).sort()).toEqual(['SHA256SUMS', ...RELEASED].sort());
    const sums = RELEASED.map((name) => {
      const digest = createHash('sha256')
        .update(readFileSync(at(`build/release/${name}`)))
        .digest('hex');
      return `${digest}  ${name}\n`;
    });
    expect(readFileSync(at('build/release/SHA256SUMS'), 'utf8')).toBe(sums.join(''));
    expect(git('cat-file', '-t', 'v1.2.3')).toBe('tag');
    expect(git('rev-list', '-1', 'v1.2.3')).toBe(git('rev-parse', 'HEAD'));
    expect(stdout).toMatch(
      /Nothing was published; to do so:\n {2}git push origin v1\.2\.3\n {2}npm publish build\/release\/small-1\.2\.3\.tgz\n$/,
    );
    expect(stdout).toContain('small-1.2.3.tgz: ');
  });

  it('is all but the tag in a dry run', () => {
    const { status, stdout } = release('--dry-run');
    expect(status).toBe(0);
    expect(stdout).toMatch(/A dry run: v1\.2\.3 was not tagged\.\n$/);
    expect(existsSync(at('build/release/SHA256SUMS'))).toBe(true);
    expect(git('tag', '--list')).toBe('');
  });

  it('has all that `npm run build:packages` makes, under the same checksums', () => {
    const { scripts } = JSON.parse(readFileSync(at('package.json'), 'utf8')) as { scripts: Record<string, string> };
    const packages = 'mkdir -p build/packages && cp source build/packages/small.deb';
    change({ scripts: { ...scripts, 'build:packages': packages } });
    expect(release('--dry-run')).toMatchObject({ status: 0, stderr: '' });
    expect(readdirSync(at('build/release')).sort()).toEqual(['SHA256SUMS', 'small.deb', ...RELEASED].sort());
    expect(readFileSync(at('build/release/SHA256SUMS'), 'utf8')).toMatch(/^[0-9a-f]{64} {2}small\.deb$/m);
  });

  it('is tested once on a commit, and again on the next', () => {
    release('--dry-run');
    release('--dry-run');
    expect(runs()).toBe(1);
    appendFileSync(at('CHANGELOG.md'), '\n');
    commit();
    release();
    expect(runs()).toBe(2);
  });

  it('holds nothing of an older build, and the versions to install', () => {
    write('build/host/old.js', 'old');
    expect(release('--dry-run').status).toBe(0);
    const held = command('tar', '-tzf', 'build/release/small-1.2.3.tgz').stdout.trim().split('\n').sort();
    expect(held).toEqual(
      ['build/host/index.js', 'npm-shrinkwrap.json', 'package.json'].map((path) => `package/${path}`).sort(),
    );
  });

  it('is built from what is committed and installed afresh, whatever lies in node_modules', () => {
    const build =
      'mkdir -p build/host && touch build/saltflat.wasm build/THIRD-PARTY.txt && ls node_modules > build/host/index.js; true';
    change({ scripts: { build } });
    write('node_modules/stale/index.js', 'stale');
    expect(release('--dry-run').status).toBe(0);
    expect(command('tar', '-xzOf', 'build/release/small-1.2.3.tgz', 'package/build/host/index.js').stdout).toBe('');
  });

  it.each<[why: string, said: RegExp, spoil: () => void]>([
    ['a changed file', /the tree is not clean:\n M CHANGELOG\.md/, () => appendFileSync(at('CHANGELOG.md'), 'more\n')],
    ['a file that git does not know', /the tree is not clean:\n\?\? new\.txt/, () => write('new.txt', 'new')],
    [
      'a version that the changelog has not',
      /CHANGELOG\.md has no section "## \[1\.2\.4\] - YYYY-MM-DD"/,
      () => {
        write('package.json', readFileSync(at('package.json'), 'utf8').replace('1.2.3', '1.2.4'));
        commit();
      },
    ],
    [
      'an author and a homepage that are placeholders',
      /package\.json: author, homepage: placeholders, or not there; give the project's own/,
      () => change({ author: 'TODO: who publishes it', homepage: 'https://example.invalid/small' }),
    ],
    [
      'a repository and bugs that are not there',
      /package\.json: repository, bugs: placeholders/,
      () => change({ repository: undefined, bugs: undefined }),
    ],
    [
      'a version that has no date yet',
      /CHANGELOG\.md has no section/,
      () => {
        write('CHANGELOG.md', '## [1.2.3] - unreleased\n');
        commit();
      },
    ],
    ['a version that is tagged', /v1\.2\.3 is tagged already/, () => git('tag', 'v1.2.3')],
    [
      'a failing test',
      /\.ci\/run does not pass/,
      () => {
        write('.ci/run', '#!/bin/sh\nexit 1\n');
        commit();
      },
    ],
    [
      'tests that change the tree',
      /the tree is not clean:\n\?\? left\.txt/,
      () => {
        write('.ci/run', '#!/bin/sh\ntouch left.txt\n');
        commit();
      },
    ],
    [
      'a build that fails',
      /the build fails/,
      () => {
        write('package.json', readFileSync(at('package.json'), 'utf8').replace('mkdir -p build/host', 'false'));
        commit();
      },
    ],
    [
      'two builds that differ',
      /two builds differ in small-1\.2\.3\.tgz, saltflat\.wasm\n/,
      () =>
        change({
          scripts: {
            build:
              'mkdir -p build/host && pwd | tee build/host/index.js > build/saltflat.wasm && touch build/THIRD-PARTY.txt',
          },
        }),
    ],
    [
      'packages that cannot be made',
      /build:packages fails/,
      () => {
        const { scripts } = JSON.parse(readFileSync(at('package.json'), 'utf8')) as { scripts: object };
        change({ scripts: { ...scripts, 'build:packages': 'false' } });
      },
    ],
    [
      'a lockfile that does not go with package.json',
      /npm ci fails/,
      () => change({ dependencies: { 'not-in-the-lockfile': '1.0.0' } }),
    ],
  ])('is refused for %s', (_, said, spoil) => {
    spoil();
    const tags = git('tag', '--list');
    const { status, stderr } = release();
    expect(status).toBe(1);
    expect(stderr).toMatch(/^release: /m);
    expect(stderr).toMatch(said);
    expect(git('tag', '--list')).toBe(tags);
    expect(existsSync(at('build/release/SHA256SUMS'))).toBe(false);
  });

  it('is refused with options that there are not', () => {
    const { status, stderr } = release('--publish');
    expect(status).toBe(1);
    expect(stderr).toMatch(/^release: Unknown option '--publish'/);
    expect(runs()).toBe(0);
  });
});
