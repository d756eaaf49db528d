import base from './jest.config.js';

/** What the token engine promises under load, counted before a sandbox and before a real server. */
export default {
  ...base,
  testMatch: ['<rootDir>/test/load/**/*.test.ts'],
  testTimeout: 30_000,
  maxWorkers: 1,
};
