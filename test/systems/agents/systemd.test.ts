// The units of examples/systemd, as systemd itself judges them. Nothing is started.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWith, findProgram, temporaryFolder } from '../../support/program.js';

const FOLDER = join(process.cwd(), 'examples/systemd');
const ANALYZE = findProgram('SYSTEMD_ANALYZE', 'systemd-analyze');
const missing = whyNot();

/** Why systemd is not asked here; null where it is. Version 250 judges files without a running systemd. */
function whyNot(): string | null {
  if (ANALYZE === null) return 'no systemd-analyze; set SYSTEMD_ANALYZE or PATH';
  const version = Number(/^systemd (\d+)/.exec(spawnSync(ANALYZE, ['--version'], { encoding: 'utf8' }).stdout)?.[1]);
  return version >= 250 ? null : 'systemd-analyze is older than 250';
}

/** What the packages of the agents install, as far as it matters here. */
const PACKAGED = (program: string): string =>
  `[Unit]\nDescription=${program}\n\n[Service]\nType=simple\nExecStart=/opt/${program}/bin/${program}\n` +
  'AmbientCapabilities=CAP_NET_BIND_SERVICE\nRestart=always\n\n[Install]\nWantedBy=multi-user.target\n';

const UNITS = [
  { unit: 'saltflat-follow.service', file: 'saltflat-follow.service', user: 'saltflat', state: 'saltflat' },
  { unit: 'fluent-bit.service', file: 'fluent-bit.conf', user: 'fluent-bit', state: 'fluent-bit' },
  { unit: 'vector.service', file: 'vector.conf', user: 'vector', state: 'vector' },
] as const;
type Unit = (typeof UNITS)[number];

const textOf = ({ file }: Unit): string => readFileSync(join(FOLDER, file), 'utf8');

/** The values of a setting, in order. */
const settings = (text: string, name: string): string[] =>
  [...text.matchAll(new RegExp(`^${name}=(.*)$`, 'gm'))].map(([, value]) => value!);

describe.each(UNITS)('$file', (unit) => {
  it('runs as a user of its own, with state that nobody else reads', () => {
    const text = textOf(unit);
    const expected = {
      User: [unit.user],
      StateDirectory: [unit.state],
      StateDirectoryMode: ['0700'],
      UMask: ['0077'],
      LimitCORE: ['0'],
      NoNewPrivileges: ['yes'],
      ProtectSystem: ['strict'],
      RestrictAddressFamilies: ['AF_INET AF_INET6 AF_UNIX'],
      SystemCallFilter: ['@system-service', '~@privileged @resources'],
    };
    expect(Object.fromEntries(Object.keys(expected).map((name) => [name, settings(text, name)]))).toEqual(expected);
    expect(settings(text, 'ReadOnlyPaths')).toEqual([expect.stringContaining('/var/log/saltflat')]);
    expect(text).not.toMatch(/^(Supplementary)?Groups?=/m); // Salt's group reads the job cache and the event bus
  });
});

describe('saltflat-follow.service', () => {
  it('starts saltflat follow with a checkpoint in its state, and starts it again', () => {
    const text = textOf(UNITS[0]);
    const [command = ''] = settings(text, 'ExecStart');
    expect(command).toMatch(/^\/usr\/bin\/saltflat follow \/var\/log\/saltflat\/events\.ndjson /);
    expect(command).toContain(' --checkpoint /var/lib/saltflat/checkpoint ');
    expect(settings(text, 'Restart')).toEqual(['always']);
  });

  it('has no password on its command line, and none in the unit', () => {
    expect(textOf(UNITS[0])).not.toMatch(/^Environment=/m);
  });
});

describeWith('systemd', missing, () => {
  let folder: ReturnType<typeof temporaryFolder>;
  beforeAll(() => {
    folder = temporaryFolder();
    for (const { unit, file } of UNITS) {
      if (unit === file) cpSync(join(FOLDER, file), join(folder.path, unit));
      else {
        writeFileSync(join(folder.path, unit), PACKAGED(unit.replace('.service', '')));
        mkdirSync(join(folder.path, `${unit}.d`));
        cpSync(join(FOLDER, file), join(folder.path, `${unit}.d`, 'saltflat.conf'));
      }
    }
  });
  afterAll(() => folder.remove());

  const analyze = (...args: readonly string[]): { status: number | null; output: string } => {
    const { status, stdout, stderr } = spawnSync(ANALYZE!, args, { cwd: folder.path, encoding: 'utf8' });
    return { status, output: `${stdout}${stderr}` };
  };

  it.each(UNITS)('finds $unit exposed to no more than 1.5 of 10', ({ unit }) => {
    const { output } = analyze('security', '--offline=true', '--no-pager', `./${unit}`);
    const level = /Overall exposure level for \S+: ([\d.]+) /.exec(output)?.[1];
    expect(Number(level)).toBeGreaterThan(0);
    expect(Number(level)).toBeLessThanOrEqual(1.5);
    const promised = new RegExp(
      `\\[${unit === 'saltflat-follow.service' ? unit : unit.replace('service', 'conf')}\\].* ([\\d.]+) OK \\|`,
    );
    const [, documented] = promised.exec(readFileSync(join(FOLDER, 'README.md'), 'utf8'))!;
    expect(Number(level)).toBeLessThanOrEqual(Number(documented));
  });

  it.each(UNITS)('knows every setting of $unit', ({ unit }) => {
    const { output } = analyze('verify', '--no-pager', `./${unit}`);
    expect(output).not.toMatch(/Unknown (key|section|lvalue)|Failed to parse|Invalid|[Ii]gnoring/);
  });

  it('would find a plain unit exposed, so that the above means something', () => {
    writeFileSync(join(folder.path, 'plain.service'), PACKAGED('plain'));
    expect(analyze('security', '--offline=true', '--no-pager', './plain.service').output).toMatch(/: 9\.\d UNSAFE/);
    writeFileSync(join(folder.path, 'wrong.service'), `${PACKAGED('wrong')}[Service]\nProtectEverything=yes\n`);
    expect(analyze('verify', '--no-pager', './wrong.service').output).toMatch(/Unknown key|ProtectEverything/);
  });
});
