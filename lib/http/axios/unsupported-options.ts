import type { AxiosDefaults, AxiosRequestConfig } from 'axios';
import type { ConfigProblem } from '../../exceptions/cryptofuse-config.exception.js';

const MOVES_THE_BEARER = 'would send the bearer elsewhere; the options of CryptofuseModule decide';
const NOT_DONE = 'is not supported; use a client of your own for this call';

/** What a call of axios may state, and this package does not do. */
const UNSUPPORTED: ReadonlyMap<keyof AxiosRequestConfig, string> = new Map<
  keyof AxiosRequestConfig,
  string
>([
  ['auth', MOVES_THE_BEARER],
  ['baseURL', MOVES_THE_BEARER],
  ['proxy', MOVES_THE_BEARER],
  ['socketPath', MOVES_THE_BEARER],
  ['transport', MOVES_THE_BEARER],
  ['lookup', MOVES_THE_BEARER],
  ['httpAgent', MOVES_THE_BEARER],
  ['httpsAgent', MOVES_THE_BEARER],
  ['beforeRedirect', MOVES_THE_BEARER],
  ['maxRedirects', MOVES_THE_BEARER],
  ['onUploadProgress', NOT_DONE],
  ['onDownloadProgress', NOT_DONE],
  ['maxRate', NOT_DONE],
]);

/** Returns what `call` states, beyond the instance's `defaults`, that the package does not do. */
export function unsupportedOptions(
  call: AxiosRequestConfig,
  defaults: AxiosDefaults,
): readonly ConfigProblem[] {
  const stated = [...UNSUPPORTED].filter(
    ([option]) => call[option] !== undefined && call[option] !== defaults[option],
  );
  return stated.map(([property, message]) => ({ property, message }));
}
