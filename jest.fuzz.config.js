import base from './jest.config.js';

/** Ten thousand inputs and more, drawn from a printed seed. */
export default {
  ...base,
  testMatch: ['<rootDir>/test/fuzz/**/*.test.ts'],
  testTimeout: 300_000,
  maxWorkers: 1,
};
