import base from './jest.config.js';

/** What is done to a client on purpose: secrets sought, bearers lured away, answers made up. */
export default {
  ...base,
  testMatch: ['<rootDir>/test/hostile/**/*.test.ts'],
  testTimeout: 60_000,
};
