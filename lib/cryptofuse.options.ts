import type { ConfigurableModuleAsyncOptions, Provider } from '@nestjs/common';
import type { ClientSecretFunction, ClientSecretStatement } from './config/secret.js';
import type { QuotaSettings, RetrySettings, TokenSettings } from './config/settings.js';
import type { StatedInterceptor } from './contracts/interceptor.js';
import type { TransportFactory } from './contracts/transport.js';

/** What an application may state. `CryptofuseConfig` is the validated form of it. */
export interface CryptofuseModuleOptions {
  /** Default: the environment variable `CRYPTOFUSE_CLIENT_ID`; of a client with a name, `CRYPTOFUSE_<NAME>_CLIENT_ID`. */
  readonly clientId?: string;
  /** Default: `CRYPTOFUSE_CLIENT_SECRET`, `CRYPTOFUSE_<NAME>_CLIENT_SECRET`. A function is asked anew before each token request. */
  readonly clientSecret?: ClientSecretStatement | ClientSecretFunction;
  /** Default: `CRYPTOFUSE_<NAME>_BASE_URL`, else `CRYPTOFUSE_BASE_URL`, else `https://api.cryptofuse.io`. May carry a path prefix. */
  readonly baseUrl?: string;
  /** Default: `['read', 'write']`. */
  readonly scopes?: readonly string[];
  /** Milliseconds for one attempt, waiting for a token included. Default: 10 000. */
  readonly timeout?: number;
  readonly token?: Partial<TokenSettings>;
  readonly retry?: Partial<RetrySettings> | false;
  readonly quota?: Partial<QuotaSettings>;
  /** Run in their order, outside of everything but the making of exceptions. */
  readonly interceptors?: readonly StatedInterceptor[];
  /** Bytes of one answer after decompression. Default: 20 MiB. */
  readonly maxResponseSize?: number;
  /** The http or https URL of a proxy. The environment's proxy variables are not looked at. */
  readonly proxy?: string;
  /** Milliseconds that calls in flight still get once the application's servers are closed. Default: 5 000. */
  readonly drainTimeout?: number;
  /** What `axiosTransport()` returns, the default, or `undiciTransport()` of `nestjs-cryptofuse/undici`. */
  readonly transport?: TransportFactory;
}

/** What is said of the module and not of its client. */
export interface CryptofuseModuleExtras {
  /** Whether the module's providers are there for every module. Default: `false`. */
  readonly isGlobal?: boolean;
  /** Tells the client apart from others: letters, digits, `_` and `-`. See `@InjectCryptofuse(name)`. */
  readonly name?: string;
}

/** Makes options; for `useClass` and `useExisting`. */
export interface CryptofuseOptionsFactory {
  createCryptofuseOptions(): CryptofuseModuleOptions | Promise<CryptofuseModuleOptions>;
}

/** What `forRootAsync` takes. */
export type CryptofuseModuleAsyncOptions = ConfigurableModuleAsyncOptions<
  CryptofuseModuleOptions,
  'createCryptofuseOptions'
> &
  CryptofuseModuleExtras & {
    /** Providers that `interceptors` or the factory need. */
    readonly extraProviders?: readonly Provider[];
  };
