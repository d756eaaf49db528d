import type { AccessToken } from './access-token.js';
import type { TokenTiming } from './token-timing.js';

/** A token and what is known of it. */
export class IssuedToken {
  #accepted = false;

  constructor(
    readonly token: AccessToken,
    readonly timing: TokenTiming,
    /** Whether it was fetched because the API had refused another. */
    readonly isCure: boolean,
  ) {}

  /** Whether the API has accepted it at least once. */
  get accepted(): boolean {
    return this.#accepted;
  }

  markAccepted(): void {
    this.#accepted = true;
  }
}
