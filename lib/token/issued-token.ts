import { inBackground } from '../clock/background.js';
import type { AccessToken } from './access-token.js';
import { tokenFingerprint } from '../diagnostics/token-fingerprint.js';
import type { AuditedToken } from '../diagnostics/cryptofuse-event.js';
import type { TokenTiming } from './token-timing.js';

/** A token and what is known of it. */
export class IssuedToken {
  #accepted = false;
  #used = false;
  #promised: Promise<string> | undefined;
  /** As events tell of it. */
  readonly audited: AuditedToken;

  constructor(
    readonly token: AccessToken,
    readonly timing: TokenTiming,
    /** Whether it was fetched because the API had refused another. */
    readonly isCure: boolean,
    /** Whether its scopes are the server's word. */
    readonly namesScopes: boolean,
  ) {
    this.audited = { token: tokenFingerprint(token.reveal()), scopes: token.scopes };
  }

  /** Whether the API has accepted it at least once. */
  get accepted(): boolean {
    return this.#accepted;
  }

  /** Whether anybody has asked for it since it was there. */
  get used(): boolean {
    return this.#used;
  }

  /** As it goes behind `Bearer`, for whoever awaits it: one promise, a new one for each would be dearer than the rest. */
  promised(): Promise<string> {
    return (this.#promised ??= inBackground(() => Promise.resolve(this.token.reveal())));
  }

  markAccepted(): void {
    this.#accepted = true;
  }

  markUsed(): void {
    this.#used = true;
  }
}
