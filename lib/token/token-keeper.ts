import { Injectable } from '@nestjs/common';
import { Clock } from '../clock/clock.js';
import { CryptofuseConfig } from '../config/cryptofuse-config.js';
import { EventLog } from '../diagnostics/event-log.js';
import { clientClosed } from '../exceptions/client-closed.js';
import { untilAborted } from '../transport/until-aborted.js';
import { asTokenFailure } from './as-token-failure.js';
import type { IssuedToken } from './issued-token.js';
import { renewalPause } from './renewal-pause.js';
import type { TokenFailure } from './token-failure.js';
import { TokenFetcher } from './token-fetcher.js';
import { TokenFlight, type FlightPurpose } from './token-flight.js';
import { TokenStore } from './token-store.js';
import { lifeLeft, tokenState, type Moment, type TokenState } from './token-timing.js';

/** After a token that was fetched as a cure is refused too, none is fetched for this long, in ms. */
const CURE_PAUSE = 5_000;

/** What a token request last failed with. */
export interface LastTokenFailure {
  readonly code: string;
  readonly at: Date;
}

/** Keeps one client in tokens: hands out the current one, renews it early, replaces a refused one. */
@Injectable()
export class TokenKeeper {
  #flight: TokenFlight | undefined;
  #generation = 0;
  #failures = 0;
  #renewNotBefore = -Infinity;
  #lastFailure: LastTokenFailure | undefined;
  #closed = false;

  constructor(
    private readonly config: CryptofuseConfig,
    private readonly fetcher: TokenFetcher,
    private readonly store: TokenStore,
    private readonly clock: Clock,
    private readonly log: EventLog,
  ) {}

  /** How often tokens were thrown away before their time. */
  get generation(): number {
    return this.#generation;
  }

  get lastFailure(): LastTokenFailure | undefined {
    return this.#lastFailure;
  }

  /** Whether a token request is under way. */
  get isFetching(): boolean {
    return this.#flight !== undefined;
  }

  /** Returns the token at hand, usable or not. */
  peek(): { readonly issued: IssuedToken; readonly state: TokenState } | undefined {
    const issued = this.store.read();
    return issued && { issued, state: tokenState(issued.timing, this.#now()) };
  }

  /** Returns the token at hand if it may be sent. One that goes stale is renewed in the background. */
  usable(): IssuedToken | undefined {
    const held = this.peek();
    if (held === undefined || held.state === 'expired') return undefined;
    if (held.state === 'stale') this.#renew();
    return held.issued;
  }

  /**
   * Returns a usable token: the one at hand, or that of the one request which all callers wait for.
   *
   * @throws the exception a failure stands for, a new one for each caller
   * @throws the signal's reason where it was aborted; the request goes on for the others
   */
  async acquire(signal: AbortSignal | undefined): Promise<IssuedToken> {
    for (;;) {
      if (this.#closed) throw clientClosed(this.config.clientId, 'not-sent');
      const issued = this.usable();
      if (issued !== undefined) return issued;
      this.#flight ??= this.#depart('first');
      const outcome = await untilAborted(this.#flight.outcome, signal);
      if (outcome === 'outdated') continue;
      if ('issued' in outcome) return outcome.issued;
      throw outcome.failure.toException();
    }
  }

  /**
   * Returns a token to replay a call with whose token, `refused`, the API answered with a 401;
   * `undefined` where another one would not help.
   */
  async replace(
    refused: IssuedToken,
    signal: AbortSignal | undefined,
  ): Promise<IssuedToken | undefined> {
    const current = this.usable();
    if (current !== undefined && current !== refused) return current;
    if (this.#isHopeless(refused)) return undefined;
    if (current === refused) this.#startCure();
    return this.acquire(signal);
  }

  /** Forgets the token at hand, or only `value` where one is given; the next caller gets a new one. */
  invalidate(value?: string): void {
    const issued = this.store.read();
    if (value !== undefined && issued?.token.reveal() !== value) return;
    this.store.clear();
    this.#generation += 1;
    this.#outdateFlight();
    if (issued !== undefined) this.log.report({ kind: 'token-invalidated' });
  }

  /** Ends what is under way; callers that wait are told. */
  close(): void {
    this.#closed = true;
    this.store.clear();
    this.#outdateFlight();
  }

  #now(): Moment {
    return { wall: this.clock.now(), monotonic: this.clock.monotonic() };
  }

  #renew(): void {
    if (this.#flight !== undefined || this.clock.monotonic() < this.#renewNotBefore) return;
    this.#flight = this.#depart('renewal');
  }

  #startCure(): void {
    this.log.report({ kind: 'token-refused' });
    this.store.clear();
    this.#generation += 1;
    // A renewal that began before the refusal may bring a token that died with this one.
    if (this.#flight?.purpose === 'renewal') this.#outdateFlight();
    this.#flight ??= this.#depart('cure');
  }

  #isHopeless({ isCure, accepted, timing }: IssuedToken): boolean {
    const age = timing.life - lifeLeft(timing, this.#now());
    return isCure && !accepted && age < CURE_PAUSE;
  }

  #outdateFlight(): void {
    this.#flight?.outdate();
    this.#flight = undefined;
  }

  #depart(purpose: FlightPurpose): TokenFlight {
    const flight = new TokenFlight(
      purpose,
      (signal) => this.fetcher.fetch(purpose === 'cure', signal),
      (error) => asTokenFailure(error, this.config.clientId),
    );
    void flight.outcome.then((outcome) => {
      if (outcome === 'outdated') return;
      this.#flight = undefined;
      if ('issued' in outcome) this.#land(outcome.issued);
      else this.#fail(outcome.failure);
    });
    return flight;
  }

  #land(issued: IssuedToken): void {
    const { scopes } = issued.token;
    this.#failures = 0;
    this.#renewNotBefore = -Infinity;
    // A token with no usable life serves those who waited for it, and is not kept.
    if (tokenState(issued.timing, this.#now()) !== 'expired') this.store.write(issued);
    this.log.report({ kind: 'token-issued', scopes, lifetime: issued.timing.life / 1_000 });
  }

  #fail({ code, message }: TokenFailure): void {
    this.#failures += 1;
    this.#renewNotBefore = this.clock.monotonic() + renewalPause(this.#failures);
    this.#lastFailure = { code, at: new Date(this.clock.now()) };
    this.log.report({ kind: 'token-request-failed', code, message });
  }
}
