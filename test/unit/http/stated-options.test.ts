import { describe, expect, it } from '@jest/globals';
import { callPath } from '../../../lib/http/call-path.js';
import { callRetry } from '../../../lib/http/call-retry.js';
import { callSignal } from '../../../lib/http/call-signal.js';
import { statedOptions } from '../../../lib/http/stated-options.js';
// A call is checked once a module has been started, which loads this.
import '../../../lib/config/configure.js';
import { RetrySettings } from '../../../lib/config/retry-settings.js';
import { configRefusal, refusedProperties } from '../../support/config-refusal.js';

describe('statedOptions', () => {
  it('takes nothing from a polluted Object.prototype', () => {
    const names = ['query', 'headers', 'signal', 'timeout', 'retry', 'body'];
    try {
      for (const name of names) {
        Object.defineProperty(Object.prototype, name, { value: 'evil', configurable: true });
      }
      for (const options of [undefined, {}, { ['timeout']: 5 }]) {
        const { values, problems } = statedOptions(options, true);
        expect([...values.values()]).toEqual(options?.timeout === 5 ? [5] : []);
        expect(problems).toEqual([]);
      }
    } finally {
      for (const name of names) Reflect.deleteProperty(Object.prototype, name);
    }
  });

  it('keeps a body that is a list as the very one', () => {
    const body = [1];
    expect(statedOptions({ body }, true).values.get('body')).toBe(body);
  });

  it('tells of a class and of its parent', () => {
    class Parent {
      query(): void {
        // A method where an option is meant.
      }
    }
    class Child extends Parent {
      readonly timeout = 5;
    }
    const { values, problems } = statedOptions(new Child(), false);
    expect([...values]).toEqual([['timeout', 5]]);
    expect(problems.map(({ property }) => property)).toEqual(['query']);
  });
});

describe('callSignal', () => {
  it('takes a signal and none', () => {
    const { signal } = new AbortController();
    expect(callSignal(signal)).toBe(signal);
    expect(callSignal(undefined)).toBeUndefined();
    expect(callSignal(AbortSignal.timeout(1_000_000))).toBeInstanceOf(AbortSignal);
  });

  it('refuses what cannot be followed', () => {
    const polyfill = Object.assign(new EventTarget(), { aborted: false });
    for (const none of [polyfill, { aborted: false, throwIfAborted: 1 }, null, 'x', () => 1]) {
      expect(refusedProperties(() => callSignal(none))).toEqual(['signal']);
    }
  });

  it('says what to take of a controller', () => {
    const { message } = configRefusal(() => callSignal(new AbortController()));
    expect(message).toContain('give controller.signal');
  });
});

describe('callRetry', () => {
  const configured = Object.assign(new RetrySettings(), { attempts: 7 });

  it('merges what is stated over what is configured', () => {
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

  it('names members that are none, and those that are out of sight', () => {
    const stated = Object.assign(Object.create({ maxDelay: 5 }) as object, { attempt: 3 });
    expect(refusedProperties(() => callRetry(stated, false))).toEqual([
      'retry.attempt',
      'retry.maxDelay',
    ]);
  });
});

describe('callPath', () => {
  it('is text as it is, and nothing else', () => {
    expect(callPath('/payments/')).toBe('/payments/');
    expect(refusedProperties(() => callPath(new URL('https://x.example/')))).toEqual(['path']);
    expect(refusedProperties(() => callPath(Object('/payments/')))).toEqual(['path']);
  });
});
