import { Injectable } from '@nestjs/common';
import { CryptofuseConfig } from '../config/cryptofuse-config.js';
import { EventLog } from '../diagnostics/event-log.js';
import type { AccessToken } from './access-token.js';
import type { IssuedToken } from './issued-token.js';
import { asRevocationFailure } from './revocation-failure.js';
import { TokenFetcher } from './token-fetcher.js';
import { TokenKeeper, type Patience } from './token-keeper.js';
import { TokenStatusReader } from './token-status-reader.js';
import type { TokenStatus } from './token-status.js';
import { WorkInFlight } from '../transport/work-in-flight.js';

/** The client's access token, for code that needs it itself. Calls through the package need nothing of it. */
@Injectable()
export class CryptofuseTokenService {
  readonly #config: CryptofuseConfig;
  readonly #keeper: TokenKeeper;
  readonly #fetcher: TokenFetcher;
  readonly #status: TokenStatusReader;
  readonly #log: EventLog;
  readonly #work: WorkInFlight;

  constructor(
    config: CryptofuseConfig,
    keeper: TokenKeeper,
    fetcher: TokenFetcher,
    status: TokenStatusReader,
    log: EventLog,
    work: WorkInFlight,
  ) {
    this.#config = config;
    this.#keeper = keeper;
    this.#fetcher = fetcher;
    this.#status = status;
    this.#log = log;
    this.#work = work;
  }

  /**
   * Returns a token as it goes behind `Bearer`: the one at hand, or a new one.
   *
   * @param options.signal ends this wait alone
   * @throws {CryptofuseAuthenticationException} where the credentials are not accepted, or `clientSecret` gives none
   * @throws {CryptofusePermissionException} where the client may not have the scopes
   * @throws {CryptofuseRateLimitException} where the token endpoint's limit, or `token.budget`, is reached
   * @throws {CryptofuseRequestException} where the token endpoint refuses for another reason
   * @throws {CryptofuseServerException} where the token endpoint fails, or gives no usable token
   * @throws {CryptofuseUnavailableException} where it does not answer, or the client is closed
   * @throws {CryptofuseTimeoutException} where it does not answer within `timeout`
   * @throws the reason of `options.signal`, where it ends the wait
   */
  getToken(options?: { readonly signal?: AbortSignal }): Promise<string> {
    const issued = this.#keeper.usable();
    if (issued !== undefined) return issued.promised();
    return this.#acquire(options ?? {}).then(({ token }) => token.reveal());
  }

  /** Returns the token with its scopes and times. Throws as {@link getToken} does. */
  async getAccessToken(options: { readonly signal?: AbortSignal } = {}): Promise<AccessToken> {
    return (await this.#acquire(options)).token;
  }

  /**
   * Forgets the token, so that the next call gets a new one.
   *
   * @param token forget only this one; nothing happens where the current one is another
   */
  invalidate(token?: string): void {
    this.#keeper.invalidate(token);
  }

  /**
   * Forgets the token and has the server revoke it (RFC 7009). Without a token nothing is asked for.
   *
   * @throws as {@link getToken} does, but a `CryptofuseUnavailableException` where `options.signal` ends the
   * wait; the token is forgotten all the same
   */
  async revoke(options: { readonly signal?: AbortSignal } = {}): Promise<void> {
    const held = this.#keeper.current;
    this.#keeper.invalidate();
    if (held === undefined) return;
    try {
      const signal = options.signal ?? new AbortController().signal;
      await this.#fetcher.revoke(held.token, signal);
      this.#log.report({ kind: 'token-revoked', ...held.audited });
    } catch (error) {
      const failure = asRevocationFailure(error, this.#config.clientId);
      this.#log.report({
        kind: 'revocation-failed',
        code: failure.code,
        message: failure.message,
      });
      throw failure.toException();
    }
  }

  /** Returns what is known of the token; no network call, no secret. */
  status(): TokenStatus {
    return this.#status.read();
  }

  #acquire(patience: Patience): Promise<IssuedToken> {
    return this.#work.during(() => this.#keeper.acquire(patience));
  }
}
