import { type Clock, inBackground } from '../clock/clock.js';
import type { EventLog } from '../diagnostics/event-log.js';
import type { CryptofuseEvent } from '../diagnostics/events.js';
import { clientClosed } from '../exceptions/cryptofuse-exceptions.js';
import type { AbortSignalLike } from '../contracts/transport.js';
import { untilAborted } from '../transport/cancellation.js';
import type { Credentials } from './credentials.js';
import { IssuedToken, wasJustReplaced } from './issued-token.js';
import { PendingTokenRequest, type TokenRequestResult } from './pending-token-request.js';
import { RenewalPlan } from './renewal-plan.js';
import type { RenewalSchedule } from './renewal-schedule.js';
import { toTokenFailure, TokenFailure } from './token-failure.js';
import type { TokenRateLimiter } from './token-rate-limiter.js';
import type { TokenPurpose, TokenSource } from './token-source.js';
import { tokenState, tokenStateAt, type TokenState } from './token-timing.js';

/** How long a caller waits for a token. */
export interface AcquireOptions {
  readonly signal?: AbortSignalLike | undefined;
  /** In milliseconds of the monotonic clock. Default: now plus the option `timeout`. */
  readonly until?: number;
}

/** The parts shared by all keepers of a module. */
interface KeeperMachinery {
  readonly limiter: TokenRateLimiter;
  readonly renewals: RenewalSchedule;
  readonly clock: Clock;
  readonly log: EventLog;
  /** The default wait of a caller, in milliseconds. */
  readonly timeout: number;
}

/** Holds the token of one account: hands it out, renews it before expiry, and replaces it if it is refused. */
export class TokenKeeper {
  #current: IssuedToken | undefined;
  #pending: PendingTokenRequest | undefined;
  #generation = 0;
  #lastFailure: { readonly failure: TokenFailure; readonly at: Date } | undefined;
  #closed = false;
  readonly #renewal: RenewalPlan;

  constructor(
    private readonly credentials: Credentials,
    private readonly source: TokenSource,
    private readonly shared: KeeperMachinery,
  ) {
    this.#renewal = new RenewalPlan(shared.renewals, shared.clock, this);
  }

  /** How often tokens were discarded before expiry. */
  get generation(): number {
    return this.#generation;
  }

  /** The last failure of a token request; `undefined` once one has succeeded. */
  get lastFailure(): { readonly failure: TokenFailure; readonly at: Date } | undefined {
    return this.#lastFailure;
  }

  /** Whether a token request is under way. */
  get isRequesting(): boolean {
    return this.#pending !== undefined;
  }

  /** The current token, usable or not. */
  get current(): IssuedToken | undefined {
    return this.#current;
  }

  /** When the next renewal is due, in milliseconds of the monotonic clock; `undefined` if none is planned. */
  get renewalAt(): number | undefined {
    const { at } = this.#renewal;
    return at === Infinity ? undefined : at;
  }

  /** Returns the current token, usable or not, and what it may be used for. */
  peek(): { readonly issued: IssuedToken; readonly state: TokenState } | undefined {
    const issued = this.#current;
    return issued && { issued, state: tokenState(issued.timing, this.shared.clock.moment()) };
  }

