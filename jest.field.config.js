import base from './jest.config.js';

/** What users of such clients met, one kind of fault a file; where the wire is involved, on both transports. */
export default {
  ...base,
  testMatch: ['<rootDir>/test/field/**/*.test.ts'],
  testTimeout: 60_000,
};
