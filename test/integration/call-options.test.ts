import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createReadStream } from 'node:fs';
import { rejectionOf } from '../support/rejection-of.js';
import { startSandboxClient, type SandboxClient } from '../support/sandbox-client.js';
import { problemsOfCall, untypedCall, type CallMethod } from '../support/untyped-call.js';

const PATH = '/payments/';

class Timed {
  readonly #timeout: number = 5;
  get timeout(): number {
    return this.#timeout;
  }
}

/** An `AbortSignal` of another realm. */
class ForeignSignal extends EventTarget {
  reason: unknown;
  aborted = false;

  throwIfAborted(): void {
    if (this.aborted) throw this.reason;
  }

  abort(reason: unknown): void {
    Object.assign(this, { reason, aborted: true });
    this.dispatchEvent(new Event('abort'));
  }
}

class Stated {
  readonly timeout = 9_000;
}

const NOT_NOW = new Error('not now');

function fail(): never {
  throw NOT_NOW;
}

const throwing = () => Object.defineProperty({}, 'query', { enumerable: true, get: fail });

describe('the options of a call', () => {
  let client: SandboxClient;
  beforeEach(async () => {
    client = await startSandboxClient({ client: { retry: false } });
  });
  afterEach(() => client.stop());

  /** Returns the properties that a GET with `options` is refused for. */
  async function refused(options: unknown): Promise<readonly string[]> {
    return (await problemsOfCall(client, 'get', PATH, options)).map(({ property }) => property);
  }

  it.each([
    ...['querry', 'header', 'data', 'param', 'retries', 'responseType', 'Query', 'toString'],
  ])('are refused by name when one is %s, with a list of those that exist', async (name) => {
    const [problem, ...others] = await problemsOfCall(client, 'get', PATH, { [name]: undefined });
    expect(others).toEqual([]);
    expect(problem?.property).toBe(name);
    expect(problem?.message).toContain('known are query, headers, signal, timeout, retry');
  });

  it('are all named when several are unknown', async () => {
    const options = { querry: 1, [Symbol('query')]: 2, ['__proto__']: 3, timeout: 5 };
    expect(await refused(options)).toEqual(['querry', '__proto__', 'Symbol(query)']);
  });

  it.each<[CallMethod, readonly unknown[]]>([
    ['request', ['GET', PATH, { querry: {} }]],
    ['get', [PATH, { querry: {} }]],
    ['post', [PATH, {}, { querry: {} }]],
    ['put', [PATH, {}, { querry: {} }]],
    ['patch', [PATH, {}, { querry: {} }]],
    ['delete', [PATH, { querry: {} }]],
    ['me', [{ querry: {} }]],
  ])('of %s are checked as strictly', async (method, args) => {
    expect(await problemsOfCall(client, method, ...args)).toMatchObject([{ property: 'querry' }]);
  });

  it.each<[CallMethod, readonly unknown[]]>([
    ['request', ['GET', PATH]],
    ['get', [PATH]],
    ['post', [PATH, {}]],
    ['delete', [PATH]],
  ])('of %s reject the call when they are not an object', async (method, args) => {
    for (const none of [null, 'query', 5, true, [], new Map(), new Headers(), () => ({})]) {
      const problems = await problemsOfCall(client, method, ...args, none);
      expect(problems).toEqual([{ property: 'options', message: 'must be an object' }]);
    }
  });

  it.each<[CallMethod, readonly unknown[]]>([
    ['get', [PATH, { body: {} }]],
    ['delete', [PATH, { body: {} }]],
    ['me', [{ body: {} }]],
    ['post', [PATH, { a: 1 }, { body: { b: 2 } }]],
  ])('of %s take no body, and are refused with a pointer to request', async (method, args) => {
    const [problem] = await problemsOfCall(client, method, ...args);
    expect(problem?.property).toBe('body');
    expect(problem?.message).toContain('request(method, path, { body })');
  });

  it('of request take a body, whatever the method', async () => {
    await untypedCall(client, 'request', 'DELETE', `${PATH}x/`, { body: { why: 'x' } }).catch(
      () => undefined,
    );
    expect(client.sandbox.requests.at(-1)).toMatchObject({ method: 'DELETE', body: '{"why":"x"}' });
  });

  it('may have no prototype, or be own properties of a class instance', async () => {
    const bare: unknown = Object.assign(Object.create(null) as object, { query: { page: 2 } });
    await expect(untypedCall(client, 'get', PATH, bare)).resolves.toEqual([]);
    expect(client.sandbox.requests.at(-1)?.path).toContain('?page=2');
    await expect(untypedCall(client, 'get', PATH, new Stated())).resolves.toEqual([]);
  });

  it('are refused when they are inherited from a prototype', async () => {
    expect(await refused(new Timed())).toEqual(['timeout']);
    expect(await refused(Object.create({ query: { page: 2 } }))).toEqual(['query']);
    expect(await refused({ retry: Object.create({ attempts: 1 }) as unknown })).toEqual([
      'retry.attempts',
    ]);
  });

  it.each<[CallMethod, readonly unknown[]]>([
    ['request', ['GET', PATH, throwing()]],
    ['get', [PATH, throwing()]],
    ['get', [PATH, { query: throwing() }]],
    ['get', [PATH, { headers: throwing() }]],
    ['get', [PATH, { signal: new Proxy({}, { get: fail }) }]],
    ['get', [PATH, new Proxy({}, { ownKeys: fail })]],
    ['post', [PATH, {}, throwing()]],
    ['post', [PATH, new Proxy({}, { getPrototypeOf: fail })]],
    ['me', [throwing()]],
  ])(
    'of %s that throw when they are read reject the call with that very error',
    async (method, args) => {
      expect(await rejectionOf(untypedCall(client, method, ...args))).toBe(NOT_NOW);
      expect(client.sandbox.requests).toEqual([]);
    },
  );

  it('are read once each', async () => {
    const reads: string[] = [];
    const stated = { query: {}, headers: {}, signal: undefined, timeout: 5_000, retry: {} };
    const options = new Proxy(
      { ...stated, body: [1] },
      {
        get: (target, name, receiver): unknown => {
          if (typeof name === 'string') reads.push(name);
          return Reflect.get(target, name, receiver);
        },
      },
    );
    await untypedCall(client, 'request', 'POST', '/echo/', options);
    expect(reads).toEqual(['query', 'headers', 'signal', 'timeout', 'retry', 'body']);
  });

  it.each([
    ['query', { evil: '1' }],
    ['body', 'evil'],
    ['headers', { 'x-evil': '1' }],
    ['timeout', NaN],
    ['retry', { attempts: 5 }],
  ])('take no %s from a polluted Object.prototype', async (name, value) => {
    await untypedCall(client, 'get', PATH);
    client.sandbox.fail({ on: 'api', status: 503 });
    const define = { value, configurable: true, writable: true };
    Object.defineProperty(Object.prototype, name, define);
    let error: unknown;
    try {
      error = await untypedCall(client, 'request', 'GET', PATH, {}).catch((e: unknown) => e);
    } finally {
      Reflect.deleteProperty(Object.prototype, name);
    }
    expect(error).toMatchObject({ upstreamStatus: 503 });
    const sent = client.sandbox.requests.at(-1);
    expect(sent).toMatchObject({ method: 'GET', path: PATH, body: undefined });
    expect(sent?.headers).not.toHaveProperty('x-evil');
    expect(client.sandbox.counters.apiRequests).toBe(2);
  });

  it('are refused with what is wrong with a signal', async () => {
    const controller = new AbortController();
    const told = async (signal: unknown) =>
      (await problemsOfCall(client, 'get', PATH, { signal }))[0];
    expect(await told(controller)).toEqual({
      property: 'signal',
      message: 'is an AbortController; give controller.signal',
    });
    for (const none of [null, {}, { aborted: false }, 'abort', 5, new EventTarget()]) {
      expect(await told(none)).toMatchObject({ property: 'signal' });
    }
  });

  it('take a signal of another realm, which is not an instance of AbortSignal here', async () => {
    const signal = new ForeignSignal();
    const call = rejectionOf(untypedCall(client, 'get', PATH, { signal }));
    signal.abort('left');
    expect(await call).toBe('left');
    await expect(untypedCall(client, 'get', PATH, { signal })).rejects.toBe('left');
  });

  it('leave no error of a stream unhandled when the call is refused', async () => {
    const body = createReadStream('/no/such/file');
    await problemsOfCall(client, 'post', PATH, body, { querry: {} });
    if (!body.closed)
      await new Promise<void>((resolve) =>
        body.once('close', () => {
          resolve();
        }),
      );
    expect(body.errored).toMatchObject({ code: 'ENOENT' });
  });

  it.each<[string, unknown]>([
    ['query', { query: { amount: NaN } }],
    ['query', { query: { amount: [1, Infinity] } }],
    ['query', { query: { since: new Date(NaN) } }],
    ['query', { query: null }],
    ['query', { query: Proxy.revocable({}, {}) }],
    ['headers', { headers: { 'X-A': '1', 'x-a': '2' } }],
    ['headers', { headers: { ['__proto__']: 'x' } }],
    ['headers', { headers: { constructor: 'x' } }],
    ['headers', { headers: { '': 'x' } }],
    ['headers', { headers: { TE: 'trailers' } }],
    ['headers', { headers: { expect: '100-continue' } }],
    ['headers', { headers: null }],
    ['timeout', { timeout: 0 }],
    ['timeout', { timeout: NaN }],
    ['timeout', { timeout: '5' }],
    ['timeout', { timeout: null }],
    ['retry', { retry: true }],
    ['retry', { retry: null }],
    ['retry', { retry: 3 }],
    ['retry', { retry: [] }],
    ['retry.attempt', { retry: { attempt: 3 } }],
    ['retry.attempts', { retry: { attempts: -1 } }],
    ['retry.methods', { retry: { methods: 'POST' } }],
  ])('are refused when their %s is invalid: row %#', async (property, options) => {
    const [problem, ...others] = await problemsOfCall(client, 'get', PATH, options);
    expect(problem?.property.startsWith(property)).toBe(true);
    expect(others).toEqual([]);
  });
});

describe('the path and the method of a call', () => {
  let client: SandboxClient;
  beforeEach(async () => {
    client = await startSandboxClient();
  });
  afterEach(() => client.stop());

  it('must be strings', async () => {
    for (const path of [undefined, null, 5, {}, ['/payments/'], new URL('https://x.example/')]) {
      const [problem] = await problemsOfCall(client, 'get', path);
      expect(problem?.property).toBe('path');
      expect(problem?.message).toContain('url.href');
    }
    for (const method of [undefined, null, 5, '', ' get', 'connect', 'TRACE', 'GET ']) {
      const [problem] = await problemsOfCall(client, 'request', method, PATH);
      expect(problem?.property).toBe('method');
    }
  });

  it('may be in lower case: the method', async () => {
    await expect(untypedCall(client, 'request', 'get', PATH)).resolves.toEqual([]);
    expect(client.sandbox.requests.at(-1)?.method).toBe('GET');
  });
});
