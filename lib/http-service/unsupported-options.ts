import type { AxiosRequestConfig } from 'axios';
import type { ConfigProblem } from '../exceptions/cryptofuse-config.exception.js';

/** An option that a call may not set, except to a value that changes nothing. */
interface Refused {
  readonly message: string;
  readonly isMoot: (value: unknown) => boolean;
}

/** `taken`: used by the package, or by axios before it. `moot`: without effect in Node, as with axios itself. */
type Ruling = 'taken' | 'moot' | Refused;

const DECIDED_BY_MODULE = refusal(
  'would send the bearer elsewhere; the options of CryptofuseModule decide',
);
const NOT_DONE = notDoneUnless();

/** How each option of a call is treated; does not compile if one is missing. */
const RULINGS: Readonly<Record<keyof AxiosRequestConfig, Ruling>> = {
  url: 'taken',
  method: 'taken',
  headers: 'taken',
  params: 'taken',
  paramsSerializer: 'taken',
  data: 'taken',
  formSerializer: 'taken',
  transformRequest: 'taken',
  transformResponse: 'taken',
  responseType: 'taken',
  validateStatus: 'taken',
  timeout: 'taken',
  signal: 'taken',
  cancelToken: 'taken',
  transitional: 'taken',

  withCredentials: 'moot',
  withXSRFToken: 'moot',
  xsrfCookieName: 'moot',
  xsrfHeaderName: 'moot',
  allowedSocketPaths: 'moot',
  sensitiveHeaders: 'moot',
  redact: 'moot',

  // See FOREIGN_ADAPTER: axios asks for it before it asks the package.
  adapter: 'taken',
  auth: DECIDED_BY_MODULE,
  baseURL: DECIDED_BY_MODULE,
  proxy: DECIDED_BY_MODULE,
  socketPath: DECIDED_BY_MODULE,
  transport: DECIDED_BY_MODULE,
  lookup: DECIDED_BY_MODULE,
  httpAgent: DECIDED_BY_MODULE,
  httpsAgent: DECIDED_BY_MODULE,
  beforeRedirect: DECIDED_BY_MODULE,
  maxRedirects: DECIDED_BY_MODULE,
  fetchOptions: DECIDED_BY_MODULE,
  allowAbsoluteUrls: notDoneUnless(true),
  maxContentLength: refusal("is not a call's to state; the option maxResponseSize decides", -1),
  maxBodyLength: notDoneUnless(-1, Infinity),
  maxRate: NOT_DONE,
  onUploadProgress: NOT_DONE,
  onDownloadProgress: NOT_DONE,
  timeoutErrorMessage: NOT_DONE,
  decompress: notDoneUnless(true),
  responseEncoding: notDoneUnless('utf8', 'utf-8', 'UTF-8'),
  parseReviver: NOT_DONE,
  formDataHeaderPolicy: notDoneUnless('legacy'),
  env: { message: 'may state no fetch, Request or Response', isMoot: statesNoFetch },
  family: NOT_DONE,
  insecureHTTPParser: notDoneUnless(false),
  httpVersion: notDoneUnless(1),
  http2Options: NOT_DONE,
};

const REFUSED = Object.entries(RULINGS).filter(
  (entry): entry is [keyof typeof RULINGS, Refused] => {
    const [, ruling] = entry;
    return typeof ruling === 'object';
  },
);

/** The problem of a call with an adapter other than the package's. */
export const FOREIGN_ADAPTER: ConfigProblem = {
  property: 'adapter',
  message: 'would go past the package; use a client of your own for this call',
};

/** Returns the options of `call` that the package does not support. */
export function unsupportedOptions(call: AxiosRequestConfig): readonly ConfigProblem[] {
  return REFUSED.filter(([option, ruling]) => {
    const value: unknown = call[option];
    return value !== undefined && value !== null && !ruling.isMoot(value);
  }).map(([property, { message }]) => ({ property, message }));
}

function refusal(message: string, ...moot: readonly unknown[]): Refused {
  return { message, isMoot: (value) => moot.includes(value) };
}

function notDoneUnless(...moot: readonly unknown[]): Refused {
  return refusal('is not supported; use a client of your own for this call', ...moot);
}

function statesNoFetch(env: unknown): boolean {
  if (typeof env !== 'object' || env === null) return true;
  return !['fetch', 'Request', 'Response'].some((name) => Object.hasOwn(env, name));
}
