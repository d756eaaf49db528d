import base from './jest.config.js';

/** What holds whatever goes wrong: thousands of calls before a faulty sandbox, and bodies of any size. */
export default {
  ...base,
  testMatch: ['<rootDir>/test/chaos/**/*.test.ts'],
  testTimeout: 120_000,
  maxWorkers: 1,
};
