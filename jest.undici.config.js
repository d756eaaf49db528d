import base from './jest.config.js';

// The processes that tests start inherit it.
process.env.TRANSPORT = 'undici';

/** The default suite on the transport over undici: what holds on one holds on the other. */
export default {
  ...base,
  testMatch: [
    '<rootDir>/test/(integration|property|hostile)/**/*.test.ts',
    '<rootDir>/test/chaos/*.test.ts',
    '<rootDir>/test/real/package.test.ts',
  ],
  testTimeout: 120_000,
  moduleNameMapper: {
    '^(\\.{1,2}/.*)/axios-transport\\.js$': '<rootDir>/test/support/undici-by-default.ts',
    ...base.moduleNameMapper,
  },
};
