import { withCleanPrototype } from '../config/clean-prototype.js';
import type { ConfigProblem } from '../exceptions/cryptofuse-config.exception.js';
import { jsonLoss } from './json-loss.js';
import { MemberPath } from './member-path.js';
import { refusedCall } from './refused-call.js';

/** Members that are named in one refusal. */
const MOST_NAMED = 10;

const NO_JSON: ConfigProblem = {
  property: 'body',
  message:
    'must be JSON without cycles, bigints and members that throw, text, bytes, URLSearchParams, FormData, Blob, a stream or a function that returns one',
};

/**
 * Returns `body` as JSON.
 *
 * @throws {CryptofuseConfigException} naming the members that JSON does not hold, never with a value
 */
export function bodyJson(body: unknown): string {
  const problems: ConfigProblem[] = [];
  const json = stringified(body, problems);
  if (problems.length > 0) throw refusedCall(...problems);
  if (json === undefined) throw refusedCall(NO_JSON);
  return json;
}

function stringified(body: unknown, problems: ConfigProblem[]): string | undefined {
  const path = new MemberPath('body');
  function replacer(this: object, key: string, value: unknown): unknown {
    const message = jsonLoss(value, () => Reflect.get(this, key));
    if (message !== undefined) {
      if (problems.length < MOST_NAMED) problems.push({ property: path.of(this, key), message });
      return undefined;
    }
    if (typeof value === 'object' && value !== null) path.enter(this, key, value);
    return value;
  }
  try {
    return withCleanPrototype(() => JSON.stringify(body, replacer));
  } catch {
    return undefined; // without the error's text: it may quote the body
  }
}
