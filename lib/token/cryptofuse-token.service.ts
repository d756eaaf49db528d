import { Injectable } from '@nestjs/common';
import { Clock } from '../clock/clock.js';
import { CryptofuseConfig } from '../config/cryptofuse-config.js';
import { EventLog } from '../diagnostics/event-log.js';
import { WorkInFlight } from '../transport/work-in-flight.js';
import { ClockSkew } from './clock-skew.js';
import { FailureMemory } from './failure-memory.js';
import type { AccessToken, IssuedToken } from './issued-token.js';
import { RenewalPlan } from './renewal-plan.js';
import { TokenAdmission } from './token-admission.js';
import { asRevocationFailure } from './token-failure.js';
import { TokenFetcher } from './token-fetcher.js';
import { type Patience, TokenKeeper } from './token-keeper.js';
import { lifeLeft, type TokenState } from './token-timing.js';

/** What a token request last failed with. */
export interface LastTokenFailure {
  readonly code: string;
  readonly message: string;
  readonly at: Date;
  /** Until when it is answered without a request; `undefined` where it is not remembered. */
  readonly rememberedUntil: Date | undefined;
}

/** What is known of a client's token, without a network call and without a secret. */
export interface TokenStatus {
  /** `none`: there is no token. */
  readonly state: TokenState | 'none';
  /** The granted scopes; empty without a token. */
  readonly scopes: readonly string[];
  readonly issuedAt: Date | undefined;
  readonly expiresAt: Date | undefined;
  /** Milliseconds since the token was asked for. */
  readonly age: number | undefined;
  /** When it is renewed in the background, if it is used until then. */
  readonly nextRenewalAt: Date | undefined;
  /** Whether a token request is under way. */
  readonly isFetching: boolean;
  /** `undefined` once a token request has succeeded. */
  readonly lastFailure: LastTokenFailure | undefined;
  /** Token requests left in this minute, for all clients of this process and origin. */
  readonly budgetLeft: number;
  /** Milliseconds the server's clock is ahead of this machine's; `undefined` as long as it is not known. */
  readonly clockSkew: number | undefined;
  /** How often tokens were thrown away before their time. */
  readonly generation: number;
}

/** Puts together what the parts of the token engine know. */
@Injectable()
export class TokenStatusReader {
  constructor(
    private readonly keeper: TokenKeeper,
    private readonly renewal: RenewalPlan,
    private readonly memory: FailureMemory,
    private readonly admission: TokenAdmission,
    private readonly skew: ClockSkew,
    private readonly clock: Clock,
  ) {}

  read(): TokenStatus {
    const held = this.keeper.peek();
    return {
      state: held?.state ?? 'none',
      scopes: held?.issued.token.scopes ?? [],
      issuedAt: held?.issued.token.issuedAt,
      expiresAt: held?.issued.token.expiresAt,
      age: this.#age(held),
      nextRenewalAt: this.#date(this.renewal.at),
      isFetching: this.keeper.isFetching,
      lastFailure: this.#lastFailure(),
      budgetLeft: this.admission.left,
      clockSkew: this.skew.value,
      generation: this.keeper.generation,
    };
  }

  #age(held: ReturnType<TokenKeeper['peek']>): number | undefined {
    if (held === undefined) return undefined;
    const { timing } = held.issued;
    const now = { wall: this.clock.now(), monotonic: this.clock.monotonic() };
    return timing.life - lifeLeft(timing, now);
  }

  #lastFailure(): LastTokenFailure | undefined {
    const last = this.keeper.lastFailure;
    if (last === undefined) return undefined;
    const { failure } = last;
    const { code, message } = failure;
    const until = this.memory.untilOf(failure) ?? this.admission.untilOf(failure);
    return {
      code,
      message,
      at: last.at,
      rememberedUntil: this.#date(until),
    };
  }

  #date(monotonic: number | undefined): Date | undefined {
    if (monotonic === undefined) return undefined;
    return new Date(this.clock.now() + monotonic - this.clock.monotonic());
  }
}

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
