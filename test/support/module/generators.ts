// The arbitraries of property tests, by what they make.
export * from './generators/json.js';
export * from './generators/returns.js';
export * from './generators/events.js';
export * from './generators/changes.js';
export * from './generators/edges.js';
export * from './generators/redaction.js';

/** Runs and seed of every property: fixed, so that a failure comes again; `FUZZ_RUNS` and `FUZZ_SEED` change them. */
export function parameters(runs: number): { numRuns: number; seed: number } {
  const env = (name: string): number | undefined => {
    const value = process.env[name];
    return value === undefined || value === '' ? undefined : Number(value);
  };
  return { numRuns: env('FUZZ_RUNS') ?? runs, seed: env('FUZZ_SEED') ?? 3008 };
}
