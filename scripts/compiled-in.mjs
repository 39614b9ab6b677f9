// What is not installed with the package but stands in its files: packages that a build compiles in. Their licences ask
// for a notice (`third-party.mjs`), and a bill of materials has to name them (`supply.mjs`).

/**
 * Each package with the file that holds parts of it, and the files of the package that say who made it and how it is
 * licensed.
 */
export const COMPILED_IN = {
  assemblyscript: { into: 'saltflat.wasm', texts: ['LICENSE', 'NOTICE'] },
  'json-as': { into: 'saltflat.wasm', texts: ['LICENSE'] },
  preact: { into: 'report/page/bundle/main.js', texts: ['LICENSE'] },
  'chart.js': { into: 'report/page/bundle/main.js', texts: ['LICENSE.md'] },
  '@kurkle/color': { into: 'report/page/bundle/main.js', texts: ['LICENSE.md'] },
};
