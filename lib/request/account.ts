import type { SecretRedactor } from '../config/secret-redactor.js';
import type { Credentials } from '../token/credentials.js';
import type { QuotaWatch } from '../token/quota-watch.js';
import type { TokenFetcher } from '../token/token-fetcher.js';
import type { TokenKeeper } from '../token/token-keeper.js';
import type { Destination } from './destination.js';

/** Whose credentials a call uses, and what is known under them. Machinery holds none of it: a call carries its account. */
export interface Account {
  readonly credentials: Credentials;
  readonly redactor: SecretRedactor;
  readonly fetcher: TokenFetcher;
  readonly tokens: TokenKeeper;
  readonly quota: QuotaWatch;
  readonly destination: Destination;
}
