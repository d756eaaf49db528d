import type { TransportFactory } from './transport.js';

/**
 * Returns `make` as a function that gives one and the same factory for equal options: clients of an origin share the
 * sockets of a factory.
 */
export function sharedFactory<Options extends object>(
  make: (options: Options) => TransportFactory,
): (options: Options) => TransportFactory {
  const made = new Map<string, TransportFactory>();
  return (options) => {
    const key = JSON.stringify(options);
    const factory = made.get(key) ?? make(options);
    made.set(key, factory);
    return factory;
  };
}
