// The tarball in an empty project, as users have it: commands, library, types, and the configurations of agents.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Agent, FLUENT_BIT, NO_FLUENT_BIT } from '../support/fluent-bit/agent.js';
import { LineSink } from '../support/fluent-bit/sink.js';
import { describeWith, until } from '../support/program.js';
import { NO_VECTOR, VECTOR } from '../support/vector.js';
import { records, run, temporaryDirectory } from '../support/command.js';
import { BROWSER, COMPILERS, NODE } from '../support/package/consumers.js';
import { INSTALLED, install, pack } from '../support/package/pack.js';

const SLOWEST_MS = 120_000;
const project = temporaryDirectory();
const tarball = pack(project);
const missing = install(tarball.path, project);
const installed = (path: string): string => join(project, INSTALLED, path);
const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };

/** Runs a program in the project: its exit code and what it wrote. */
function runThere(program: string, ...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const options = { cwd: project, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024, timeout: SLOWEST_MS } as const;
  const { status, stdout, stderr } = spawnSync(program, args, options);
  return { status, stdout, stderr };
}

const saltflat = (...args: string[]): ReturnType<typeof runThere> =>
  runThere(join(project, 'node_modules/.bin/saltflat'), ...args);

it('`npm pack` gives a tarball', () => {
  expect(tarball.path).toMatch(/saltflat-.*\.tgz$/);
});

describeWith('the command of the installed package', missing, () => {
  it('is found by npx and tells its versions', () => {
    const { status, stdout } = runThere('npx', '--no-install', 'saltflat', '--version');
    expect({ status, stdout }).toEqual({ status: 0, stdout: `saltflat ${version} (module ${version})\n` });
  });

  it('replays the events of the package as the checkout does', async () => {
    const { status, stdout } = saltflat('replay', '-q', installed('examples/events/demo.ndjson'));
    expect(status).toBe(0);
    expect(stdout).toBe((await run(['replay', '-q', 'examples/events/demo.ndjson'])).stdout);
  });

  it('gives the module out, the bytes that the checksum is for', () => {
    expect(saltflat('wasm', '--out', 'saltflat.wasm').status).toBe(0);
    const digest = createHash('sha256')
      .update(readFileSync(join(project, 'saltflat.wasm')))
      .digest('hex');
    expect(readFileSync(installed('build/saltflat.wasm.sha256'), 'utf8')).toBe(`${digest}  saltflat.wasm\n`);
  });

  it('shows and reports its own events, and checks the options of the examples', () => {
    const events = installed('examples/events/demo.ndjson');
    expect(saltflat('show', events)).toMatchObject({ status: 0, stdout: expect.stringContaining('web-01') });
    expect(saltflat('report', events, '-q', '-o', 'report.html').status).toBe(0);
    expect(readFileSync(join(project, 'report.html'), 'utf8')).toContain('92.9');
    expect(saltflat('check', installed('examples/fluent-bit/saltflat.json')).status).toBe(0);
  });
});

describeWith('the library of the installed package', missing, () => {
  const types = join(process.cwd(), 'node_modules/@types');

  it.each(Object.entries(COMPILERS))(
    'type-checks, strict, with the settings %s',
    (name, settings) => {
      const folder = join(project, name);
      mkdirSync(folder);
      writeFileSync(join(folder, 'program.ts'), name === 'browser' ? BROWSER : NODE);
      const compilerOptions = { ...settings, target: 'ES2022', strict: true, outDir: 'out', typeRoots: [types] };
      writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['program.ts'] }));
      const tsc = join(process.cwd(), 'node_modules/typescript/bin/tsc');
      expect(runThere(process.execPath, tsc, '-p', folder)).toEqual({ status: 0, stdout: '', stderr: '' });
      if (name === 'browser') return;
      const { status, stdout, stderr } = runThere(process.execPath, join(folder, 'out/program.js'));
      expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: `${version} 40 40 1 true\n`, stderr: '' });
    },
    SLOWEST_MS,
  );

  it('has its schema and its module where their names say, and nothing inside of it', () => {
    const source = `
      const url = (name) => import.meta.resolve('saltflat/' + name);
      const refused = await import('saltflat/build/host/cli.js').catch(({ code }) => code);
      console.log([url('saltflat.schema.json'), url('saltflat.wasm'), url('saltflat.wasm.sha256')].join(' '), refused);`;
    const { stdout } = runThere(process.execPath, '--input-type=module', '-e', source);
    const names = ['saltflat.schema.json', 'build/saltflat.wasm', 'build/saltflat.wasm.sha256'];
    expect(stdout).toMatch(
      new RegExp(`${names.map((name) => `\\S+/${INSTALLED}/${name}`).join(' ')} ERR_PACKAGE_PATH`),
    );
  });
});

describeWith('Fluent Bit with the installed package', missing ?? NO_FLUENT_BIT, () => {
  let sink: LineSink;
  let agent: Agent;
  beforeAll(async () => {
    sink = await LineSink.listen();
    agent = new Agent(FLUENT_BIT!);
  });
  afterAll(async () => {
    await agent?.remove();
    await sink?.remove();
  });

  it(
    'delivers every state of the bundled events with its tcp.yaml, options and module',
    async () => {
      const options = readFileSync(installed('examples/fluent-bit/saltflat.json'), 'utf8');
      agent.setOptions(options);
      const module = { SALTFLAT_WASM: installed('build/saltflat.wasm') };
      agent.configureText(readFileSync(installed('examples/fluent-bit/tcp.yaml'), 'utf8'), {
        ...module,
        TCP_PORT: sink.port,
      });
      agent.write(readFileSync(installed('examples/events/demo.ndjson')));
      await agent.start();
      const file = installed('examples/fluent-bit/saltflat.json');
      const expected = records((await run(['replay', '-q', '--options', file, 'examples/events/demo.ndjson'])).stdout);
      await until(() => sink.count >= expected.length || !agent.isUp, `${expected.length} records arrive`, 60);
      const ids = (all: readonly Record<string, unknown>[]): unknown[] => all.map(({ event_id }) => event_id).sort();
      expect(ids(records(sink.lines.join('\n')))).toEqual(ids(expected));
    },
    SLOWEST_MS,
  );
});

describeWith('Vector with the installed package', missing ?? NO_VECTOR, () => {
  it('finds its vector.toml.example valid', () => {
    const { status } = runThere(
      VECTOR!,
      'validate',
      '--no-environment',
      '--config-toml',
      installed('vector.toml.example'),
    );
    expect(status).toBe(0);
  });
});
