import { describe, expect, it, jest } from '@jest/globals';
import { configure } from '../../../lib/config/configure.js';
import { CryptofuseConfig } from '../../../lib/config/cryptofuse-config.js';
import { Secret } from '../../../lib/config/secret.js';
import { refusedProperties } from '../../support/config-refusal.js';

const CREDENTIALS = { clientId: 'client', clientSecret: 's3cret-value' };

function revealed({ clientSecret }: CryptofuseConfig): readonly string[] {
  if (typeof clientSecret === 'function') throw new Error('It is a function.');
  return clientSecret.map((secret) => secret.reveal());
}

class Interceptor {
  intercept(): void {
    // Never called here.
  }
}

describe('configure: defaults', () => {
  it('has the defaults of the documentation', () => {
    const config = configure(CREDENTIALS, {});
    expect(config).toBeInstanceOf(CryptofuseConfig);
    const { clientSecret, token, retry, quota, ...rest } = config;
    expect(clientSecret).toEqual([expect.any(Secret)]);
    expect(revealed(config)).toEqual(['s3cret-value']);
    expect(token).toEqual({ eager: false, budget: 15, revokeOnShutdown: false });
    expect(retry).toEqual({
      attempts: 2,
      maxDelay: 5_000,
      methods: ['GET', 'HEAD'],
      statuses: [429, 500, 502, 503, 504],
    });
    expect(quota).toEqual({ policy: 'observe', reserve: 0, maxWait: 30_000 });
    expect(rest).toEqual({
      clientId: 'client',
      baseUrl: 'https://api.cryptofuse.io',
      scopes: ['read', 'write'],
      drainTimeout: 5_000,
      timeout: 10_000,
      interceptors: [],
      maxResponseSize: 20 * 1_024 * 1_024,
      proxy: undefined,
      transport: undefined,
    });
  });

  it.each([
    ['token', { budget: 3 }, { eager: false, budget: 3, revokeOnShutdown: false }],
    ['token', {}, { eager: false, budget: 15, revokeOnShutdown: false }],
    ['quota', { policy: 'wait' }, { policy: 'wait', reserve: 0, maxWait: 30_000 }],
    [
      'quota',
      { reserve: 5, policy: undefined },
      { policy: 'observe', reserve: 5, maxWait: 30_000 },
    ],
  ] as const)('keeps the other defaults of a partial group: %s %j', (group, stated, kept) => {
    expect(configure({ ...CREDENTIALS, [group]: stated }, {})[group]).toEqual(kept);
  });

  it('keeps the other defaults of a partial retry, and accepts false', () => {
    expect(configure({ ...CREDENTIALS, retry: { attempts: 0, methods: [] } }, {}).retry).toEqual({
      attempts: 0,
      maxDelay: 5_000,
      methods: [],
      statuses: [429, 500, 502, 503, 504],
    });
    expect(configure({ ...CREDENTIALS, retry: false }, {}).retry).toBe(false);
  });

  it('treats an option or a group that is undefined as absent', () => {
    const stated = { ...CREDENTIALS, timeout: undefined, token: undefined, proxy: undefined };
    expect(configure(stated, {})).toEqual(configure(CREDENTIALS, {}));
  });
});

describe('configure: environment', () => {
  const environment = {
    CRYPTOFUSE_CLIENT_ID: 'env-client',
    CRYPTOFUSE_CLIENT_SECRET: 'env-secret',
    CRYPTOFUSE_BASE_URL: 'http://127.0.0.1:8000/api/v1/',
  };

  it('supplies what the options leave out', () => {
    const config = configure({}, environment);
    expect([config.clientId, config.baseUrl]).toEqual([
      'env-client',
      'http://127.0.0.1:8000/api/v1',
    ]);
    expect(revealed(config)).toEqual(['env-secret']);
  });

  it('yields to the options', () => {
    const config = configure({ ...CREDENTIALS, baseUrl: 'https://tenant.example' }, environment);
    expect([config.clientId, config.baseUrl]).toEqual(['client', 'https://tenant.example']);
    expect(revealed(config)).toEqual(['s3cret-value']);
  });

  it('treats an empty variable as absent', () => {
    const config = configure({}, { ...environment, CRYPTOFUSE_BASE_URL: '' });
    expect(config.baseUrl).toBe('https://api.cryptofuse.io');
    const noId = { ...environment, CRYPTOFUSE_CLIENT_ID: '' };
    expect(refusedProperties(() => configure({}, noId))).toEqual(['clientId']);
    const noSecret = { ...environment, CRYPTOFUSE_CLIENT_SECRET: '' };
    expect(refusedProperties(() => configure({}, noSecret))).toEqual(['clientSecret']);
  });

  it('does not replace an option that is stated empty', () => {
    expect(refusedProperties(() => configure({ clientId: '' }, environment))).toEqual(['clientId']);
  });
});

describe('configure accepts', () => {
  const loose = (): string => 's';

  it.each([
    ['timeout', 1],
    ['timeout', 2 ** 31 - 1],
    ['maxResponseSize', 1],
    ['drainTimeout', 0],
    ['transport', loose],
    ['clientSecret', loose],
    ['scopes', ['a', '!', '~', 'payments:read', '[x]']],
    ['token', { eager: true, budget: 1, revokeOnShutdown: true }],
    ['token', { eager: 'required', budget: 15, revokeOnShutdown: false }],
    [
      'retry',
      {
        attempts: 0,
        maxDelay: 0,
        methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
        statuses: [400, 599],
      },
    ],
    ['retry', { attempts: 9, maxDelay: 2 ** 31 - 1, methods: [], statuses: [] }],
    ['quota', { policy: 'fail', reserve: 0, maxWait: 0 }],
    ['quota', { policy: 'wait', reserve: 7, maxWait: 2 ** 31 - 1 }],
    ['interceptors', [Interceptor, new Interceptor(), { intercept: loose }]],
  ] as const)('%s: %j', (option, value) => {
    expect(configure({ ...CREDENTIALS, [option]: value }, {})[option]).toEqual(value);
  });

  it.each([
    ['http://proxy:3128', 'http://proxy:3128'],
    ['https://user:p%40ss@proxy.example/', 'https://user:p%40ss@proxy.example/'],
    ['http://[::1]:8080', 'http://[::1]:8080'],
  ])('proxy %s, without printing it', (proxy, kept) => {
    const config = configure({ ...CREDENTIALS, proxy }, {});
    expect(config.proxy?.reveal()).toBe(kept);
    expect(JSON.stringify(config)).not.toContain('proxy.example');
  });

  it('a pair of secrets, and keeps their order', () => {
    expect(revealed(configure({ ...CREDENTIALS, clientSecret: ['new', 'old'] }, {}))).toEqual([
      'new',
      'old',
    ]);
  });

  it('options without a prototype, and own members of an instance', () => {
    class Stated {
      clientId = 'of-instance';
      clientSecret = 'x';
    }
    expect(configure(new Stated(), {}).clientId).toBe('of-instance');
    const bare = Object.assign(Object.create(null) as object, CREDENTIALS);
    expect(configure(bare, {}).clientId).toBe('client');
  });

  it('a secret function, and does not call it', () => {
    const clientSecret = jest.fn(() => 'x');
    configure({ ...CREDENTIALS, clientSecret }, {});
    expect(() => configure({ clientSecret, timeout: 0 }, {})).toThrow();
    expect(clientSecret).not.toHaveBeenCalled();
  });
});
