import { describe, expect, it } from '@jest/globals';
import { configure } from '../../../lib/config/configure.js';
import { configRefusal, refusedProperties } from '../../support/config-refusal.js';
import { printedForms } from '../../support/printed-forms.js';

const SECRET = 's3cret-value';
const CREDENTIALS = { clientId: 'client', clientSecret: SECRET };

function fail(): never {
  throw new Error(`Not now, ${SECRET}.`);
}

/** As a dependency injector's lazy proxy behaves outside of its context: it throws at any look. */
const lazy = (): object => new Proxy({}, { get: fail, has: fail });
const lazyFunction = (): object => new Proxy(() => undefined, { get: fail, has: fail });

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

const interceptAccessor = {
  get intercept() {
    return fail();
  },
};

describe('configure of what cannot be looked at', () => {
  it.each([
    ['a lazy proxy', lazy()],
    ['a revoked proxy', revoked()],
    ['an object whose tag throws', Object.defineProperty({}, Symbol.toStringTag, { get: fail })],
  ])('refuses options that are %s', (_, options) => {
    expect(refusedProperties(() => configure(options, {}))).toEqual(['options']);
  });

  it.each([
    ['clientId', lazy()],
    ['clientSecret', [lazy(), SECRET]],
    ['clientSecret', [revoked(), SECRET]],
    ['baseUrl', lazy()],
    ['scopes', [lazy()]],
    ['timeout', lazy()],
    ['token', lazy()],
    ['token', revoked()],
    ['retry', lazy()],
    ['quota', revoked()],
    ['interceptors', [interceptAccessor]],
    ['interceptors', [lazy()]],
    ['interceptors', [lazyFunction()]],
    ['interceptors', [revoked()]],
    ['interceptors', revoked()],
    ['maxResponseSize', lazy()],
    ['proxy', lazy()],
    ['transport', lazy()],
  ])('refuses %s by its name, whatever it throws: row %#', (option, value) => {
    const refusal = configRefusal(() => configure({ ...CREDENTIALS, [option]: value }, {}));
    expect(refusal.problems.map(({ property }) => property)).toEqual([option]);
    for (const form of printedForms(refusal)) expect(form).not.toContain(SECRET);
  });

  it.each(['methods', 'statuses', 'attempts', 'maxDelay'])('refuses retry.%s so, too', (member) => {
    for (const value of [lazy(), [lazy()], revoked()]) {
      const options = { ...CREDENTIALS, retry: { [member]: value } };
      expect(refusedProperties(() => configure(options, {}))).toEqual([`retry.${member}`]);
    }
  });
});
