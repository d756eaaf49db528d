import type { IssuedToken } from './issued-token.js';
import type { TokenFailure } from './token-failure.js';

/** Why a token is fetched: none is there, the one there goes stale, or the API refused it. */
export type FlightPurpose = 'first' | 'renewal' | 'cure';

/** How a flight ended; `outdated`: nobody wants what it brings, its callers start over. */
export type FlightOutcome =
  { readonly issued: IssuedToken } | { readonly failure: TokenFailure } | 'outdated';

/** One token request under way, which any number of callers wait for. */
export class TokenFlight {
  readonly #controller = new AbortController();
  #outdated = false;
  /** Never rejects. */
  readonly outcome: Promise<FlightOutcome>;

  constructor(
    readonly purpose: FlightPurpose,
    fetch: (signal: AbortSignal) => Promise<IssuedToken>,
    failureOf: (error: unknown) => TokenFailure,
  ) {
    this.outcome = fetch(this.#controller.signal).then(
      (issued): FlightOutcome => (this.#outdated ? 'outdated' : { issued }),
      (error: unknown): FlightOutcome =>
        this.#outdated ? 'outdated' : { failure: failureOf(error) },
    );
  }

  /** Ends the flight early. */
  outdate(): void {
    this.#outdated = true;
    this.#controller.abort();
  }
}
