import { Axios, type AxiosInstance } from 'axios';
import type { ConfigProblem } from '../../exceptions/cryptofuse-config.exception.js';
import type { WorkInFlight } from '../../transport/work-in-flight.js';
import { refusedCall } from '../refused-call.js';

// eslint-disable-next-line no-control-regex -- control characters are what this looks for
const CONTROL = /[\u0000-\u0008\u000a-\u001f\u007f]/;
const MESSAGE = 'must be Latin-1 text without control characters';

type Call = (...args: readonly unknown[]) => Promise<unknown>;

/**
 * Returns `instance` with calls refused that state a control character in the value of a header: axios takes it
 * out without a word. What an interceptor sets axios has cleaned before anybody sees it. Each call counts as `work`.
 */
export function withCheckedHeaders(instance: AxiosInstance, work: WorkInFlight): AxiosInstance {
  const context = new Axios();
  Object.assign(context, { defaults: instance.defaults, interceptors: instance.interceptors });
  const send = context.request.bind(context) as Call;
  const request: Call = async (...args) => {
    const stated = args.map((arg) => memberOf(arg, 'headers'));
    const problems = [instance.defaults.headers, ...stated].flatMap(problemsOf);
    if (problems.length > 0) throw refusedCall(...problems);
    // Interceptors of the application's take their time too.
    work.begin();
    try {
      return await send(...args);
    } finally {
      work.end();
    }
  };
  Object.assign(context, { request });
  for (const name of Reflect.ownKeys(Axios.prototype)) {
    const method: unknown = Reflect.get(context, name);
    if (name === 'constructor' || typeof method !== 'function') continue;
    Reflect.set(instance, name, method.bind(context));
  }
  return new Proxy(instance, { apply: (_target, _self, args: unknown[]) => request(...args) });
}

/** Headers may stand below `common` and the names of methods. */
function problemsOf(headers: unknown): readonly ConfigProblem[] {
  if (typeof headers !== 'object' || headers === null) return [];
  return Object.entries(headers).flatMap(([name, value]: [string, unknown]) => {
    if (typeof value === 'object' && !Array.isArray(value)) return problemsOf(value);
    const isRefused = [value].flat().some((one) => typeof one === 'string' && CONTROL.test(one));
    const property = `headers[${JSON.stringify(name.slice(0, 60))}]`;
    return isRefused ? [{ property, message: MESSAGE }] : [];
  });
}

function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined;
}
