import base from './jest.config.js';

const peers = '<rootDir>/test/nest11/node_modules';

/** The default suite on the oldest supported peers (`npm ci --prefix test/nest11` first). */
export default {
  ...base,
  testMatch: [
    ...base.testMatch,
    '<rootDir>/test/peers/*.test.ts',
    // What depends on Nest's hooks and scopes.
    '<rootDir>/test/field/(shutdown|request-scoped-options|named-clients).test.ts',
  ],
  // The sample is an application of Nest 12.
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/integration/sample/'],
  moduleNameMapper: {
    ...base.moduleNameMapper,
    '^@nestjs/(common|core|axios|testing|platform-express)$': `${peers}/@nestjs/$1`,
    '^@nestjs/(common|core|axios|testing|platform-express)/(.*)$': `${peers}/@nestjs/$1/$2`,
    '^(class-validator|reflect-metadata|rxjs)$': `${peers}/$1`,
    '^rxjs/(.*)$': `${peers}/rxjs/$1`,
  },
};
