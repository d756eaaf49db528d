import { Injectable } from '@nestjs/common';
import { Clock, inBackground } from '../clock/clock.js';
import { CryptofuseConfig } from '../config/cryptofuse-config.js';
import { EventLog } from '../diagnostics/event-log.js';
import { clientClosed } from '../exceptions/cryptofuse-exceptions.js';
import { type EndSignal, untilAborted } from '../transport/cancellation.js';
import { isHopelessCure, IssuedToken } from './issued-token.js';
import { RenewalPlan } from './renewal-plan.js';
import { TokenAdmission } from './token-admission.js';
import { asTokenFailure, TokenFailure } from './token-failure.js';
import { TokenFetcher } from './token-fetcher.js';
import { type FlightOutcome, type FlightPurpose, TokenFlight } from './token-flight.js';
import { TokenStore } from './token-store.js';
import { type Moment, tokenState, type TokenState, tokenStateAt } from './token-timing.js';

/** How long a caller waits for a token. */
export interface Patience {
  readonly signal?: EndSignal | undefined;
  /** By the monotonic clock, in milliseconds; default: the option `timeout` from now. */
  readonly until?: number;
}

/** Keeps one client in tokens: hands out the current one, renews it early, replaces a refused one. */
@Injectable()
export class TokenKeeper {
  #flight: TokenFlight | undefined;
  #generation = 0;
  #lastFailure: { readonly failure: TokenFailure; readonly at: Date } | undefined;
  #closed = false;

  constructor(
    private readonly config: CryptofuseConfig,
    private readonly fetcher: TokenFetcher,
    private readonly admission: TokenAdmission,
    private readonly renewal: RenewalPlan,
    private readonly store: TokenStore,
    private readonly clock: Clock,
    private readonly log: EventLog,
  ) {}

  /** How often tokens were thrown away before their time. */
  get generation(): number {
    return this.#generation;
  }

  /** What a token request last failed with; `undefined` once one has succeeded. */
  get lastFailure(): { readonly failure: TokenFailure; readonly at: Date } | undefined {
    return this.#lastFailure;
  }

  /** Whether a token request is under way. */
  get isFetching(): boolean {
    return this.#flight !== undefined;
  }

  /** The token at hand, usable or not; judges nothing. */
  get current(): IssuedToken | undefined {
    return this.store.read();
  }

