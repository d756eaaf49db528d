import base from './jest.config.js';

/** The contract suite on the sandbox and on a real Django OAuth Toolkit. */
export default {
  ...base,
  testMatch: ['<rootDir>/test/real/**/*.test.ts'],
  testTimeout: 30_000,
  maxWorkers: '50%',
};
