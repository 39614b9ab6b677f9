// The order of the stages, as `npm run lint` holds it: a small tree with wrong imports in it, each of which is refused.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { temporaryDirectory } from '../support/command.js';

const tree = temporaryDirectory();
const CRUISER = join(process.cwd(), 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
const CONFIG = join(process.cwd(), '.dependency-cruiser.js');

/** A file, what it imports, and the rules that this breaks. */
const PLANTED: readonly [what: string, file: string, imports: string, rules: string[]][] = [
  ['an import that runs down', 'host/commands/show.ts', '../core/lines.js', []],
  ['an import that runs down in the module', 'assembly/job/split.ts', '../json/scan', []],
  ['a test that imports what is built', 'test/host/cli.test.ts', '../../build/host/cli.js', []],
  ['a command that needs Node', 'host/commands/report.ts', 'node:fs', []],
  ['an import that runs up', 'host/core/up.ts', '../commands/show.js', ['host/core imports only what lies below it']],
  [
    'an import that runs up in the module',
    'assembly/json/up.ts',
    '../job/split',
    ['assembly/json imports only what lies below it'],
  ],
  [
    'an import of the stage beside it',
    'host/text/beside.ts',
    '../disk/durable.js',
    ['host/text imports only what lies below it'],
  ],
  ['an import of a type alone', 'host/text/typed.ts', '../run/type.js', ['host/text imports only what lies below it']],
  ['a circle of files', 'bench/agents/a.ts', './b.js', ['no circle of files']],
  ['a folder without a place', 'host/fresh/a.ts', '../core/lines.js', ['host has a row for each of its stages']],
  ['a loose file without a place', 'assembly/loose.ts', './json/scan', ['assembly has a row for each of its stages']],
  [
    'a test that imports another suite',
    'test/host/pages.test.ts',
    '../guides/walk.js',
    ['test/host imports only what lies below it'],
  ],
  ['a helper in a suite', 'test/guides/walk.ts', 'node:fs', ['helpers of tests live in test/support or test/oracle']],
  ['an import of a test', 'test/host/other.test.ts', './cli.test.js', ['nothing imports a test']],
  [
    'a test of what is not built',
    'test/host/source.test.ts',
    '../../host/cli.js',
    ['test imports from: test, build, scripts'],
  ],
  ['a core that needs Node', 'host/core/wasi.ts', 'node:fs', ['host/core runs where there is no Node']],
  ['a browser that reaches Node', 'host/browser.ts', './exports.js', ['what a browser loads reaches nothing of Node']],
];

/** Files that the others import. */
const OTHERS: Readonly<Record<string, string>> = {
  'assembly/json/scan.ts': '',
  'bench/agents/b.ts': "import './a.js';\n",
  'host/core/lines.ts': '',
  'host/disk/durable.ts': '',
  'host/run/type.ts': '',
  'host/exports.ts': "import 'node:fs/promises';\n",
  'host/cli.ts': '',
  // Below, two folders of one stage that import each other, in no circle of files.
  'test/support/kafka/a.ts': "import '../salt/a.js';\n",
  'test/support/kafka/b.ts': '',
  'test/support/salt/a.ts': '',
  'test/support/salt/b.ts': "import '../kafka/b.js';\n",
};

function write(path: string, text: string): void {
  mkdirSync(join(tree, dirname(path)), { recursive: true });
  writeFileSync(join(tree, path), `${text}export type Made = 1;\n`);
}

/** What is refused: the rule and the file, or the folder, at fault. */
let violations: { from: string; rule: { name: string } }[];

beforeAll(() => {
  for (const [path, text] of Object.entries(OTHERS)) write(path, text);
  for (const [what, path, imports] of PLANTED)
    write(path, what.includes('type') ? `import type { Made } from '${imports}';\n` : `import '${imports}';\n`);
  const args = ['--config', CONFIG, '--output-type', 'json', 'assembly', 'host', 'test', 'bench'];
  const { stdout, stderr } = spawnSync(process.execPath, [CRUISER, ...args], { cwd: tree, encoding: 'utf8' });
  if (stdout === '') throw new Error(stderr);
  ({ violations } = (JSON.parse(stdout) as { summary: { violations: typeof violations } }).summary);
}, 120_000);

const rulesOf = (from: string): string[] => [
  ...new Set(violations.filter((violation) => violation.from === from).map(({ rule }) => rule.name)),
];

it.each(PLANTED)('%s: %s imports %s', (_, file, __, rules) => {
  expect(rulesOf(file)).toEqual(rules);
});

it('a circle of folders', () => {
  expect(rulesOf('test/support/kafka')).toEqual(['no circle of folders']);
});

it('is asked by npm run lint', () => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
  expect(scripts['lint:stages']).toBe('depcruise assembly host bench test');
});
