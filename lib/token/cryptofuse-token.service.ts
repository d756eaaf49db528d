import type { Clock } from '../clock/clock.js';
import type { EventLog } from '../diagnostics/event-log.js';
import type { WorkInFlight } from '../transport/work-in-flight.js';
import type { ClockSkew } from './clock-skew.js';
import type { Credentials } from './credentials.js';
import type { AccessToken, IssuedToken } from './issued-token.js';
import { toRevocationFailure } from './token-failure.js';
import type { TokenFetcher } from './token-fetcher.js';
import type { AcquireOptions, TokenKeeper } from './token-keeper.js';
import type { TokenRateLimiter } from './token-rate-limiter.js';
import { lifeLeft, type TokenState } from './token-timing.js';

/** The last failure of a token request. */
export interface LastTokenFailure {
  readonly code: string;
  readonly message: string;
  readonly at: Date;
  /** Until when callers get this failure without a new request; `undefined` if it is not remembered. */
  readonly rememberedUntil: Date | undefined;
}

/** The state of a client's token, without secrets. */
export interface TokenStatus {
  /** `none` if there is no token. */
  readonly state: TokenState | 'none';
  /** The granted scopes; empty without a token. */
  readonly scopes: readonly string[];
  readonly issuedAt: Date | undefined;
  readonly expiresAt: Date | undefined;
  /** Milliseconds since the token was requested. */
  readonly age: number | undefined;
  /** When the token will be renewed in the background, if it is used before then. */
  readonly nextRenewalAt: Date | undefined;
  /** Whether a token request is under way. */
  readonly isFetching: boolean;
  /** `undefined` once a token request has succeeded. */
  readonly lastFailure: LastTokenFailure | undefined;
  /** Token requests left in this minute, for all clients of this process and origin. */
  readonly budgetLeft: number;
  /** Milliseconds the server's clock is ahead of this machine's; `undefined` until known. */
  readonly clockSkew: number | undefined;
  /** How often tokens were discarded before expiry. */
  readonly generation: number;
}

/** The account a token service belongs to. */
interface TokenAccount {
  readonly credentials: Credentials;
  readonly fetcher: TokenFetcher;
  readonly tokens: TokenKeeper;
}

/** The parts shared by the token services of a module's accounts. */
interface TokenServiceMachinery {
  readonly limiter: TokenRateLimiter;
  readonly skew: ClockSkew;
  readonly clock: Clock;
  readonly log: EventLog;
  readonly work: WorkInFlight;
}

/** Collects the token status from the parts of the token engine. */
class TokenStatusReader {
  constructor(
    private readonly account: TokenAccount,
    private readonly shared: TokenServiceMachinery,
  ) {}

  read(): TokenStatus {
    const { tokens } = this.account;
    const held = tokens.peek();
    return {
      state: held?.state ?? 'none',
      scopes: held?.issued.scopes ?? [],
      issuedAt: held?.issued.accessToken.issuedAt,
      expiresAt: held?.issued.accessToken.expiresAt,
      age: this.#age(held),
      nextRenewalAt: this.#date(tokens.renewalAt),
      isFetching: tokens.isRequesting,
      lastFailure: this.#lastFailure(),
      budgetLeft: this.shared.limiter.left,
      clockSkew: this.shared.skew.value,
      generation: tokens.generation,
    };
  }

  #age(held: ReturnType<TokenKeeper['peek']>): number | undefined {
    if (held === undefined) return undefined;
    const { timing } = held.issued;
    return timing.life - lifeLeft(timing, this.shared.clock.moment());
  }

  #lastFailure(): LastTokenFailure | undefined {
    const last = this.account.tokens.lastFailure;
    if (last === undefined) return undefined;
    const { failure } = last;
    const { code, message } = failure;
    const until = this.account.fetcher.rememberedUntil(failure);
    return {
      code,
      message,
      at: last.at,
      rememberedUntil: this.#date(until),
    };
  }

  #date(monotonic: number | undefined): Date | undefined {
    if (monotonic === undefined) return undefined;
    const now = this.shared.clock.moment();
    return new Date(now.wall + monotonic - now.monotonic);
  }
}

/** Provides the client's access token to code that needs it directly. Calls through the package do not need this. */
export class CryptofuseTokenService {
  readonly #account: TokenAccount;
  readonly #shared: TokenServiceMachinery;

  /** @internal */
  constructor(account: TokenAccount, shared: TokenServiceMachinery) {
    this.#account = account;
    this.#shared = shared;
  }

  /**
   * Returns a token as written after `Bearer`: the current one, or a new one.
   *
   * @param options.signal ends only this caller's wait
   * @throws {CryptofuseAuthenticationException} if the credentials are not accepted, or `clientSecret` gives none
   * @throws {CryptofusePermissionException} if the client may not have the scopes
   * @throws {CryptofuseRateLimitException} if the token endpoint's limit, or `token.budget`, is reached
   * @throws {CryptofuseRequestException} if the token endpoint refuses the request for another reason
   * @throws {CryptofuseServerException} if the token endpoint fails, or returns no usable token
   * @throws {CryptofuseUnavailableException} if it does not respond, or the client is closed
   * @throws {CryptofuseTimeoutException} if it does not respond within `timeout`
   * @throws the reason of `options.signal`, if it ends the wait
   */
  getToken(options?: { readonly signal?: AbortSignal }): Promise<string> {
    const issued = this.#account.tokens.usable();
    if (issued !== undefined) return issued.promised();
    return this.#acquire(options ?? {}).then((issued) => issued.reveal());
  }

  /** Returns the token with its scopes and times. Throws as {@link getToken} does. */
  async getAccessToken(options: { readonly signal?: AbortSignal } = {}): Promise<AccessToken> {
    return (await this.#acquire(options)).accessToken;
  }

  /**
   * Forgets the token, so that the next call gets a new one.
   *
   * @param token forgets only this token; does nothing if the current token is a different one
   */
  invalidate(token?: string): void {
    this.#account.tokens.invalidate(token);
  }

  /**
   * Forgets the token and revokes it at the server (RFC 7009). Does nothing if there is no token.
   *
   * @throws as {@link getToken} does, but a `CryptofuseUnavailableException` if `options.signal` ends the
   * wait; the token is forgotten in any case
   */
  async revoke(options: { readonly signal?: AbortSignal } = {}): Promise<void> {
    const { tokens, fetcher, credentials } = this.#account;
    const { log } = this.#shared;
    const held = tokens.current;
    tokens.invalidate();
    if (held === undefined) return;
    try {
      const signal = options.signal ?? new AbortController().signal;
      await fetcher.revoke(held, signal);
      log.report({ kind: 'token-revoked', ...held.audited }, credentials);
    } catch (error) {
      const failure = toRevocationFailure(error, credentials.clientId);
      const { code, message } = failure;
      log.report({ kind: 'revocation-failed', code, message }, credentials);
      throw failure.toException();
    }
  }

  /** Returns the state of the token, without a network call and without secrets. */
  status(): TokenStatus {
    return new TokenStatusReader(this.#account, this.#shared).read();
  }

  #acquire(options: AcquireOptions): Promise<IssuedToken> {
    return this.#shared.work.during(() => this.#account.tokens.acquire(options));
  }
}
