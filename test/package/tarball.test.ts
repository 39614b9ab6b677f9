// What `npm pack` puts into the package: what users run and read, nothing else.
import { readFileSync, readdirSync } from 'node:fs';
import { posix } from 'node:path';
import { temporaryDirectory } from '../support/command.js';
import { pack } from '../support/package/pack.js';

const { files, size, unpackedSize } = pack(temporaryDirectory());

/** The files below a folder of the checkout. */
const below = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => posix.join(parentPath, name));

/** Parts of the report's page that run nowhere but in the page: they are in its bundle. */
const ONLY_BUNDLED = ['build/host/report/page/charts', 'build/host/report/page/main'];

/** Where the library's types are; what commands are made of has none that anybody could import. */
const isTyped = (path: string): boolean => /^build\/host\/(?:core\/)?[^/]+$/.test(path);

const HOST = below('host')
  .filter((path) => path.endsWith('.ts'))
  .map((path) => `build/${path.replace(/\.ts$/, '')}`)
  .filter((path) => !ONLY_BUNDLED.includes(path))
  .flatMap((path) => [`${path}.js`, ...(isTyped(path) ? [`${path}.d.ts`] : [])]);

const TOP = ['README.md', 'ARCHITECTURE.md', 'CHANGELOG.md', 'SECURITY.md', 'LICENSE', 'package.json'];

it('is the module with its checksum, the host with types, the schema, examples and documentation', () => {
  const expected = [
    ...TOP,
    ...[
      'build/saltflat.wasm',
      'build/saltflat.wasm.sha256',
      'build/THIRD-PARTY.txt',
      'saltflat.schema.json',
      'vector.toml.example',
    ],
    ...HOST,
    ...['main.js', 'style.css'].map((name) => `build/host/report/page/bundle/${name}`),
    // The events that only the tests read stay behind.
    ...below('examples').filter((path) => path !== 'examples/events/salt-3008.3-events.ndjson'),
    ...below('docs'),
  ];
  expect([...files].sort()).toEqual(expected.sort());
});

it('holds data in the examples only, and no sources, tests, maps or text of the module', () => {
  expect(files.filter((path) => /\.(?:ndjson|gz|zst)$/.test(path) && !path.startsWith('examples/'))).toEqual([]);
  expect(files.filter((path) => path.startsWith('examples/events/'))).toHaveLength(2);
  expect(files.filter((path) => /(?<!\.d)\.ts$|\.map$|\.wat$|^test|fixtures|\.mjs$|\.log$/.test(path))).toEqual([]);
});

it('is small: half a megabyte to fetch, two on the disk', () => {
  expect(size).toBeLessThan(600 * 1024);
  expect(unpackedSize).toBeLessThan(2 * 1024 * 1024);
});

it('names all entry points in package.json, and they are in it', () => {
  const { exports, bin, types } = JSON.parse(readFileSync('package.json', 'utf8')) as Record<string, unknown>;
  const named = JSON.stringify([exports, bin, types]).match(/(?<=")(?:\.\/)?build\/[^"*]+(?=")/g) ?? [];
  expect(named.length).toBeGreaterThan(6);
  for (const path of named) expect(files).toContain(posix.normalize(path));
});

it.each(files.filter((path) => path.endsWith('.md')))('%s refers to nothing that is left out', (path) => {
  const targets = [...readFileSync(path, 'utf8').matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)].map(([, target]) =>
    posix.join(posix.dirname(path), target!).replace(/\/$/, ''),
  );
  const folders = files.map((file) => posix.dirname(file));
  expect(targets.filter((target) => !files.includes(target) && !folders.includes(target))).toEqual([]);
});

it('holds no script that npm runs when it is installed', () => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
  expect(Object.keys(scripts).filter((name) => /^(pre|post)?install$|^prepare$/.test(name))).toEqual([]);
});
