import { Injectable } from '@nestjs/common';
import { Clock } from '../clock/clock.js';
import { CryptofuseConfig } from '../config/cryptofuse-config.js';
import type { Secret } from '../config/secret.js';
import { CryptofuseTimeoutException } from '../exceptions/cryptofuse-timeout.exception.js';
import { untilAborted } from '../transport/until-aborted.js';
import { AccessToken } from './access-token.js';
import { ClientSecrets } from './client-secrets.js';
import { IssuedToken } from './issued-token.js';
import { TokenEndpoint } from './token-endpoint.js';
import { TokenFailure } from './token-failure.js';
import type { TokenGrant } from './token-grant.js';
import { tokenTiming, type Moment } from './token-timing.js';

const REFUSED_SECRET = 'invalid_client';

/** From the client's secrets to a token, within the deadline of a token request. */
@Injectable()
export class TokenFetcher {
  #working: Secret | undefined;

  constructor(
    private readonly config: CryptofuseConfig,
    private readonly secrets: ClientSecrets,
    private readonly endpoint: TokenEndpoint,
    private readonly clock: Clock,
  ) {}

  /**
   * Returns a new token. The secrets are tried in order, the one that last worked first.
   *
   * @throws {TokenFailure} where there is none, too slow an answer included
   * @throws {TransportFailure} where there is no answer
   */
  async fetch(isCure: boolean, signal: AbortSignal): Promise<IssuedToken> {
    return this.#withinDeadline(signal, async (deadline) => {
      let refusal: unknown;
      for (const secret of this.#inOrder(await untilAborted(this.secrets.ask(), deadline))) {
        try {
          return await this.#fetchWith(secret, isCure, deadline);
        } catch (error) {
          if (!isRefusedSecret(error)) throw error;
          refusal ??= error;
        }
      }
      throw refusal;
    });
  }

  /** Tells the server to forget `token`, with the secret that last worked. */
  async revoke(token: AccessToken): Promise<void> {
    return this.#withinDeadline(undefined, async (deadline) => {
      const [first] = this.#inOrder(await untilAborted(this.secrets.ask(), deadline));
      const secret = this.#working ?? first;
      if (secret !== undefined) await this.endpoint.revokeToken(token.reveal(), secret, deadline);
    });
  }

  async #fetchWith(secret: Secret, isCure: boolean, signal: AbortSignal): Promise<IssuedToken> {
    const sentAt = { wall: this.clock.now(), monotonic: this.clock.monotonic() };
    const grant = await this.endpoint.requestToken(secret, signal);
    this.#working = secret;
    return issue(grant, sentAt, isCure);
  }

  #inOrder(secrets: readonly Secret[]): readonly Secret[] {
    const working = this.#working?.reveal();
    const isWorking = (secret: Secret): boolean => secret.reveal() === working;
    return [...secrets.filter(isWorking), ...secrets.filter((secret) => !isWorking(secret))];
  }

  async #withinDeadline<T>(
    signal: AbortSignal | undefined,
    run: (deadline: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const controller = new AbortController();
    const timer = this.clock.schedule(() => {
      controller.abort(this.#tooSlow());
    }, this.config.timeout);
    try {
      const deadline = signal ? AbortSignal.any([signal, controller.signal]) : controller.signal;
      return await untilAborted(run(deadline), deadline);
    } finally {
      timer.cancel();
    }
  }

  #tooSlow(): TokenFailure {
    const { timeout, clientId } = this.config;
    const code = 'token_timeout';
    const message = `No token came within ${timeout} ms.`;
    const facts = { code, message, clientId, outcome: 'not-sent' } as const;
    return new TokenFailure(code, message, () => new CryptofuseTimeoutException(facts));
  }
}

function isRefusedSecret(error: unknown): boolean {
  return error instanceof TokenFailure && error.code === REFUSED_SECRET;
}

function issue(grant: TokenGrant, sentAt: Moment, isCure: boolean): IssuedToken {
  const life = grant.lifetime * 1_000;
  const scopes = Object.freeze([...grant.scopes]);
  const token = new AccessToken(
    grant.value,
    scopes,
    new Date(sentAt.wall),
    new Date(sentAt.wall + life),
  );
  return new IssuedToken(token, tokenTiming(sentAt, life, Math.random()), isCure);
}
