// What is installed with the package, what is compiled into it, and what is said of both.
import { readFileSync } from 'node:fs';
import { COMPILED_IN } from '../../scripts/compiled-in.mjs';
import { billOf, shrinkwrapOf } from '../../scripts/supply.mjs';

interface Locked {
  readonly version: string;
  readonly integrity?: string;
  readonly dev?: boolean;
  readonly hasInstallScript?: boolean;
}
interface Lockfile {
  readonly packages: Readonly<Record<string, Locked>>;
}

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as {
  dependencies: Record<string, string>;
  scripts: Record<string, string>;
};
const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as Lockfile;
const COMPILED = Object.keys(COMPILED_IN);

/** Paths in the lockfile of what is installed with the package. */
const INSTALLED = Object.keys(packages).filter((path) => path !== '' && packages[path]!.dev !== true);

describe('what is installed with the package', () => {
  it('is named by exact versions, those of the lockfile', () => {
    for (const [name, version] of Object.entries(manifest.dependencies))
      expect(`${name} ${version}`).toBe(`${name} ${packages[`node_modules/${name}`]?.version}`);
  });

  it('runs nothing at its installation, and no script of the project hides behind another', () => {
    expect(INSTALLED.filter((path) => packages[path]!.hasInstallScript)).toEqual([]);
    expect(readFileSync('.npmrc', 'utf8')).toMatch(/^ignore-scripts=true$/m);
    const names = Object.keys(manifest.scripts);
    const isHook = (name: string): boolean =>
      /^(pre|post)/.test(name) && names.includes(name.replace(/^(pre|post)/, ''));
    expect(names.filter((name) => isHook(name) || /^pre(pack|pare|publishOnly|version)$/.test(name))).toEqual([]);
  });

  it('is pinned in a shrinkwrap, by version and checksum, without an address and without tools', () => {
    const { packages: pinned } = JSON.parse(shrinkwrapOf('.')) as Lockfile;
    expect(Object.keys(pinned).filter((path) => path !== '')).toEqual(INSTALLED);
    expect(Object.keys(pinned['']!)).not.toContain('devDependencies');
    for (const path of INSTALLED) {
      expect(pinned[path]!.integrity).toMatch(/^sha512-/);
      expect(pinned[path]).not.toHaveProperty('resolved');
    }
  });

  it('has its reason and its size in CONTRIBUTING.md', () => {
    const listed = [...readFileSync('CONTRIBUTING.md', 'utf8').matchAll(/^\| `([^`]+)` +\| +\d+ \|/gm)].map(
      ([, name]) => name,
    );
    expect(listed.sort()).toEqual(Object.keys(manifest.dependencies).sort());
  });
});

describe('what is compiled in', () => {
  it('is all of what the module was made from', () => {
    const found = [...readFileSync('build/saltflat.wat', 'utf8').matchAll(/\$~lib\/((?:@[\w-]+\/)?[\w.-]+)/g)]
      .map(([, name]) => name!)
      .filter((name) => `node_modules/${name}` in packages);
    const inModule = COMPILED.filter((name) => COMPILED_IN[name]?.into === 'saltflat.wasm');
    expect([...new Set([...found, 'assemblyscript'])].sort()).toEqual(inModule.sort());
  });

  it("is all of what the page's script names", () => {
    const script = readFileSync('build/host/report/page/bundle/main.js', 'utf8');
    const inPage = COMPILED.filter((name) => COMPILED_IN[name]?.into.endsWith('main.js'));
    expect([...script.matchAll(/^\/\*! (.+)$/gm)].map(([, name]) => name).sort()).toEqual(inPage.sort());
  });

  it('is named in THIRD-PARTY.txt with version, licence and its text', () => {
    const notices = readFileSync('build/THIRD-PARTY.txt', 'utf8');
    for (const name of COMPILED) {
      expect(notices).toContain(`${name} ${packages[`node_modules/${name}`]!.version} (`);
      for (const text of COMPILED_IN[name]!.texts)
        expect(notices).toContain(readFileSync(`node_modules/${name}/${text}`, 'utf8').trim());
    }
  });
});

it('the bill of materials is what is installed and what is compiled in, each with its licence and checksum', () => {
  const bill = JSON.parse(billOf('.')) as {
    bomFormat: string;
    metadata: { component: { name: string } };
    components: {
      purl: string;
      licenses?: unknown[];
      hashes?: unknown[];
      properties: { name: string; value: string }[];
    }[];
  };
  expect(bill.bomFormat).toBe('CycloneDX');
  expect(bill.metadata.component.name).toBe('saltflat');
  const purls = bill.components.map(({ purl }) => decodeURIComponent(purl.replace('pkg:npm/', '')));
  const expected = [...INSTALLED, ...COMPILED.map((name) => `node_modules/${name}`)].map(
    (path) => `${path.replace(/^.*node_modules\//, '')}@${packages[path]!.version}`,
  );
  expect(purls.sort()).toEqual([...new Set(expected)].sort());
  for (const { licenses, hashes } of bill.components) expect([licenses?.length, hashes?.length]).toEqual([1, 1]);
  const compiled = bill.components.flatMap(({ properties }) =>
    properties.filter(({ name }) => name === 'saltflat:compiled-into'),
  );
  expect(compiled.length).toBe(COMPILED.length);
});
