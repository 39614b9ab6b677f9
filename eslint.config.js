import js from '@eslint/js';
import tseslint from 'typescript-eslint';

/** Rules of strictTypeChecked that are a matter of taste here. */
const TASTE = {
  // With noUncheckedIndexedAccess every index may be undefined; `!` says that this one is known to be there.
  '@typescript-eslint/no-non-null-assertion': 'off',
  // Messages hold numbers, truths and patterns; objects in them are still refused.
  '@typescript-eslint/restrict-template-expressions': [
    'error',
    { allowNumber: true, allowBoolean: true, allowNullish: true, allowRegExp: true },
  ],
  // `() => stream.end()` and `return done()` are shorter than a block, and as clear.
  '@typescript-eslint/no-confusing-void-expression': 'off',
  // An interface may ask for a promise or an async generator where there is nothing to wait for.
  '@typescript-eslint/require-await': 'off',
};

/** Prettier breaks code, not comments. What is left of code are texts, patterns and directives. */
const WIDTH = {
  'max-len': [
    'error',
    {
      ...{ code: 120, comments: 120, ignoreStrings: true, ignoreTemplateLiterals: true, ignoreRegExpLiterals: true },
      ignorePattern: '(?:eslint|prettier)-|^import ',
    },
  ],
};

/** What tests may do beside that. */
const TESTS = {
  // `afterAll` also runs where `beforeAll` failed: what the types say is there may not be.
  '@typescript-eslint/no-unnecessary-condition': 'off',
  // `expect.any()` and its like have the type any.
  '@typescript-eslint/no-unsafe-assignment': 'off',
  // An alphabet is written as text.
  '@typescript-eslint/no-misused-spread': 'off',
};

export default tseslint.config(
  { ignores: ['build/', 'node_modules/', 'coverage/', 'assembly/', 'bench/echo/', 'bench/json-as/'] }, // AssemblyScript: asc checks it
  js.configs.recommended,
  { rules: WIDTH },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { project: ['test/tsconfig.json'], tsconfigRootDir: import.meta.dirname } },
    rules: TASTE,
  },
  { files: ['test/**/*.ts'], rules: TESTS },
  { files: ['**/*.js', '**/*.mjs'], languageOptions: { globals: { process: 'readonly', console: 'readonly' } } },
);
