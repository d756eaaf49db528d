import axios, {
  type AxiosInstance,
  type AxiosRequestHeaders,
  type AxiosRequestTransformer,
} from 'axios';
import { withCleanPrototype } from '../../config/clean-prototype.js';
import { bodyJson } from '../body-json.js';
import { isJson, JSON_TYPE } from '../encode-body.js';

/** What was stated for this instance. */
const KEPT = new Set(['adapter', 'transformResponse', 'validateStatus']);

const { transformRequest, env } = axios.defaults;
/** What axios needs to write a body, as it was when this file was loaded: before the application could state its own. */
const AS_LOADED = {
  transformRequest: [transformRequest ?? []].flat().map(withStrictJson),
  env: { ...env },
};

const FORMS = ['application/x-www-form-urlencoded', 'multipart/form-data'];

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

/** Returns `transform`, which is axios' own, with JSON written as on the other face. */
function withStrictJson(transform: AxiosRequestTransformer): AxiosRequestTransformer {
  return function (data: unknown, headers) {
    if (!becomesJson(data, headers)) {
      return withCleanPrototype<unknown>(() => transform.call(this, data, headers));
    }
    headers.setContentType(JSON_TYPE, false);
    return bodyJson(data, 'data');
  };
}

/** Returns whether axios would write `data` as JSON: objects but for forms, and anything under its type. */
function becomesJson(data: unknown, headers: AxiosRequestHeaders): boolean {
  if (data === undefined || !isJson(data)) return false;
  const type = String(headers.getContentType() ?? '');
  if (type.includes(JSON_TYPE)) return true;
  return typeof data === 'object' && data !== null && !FORMS.some((form) => type.includes(form));
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
