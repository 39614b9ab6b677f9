// deb and rpm, by nfpm: `saltflat-filter`, the module and what an agent needs with it, and `saltflat`, the command with
// Node inside.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** Where what is read and copied lies; the links between documentation and examples hold there. */
const SHARE = '/usr/share/saltflat';

const DESCRIPTIONS = {
  'saltflat-filter': `WASM filter for Fluent Bit that makes a record of each Salt state
The filter turns the job returns of a Salt master into one JSON record for
each state: which failed, on which minion, why, and what it changed. This
package has the module, its options, and configurations for Fluent Bit, Salt,
logrotate, Vector, Splunk, OpenSearch and Elasticsearch. It needs no other.`,
  saltflat: `makes a JSON record of each state of a Salt job
The command shows, reports and replays the job returns of a Salt master, one
record for each state. It follows the event file and sends records to Vector,
Splunk, OpenSearch, Elasticsearch and others. It needs no Node.`,
};

/** Files below `folder` of the tree. */
const below = (folder) =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .sort();

const file = (src, dst, mode = 0o644) => ({ src, dst, file_info: { mode } });
const only = (packager, entry) => ({ ...entry, packager });
const link = (src, dst) => ({ src, dst, type: 'symlink' });

/** The version as Debian and RPM order them: 1.0.0~rc.1 comes before 1.0.0. */
const ordered = (version) => version.replace('-', '~');

/** A changelog in Debian's form: a pointer to the project's own. */
const debianChanges = (name, { version, author, date }) =>
  `${name} (${ordered(version)}) unstable; urgency=medium\n
  * ${SHARE}/CHANGELOG.md says what changed.\n
 -- ${author}  ${date.toUTCString().replace('GMT', '+0000')}\n`;

const copyright = ({ homepage }) =>
  `saltflat, ${homepage}
Copyright: the authors of saltflat
License: Apache-2.0, which Debian has in /usr/share/common-licenses/Apache-2.0.

THIRD-PARTY.txt beside this file names the other works that are inside, with their licences.
`;

/**
 * What makes and removes what systemd has to know. Nothing is started: the unit wants the address of a receiver first.
 */
const SCRIPTS = {
  postinstall: `#!/bin/sh
set -e
if command -v systemd-sysusers >/dev/null 2>&1; then systemd-sysusers saltflat.conf; fi
if [ -d /run/systemd/system ]; then systemctl daemon-reload; fi
`,
  preremove: `#!/bin/sh
set -e
# Debian says "remove", RPM how many are left.
case "$1" in
remove | 0) if [ -d /run/systemd/system ]; then systemctl disable --now saltflat-follow.service || true; fi ;;
esac
`,
  postremove: `#!/bin/sh
set -e
if [ -d /run/systemd/system ]; then systemctl daemon-reload; fi
`,
};

/** Why lintian is told to be silent, a line each. */
const OVERRIDES = `# Node is built with its own copies of these, as its project tests them.
saltflat binary: embedded-library *
`;

/** Makes packages in `folder`. `about`: the manifest's name, version, author, homepage, licence, and the date. */
export class Packager {
  #nfpm;
  #folder;
  #work;
  #about;

