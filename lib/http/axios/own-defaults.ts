import axios, { type AxiosInstance, type AxiosRequestTransformer } from 'axios';
import { withCleanPrototype } from '../../config/clean-prototype.js';

/** What was stated for this instance. */
const KEPT = new Set(['adapter', 'transformResponse', 'validateStatus']);

const { transformRequest, env } = axios.defaults;
/** What axios needs to write a body, as it was when this file was loaded: before the application could state its own. */
const AS_LOADED = {
  transformRequest: [transformRequest ?? []].flat().map(withoutAdditions),
  env: { ...env },
};

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

/** A body is written as JSON by what it holds itself. */
function withoutAdditions(transform: AxiosRequestTransformer): AxiosRequestTransformer {
  return function (data, headers) {
    return withCleanPrototype<unknown>(() => transform.call(this, data, headers));
  };
}

/** Takes out of `defaults` what the application stated for the axios of the whole process. */
export function detachFromGlobal(defaults: AxiosInstance['defaults']): void {
  for (const name of Object.keys(defaults)) {
    if (!KEPT.has(name)) Reflect.deleteProperty(defaults, name);
  }
  const common = { Accept: 'application/json, text/plain, */*' };
  const headers = Object.fromEntries(METHODS.map((method) => [method, {}]));
  Object.assign(defaults, {
    headers: { common, ...headers },
    transformRequest: [...AS_LOADED.transformRequest],
    env: { ...AS_LOADED.env },
  });
}
