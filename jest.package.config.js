import base from './jest.config.js';

/** The packed tarball in applications of their own, and the rules of the floors. */
export default {
  ...base,
  testMatch: ['<rootDir>/test/(package|lint)/**/*.test.ts'],
  globalSetup: '<rootDir>/tools/pack-for-tests.mjs',
  globalTeardown: '<rootDir>/tools/remove-packed.mjs',
  testTimeout: 120_000,
  maxWorkers: '50%',
};
