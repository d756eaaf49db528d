import { Injectable } from '@nestjs/common';
import { isSecretList, sealClientSecret, secretProblem } from '../config/option-values.js';
import { CryptofuseConfig } from '../config/cryptofuse-config.js';
import type { Secret } from '../config/secret.js';
import { CryptofuseAuthenticationException } from '../exceptions/cryptofuse-exceptions.js';
import { hintFor } from '../exceptions/hints.js';
import { TokenFailure } from './token-failure.js';

const CODE = 'credentials_unavailable';

/** The client's secrets, asked anew each time, so that one can rotate without a restart. */
@Injectable()
export class ClientSecrets {
  constructor(private readonly config: CryptofuseConfig) {}

  /**
   * Returns the secrets to try, in order: the one in use first, then the one before it.
   *
   * @throws {TokenFailure} where the application's function fails or gives no secret
   */
  async ask(): Promise<readonly Secret[]> {
    const { clientSecret } = this.config;
    if (typeof clientSecret !== 'function') return clientSecret;
    const secrets = sealClientSecret(await this.#call(clientSecret));
    if (!isSecretList(secrets)) {
      throw this.#unavailable('The clientSecret function gave no usable secret.');
    }
    const problem = secretProblem(secrets);
    if (problem === undefined) return secrets;
    throw this.#unavailable(`The clientSecret function gave a secret that ${problem}.`);
  }

  /** What the function throws may quote the secret, so none of it goes along. */
  async #call(source: () => unknown): Promise<unknown> {
    try {
      return await source();
    } catch {
      throw this.#unavailable('The clientSecret function failed.');
    }
  }

  #unavailable(message: string): TokenFailure {
    const facts = { code: CODE, message, clientId: this.config.clientId, hint: hintFor(CODE) };
    return new TokenFailure('own', facts, (told) => new CryptofuseAuthenticationException(told));
  }
}
