import { afterEach, describe, expect, it } from '@jest/globals';
import { configure } from '../../../lib/config/configure.js';
import type { CryptofuseConfig } from '../../../lib/config/cryptofuse-config.js';
import { refusedProperties } from '../../support/config-refusal.js';

const CREDENTIALS = { clientId: 'client', clientSecret: 's3cret-value' };

class Interceptor {
  intercept(): void {
    // Never called here.
  }
}

/** Everything one may state, in new objects each time. */
function everything() {
  return {
    clientId: 'client',
    clientSecret: ['new-secret', 'old-secret'],
    baseUrl: 'https://tenant.example/api',
    scopes: ['read'],
    timeout: 5,
    token: { eager: false, budget: 2, revokeOnShutdown: true },
    retry: { attempts: 1, maxDelay: 10, methods: ['GET'], statuses: [503] },
    quota: { policy: 'wait', reserve: 1, maxWait: 10 },
    interceptors: [Interceptor],
    maxResponseSize: 100,
    drainTimeout: 10,
    proxy: 'http://proxy:3128',
    transport: () => undefined,
  };
}

/** An object whose every member, those of groups included, counts how often it is read. */
function counted(source: object, counts: Map<string, number>, path = ''): object {
  const target = {};
  for (const [key, stated] of Object.entries(source)) {
    const name = `${path}${key}`;
    const isGroup = typeof stated === 'object' && !Array.isArray(stated);
    const value: unknown = isGroup ? counted(stated as object, counts, `${name}.`) : stated;
    Object.defineProperty(target, key, {
      enumerable: true,
      get: () => {
        counts.set(name, (counts.get(name) ?? 0) + 1);
        return value;
      },
    });
  }
  return target;
}

describe('configure: reading', () => {
  it('reads every option and every member of a group once', () => {
    const counts = new Map<string, number>();
    configure(counted(everything(), counts), {});
    expect(counts.size).toBe(13 + 3 + 4 + 3);
    expect(new Set(counts.values())).toEqual(new Set([1]));
  });

  it('lets what a getter throws pass as it is', () => {
    const error = new Error('not now');
    const fail = (): never => {
      throw error;
    };
    const token = Object.defineProperty({}, 'budget', { get: fail, enumerable: true });
    const list = Object.defineProperty(['read'], 0, { get: fail });
    for (const stated of [{ token }, { scopes: list }, new Proxy({}, { ownKeys: fail })]) {
      expect(() => configure(stated, {})).toThrow(error);
    }
  });

  it('copies groups and lists, so that a later change of them changes nothing', () => {
    const options = everything();
    const config = configure(options, {});
    const before = JSON.stringify(config);
    options.scopes.push('admin');
    options.clientSecret[0] = 'changed-secret';
    options.token.budget = 99;
    options.retry.methods.push('POST');
    options.retry.statuses.length = 0;
    options.quota.policy = 'observe';
    options.interceptors.length = 0;
    expect(JSON.stringify(config)).toBe(before);
    expect(config.interceptors).toEqual([Interceptor]);
    const { clientSecret } = config;
    if (typeof clientSecret === 'function') throw new Error('It is a list.');
    expect(clientSecret.map((secret) => secret.reveal())).toEqual(['new-secret', 'old-secret']);
  });

  it.each([
    ['stated options', everything()],
    ['defaults', CREDENTIALS],
  ])('freezes the configuration deeply: %s', (_, options) => {
    const config = configure(options, {});
    const { token, retry, quota, scopes, interceptors, clientSecret } = config;
    if (retry === false) throw new Error('It is stated.');
    const parts = [config, token, retry, quota, scopes, interceptors, clientSecret];
    const frozen = [...parts, retry.methods, retry.statuses].map((part) => Object.isFrozen(part));
    expect(frozen).not.toContain(false);
  });

  it('leaves what the application stated as it was: neither frozen nor sealed', () => {
    const options = everything();
    configure(options, {});
    const parts = [options, options.scopes, options.token, options.retry.methods, Interceptor];
    expect(parts.map((part) => Object.isFrozen(part))).not.toContain(true);
    expect(options).toEqual({ ...everything(), transport: options.transport });
  });
});

