// The order of the stages, which `npm run lint` holds: a folder is a stage and imports only what lies below it.
//
// Each tree lists its stages from the bottom to the top. Stages of one row do not know each other. What is in no row is
// refused: a new folder or a new loose file gets its place here first.
const TREES = {
  assembly: [
    ['error.ts'],
    ['bytes'],
    ['json'],
    ['options'],
    ['salt', 'redact'],
    ['event'],
    ['job'],
    ['record'],
    ['presets'],
    ['records.ts'],
    ['filter.ts'],
  ],
  'assembly/presets': [
    ['frame.ts', 'places.ts'],
    ['preset.ts'],
    ['malformed.ts', 'passed.ts', 'joined.ts'],
    ['plain', 'ecs'],
  ],
  host: [
    ['core'],
    ['text', 'disk'],
    ['input'],
    ['exports.ts', 'nodestream.ts'],
    ['index.ts', 'browser.ts'],
    ['options', 'delivery', 'report'],
    ['run', 'stores'],
    ['verify'],
    ['commands'],
    ['cli.ts'],
  ],
  test: [['oracle'], ['support'], ['assembly', 'host', 'browser', 'guides', 'package', 'systems']],
  'test/systems': [['agents', 'kafka', 'splunk', 'stores']],
  bench: [['echo', 'json-as', 'peers.ts', 'process.ts'], ['measure.ts'], ['index.ts', 'agents', 'kafka', 'report']],
};

/** A pattern for the files of some stages: `core` is a folder, `cli.ts` a file. */
const filesOf = (tree, stages) => {
  const names = stages.map((name) => (name.endsWith('.ts') ? `${name.replace('.', '\\.')}$` : `${name}/`));
  return `^${tree}/(${names.join('|')})`;
};

/** A stage imports nothing that stands in its own row beside it, or in a row above. */
function ruleOf(tree, row, name) {
  const refused = TREES[tree].slice(TREES[tree].indexOf(row)).flat();
  return {
    name: `${tree}/${name} imports only what lies below it`,
    severity: 'error',
    from: { path: filesOf(tree, [name]) },
    to: { path: filesOf(tree, refused), pathNot: filesOf(tree, [name]) },
  };
}

const stages = Object.entries(TREES).flatMap(([tree, rows]) => [
  ...rows.flatMap((row) => row.map((name) => ruleOf(tree, row, name))),
  {
    name: `${tree} has a row for each of its stages`,
    severity: 'error',
    from: { path: `^${tree}/`, pathNot: filesOf(tree, rows.flat()) },
    to: {},
  },
]);

const trees = [
  ['assembly', 'assembly'],
  ['host', 'host'],
  // The tests see the built package, as its users do; those of the release see its scripts.
  ['test', 'test|build|scripts'],
  ['bench', 'bench|host|test/support'],
].map(([tree, known]) => ({
  name: `${tree} imports from: ${known.replaceAll('|', ', ')}`,
  severity: 'error',
  from: { path: `^${tree}/` },
  to: { path: '^(assembly|host|test|bench|scripts|build)/', pathNot: `^(${known})/` },
}));

/** What Node calls its own modules: names without a dot, whereas a file's path has one. */
const NODE = '^[a-z_/]+$';

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    ...stages,
    ...trees,
    { name: 'no circle of files', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no circle of folders', severity: 'error', scope: 'folder', from: {}, to: { circular: true } },
    { name: 'nothing imports a test', severity: 'error', from: {}, to: { path: '\\.test\\.ts$' } },
    {
      name: 'helpers of tests live in test/support or test/oracle',
      severity: 'error',
      from: { path: '^test/', pathNot: ['^test/(support|oracle)/', '\\.test\\.ts$'] },
      to: {},
    },
    {
      name: 'host/core runs where there is no Node',
      severity: 'error',
      from: { path: '^host/core/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'what a browser loads reaches nothing of Node',
      severity: 'error',
      from: { path: '^host/(browser\\.ts$|report/page/.*\\.ts$)' },
      to: { reachable: true, path: NODE },
    },
  ],
  options: { tsPreCompilationDeps: true, doNotFollow: { path: '^(node_modules|build)/' } },
};
