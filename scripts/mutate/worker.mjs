// Builds the module of the tree that it runs in, and runs suites, as often as it is told: compiler and jest are warm
// from the second time on, which makes a mutant five times as cheap. `mutate.mjs` starts it, and ends it where a mutant
// does not end.
import asc from 'assemblyscript/asc';
import { runCLI } from 'jest';

/** Not optimised: what changes for the suites is how fast they are. */
const BUILD = [
  'assembly/filter.ts',
  ...['--config', 'none', '--optimizeLevel', '0', '--noAssert', '--runtime', 'stub', '--enable', 'bulk-memory'],
  ...['--use', 'abort=', '--use', 'JSON_CACHE_SIZE=ASC_SHRINK_LEVEL'],
  ...['--transform', 'json-as', '--transform', './scripts/version-section.mjs', '--outFile', 'build/saltflat.wasm'],
];
const quiet = { write: () => true };
/** In ms: a busy machine is not taken for a change that a test notices; `mutate.mjs` ends what hangs. */
const TEST_TIMEOUT = 900_000;

/** Whether the module compiles. */
async function build() {
  const { error } = await asc.main(BUILD, { stdout: quiet, stderr: quiet });
  return error === null;
}

/** The name of the first test of these groups that fails; null where none does. */
async function failing(groups) {
  for (const { suites, runs } of groups) {
    if (runs === undefined) delete process.env['FUZZ_RUNS'];
    else process.env['FUZZ_RUNS'] = `${runs}`;
    const asked = {
      _: suites,
      runInBand: true,
      silent: true,
      reporters: [],
      watchman: false,
      testTimeout: TEST_TIMEOUT,
      $0: 'jest',
    };
    const { results } = await runCLI(asked, [process.cwd()]);
    if (results.numTotalTests === 0) return `${suites.join(' ')}: no tests`;
    if (results.success) continue;
    const failed = results.testResults
      .flatMap(({ testResults }) => testResults)
      .find(({ status }) => status === 'failed');
    return failed?.fullName ?? `${suites.join(' ')}: a suite fails`;
  }
  return null;
}

process.on('message', async ({ groups }) => {
  const compiles = await build();
  process.send({ compiles, failed: compiles ? await failing(groups) : null });
});