  /** Returns the token at hand, usable or not, and what it may be used for. */
  peek(): { readonly issued: IssuedToken; readonly state: TokenState } | undefined {
    const issued = this.current;
    return issued && { issued, state: tokenState(issued.timing, this.#now()) };
  }

  /** Returns the token at hand if it may be sent. One that goes stale is renewed in the background. */
  usable(): IssuedToken | undefined {
    const issued = this.current;
    if (issued === undefined) return undefined;
    const wall = this.clock.now();
    const monotonic = this.clock.monotonicAt(wall);
    const state = tokenStateAt(issued.timing, wall, monotonic);
    if (state === 'expired') return undefined;
    if (!issued.used) issued.markUsed();
    if (state === 'stale' && this.renewal.isDue(monotonic)) this.#renew();
    return issued;
  }

  /**
   * Returns a usable token: the one at hand, or that of the one request which all callers wait for.
   *
   * @throws the exception a failure stands for, a new one for each caller
   * @throws the signal's reason where it was aborted; the request goes on for the others
   */
  async acquire(patience: Patience): Promise<IssuedToken> {
    const acquired = await this.#acquire('first', patience);
    if (acquired instanceof TokenFailure) throw acquired.toException();
    return acquired;
  }

  /**
   * Returns a token to replay a call with whose token, `refused`, the API answered with a 401;
   * `undefined` where another one would not help, or may not be asked for in time.
   */
  async replace(refused: IssuedToken, patience: Patience): Promise<IssuedToken | undefined> {
    const current = this.usable();
    if (current !== undefined && current !== refused) return current;
    if (isHopelessCure(refused, this.#now())) return undefined;
    if (current === refused) this.#refuse(refused);
    const acquired = await this.#acquire('cure', patience);
    if (!(acquired instanceof TokenFailure)) return acquired;
    if (acquired.kind === 'limited') return undefined;
    throw acquired.toException();
  }

  /** Forgets the token at hand, or only `value` where one is given; the next caller gets a new one. */
  invalidate(value?: string): void {
    const issued = this.current;
    if (value !== undefined && issued?.token.reveal() !== value) return;
    this.#forget();
    this.#outdateFlight();
    if (issued !== undefined) this.log.report({ kind: 'token-invalidated', ...issued.audited });
  }

  /** Ends what is under way; callers that wait are told. */
  close(): void {
    this.#closed = true;
    this.#forget();
    this.#outdateFlight();
  }

  async #acquire(
    purpose: FlightPurpose,
    { signal, until = this.clock.monotonic() + this.config.timeout }: Patience,
  ): Promise<IssuedToken | TokenFailure> {
    for (;;) {
      if (this.#closed) throw clientClosed(this.config.clientId, 'not-sent');
      const issued = this.usable();
      if (issued !== undefined) return issued;
      if (this.#opensAt(purpose) > until) return this.admission.failureOf(purpose);
      const outcome = await this.#outcomeFor(purpose, signal);
      if (outcome instanceof IssuedToken) {
        outcome.markUsed();
        return outcome;
      }
      if (outcome !== undefined && !this.#passes(outcome, purpose, until)) return outcome;
    }
  }

  /** Waits for the flight under way, or a new one. What was thrown away meanwhile is for nobody. */
  #outcomeFor(purpose: FlightPurpose, signal: EndSignal | undefined): Promise<FlightOutcome> {
    const generation = this.#generation;
    this.#flight ??= this.#depart(purpose);
    const landed = untilAborted(this.#flight.outcome, signal);
    return landed.then((outcome) => (generation === this.#generation ? outcome : undefined));
  }

  /** Whether `failure` has closed the gate, and it opens before `until`. */
  #passes({ closesGate }: TokenFailure, purpose: FlightPurpose, until: number): boolean {
    return closesGate && this.#gateOpensAt(purpose) <= until;
  }

  #now(): Moment {
    return { wall: this.clock.now(), monotonic: this.clock.monotonic() };
  }

  /** When a caller's request may be sent: that of the flight it joins, or of one for `purpose`. */
  #opensAt(purpose: FlightPurpose): number {
    return this.#flight?.opensAt ?? this.#gateOpensAt(purpose);
  }

  #gateOpensAt(purpose: FlightPurpose): number {
    return this.clock.monotonic() + this.admission.wait(purpose);
  }

  #refuse({ audited }: IssuedToken): void {
    this.log.report({ kind: 'token-refused', ...audited });
    this.#forget();
    // A renewal that began before the refusal may bring a token that died with this one.
    if (this.#flight?.purpose === 'renewal') this.#outdateFlight();
  }

  #forget(): void {
    this.store.clear();
    this.renewal.cancel();
    this.#generation += 1;
  }

  #outdateFlight(): void {
    this.#flight?.outdate();
    this.#flight = undefined;
  }

  #renew(): void {
    if (this.#flight !== undefined) return;
    const wait = this.admission.wait('renewal');
    if (wait > 0) this.#postponeRenewal(wait);
    else this.#flight = inBackground(() => this.#depart('renewal'));
  }

  /** By the timer: a token that nobody has used is not renewed, so that an idle client is silent. */
  readonly #renewIfUsed = (): void => {
    const held = this.peek();
    if (held?.issued.used !== true || held.state === 'expired') return;
    if (held.state === 'stale') this.#renew();
    else this.renewal.begin(held.issued, this.#renewIfUsed);
  };

  #postponeRenewal(wait: number): void {
    const issued = this.current;
    if (issued !== undefined) this.renewal.postpone(issued, wait, this.#renewIfUsed);
  }

  #depart(purpose: FlightPurpose): TokenFlight {
    const flight = new TokenFlight(
      purpose,
      this.#gateOpensAt(purpose),
      (signal) => this.fetcher.fetch(purpose, signal),
      (error) => asTokenFailure(error, this.config.clientId),
    );
    void flight.outcome.then((outcome) => {
      // It may have been outdated although its token was there already.
      if (outcome === undefined || this.#flight !== flight) return;
      this.#flight = undefined;
      if (outcome instanceof IssuedToken) this.#land(outcome, purpose);
      else this.#fail(outcome, purpose);
    });
    return flight;
  }

  #land(issued: IssuedToken, purpose: FlightPurpose): void {
    this.#lastFailure = undefined;
    // A token with no usable life serves those who waited for it, and is not kept.
    if (tokenState(issued.timing, this.#now()) !== 'expired') {
      this.store.write(issued);
      this.renewal.begin(issued, this.#renewIfUsed);
    }
    const kind = purpose === 'renewal' ? 'token-renewed' : 'token-issued';
    this.log.report({ kind, lifetime: issued.timing.life / 1_000, ...issued.audited });
  }

  #fail(failure: TokenFailure, purpose: FlightPurpose): void {
    const isKnown = this.#lastFailure?.failure === failure;
    if (purpose === 'renewal') this.#postponeRenewal(this.admission.wait(purpose));
    if (isKnown) return;
    const isToldAlready = purpose === 'renewal' && this.#lastFailure !== undefined;
    this.#lastFailure = { failure, at: new Date(this.clock.now()) };
    if (!isToldAlready) {
      const { code, message } = failure;
      this.log.report({ kind: 'token-request-failed', code, message });
    }
  }
}
