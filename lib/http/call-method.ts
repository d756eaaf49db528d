import { refusedCall } from './refused-call.js';

const USUAL: ReadonlySet<unknown> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']);
/** RFC 9110 §5.6.2. CONNECT and TRACE are no calls of an API. */
const METHOD = /^(?!CONNECT$|TRACE$)[A-Z]+$/;

/**
 * Returns `method` in capitals.
 *
 * @throws {CryptofuseConfigException} where it is no method of a call
 */
export function callMethod(method: unknown): string {
  if (USUAL.has(method)) return method as string;
  const capitals = typeof method === 'string' ? method.toUpperCase() : '';
  if (METHOD.test(capitals)) return capitals;
  const message = 'must be an HTTP method, for example GET';
  throw refusedCall({ property: 'method', message });
}
