import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import '../../../lib/config/configure.js';
import { RetrySettings } from '../../../lib/config/settings.js';
import {
  callMethod,
  callPath,
  callRetry,
  callSignal,
  callTimeout,
  readCallOptions,
} from '../../../lib/request/call-options.js';
import { callHeaders } from '../../../lib/request/headers.js';
import { configRefusal, refusedProperties } from '../../support/config-refusal.js';

type Stated = Parameters<typeof callHeaders>[0];

describe('callHeaders', () => {
  it.each<[Stated, Record<string, string>]>([
    [undefined, {}],
    [{}, {}],
    [{ 'X-Request-Id': 'a1' }, { 'x-request-id': 'a1' }],
    [
      { Accept: 'text/csv', 'CONTENT-TYPE': 'text/plain' },
      { accept: 'text/csv', 'content-type': 'text/plain' },
    ],
    [{ 'x-left-out': undefined, 'x-empty': '' }, { 'x-empty': '' }],
    [{ 'x-text': 'tab\tspace ü ÿ ~' }, { 'x-text': 'tab\tspace ü ÿ ~' }],
    [{ "!#$%&'*+.^_`|~0-9": 'x' }, { "!#$%&'*+.^_`|~0-9": 'x' }],
    [{ 'X-A': undefined, 'x-a': '2' }, { 'x-a': '2' }],
  ])('returns %j as %j', (stated, sent) => {
    expect(callHeaders(stated)).toEqual(sent);
  });

  it.each([
    'authorization',
    'Authorization',
    'AUTHORIZATION',
    'host',
    'Cookie',
    'Connection',
    'Content-Length',
    'Transfer-Encoding',
    'Proxy-Authorization',
    'Proxy-Anything',
    'Proxy-Connection',
    'Cookie2',
    'TE',
    'Trailer',
    'Upgrade',
    'HTTP2-Settings',
    'Keep-Alive',
    'Expect',
  ])('refuses %s, which a call may not set', (name) => {
    const refusal = configRefusal(() => callHeaders({ [name]: 'Bearer other-token' }));
    expect(refusal.problems).toHaveLength(1);
    expect(refusal.message).toContain(name);
    expect(refusal.message).not.toContain('other-token');
  });

  it.each([
    '',
    ' ',
    'x y',
    'x:',
    ':path',
    'x\n',
    'x\r\ny',
    'x\u0000',
    'ü',
    'x(y)',
    'x"',
    'x/y',
    '{x}',
  ])('refuses the name %j', (name) => {
    const refusal = configRefusal(() => callHeaders({ [name]: 'x' }));
    expect(refusal.problems).toHaveLength(1);
    expect(refusal.message.split('\n')).toHaveLength(2);
  });

  it.each(['a\r\nX-Evil: 1', 'a\n', '\r', 'a\u0000', '\u001f', '\u007f', '€', '😀', 'a\u2028'])(
    'refuses the value %j, and does not quote it',
    (value) => {
      const refusal = configRefusal(() => callHeaders({ 'x-a': `quoted${value}` }));
      expect(refusal.problems.map(({ property }) => property)).toEqual(['headers["x-a"]']);
      expect(refusal.message).not.toContain('quoted');
    },
  );

  it.each([5, true, null, {}, ['a'], Object('a')])('refuses the value %p', (value: unknown) => {
    const stated = { 'x-a': value } as Stated;
    expect(refusedProperties(() => callHeaders(stated))).toEqual(['headers["x-a"]']);
  });

  it.each([
    null,
    'x-a: 1',
    5,
    [['x-a', '1']],
    new Map([['x-a', '1']]),
    new Headers({ 'x-a': '1' }),
    new Set(),
    () => ({}),
  ])('refuses %p as headers rather than ignore it', (stated: unknown) => {
    expect(refusedProperties(() => callHeaders(stated))).toEqual(['headers']);
  });

  it('names all wrong headers at once, in one line each', () => {
    const stated = {
      host: 'x',
      'x-good': '1',
      'a b': '1',
      'x-bad': 'a\nb',
      ['n'.repeat(500)]: '\n',
    };
    const refusal = configRefusal(() => callHeaders(stated));
    expect(refusal.problems).toHaveLength(4);
    expect(refusal.message.split('\n')).toHaveLength(5);
    expect(refusal.message.length).toBeLessThan(600);
  });

  it('refuses a header that is set twice', () => {
    const stated = { 'X-A': '1', 'x-a': '1', 'x-b': '2' };
    expect(refusedProperties(() => callHeaders(stated))).toEqual(['headers["x-a"]']);
  });

  it.each(['__proto__', 'constructor', 'Prototype'])('refuses the lost name %s', (name) => {
    expect(refusedProperties(() => callHeaders({ [name]: 'x' }))).toEqual([`headers["${name}"]`]);
  });

  it('says how to pass Headers', () => {
    const { message } = configRefusal(() => callHeaders(new Headers()));
    expect(message).toContain('Object.fromEntries(headers)');
  });

  it('reads only own properties', () => {
    const stated = Object.assign(Object.create({ 'x-evil': '1' }) as object, { 'x-a': '1' });
    expect(callHeaders(stated as Record<string, string>)).toEqual({ 'x-a': '1' });
  });
});

