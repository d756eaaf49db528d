import { LONGEST_DELAY } from '../clock/clock.js';
import { inheritedOptions, readOptions } from '../config/option-reader.js';
import {
  type ConfigProblem,
  CryptofuseConfigException,
} from '../exceptions/cryptofuse-config.exception.js';
import type { TransportFactory } from '../contracts/transport.js';
import { withoutPrototype } from './node-http.js';

/** The rule for a transport option. */
interface TransportOptionRule {
  readonly holds: (value: unknown) => boolean;
  /** What the option must be, in words. */
  readonly remedy: string;
}

/** A number of connections, 0 for no limit. */
export const CONNECTIONS_RULE: TransportOptionRule = {
  holds: (value) => isWholeNumber(value, 0),
  remedy: 'must be a whole number, 1 or more, or 0 for no limit',
};

/** A number of requests at once. */
export const REQUESTS_RULE: TransportOptionRule = {
  holds: (value) => isWholeNumber(value, 1),
  remedy: 'must be a whole number, 1 or more',
};

/** A time that a connection is kept alive. */
export const TIME_RULE: TransportOptionRule = {
  holds: (value) => isWholeNumber(value, 1) && Number(value) <= LONGEST_DELAY,
  remedy: 'must be whole milliseconds, 1 to 2147483647',
};

function isWholeNumber(value: unknown, least: number): boolean {
  return Number.isSafeInteger(value) && Number(value) >= least;
}

/**
 * Returns the checked `options` of the function `name`, each read once, in the order of `rules`, without a prototype.
 *
 * @throws {CryptofuseConfigException} naming each unknown or invalid option, never with its value
 */
export function transportOptions<Options extends object>(
  name: string,
  options: Options,
  rules: Readonly<Record<keyof Options & string, TransportOptionRule>>,
): Options {
  const known = Object.keys(rules);
  const read = readOptions(options, known, '');
  const stated = Object.entries<TransportOptionRule>(rules).filter(([key]) => read.values.has(key));
  const wrong = stated
    .filter(([key, { holds }]) => !holds(read.values.get(key)))
    .map(([property, { remedy }]): ConfigProblem => ({ property, message: remedy }));
  const problems = [...read.problems, ...inheritedOptions(options, known, ''), ...wrong];
  if (problems.length > 0) {
    throw new CryptofuseConfigException(problems, {
      subject: `${name} cannot work with these options:`,
    });
  }
  const values = Object.fromEntries(stated.map(([key]) => [key, read.values.get(key)]));
  return withoutPrototype(values) as Options;
}

/**
 * Wraps `make` so that equal options return the same factory, because clients of an origin share the sockets of a
 * factory.
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