describe('configure: prototypes', () => {
  const polluted = new Set<string>();

  function pollute(members: Record<string, unknown>): void {
    for (const [name, value] of Object.entries(members)) {
      polluted.add(name);
      Object.defineProperty(Object.prototype, name, { value, configurable: true, writable: true });
    }
  }

  afterEach(() => {
    for (const name of polluted) Reflect.deleteProperty(Object.prototype, name);
    polluted.clear();
  });

  function plain({ baseUrl, timeout, scopes, token, retry, quota, proxy }: CryptofuseConfig) {
    return { baseUrl, timeout, scopes, token, retry, quota, proxy };
  }

  it('takes nothing from the prototype of options and groups', () => {
    const options: object = Object.create({ timeout: 1, scopes: ['admin'] }) as object;
    const token = Object.create({ budget: 1 }) as object;
    const config = configure(Object.assign(options, { ...CREDENTIALS, token }), {});
    expect([config.timeout, config.scopes, config.token.budget]).toEqual([
      10_000,
      ['read', 'write'],
      15,
    ]);
  });

  it('takes nothing from a polluted Object.prototype', () => {
    const before = plain(configure(CREDENTIALS, {}));
    pollute({ baseUrl: '', proxy: '', timeout: 0, scopes: null, token: false, retry: false });
    pollute({ attempts: 0, statuses: null, policy: '', reserve: 0, eager: false, budget: 0 });
    const kept = plain(configure({ ...CREDENTIALS, token: {}, retry: {}, quota: {} }, {}));
    expect(kept).toEqual(before);
  });

  it.each([
    ['baseUrl', 'https://evil.example'],
    ['proxy', 'http://evil.example:3128'],
    ['clientSecret', 'evil-secret'],
    ['timeout', 1],
    ['eager', true],
    ['methods', ['POST']],
  ])('is not given another %s by Object.prototype', (name, value) => {
    const before = JSON.stringify(configure(CREDENTIALS, {}));
    pollute({ [name]: value });
    expect(JSON.stringify(configure(CREDENTIALS, {}))).toBe(before);
  });

  it.each([
    ['scopes', ['admin'], { scopes: [] }, 'scopes'],
    ['timeout', [], { timeout: 0 }, 'timeout'],
    ['timeout', 1, { timeout: 0 }, 'timeout'],
    ['budget', [], { token: { budget: 0 } }, 'token.budget'],
  ])('checks every option while Object.prototype has %s as %j', (name, value, bad, property) => {
    pollute({ [name]: value });
    expect(refusedProperties(() => configure({ ...CREDENTIALS, ...bad }, {}))).toEqual([property]);
  });

  it.each([
    ['groups', ['evil']],
    ['skipMissingProperties', true],
    ['validationError', { value: true }],
  ])('has options checked whatever a polluted %s is', (name, value) => {
    const bad = { clientId: '', clientSecret: 's', scopes: [], timeout: null };
    const before = refusedProperties(() => configure(bad, {}));
    expect(before).toEqual(expect.arrayContaining(['clientId', 'scopes', 'timeout']));
    pollute({ [name]: value });
    expect(refusedProperties(() => configure(bad, {}))).toEqual(before);
  });

  it('takes no environment variable from a polluted Object.prototype', () => {
    pollute({
      CRYPTOFUSE_CLIENT_ID: 'evil',
      CRYPTOFUSE_CLIENT_SECRET: 'evil',
      CRYPTOFUSE_BASE_URL: 'https://evil.example',
    });
    expect(configure(CREDENTIALS, {}).baseUrl).toBe('https://api.cryptofuse.io');
    expect(configure(CREDENTIALS, process.env).baseUrl).toBe('https://api.cryptofuse.io');
    expect(refusedProperties(() => configure({}, {}))).toEqual(['clientId', 'clientSecret']);
  });

  it('refuses an own member named __proto__, and does not take what it holds', () => {
    const options: unknown = JSON.parse('{"clientId":"c","__proto__":{"clientSecret":"x"}}');
    expect(refusedProperties(() => configure(options, {}))).toEqual(['__proto__', 'clientSecret']);
  });
});