  /** Returns the current token if it may be sent. A stale token is renewed in the background. */
  usable(): IssuedToken | undefined {
    const issued = this.#current;
    if (issued === undefined) return undefined;
    const { clock } = this.shared;
    const wall = clock.now();
    const monotonic = clock.monotonicAt(wall);
    const state = tokenStateAt(issued.timing, wall, monotonic);
    if (state === 'expired') return undefined;
    if (!issued.used) issued.markUsed();
    if (state === 'stale' && this.#renewal.isDue(monotonic)) this.#renew();
    return issued;
  }

  /**
   * Returns a usable token: the current one, or the result of a single request that all callers share.
   *
   * @throws {CryptofuseException} if no token can be obtained; each caller gets a new exception
   * @throws the signal's reason if it was aborted; the request goes on for the others
   */
  async acquire(options: AcquireOptions): Promise<IssuedToken> {
    const acquired = await this.#acquire('first', undefined, options);
    if (acquired instanceof TokenFailure) throw acquired.toException();
    return acquired;
  }

  /**
   * Returns a token for retrying a call after the API refused its token, `refused`, with a 401; `undefined` if another
   * token would not help or cannot be requested in time.
   */
  async replace(refused: IssuedToken, options: AcquireOptions): Promise<IssuedToken | undefined> {
    const current = this.usable();
    if (current !== undefined && current.id !== refused.id) return current;
    if (wasJustReplaced(refused, this.shared.clock.moment())) return undefined;
    if (current !== undefined) this.#refuse(refused);
    const acquired = await this.#acquire('replacement', refused.id, options);
    if (!(acquired instanceof TokenFailure)) return acquired;
    if (acquired.kind === 'limited') return undefined;
    throw acquired.toException();
  }

  /** Discards the current token, if `value` is omitted or equals it; the next caller gets a new token. */
  invalidate(value?: string): void {
    const issued = this.#current;
    if (value !== undefined && issued?.reveal() !== value) return;
    this.#forget();
    this.#supersedePending();
    if (issued !== undefined) this.#report({ kind: 'token-invalidated', ...issued.audited });
  }

  /** Ends the pending token request and rejects waiting callers. */
  close(): void {
    this.#closed = true;
    this.#forget();
    this.#supersedePending();
  }

  /** Renews the token if it was used, so that an idle client sends nothing. Called when a renewal is due. */
  renewIfUsed(): void {
    const held = this.peek();
    if (held?.issued.used !== true || held.state === 'expired') return;
    if (held.state === 'stale') this.#renew();
    else this.#renewal.begin(held.issued);
  }

  async #acquire(
    purpose: TokenPurpose,
    refused: string | undefined,
    { signal, until = this.shared.clock.monotonic() + this.shared.timeout }: AcquireOptions,
  ): Promise<IssuedToken | TokenFailure> {
    for (;;) {
      if (this.#closed) throw clientClosed(this.credentials.clientId, 'not-sent');
      const issued = this.usable();
      if (issued !== undefined) return issued;
      if (this.#allowedAt(purpose) > until) {
        return this.shared.limiter.failureOf(purpose, this.credentials.clientId);
      }
      const result = await this.#resultFor(purpose, refused, signal);
      if (result instanceof IssuedToken) {
        result.markUsed();
        return result;
      }
      if (result !== undefined && !this.#passes(result, purpose, until)) return result;
    }
  }

  /** Waits for the pending request, or a new one; `undefined` if its token was discarded meanwhile. */
  #resultFor(
    purpose: TokenPurpose,
    refused: string | undefined,
    signal: AbortSignalLike | undefined,
  ): Promise<TokenRequestResult> {
    const generation = this.#generation;
    this.#pending ??= this.#request(purpose, refused);
    const ended = untilAborted(this.#pending.result, signal);
    return ended.then((result) => (generation === this.#generation ? result : undefined));
  }

  /** Returns whether `failure` only delays requests, and the delay ends before `until`. */
  #passes({ pausesRequests }: TokenFailure, purpose: TokenPurpose, until: number): boolean {
    return pausesRequests && this.#limitEndsAt(purpose) <= until;
  }

  /** Returns when the request a caller joins, or a new one for `purpose`, may be sent. */
  #allowedAt(purpose: TokenPurpose): number {
    return this.#pending?.allowedAt ?? this.#limitEndsAt(purpose);
  }

  #limitEndsAt(purpose: TokenPurpose): number {
    return this.shared.clock.monotonic() + this.shared.limiter.wait(purpose);
  }

  #refuse({ audited }: IssuedToken): void {
    this.#report({ kind: 'token-refused', ...audited });
    this.#forget();
    // A renewal that was sent before the refusal may return a token that was revoked with this one.
    if (this.#pending?.purpose === 'renewal') this.#supersedePending();
  }

  #forget(): void {
    this.#current = undefined;
    this.#renewal.cancel();
    this.#generation += 1;
  }

  #supersedePending(): void {
    this.#pending?.supersede();
    this.#pending = undefined;
  }

  #renew(): void {
    if (this.#pending !== undefined) return;
    const wait = this.shared.limiter.wait('renewal');
    if (wait > 0) this.#postponeRenewal(wait);
    else this.#pending = inBackground(() => this.#request('renewal', undefined));
  }

  #postponeRenewal(wait: number): void {
    if (this.#current !== undefined) this.#renewal.postpone(this.#current, wait);
  }

  #request(purpose: TokenPurpose, refused: string | undefined): PendingTokenRequest {
    const request = new PendingTokenRequest(
      purpose,
      this.#limitEndsAt(purpose),
      (signal) => this.source.obtain(purpose, refused, signal),
      (error) => toTokenFailure(error, this.credentials.clientId),
    );
    void request.result.then((result) => {
      // The request may have been superseded after its token arrived.
      if (result === undefined || this.#pending !== request) return;
      this.#pending = undefined;
      if (result instanceof IssuedToken) this.#succeed(result, purpose);
      else this.#fail(result, purpose);
    });
    return request;
  }

  #succeed(issued: IssuedToken, purpose: TokenPurpose): void {
    this.#lastFailure = undefined;
    // A token without a usable lifetime goes to the waiting callers and is not kept.
    if (tokenState(issued.timing, this.shared.clock.moment()) !== 'expired') {
      this.#current = issued;
      this.#renewal.begin(issued);
    }
    const kind = purpose === 'renewal' ? 'token-renewed' : 'token-issued';
    this.#report({ kind, lifetime: issued.timing.life / 1_000, ...issued.audited });
  }

  #fail(failure: TokenFailure, purpose: TokenPurpose): void {
    const last = this.#lastFailure;
    if (purpose === 'renewal') this.#postponeRenewal(this.shared.limiter.wait(purpose));
    if (last?.failure === failure) return;
    this.#lastFailure = { failure, at: new Date(this.shared.clock.now()) };
    if (purpose === 'renewal' && last !== undefined) return;
    const { code, message } = failure;
    this.#report({ kind: 'token-request-failed', code, message });
  }

  #report(event: CryptofuseEvent): void {
    this.shared.log.report(event, this.credentials);
  }
}
