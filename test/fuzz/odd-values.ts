import fc from 'fast-check';
import { Readable, type Writable } from 'node:stream';
import { anyText } from '../support/any-text.js';

const OWN = 'It throws when it is looked at.';

const thrown = (): never => {
  throw new Error(OWN);
};

/** Returns whether `error` was thrown by one of these values on access, and so is the application's own. */
export function isOwnError(error: unknown): boolean {
  // An error of Node's own is no instance of this realm's Error.
  const { message }: { message?: unknown } = Object(error) as object;
  return message === OWN || /a proxy that has been revoked|call stack size/.test(String(message));
}

/** Functions that make values which may throw on access, by names that failure reports can show. */
const MAKERS: Readonly<Record<string, () => unknown>> = {
  'a revoked proxy': () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    return proxy;
  },
  'a proxy that throws': () =>
    new Proxy({}, { get: thrown, has: thrown, ownKeys: thrown, getPrototypeOf: thrown }),
  'a getter that throws': () => Object.defineProperty({}, 'a', { get: thrown, enumerable: true }),
  'a toJSON that throws': () => ({ toJSON: thrown }),
  'a toString that throws': () => ({
    toString: thrown,
    valueOf: thrown,
    [Symbol.toPrimitive]: thrown,
  }),
  'a tag that throws': () => Object.defineProperty({}, Symbol.toStringTag, { get: thrown }),
  'a cycle': () => {
    const cycle: Record<string, unknown> = {};
    cycle['self'] = cycle;
    return cycle;
  },
  'a deep list': () => {
    let list: unknown = 1;
    for (let depth = 0; depth < 20_000; depth += 1) list = [list];
    return list;
  },
  'a thenable': () => ({
    then: (done: (value: string) => void) => {
      done('then');
    },
  }),
  'a thenable that throws': () => ({ then: thrown }),
  'a promise': () => Promise.resolve('promise'),
  'a promise that rejects': () => {
    const rejecting = Promise.reject(new Error('a promise of the application'));
    rejecting.catch(() => undefined);
    return rejecting;
  },
  'a function': () => () => 'function',
  'a function that throws': () => thrown,
  'a class': () => class {},
  'a symbol': () => Symbol('symbol'),
  'a bigint': () => 10n ** 30n,
  'a boxed text': () => Object('boxed') as unknown,
  'a boxed bigint': () => Object(1n) as unknown,
  'an invalid date': () => new Date(NaN),
  'a lone surrogate': () => '\ud800',
  'own __proto__': () =>
    JSON.parse('{"__proto__":{"x":1},"constructor":{"prototype":{"y":1}}}') as unknown,
  'no prototype': () => Object.assign(Object.create(null) as object, { a: 1 }),
  'shared memory': () => new SharedArrayBuffer(8),
  bytes: () => Buffer.from('bytes'),
  'a detached buffer': () => {
    const bytes = new Uint8Array(8);
    new MessageChannel().port1.postMessage(undefined, [bytes.buffer]);
    return bytes;
  },
  'a stream': () => Readable.from(['a', 'b'], { objectMode: false }),
  'a stream that fails': () => {
    const stream = new Readable({
      read() {
        this.destroy(new Error('a stream of the application'));
      },
    });
    return stream;
  },
  'a stream of objects': () => Readable.from([{}, 1]),
  'a web stream': () => new Blob(['web']).stream(),
  'an async iterable that throws': () => ({ [Symbol.asyncIterator]: thrown }),
  'a form': () => {
    const form = new FormData();
    form.append('a', 'b');
    return form;
  },
  'a form package that throws': () => ({ getHeaders: thrown, pipe: thrown }),
  'a form package without headers': () => ({
    getHeaders: () => undefined,
    pipe: (body: Writable) => body.end('form'),
  }),
  URLSearchParams: () => new URLSearchParams('a=b&a=c'),
  'a Map': () => new Map([['a', 1]]),
  'a URL': () => new URL('http://127.0.0.1/'),
  Headers: () => new Headers({ a: 'b' }),
  'a long text': () => 'x'.repeat(100_000),
};

/** A value by its name, made when it is used. */
export class Odd {
  constructor(readonly name: string) {}

  [fc.toStringMethod](): string {
    return `<${this.name}>`;
  }

  make(): unknown {
    return MAKERS[this.name]?.();
  }
}

/** Draws any value; {@link realised} makes its members that are {@link Odd}. */
export function anyValue(): fc.Arbitrary<unknown> {
  return fc.oneof(
    { weight: 2, arbitrary: fc.constantFrom(...Object.keys(MAKERS)).map((name) => new Odd(name)) },
    { weight: 2, arbitrary: ANYTHING },
    { weight: 1, arbitrary: anyText() },
  );
}

const ANYTHING = fc.anything({
  withBigInt: true,
  withBoxedValues: true,
  withDate: true,
  withMap: true,
  withNullPrototype: true,
  withSet: true,
  withSparseArray: true,
  withTypedArray: true,
  maxDepth: 2,
});

/** Returns `value` with every {@link Odd} made, including members of plain objects and lists in it. */
export function realised(value: unknown): unknown {
  if (value instanceof Odd) return value.make();
  if (Array.isArray(value)) return value.map(realised);
  if (typeof value !== 'object' || value === null) return value;
  if (Object.getPrototypeOf(value) !== Object.prototype) return value;
  const members = Object.entries(value).map(([name, member]) => [name, realised(member)] as const);
  return Object.fromEntries(members);
}
