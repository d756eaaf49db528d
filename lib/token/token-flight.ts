import type { EndSignal } from '../transport/cancellation.js';
import type { IssuedToken } from './issued-token.js';
import type { TokenFailure } from './token-failure.js';

/** Why a token is fetched: none is there, the one there goes stale, or the API refused it. */
export type FlightPurpose = 'first' | 'renewal' | 'cure';

/** How a flight ended; `undefined`: nobody wants what it brings, its callers start over. */
export type FlightOutcome = IssuedToken | TokenFailure | undefined;

/** One token request under way, which any number of callers wait for. */
export class TokenFlight {
  readonly #controller = new AbortController();
  #outdated = false;
  /** Never rejects. */
  readonly outcome: Promise<FlightOutcome>;

  constructor(
    readonly purpose: FlightPurpose,
    /** When its request may be sent, by the monotonic clock. */
    readonly opensAt: number,
    fetch: (signal: EndSignal) => Promise<IssuedToken>,
    failureOf: (error: unknown) => TokenFailure,
  ) {
    this.outcome = fetch(this.#controller.signal).then(
      (issued) => (this.#outdated ? undefined : issued),
      (error: unknown) => (this.#outdated ? undefined : failureOf(error)),
    );
  }

  /** Ends the flight early. */
  outdate(): void {
    this.#outdated = true;
    this.#controller.abort();
  }
}
