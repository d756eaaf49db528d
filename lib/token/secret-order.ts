import type { Secret } from '../config/secret.js';

/** In what order secrets are tried: the one that last worked first, the one last refused last. */
export class SecretOrder {
  #working: string | undefined;
  #refused: string | undefined;

  /** Returns `secrets` in that order, otherwise as they were. */
  of(secrets: readonly Secret[]): readonly Secret[] {
    const rank = (secret: Secret): number => {
      if (secret.reveal() === this.#working) return 0;
      return secret.reveal() === this.#refused ? 2 : 1;
    };
    return secrets.toSorted((a, b) => rank(a) - rank(b));
  }

  markWorking(secret: Secret): void {
    this.#working = secret.reveal();
    if (this.#refused === this.#working) this.#refused = undefined;
  }

  markRefused(secret: Secret): void {
    this.#refused = secret.reveal();
    if (this.#working === this.#refused) this.#working = undefined;
  }
}
