/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': ['babel-jest', { configFile: false, presets: ['@babel/preset-typescript'] }] },
  // Tests name their TypeScript neighbours as `./x.js`; what they test is the built package, `../build/host/*.js`.
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  testTimeout: 30000,
  // Many suites wait for other programs. Jest's own choice is one worker fewer than cores, which would be one of two.
  maxWorkers: '100%',
};
