// What a release has for machines without Node: the single executable, the module compiled ahead of time, deb, rpm,
// their papers.
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { ended, hasProgram, itWith, records, run, temporaryDirectory, textOf } from '../support/command.js';
import { Agent, FLUENT_BIT, NO_FLUENT_BIT } from '../support/fluent-bit/agent.js';
import { LineSink } from '../support/fluent-bit/sink.js';
import { Guide } from '../support/guides/guide.js';
import { Debian, missingDebian } from '../support/package/debian.js';
import { describeWith, findProgram, until } from '../support/program.js';
import { Receiver } from '../support/receiver.js';

const BUILD_MS = 900_000; // a minute where nothing else runs
const EVENTS = 'examples/events/demo.ndjson';
const NFPM = findProgram('NFPM', 'nfpm');
const WAMRC = findProgram('WAMRC', 'wamrc');
const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
const machine = process.arch;

const directory = temporaryDirectory();
const out = join(directory, 'packages');
const executable = join(directory, 'saltflat');
const ARCHITECTURE = machine === 'arm64' ? { deb: 'arm64', rpm: 'aarch64' } : { deb: 'amd64', rpm: 'x86_64' };
const deb = join(out, `saltflat_${version}_${ARCHITECTURE.deb}.deb`);
const filterDeb = join(out, `saltflat-filter_${version}_all.deb`);
const rpm = join(out, `saltflat-${version}-1.${ARCHITECTURE.rpm}.rpm`);
const filterRpm = join(out, `saltflat-filter-${version}-1.noarch.rpm`);

/** Why no executable can be made here; null where one can. */
function missing(): string | null {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (process.platform !== 'linux' || !['x64', 'arm64'].includes(machine)) return 'no Linux on x64 or arm64';
  if (major! <= 20 && minor! < 12) return 'Node before 20.12 makes no executable';
  return readFileSync(process.execPath).includes('NODE_SEA_FUSE_') ? null : 'this Node takes no program in';
}

/** What the executable leaves, with an environment that is empty. */
function runAlone(args: readonly string[], input = ''): { code: number | null; stdout: string; stderr: string } {
  const options = { env: {}, cwd: directory, input, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 } as const;
  const { status, stdout, stderr } = spawnSync(executable, args, options);
  return { code: status, stdout, stderr };
}

