import type { SecretRedactor } from '../config/secret-redactor.js';
import type { Credentials } from '../token/credentials.js';
import type { QuotaWatch } from '../token/quota-watch.js';
import type { TokenFetcher } from '../token/token-fetcher.js';
import type { TokenKeeper } from '../token/token-keeper.js';
import type { Destination } from './destination.js';

/** The credentials of a call and the state that belongs to them. Each call carries its account; `Machinery` keeps none. */
export interface Account {
  readonly credentials: Credentials;
  readonly redactor: SecretRedactor;
  readonly fetcher: TokenFetcher;
  readonly tokens: TokenKeeper;
  readonly quota: QuotaWatch;
  readonly destination: Destination;
}
