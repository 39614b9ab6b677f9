// What examples/salt/formula consists of, and what it refuses.
import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { FILES } from '../../../scripts/formula.mjs';
import { describeWith, findProgram } from '../../support/program.js';
import { FORMULA, FormulaMachine } from '../../support/salt/formula.js';
import { NEWER, installSalt } from '../../support/salt/install.js';
import { missingMachine } from '../../support/salt/machine.js';

const SETUP_MS = 300_000;
const newer = await installSalt(NEWER);
const saltLint = findProgram('SALT_LINT', 'salt-lint');

/** The files below a folder of the formula, without that. */
const below = (folder: string): string[] =>
  readdirSync(join(FORMULA, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(join(FORMULA, folder).length + 1))
    .sort();

describe('the files that it installs', () => {
  it('are those of the examples, byte for byte: npm run build:formula', () => {
    for (const [file, from] of Object.entries(FILES))
      expect([file, readFileSync(join(FORMULA, 'saltflat/files', file), 'utf8')]).toEqual([
        file,
        readFileSync(from, 'utf8'),
      ]);
  });

  it('are no others', () => {
    expect(below('saltflat/files')).toEqual(Object.keys(FILES).sort());
  });
});

describeWith('salt-lint', saltLint === null ? 'no salt-lint; set SALT_LINT or PATH' : null, () => {
  it('finds nothing in the states', () => {
    const states = below('saltflat').filter((file) => file.endsWith('.sls'));
    expect(states.length).toBeGreaterThan(10);
    const { status, stdout, stderr } = spawnSync(saltLint!, states, {
      cwd: join(FORMULA, 'saltflat'),
      encoding: 'utf8',
    });
    expect([status, stdout + stderr]).toEqual([0, '']);
  });
});

describeWith(`Salt ${NEWER}`, newer.missing ?? missingMachine(), () => {
  let minion: FormulaMachine;

  beforeAll(async () => {
    const prepare = 'useradd --system --user-group salt; useradd --system --user-group vector';
    minion = await FormulaMachine.start(newer.bin, [], { components: ['minion', 'agent'] }, {}, prepare);
  }, SETUP_MS);
  afterAll(async () => {
    await minion?.stop();
  }, SETUP_MS);

  const REFUSED: readonly [what: string, pillar: object, message: RegExp][] = [
    ['a name that it does not know', { optoins: {} }, /pillar saltflat:optoins is unknown; known are components, /],
    ['a member that it does not know', { follow: { too: '' } }, /pillar saltflat:follow:too is unknown; known are /],
    ['a master and a minion', { components: ['master', 'minion'] }, /would be written twice/],
    ['a name that the configuration has not', { fluent_bit: { env: { TCP_HSOT: '' } } }, /env:TCP_HSOT: the config/],
    ['a Vector that nobody feeds', { agent: 'vector' }, /components has no follow: nothing would feed Vector/],
  ];
  it.each(REFUSED)(
    'refuses %s, and changes nothing',
    async (_, pillar, message) => {
      minion.configure(pillar);
      const { code, output } = await minion.call('--retcode-passthrough', 'state.apply', 'saltflat');
      expect([code, output]).toEqual([1, expect.stringMatching(message)]);
      expect(minion.left).toEqual([]);
    },
    SETUP_MS,
  );

  it(
    'installs no module of another checksum, and the rest',
    async () => {
      minion.configure({ manage_service: false, module: { source_hash: '0'.repeat(64) } });
      await expect(minion.apply('saltflat')).rejects.toThrow(/check_cmd execution failed/);
      expect(minion.left).not.toContain('/usr/lib/saltflat/saltflat.wasm');
    },
    SETUP_MS,
  );

  it(
    'leaves the options that are there where the new ones have a mistake, which the command finds',
    async () => {
      minion.configure({ manage_service: false, options: { redcat: true } });
      await expect(minion.apply('saltflat')).rejects.toThrow(/redcat: unknown member/);
      expect(minion.machine.read('/etc/saltflat/saltflat.json')).not.toContain('redcat');
    },
    SETUP_MS,
  );

  it(
    'installs the files of the examples where the pillar says nothing else, and starts nothing without `manage_service`',
    async () => {
      minion.configure({ components: ['master', 'agent', 'follow'], manage_service: false });
      await minion.apply('saltflat');
      const installed = {
        '/etc/salt/master.d/saltflat.conf': 'examples/salt/master.d/saltflat.conf',
        '/etc/logrotate.d/saltflat': 'examples/salt/logrotate.d/saltflat',
        '/etc/systemd/system/salt-master.service.d/saltflat.conf': 'examples/salt/systemd/saltflat.conf',
        '/etc/systemd/system/fluent-bit.service.d/saltflat.conf': 'examples/systemd/fluent-bit.conf',
        '/etc/systemd/system/saltflat-follow.service': 'examples/systemd/saltflat-follow.service',
        '/usr/lib/saltflat/saltflat.wasm': 'build/saltflat.wasm',
      };
      for (const [file, from] of Object.entries(installed))
        expect([file, minion.machine.read(file)]).toEqual([file, readFileSync(from, 'utf8')]);
      expect(JSON.parse(minion.machine.read('/etc/saltflat/saltflat.json'))).toEqual(
        JSON.parse(readFileSync('examples/fluent-bit/saltflat.json', 'utf8')),
      );
      const unquoted = minion.machine
        .read('/etc/fluent-bit/saltflat.yaml')
        .replace(/^( {2}[A-Z_]+: )"(.*)"$/gm, '$1$2');
      expect(unquoted).toEqual(readFileSync('examples/fluent-bit/tcp.yaml', 'utf8'));
      expect(await minion.isActive('saltflat-follow')).toBe('inactive');
    },
    SETUP_MS,
  );

  it(
    'has every setting and its default in pillar.example',
    async () => {
      const compare = `
import sys, yaml
example, defaults = (yaml.safe_load(open(path)) for path in sys.argv[1:])
assert example == {'saltflat': defaults}, [example, defaults]`;
      const files = ['pillar.example', 'saltflat/parameters/defaults.yaml'];
      const { code, output } = await minion.machine.run(
        join(newer.bin, 'python'),
        ...['-c', compare, ...files.map((file) => join('/opt/saltflat', FORMULA, file))],
      );
      expect([code, output]).toEqual([0, '']);
    },
    SETUP_MS,
  );
});
