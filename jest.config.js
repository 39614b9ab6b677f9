/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': ['babel-jest', { configFile: false, presets: ['@babel/preset-typescript'] }] },
  // Tests name their TypeScript neighbours as `./x.js`; what they test is the built package, `../build/host/*.js`.
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  testTimeout: 30000,
  // Many suites wait for other programs: with one worker fewer than cores, which is jest's own choice, two cores have one.
  maxWorkers: '100%',
};
