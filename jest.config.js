/** The default suite: every test that needs nothing but Node. */
const swc = {
  jsc: {
    target: 'es2022',
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
    keepClassNames: true,
  },
  module: { type: 'es6' },
};

export default {
  testMatch: ['<rootDir>/test/(unit|integration|property)/**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': ['@swc/jest', swc] },
  moduleNameMapper: {
    '^(\\.{1,2}/.*)\\.js$': '$1',
    '^nestjs-cryptofuse$': '<rootDir>/lib/index.ts',
    '^nestjs-cryptofuse/testing$': '<rootDir>/lib/testing/index.ts',
    '^nestjs-cryptofuse/undici$': '<rootDir>/lib/undici/index.ts',
  },
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/sample/dist'],
  setupFiles: ['reflect-metadata'],
  // Of two cores, Jest would leave one idle.
  maxWorkers: '100%',
  // No test waits for time; a busy machine may still take a while for ten thousand calls.
  testTimeout: 30_000,
};
