import { LONGEST_DELAY } from '../clock/clock.js';
import type { StatedInterceptor } from '../contracts/interceptor.js';
import type { TransportFactory } from '../contracts/transport.js';
import { OptionProblem, OptionRule, OptionRules } from './option-rules.js';
import {
  clientSecretProblem,
  hasReadableCredentials,
  isBaseUrl,
  isInterceptorList,
  isProxySetting,
  isScopeList,
  textProblem,
} from './option-values.js';
import type { ClientSecretSource, Secret } from './secret.js';
import { QuotaSettings, RetrySettings, TokenSettings } from './settings.js';

const MEBIBYTE = 2 ** 20;
const TIMEOUT = { message: 'must be whole milliseconds, 1 to 2147483647' };
const DRAIN = { message: 'must be whole milliseconds, 0 to 2147483647' };
const SIZE = { message: 'must be a whole number of bytes, 1 or more' };

/** The validated, defaulted and frozen form of the module's options. Injectable. */
export class CryptofuseConfig {
  /** The client's name; `undefined` if it has none. It is passed alongside the options and is not one of them. */
  readonly name: string | undefined;

  /** The client ID from the merchant dashboard. */
  @OptionProblem('clientId', textProblem)
  readonly clientId: string = '';

  /** The secrets, which do not print, or a function that returns them. */
  @OptionProblem('clientSecret', clientSecretProblem)
  readonly clientSecret: ClientSecretSource = [];

  /** The API's base URL, without a trailing slash. */
  @OptionRule(
    'baseUrl',
    isBaseUrl,
    'must be an https URL, or http on loopback, without user, query and fragment',
  )
  readonly baseUrl: string = 'https://api.cryptofuse.io';

  @OptionRule(
    'scopes',
    isScopeList,
    "must be a list of one or more scope tokens, for example ['read', 'write']",
  )
  readonly scopes: readonly string[] = ['read', 'write'];

  /** Timeout of one attempt in milliseconds, including the wait for a token. */
  @OptionRules(({ IsInt, Min, Max }) => [
    IsInt(TIMEOUT),
    Min(1, TIMEOUT),
    Max(LONGEST_DELAY, TIMEOUT),
  ])
  readonly timeout: number = 10_000;

  /** How tokens are obtained and revoked. */
  @OptionRules(({ ValidateNested }) => [ValidateNested()])
  readonly token: TokenSettings = new TokenSettings();

  /** When a failed attempt is retried; `false`: only after a 401, with a new token. */
  @OptionRules(({ ValidateIf, ValidateNested }) => [
    ValidateIf((_, retry) => retry !== false),
    ValidateNested(),
  ])
  readonly retry: RetrySettings | false = new RetrySettings();

  /** What happens once the API's quota is spent. */
  @OptionRules(({ ValidateNested }) => [ValidateNested()])
  readonly quota: QuotaSettings = new QuotaSettings();

  /** The application's interceptors, classes or instances. */
  @OptionRule(
    'interceptors',
    isInterceptorList,
    'must be a list of interceptors: classes or instances with an intercept method',
  )
  readonly interceptors: readonly StatedInterceptor[] = [];

  /** Maximum size of a response in bytes, after decompression. */
  @OptionRules(({ IsInt, Min }) => [IsInt(SIZE), Min(1, SIZE)])
  readonly maxResponseSize: number = 20 * MEBIBYTE;

  /** The proxy's URL, which may contain credentials; `undefined` for no proxy. */
  @OptionRule(
    'proxy',
    isProxySetting,
    'must be the http or https URL of a proxy, without a path, its user and password percent-encoded by encodeURIComponent',
  )
  @OptionRule(
    'proxyCredentials',
    hasReadableCredentials,
    'holds a % in its user or password that is not percent-encoded; write it as %25, or use encodeURIComponent for both',
  )
  readonly proxy: Secret | undefined = undefined;

  /** Milliseconds that calls in flight have to finish once the application's servers are closed. */
  @OptionRules(({ IsInt, Min, Max }) => [IsInt(DRAIN), Min(0, DRAIN), Max(LONGEST_DELAY, DRAIN)])
  readonly drainTimeout: number = 5_000;

  /** Creates the transport; `undefined` for axios. */
  @OptionRule(
    'transport',
    (value) => value === undefined || typeof value === 'function',
    'must be what axiosTransport() or undiciTransport() returns',
  )
  readonly transport: TransportFactory | undefined = undefined;
}