describe('callMethod', () => {
  it.each([
    ['GET', 'GET'],
    ['get', 'GET'],
    ['Patch', 'PATCH'],
    ['DELETE', 'DELETE'],
    ['options', 'OPTIONS'],
    ['PROPFIND', 'PROPFIND'],
    ['CONNECTX', 'CONNECTX'],
  ])('returns %s as %s', (stated, method) => {
    expect(callMethod(stated)).toBe(method);
  });

  it.each([
    '',
    ' GET',
    'GET ',
    'GET\n',
    'GET / HTTP/1.1\r\nX: y',
    'G-T',
    'GET1',
    'CONNECT',
    'connect',
    'TRACE',
    'Trace',
    'GÉT',
    undefined,
    null,
    5,
    {},
    ['GET'],
    Object('GET'),
    Symbol('GET'),
  ])('refuses %p', (stated: unknown) => {
    expect(refusedProperties(() => callMethod(stated))).toEqual(['method']);
  });
});

describe('callTimeout', () => {
  it.each([
    [undefined, 10_000],
    [1, 1],
    [1.5, 1.5],
    [2 ** 31 - 1, 2 ** 31 - 1],
  ])('for %p returns %d', (stated, timeout) => {
    expect(callTimeout(stated, 10_000)).toBe(timeout);
  });

  it.each(
    [0, -0, -1, 0.5, NaN, Infinity, 2 ** 31, '5', '', null, true, 5n, {}, [5], Object(5)].map(
      (value: unknown) => [inspect(value), value] as const,
    ),
  )('refuses %s', (_, stated) => {
    expect(refusedProperties(() => callTimeout(stated, 10_000))).toEqual(['timeout']);
  });
});

// A call is checked once a module has been started, which loads this.

describe('readCallOptions', () => {
  it('takes nothing from a polluted Object.prototype', () => {
    const names = ['query', 'headers', 'signal', 'timeout', 'retry', 'body'];
    try {
      for (const name of names) {
        Object.defineProperty(Object.prototype, name, { value: 'evil', configurable: true });
      }
      for (const options of [undefined, {}, { ['timeout']: 5 }]) {
        const { values, problems } = readCallOptions(options, true);
        expect([...values.values()]).toEqual(options?.timeout === 5 ? [5] : []);
        expect(problems).toEqual([]);
      }
    } finally {
      for (const name of names) Reflect.deleteProperty(Object.prototype, name);
    }
  });

  it('returns a body that is a list unchanged', () => {
    const body = [1];
    expect(readCallOptions({ body }, true).values.get('body')).toBe(body);
  });

  it('reads the properties of an instance and reports inherited ones', () => {
    class Parent {
      query(): void {
        // A method with the name of an option.
      }
    }
    class Child extends Parent {
      readonly timeout = 5;
    }
    const { values, problems } = readCallOptions(new Child(), false);
    expect([...values]).toEqual([['timeout', 5]]);
    expect(problems.map(({ property }) => property)).toEqual(['query']);
  });
});

describe('callSignal', () => {
  it('accepts a signal or none', () => {
    const { signal } = new AbortController();
    expect(callSignal(signal)).toBe(signal);
    expect(callSignal(undefined)).toBeUndefined();
    expect(callSignal(AbortSignal.timeout(1_000_000))).toBeInstanceOf(AbortSignal);
  });

  it('refuses anything that is no complete signal', () => {
    const polyfill = Object.assign(new EventTarget(), { aborted: false });
    for (const none of [polyfill, { aborted: false, throwIfAborted: 1 }, null, 'x', () => 1]) {
      expect(refusedProperties(() => callSignal(none))).toEqual(['signal']);
    }
  });

  it('says how to pass the signal of a controller', () => {
    const { message } = configRefusal(() => callSignal(new AbortController()));
    expect(message).toContain('give controller.signal');
  });
});

describe('callRetry', () => {
  const configured = Object.assign(new RetrySettings(), { attempts: 7 });

  it('merges the settings of a call over the configured ones', () => {
    expect(callRetry(undefined, configured)).toBe(configured);
    expect(callRetry(false, configured)).toBe(false);
    expect(callRetry({ maxDelay: 1 }, configured)).toMatchObject({ attempts: 7, maxDelay: 1 });
    expect(callRetry({ maxDelay: 1 }, false)).toMatchObject({ attempts: 2, maxDelay: 1 });
    expect(callRetry(new RetrySettings(), configured)).toMatchObject({ attempts: 2 });
  });

  it.each([true, null, 0, '', [], new Map()])(
    'refuses what is neither an object nor false: row %#',
    (stated: unknown) => {
      const { problems } = configRefusal(() => callRetry(stated, configured));
      expect(problems).toEqual([
        { property: 'retry', message: 'must be false, or an object such as { attempts: 5 }' },
      ]);
    },
  );

  it('names unknown and inherited members', () => {
    const stated = Object.assign(Object.create({ maxDelay: 5 }) as object, { attempt: 3 });
    expect(refusedProperties(() => callRetry(stated, false))).toEqual([
      'retry.attempt',
      'retry.maxDelay',
    ]);
  });
});

describe('callPath', () => {
  it('returns a string unchanged and refuses anything else', () => {
    expect(callPath('/payments/')).toBe('/payments/');
    expect(refusedProperties(() => callPath(new URL('https://x.example/')))).toEqual(['path']);
    expect(refusedProperties(() => callPath(Object('/payments/')))).toEqual(['path']);
  });
});