  constructor(nfpm, folder, about) {
    this.#nfpm = nfpm;
    this.#folder = folder;
    this.#about = about;
    this.#work = join(folder, '.work');
    mkdirSync(this.#work, { recursive: true });
  }

  /** `saltflat-filter`, for any machine. The paths of the packages. */
  filter() {
    const name = 'saltflat-filter';
    const trees = ['docs', 'examples'].flatMap(below).filter((path) => !path.endsWith('.png'));
    const texts = ['README.md', 'CHANGELOG.md', 'SECURITY.md', 'ARCHITECTURE.md', 'vector.toml.example'];
    const contents = [
      file('build/saltflat.wasm', '/usr/lib/saltflat/saltflat.wasm'),
      file('saltflat.schema.json', `${SHARE}/saltflat.schema.json`),
      { ...file('examples/fluent-bit/saltflat.json', '/etc/saltflat/saltflat.json'), type: 'config|noreplace' },
      ...[...texts, ...trees].map((path) => file(path, `${SHARE}/${path}`)),
      ...['docs', 'examples'].map((folder) => link(`../../saltflat/${folder}`, `/usr/share/doc/${name}/${folder}`)),
      ...this.#papers(name, readFileSync('build/THIRD-PARTY.txt', 'utf8')),
    ];
    return this.#make(name, { deb: 'all', rpm: 'noarch' }, { contents });
  }

  /**
   * `saltflat` for one machine. `man`: the manual page; `complete(SHELL)`: the script for a shell. The paths of the
   * packages.
   */
  command({ machine, executable, man, complete, notices }) {
    const name = 'saltflat';
    const shells = {
      bash: [[undefined, '/usr/share/bash-completion/completions/saltflat']],
      fish: [[undefined, '/usr/share/fish/vendor_completions.d/saltflat.fish']],
      zsh: [
        ['deb', '/usr/share/zsh/vendor-completions/_saltflat'],
        ['rpm', '/usr/share/zsh/site-functions/_saltflat'],
      ],
    };
    const completions = Object.entries(shells).flatMap(([shell, places]) => {
      const script = this.#write(`completion.${shell}`, complete(shell));
      return places.map(([packager, path]) => (packager ? only(packager, file(script, path)) : file(script, path)));
    });
    const overrides = file(this.#write('overrides', OVERRIDES), `/usr/share/lintian/overrides/${name}`);
    const contents = [
      file(executable, '/usr/bin/saltflat', 0o755),
      file(this.#write('saltflat.1.gz', gzipSync(man, { level: 9 })), '/usr/share/man/man1/saltflat.1.gz'),
      ...completions,
      file('examples/systemd/saltflat-follow.service', '/usr/lib/systemd/system/saltflat-follow.service'),
      file(this.#write('sysusers', 'u saltflat - "saltflat follow"\n'), '/usr/lib/sysusers.d/saltflat.conf'),
      only('deb', overrides),
      ...this.#papers(name, notices),
    ];
    const scripts = Object.entries(SCRIPTS).map(([each, text]) => [each, this.#write(each, text, 0o755)]);
    return this.#make(name, machine, {
      contents,
      scripts: Object.fromEntries(scripts),
      overrides: {
        deb: {
          depends: ['libc6 (>= 2.28)', 'libgcc-s1 | libgcc1', 'libstdc++6 (>= 8)'],
          recommends: ['saltflat-filter'],
        },
        rpm: { depends: ['glibc >= 2.28', 'libstdc++ >= 8'], recommends: ['saltflat-filter'] },
      },
    });
  }

  /** What a package says of itself: licences, and what changed. */
  #papers(name, notices) {
    const changes = gzipSync(debianChanges(name, this.#about), { level: 9 });
    return [
      file(this.#write(`${name}.copyright`, copyright(this.#about)), `/usr/share/doc/${name}/copyright`),
      file(this.#write(`${name}.notices`, notices), `/usr/share/doc/${name}/THIRD-PARTY.txt`),
      only('deb', file(this.#write(`${name}.changelog.gz`, changes), `/usr/share/doc/${name}/changelog.gz`)),
    ];
  }

  #write(name, content, mode = 0o644) {
    const path = join(this.#work, name);
    writeFileSync(path, content, { mode });
    return path;
  }

  #make(name, machine, settings) {
    const { version, author, homepage, license, date } = this.#about;
    return ['deb', 'rpm'].map((packager) => {
      const config = {
        name,
        version: ordered(version),
        version_schema: 'none',
        arch: machine[packager],
        maintainer: author,
        vendor: author.replace(/ *<.*/, ''),
        description: DESCRIPTIONS[name],
        homepage,
        license,
        section: 'admin',
        priority: 'optional',
        mtime: date.toISOString(),
        rpm: { group: 'System Environment/Daemons', buildhost: 'localhost', compression: 'gzip', packager: author },
        ...settings,
      };
      const path = this.#write(`${name}.json`, JSON.stringify(config, null, 2)); // JSON is YAML
      const args = ['package', '--config', path, '--packager', packager, '--target', this.#folder];
      const { status, stdout, stderr, error } = spawnSync(this.#nfpm, args, {
        encoding: 'utf8',
        env: { ...process.env, SOURCE_DATE_EPOCH: String(date.getTime() / 1000) },
      });
      if (status !== 0) throw new Error(`${this.#nfpm}: ${error?.message ?? `${stdout}${stderr}`.trim()}`);
      return join(this.#folder, basename(/^created package: (.+)$/m.exec(stdout)[1]));
    });
  }
}
