import type { AxiosInstance } from 'axios';

/** What axios needs to write a body, and what was stated for this instance. */
const KEPT = new Set(['adapter', 'env', 'transformRequest', 'transformResponse', 'validateStatus']);

const METHODS = [
  'delete',
  'get',
  'head',
  'post',
  'put',
  'patch',
  'options',
  'purge',
  'link',
  'unlink',
  'query',
];

/** Takes out of `defaults` what the application stated for the axios of the whole process. */
export function detachFromGlobal(defaults: AxiosInstance['defaults']): void {
  for (const name of Object.keys(defaults)) {
    if (!KEPT.has(name)) Reflect.deleteProperty(defaults, name);
  }
  const common = { Accept: 'application/json, text/plain, */*' };
  const headers = Object.fromEntries(METHODS.map((method) => [method, {}]));
  Object.assign(defaults, { headers: { common, ...headers } });
}
