import type { ConfigurableModuleAsyncOptions, Provider } from '@nestjs/common';
import type { ClientSecretFunction, ClientSecretStatement } from './config/secret.js';
import type { QuotaSettings, RetrySettings, TokenSettings } from './config/settings.js';
import type { StatedInterceptor } from './contracts/interceptor.js';
import type { TransportFactory } from './contracts/transport.js';

/** The options of a client. `CryptofuseConfig` is the validated form of it. */
export interface CryptofuseModuleOptions {
  /** Default: the environment variable `CRYPTOFUSE_CLIENT_ID`; for a named client, `CRYPTOFUSE_<NAME>_CLIENT_ID`. */
  readonly clientId?: string;
  /** Default: `CRYPTOFUSE_CLIENT_SECRET`, `CRYPTOFUSE_<NAME>_CLIENT_SECRET`. A function is called again before each token request. */
  readonly clientSecret?: ClientSecretStatement | ClientSecretFunction;
  /** Default: `CRYPTOFUSE_<NAME>_BASE_URL`, else `CRYPTOFUSE_BASE_URL`, else `https://api.cryptofuse.io`. May have a path prefix. */
  readonly baseUrl?: string;
  /** Default: `['read', 'write']`. */
  readonly scopes?: readonly string[];
  /** Milliseconds for one attempt, including the wait for a token. Default: 10 000. */
  readonly timeout?: number;
  /** How tokens are obtained and revoked; members that are left out keep their defaults, as in the groups below. */
  readonly token?: Partial<TokenSettings>;
  /** When a failed attempt is retried; `false`: only after a 401, with a new token. */
  readonly retry?: Partial<RetrySettings> | false;
  /** What happens once the API's quota is spent. */
  readonly quota?: Partial<QuotaSettings>;
  /** Called in their order, around everything but the mapping of responses to exceptions. */
  readonly interceptors?: readonly StatedInterceptor[];
  /** Bytes of one response after decompression. Default: 20 MiB. */
  readonly maxResponseSize?: number;
  /** The http or https URL of a proxy. The environment's proxy variables are ignored. */
  readonly proxy?: string;
  /** Milliseconds that calls in flight still get once the application's servers are closed. Default: 5 000. */
  readonly drainTimeout?: number;
  /** The result of `axiosTransport()`, the default, or of `undiciTransport()` from `nestjs-cryptofuse/undici`. */
  readonly transport?: TransportFactory;
}

/** Options of the module rather than of its client. */
export interface CryptofuseModuleExtras {
  /** Whether the module's providers are available in every module. Default: `false`. */
  readonly isGlobal?: boolean;
  /** Tells the client apart from others: letters, digits, `_` and `-`. See `@InjectCryptofuse(name)`. */
  readonly name?: string;
}

/** Creates options, for `useClass` and `useExisting`. */
export interface CryptofuseOptionsFactory {
  createCryptofuseOptions(): CryptofuseModuleOptions | Promise<CryptofuseModuleOptions>;
}

/** The options of `forRootAsync`. */
export type CryptofuseModuleAsyncOptions = ConfigurableModuleAsyncOptions<
  CryptofuseModuleOptions,
  'createCryptofuseOptions'
> &
  CryptofuseModuleExtras & {
    /** Providers that `interceptors` or the factory need. */
    readonly extraProviders?: readonly Provider[];
  };
