import { afterEach, describe, expect, it } from '@jest/globals';
import { withCleanPrototype } from '../../lib/config/clean-prototype.js';

describe('withCleanPrototype', () => {
  const added = ['first', 'second', 'get', 'enumerable'];
  afterEach(() => {
    for (const name of added) Reflect.deleteProperty(Object.prototype, name);
  });

  function pollute(members: Readonly<Record<string, unknown>>): void {
    for (const [name, value] of Object.entries(members)) {
      const member = { value, configurable: true, enumerable: true, writable: true };
      Object.defineProperty(
        Object.prototype,
        name,
        Object.assign(Object.create(null) as PropertyDescriptor, member),
      );
    }
  }

  const descriptors = () =>
    Reflect.ownKeys(Object.prototype).map((key) => [
      String(key),
      Reflect.getOwnPropertyDescriptor(Object.prototype, key),
    ]);

  it('returns what is returned, with none of the members there, and puts them back as they were', () => {
    pollute({ first: 1 });
    Object.defineProperty(Object.prototype, 'second', { get: () => 2, configurable: true });
    pollute({ get: () => 'evil', enumerable: false });
    const before = descriptors();
    const seen = withCleanPrototype(() => ['first', 'second', 'get'].map((name) => name in {}));
    expect(seen).toEqual([false, false, false]);
    expect(descriptors()).toEqual(before);
  });

  it('puts them back where the work throws', () => {
    pollute({ first: 1 });
    const failing = (): never => {
      throw new Error('failed');
    };
    expect(() => withCleanPrototype(failing)).toThrow('failed');
    expect('first' in {}).toBe(true);
  });

  it('takes out nothing of the language', () => {
    const names = withCleanPrototype(() => Reflect.ownKeys(Object.prototype));
    expect(names).toEqual(Reflect.ownKeys(Object.prototype));
    expect(names).toContain('hasOwnProperty');
  });
});
