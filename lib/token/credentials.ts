import { createHmac, randomBytes } from 'node:crypto';
import { isSecretList, sealClientSecret, secretProblem } from '../config/option-values.js';
import type { ClientSecretSource, Secret } from '../config/secret.js';
import { CryptofuseAuthenticationException } from '../exceptions/cryptofuse-exceptions.js';
import { hintFor } from '../exceptions/hints.js';
import { type TokenFailure, tokenFailure } from './token-failure.js';

/** The credentials an account uses to get tokens. A client's configuration is one. */
export interface Credentials {
  readonly clientId: string;
  readonly clientSecret: ClientSecretSource;
  /** The base URL, without a trailing slash. */
  readonly baseUrl: string;
  readonly scopes: readonly string[];
}

const CODE = 'credentials_unavailable';

/**
 * Returns the secrets to try, in order: the current one, then the previous one. The application's function is called
 * each time, so that a secret can rotate without a restart.
 *
 * @throws {TokenFailure} if the application's function fails or gives no secret
 */
export async function askForSecrets({
  clientId,
  clientSecret,
}: Credentials): Promise<readonly Secret[]> {
  if (typeof clientSecret !== 'function') return clientSecret;
  let given: unknown;
  try {
    given = await clientSecret();
  } catch {
    // The error may quote the secret, so none of it is passed on.
    throw unavailable('The clientSecret function failed.', clientId);
  }
  const secrets = sealClientSecret(given);
  if (!isSecretList(secrets)) {
    throw unavailable('The clientSecret function gave no usable secret.', clientId);
  }
  const problem = secretProblem(secrets);
  if (problem === undefined) return secrets;
  throw unavailable(`The clientSecret function gave a secret that ${problem}.`, clientId);
}

function unavailable(message: string, clientId: string): TokenFailure {
  const facts = { code: CODE, message, clientId, hint: hintFor(CODE) };
  return tokenFailure('own', facts, CryptofuseAuthenticationException);
}

/** Keeps the order in which secrets are tried: the last one that worked first, the last refused one last. */
export class SecretOrder {
  #working: string | undefined;
  #refused: string | undefined;

  /** Returns `secrets` in that order; the rest keep their order. */
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

/** Random for each process, so that a fingerprint is meaningless outside it. */
const KEY = randomBytes(32);

/** Returns a digest of base URL, client, scopes and secrets, equal for equal credentials. */
export function credentialFingerprint(
  { baseUrl, clientId, scopes }: Credentials,
  secrets: readonly Secret[],
): string {
  const revealed = secrets.map((secret) => secret.reveal());
  const identity = JSON.stringify([baseUrl, clientId, scopes, revealed]);
  return createHmac('sha256', KEY).update(identity).digest('hex');
}