describeWith('without Node', missing(), () => {
  let said = '';
  beforeAll(() => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['scripts/packages/build.mjs', '--out', out, '--maintainer', 'A <a@example.com>'],
      { encoding: 'utf8', env: { ...process.env, ...(NFPM === null ? {} : { NFPM }) } },
    );
    said = stdout + stderr;
    if (status !== 0) throw new Error(said);
    writeFileSync(executable, gunzipSync(readFileSync(join(out, `saltflat-${version}-linux-${machine}.gz`))));
    chmodSync(executable, 0o755);
  }, BUILD_MS);

  it('all that is made is named with its size, and what cannot be made with the reason', () => {
    const named = [...said.matchAll(/^.*\/(.+): \d+ bytes$/gm)].map(([, name]) => name).sort();
    expect(named).toEqual(readdirSync(out).sort());
    expect(/no deb and rpm/.test(said)).toBe(NFPM === null);
    expect(/no \.aot files/.test(said)).toBe(WAMRC === null);
    expect(said).toContain(`no executable for ${machine === 'arm64' ? 'x64' : 'arm64'}: --node names no Node for it`);
  });

  it.each([
    ['is not a Linux program', 'package.json'],
    [`is not Node ${process.version}`, '/bin/sh'],
  ])('a --node that %s is refused, before anything is made', (why, file) => {
    const node = join(directory, 'node');
    writeFileSync(node, readFileSync(file));
    writeFileSync(join(directory, 'LICENSE'), 'Node');
    const args = ['scripts/packages/build.mjs', '--node', node, '--out', join(directory, 'none')];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/^build:packages: [^\n]+\n$/);
    expect(stderr).toContain(why);
    expect(existsSync(join(directory, 'none'))).toBe(false);
  });

  describe('the executable, with an empty environment', () => {
    const events = join(process.cwd(), EVENTS);

    it.each([
      [['--version']],
      [['help', 'replay']],
      [['show', events]],
      [['show', events, '--failed']],
      [['report', events, '--quiet']],
      [['replay', events]],
      [['replay', events, '--quiet', '--preset', 'flatten_ecs']],
      [['check', join(process.cwd(), 'examples/fluent-bit/saltflat.json')]],
      [['check', '--explain', 'mysql -psecret']],
      [['completion', 'bash']],
      [['replay', 'missing.ndjson']],
      [['bogus']],
    ])('does as the command of the package does: %j', async (args) => {
      const clock = /(?<=records; )[^\n]*|[\d.]+ s\b|[\d.,]+ [kM]?B\/s/g; // how long it took
      const { code, stdout, stderr } = await run(args, '', {}, directory);
      const alone = runAlone(args);
      expect({ ...alone, stderr: alone.stderr.replace(clock, '') }).toEqual({
        code,
        stdout,
        stderr: stderr.replace(clock, ''),
      });
      expect(alone.stderr).not.toMatch(/warning|experimental/i);
    });

    it('writes the report as a page, with style and script inside', () => {
      expect(runAlone(['report', events, '-q', '-o', 'report.html'])).toMatchObject({ code: 0, stderr: '' });
      const page = readFileSync(join(directory, 'report.html'), 'utf8');
      expect(page).toContain(readFileSync('build/host/report/page/bundle/main.js', 'utf8').trim());
    });

    it('sends records over TCP', async () => {
      const receiver = await Receiver.listen();
      try {
        const child = spawn(executable, ['replay', '-q', events, '--to', `tcp://127.0.0.1:${receiver.port}`], {
          env: {},
        });
        expect([await textOf(child.stderr), await ended(child)]).toEqual(['', 0]);
        const { stdout } = await run(['replay', '-q', events]);
        const lines = stdout.trimEnd().split('\n');
        await until(() => receiver.connections[0]?.length === lines.length, 'all records arrive');
        expect(receiver.connections).toEqual([lines]);
      } finally {
        await receiver.close();
      }
    });

    it('gives the module out', () => {
      expect(runAlone(['wasm', '--out', 'copy.wasm'])).toEqual({ code: 0, stdout: '', stderr: '' });
      const copy = readFileSync(join(directory, 'copy.wasm'));
      expect(copy.equals(readFileSync('build/saltflat.wasm'))).toBe(true);
    });
  });

  itWith(hasProgram('script', '--version'), 'no program script')(
    'shows the events inside it on a terminal',
    async () => {
      const folder = join(directory, 'tmp');
      mkdirSync(folder);
      const { status, stdout } = spawnSync('script', ['-qec', `'${executable}' show`, '/dev/null'], {
        env: { PATH: process.env['PATH'], TERM: 'dumb', NO_COLOR: '1', TMPDIR: folder },
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      expect(status).toBe(0);
      expect(stdout).toContain('showing the events of the package');
      expect(stdout).toContain('mon-01.example.com');
      expect(readdirSync(folder)).toEqual([]);
    },
  );

  describe('the manual page', () => {
    const page = join(out, 'saltflat.1');

    it(
      'has every command with every option',
      async () => {
        const text = readFileSync(page, 'utf8').replaceAll('\\-', '-');
        const { stdout: help } = await run(['--help']);
        const commands = [...help.matchAll(/^ {2}([a-z]+) .*(?:\[options\]|<SHELL>)/gm)].map(([, name]) => name!);
        expect(commands.length).toBeGreaterThan(7);
        for (const command of commands) {
          expect(text).toMatch(new RegExp(`^\\.SS saltflat ${command}\\b`, 'm'));
          const { stdout } = await run([command, '--help']);
          for (const [, option] of stdout.matchAll(/^ {2}(?:-\w, )?(--[a-z-]+)/gm)) expect(text).toContain(option);
        }
      },
      BUILD_MS,
    );

    itWith(hasProgram('mandoc', '-Tlint', '/dev/null') || hasProgram('which', 'mandoc'), 'no program mandoc')(
      'has nothing that mandoc finds fault with',
      () => expect(spawnSync('mandoc', ['-Tlint', page], { encoding: 'utf8' }).stdout).toBe(''),
    );

    itWith(hasProgram('man', '--version'), 'no program man')('is read by man without a warning', () => {
      const options = { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C.UTF-8', MANPAGER: 'cat' } } as const;
      const { status, stdout, stderr } = spawnSync('man', ['--warnings', '-l', page], options);
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      expect(stdout).toContain('EXIT STATUS');
    });
  });

  describe('the papers', () => {
    const bill = (name: string): { components: { name: string; version: string; licenses?: unknown[] }[] } =>
      JSON.parse(readFileSync(join(out, `${name}.cdx.json`), 'utf8')) as never;

    it('bills of materials name what is inside: of the filter, and of the executable, Node included', () => {
      const names = (file: string): string[] => bill(file).components.map(({ name }) => name);
      expect(names(`saltflat-filter-${version}`).sort()).toEqual(['assemblyscript', 'json-as']);
      const executableBill = bill(`saltflat-${version}-linux-${machine}`);
      expect(executableBill.components[0]).toMatchObject({ name: 'node', version: process.versions.node });
      for (const { licenses } of executableBill.components) expect(licenses).toHaveLength(1);
    });

    it('notices have the licence of each package inside, and of Node', () => {
      const notices = readFileSync(join(out, `THIRD-PARTY-linux-${machine}.txt`), 'utf8');
      const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as { dependencies: object };
      for (const [name, exact] of Object.entries(dependencies)) expect(notices).toContain(`\n${name} ${exact} (`);
      expect(notices).toContain(`\nNode.js ${process.version}\n`);
    });
  });

  describeWith('the module compiled ahead of time', WAMRC === null ? 'no wamrc on PATH' : NO_FLUENT_BIT, () => {
    it(
      'is loaded by the agent, and gives the same records',
      async () => {
        const sink = await LineSink.listen();
        const agent = new Agent(FLUENT_BIT!);
        try {
          const [file] = readdirSync(out).filter((name) =>
            name.endsWith(machine === 'arm64' ? '-aarch64.aot' : '-x86_64.aot'),
          );
          expect(file).toMatch(/^saltflat-[\d.]+-wamr-\d+\.\d+\.\d+-/);
          agent.setOptions(readFileSync('examples/fluent-bit/saltflat.json', 'utf8'));
          agent.configureText(readFileSync('examples/fluent-bit/tcp.yaml', 'utf8'), {
            SALTFLAT_WASM: join(out, file!),
            TCP_PORT: sink.port,
          });
          agent.write(readFileSync(EVENTS));
          await agent.start();
          const options = ['--options', 'examples/fluent-bit/saltflat.json'];
          const expected = records((await run(['replay', '-q', ...options, EVENTS])).stdout);
          await until(() => sink.count >= expected.length || !agent.isUp, `${expected.length} records arrive`, 60);
          expect(records(sink.lines.join('\n'))).toEqual(expected);
        } finally {
          await agent.remove();
          await sink.remove();
        }
      },
      BUILD_MS,
    );
  });

  describeWith('the packages', NFPM === null ? 'no nfpm on PATH' : null, () => {
    itWith(hasProgram('lintian', '--version'), 'no program lintian')(
      'have no error that lintian knows',
      () => {
        for (const path of [filterDeb, deb]) {
          const { stdout } = spawnSync('lintian', ['--fail-on', 'none', path], { encoding: 'utf8' });
          expect(stdout.match(/^E: .*/gm)).toBeNull();
        }
      },
      BUILD_MS,
    );

    describeWith('in a fresh Debian without Node', missingDebian(), () => {
      let debian: Debian;
      beforeAll(() => (debian = new Debian()), BUILD_MS);
      afterAll(() => debian?.remove());

      it(
        'are installed and removed by dpkg, and leave nothing',
        () => {
          const before = debian.files;
          debian.bring(filterDeb, deb);
          expect(debian.shell(documented('dpkg -i'))).toMatchObject({ status: 0, stderr: '' });
          expect(debian.run('which', 'node').status).toBe(1);
          worksIn(debian);
          mkdirSync(join(debian.root, 'etc/salt/master.d'), { recursive: true });
          expect(debian.shell(documented('with the packages'))).toMatchObject({ status: 0, stderr: '' });
          for (const path of ['salt/master.d/saltflat.conf', 'logrotate.d/saltflat', 'fluent-bit/saltflat.yaml'])
            rmSync(join(debian.root, 'etc', path));
          expect(debian.run('dpkg', '--verify')).toEqual({ status: 0, stdout: '', stderr: '' });
          const [options] = JSON.parse(
            `[${readFileSync(join(debian.root, 'etc/saltflat/saltflat.json'), 'utf8')}]`,
          ) as [object];
          expect(options).toHaveProperty('redact', true);
          expect(debian.run('dpkg', '--purge', 'saltflat', 'saltflat-filter')).toMatchObject({ status: 0, stderr: '' });
          expect(debian.files).toEqual(before);
        },
        BUILD_MS,
      );

      it('the module and the executable alone are put in place as the documentation says', () => {
        const archive = `saltflat-${version}-linux-${machine}.gz`;
        debian.bring('build/saltflat.wasm', join(out, archive));
        const sums = readFileSync('build/saltflat.wasm.sha256', 'utf8');
        writeFileSync(join(debian.root, 'root/SHA256SUMS'), `${sums}${'0'.repeat(64)}  other\n`);
        for (const word of ['gunzip', 'sha256sum'])
          expect(debian.shell(documented(word))).toMatchObject({ status: 0, stderr: '' });
        const alone = debian.run('/usr/local/bin/saltflat', 'check', '--explain', 'mysql -psecret');
        expect(alone).toMatchObject({ status: 0, stderr: '' });
        expect(alone.stdout).toContain('mysql -p[redacted]');
        for (const path of ['usr/local/bin/saltflat', 'usr/lib/saltflat'])
          rmSync(join(debian.root, path), { recursive: true });
      });

      itWith(hasProgram('rpm', '--version'), 'no program rpm')(
        'are installed and removed by rpm, too',
        () => {
          const before = debian.files;
          const rpmThere = (...args: readonly string[]): string => {
            const { status, stdout, stderr } = spawnSync('rpm', ['--root', debian.root, ...args], { encoding: 'utf8' });
            if (status !== 0) throw new Error(stderr); // on a Debian it always says that it is out of place
            return stdout;
          };
          rpmThere('--initdb');
          const names = [filterRpm, rpm].map((path) => basename(path)).join(' ');
          expect(documented('rpm -i')).toContain(`\nrpm -i ${names}`);
          rpmThere('-i', '--nodeps', filterRpm, rpm);
          worksIn(debian);
          expect(rpmThere('-ql', 'saltflat')).toContain('/usr/share/man/man1/saltflat.1.gz');
          rpmThere('-e', 'saltflat', 'saltflat-filter');
          expect(debian.files).toEqual(before);
        },
        BUILD_MS,
      );
    });
  });
});

/** The commands of docs/install.md in which these words are, for this version and machine. */
function documented(words: string): string {
  const found = new Guide('docs/install.md', { isWhole: false }).commands.find(({ text }) => text.includes(words));
  return found!.text
    .replaceAll('0.1.0', version)
    .replaceAll('linux-x64', `linux-${machine}`)
    .replaceAll('amd64', ARCHITECTURE.deb)
    .replaceAll('x86_64', ARCHITECTURE.rpm);
}

/** What is installed does what it is for. */
function worksIn(debian: Debian): void {
  const module = readFileSync(join(debian.root, 'usr/lib/saltflat/saltflat.wasm'));
  expect(module.equals(readFileSync('build/saltflat.wasm'))).toBe(true);
  const alone = ['env', '-i', '/usr/bin/saltflat'];
  expect(debian.run(...alone, '--version').stdout).toBe(`saltflat ${version} (module ${version})\n`);
  expect(debian.run(...alone, 'check', '/etc/saltflat/saltflat.json').status).toBe(0);
  const events = '/usr/share/saltflat/examples/events/demo.ndjson';
  expect(debian.run(...alone, 'show', events, '--failed').stdout).toContain('✖');
  const bash = 'source /usr/share/bash-completion/completions/saltflat; complete -p saltflat';
  expect(debian.run('bash', '-c', bash).stdout).toContain('_saltflat');
  for (const path of [
    'lib/systemd/system/saltflat-follow.service',
    'lib/sysusers.d/saltflat.conf',
    'share/man/man1/saltflat.1.gz',
  ])
    expect(debian.run('test', '-s', `/usr/${path}`).status).toBe(0);
}
