import { Injectable } from '@nestjs/common';
import { Clock } from '../clock/clock.js';
import { CryptofuseConfig } from '../config/cryptofuse-config.js';
import type { Secret } from '../config/secret.js';
import { onAbort } from '../transport/on-abort.js';
import { untilAborted } from '../transport/until-aborted.js';
import type { AccessToken } from './access-token.js';
import { asTokenFailure } from './as-token-failure.js';
import { ClientSecrets } from './client-secrets.js';
import { credentialFingerprint } from './credential-fingerprint.js';
import { decorrelatedPause } from './decorrelated-pause.js';
import { FailureMemory } from './failure-memory.js';
import { issueToken } from './issue-token.js';
import type { IssuedToken } from './issued-token.js';
import { pauseFor } from '../transport/pause-for.js';
import { SecretOrder } from './secret-order.js';
import { TokenAdmission } from './token-admission.js';
import { TokenEndpoint } from './token-endpoint.js';
import { TokenFailure, type TokenFailureKind } from './token-failure.js';
import type { FlightPurpose } from './token-flight.js';
import type { TokenGrant } from './token-grant.js';
import { tokenTimeout } from './token-timeout.js';

/** A request that met a passing failure is sent so often at most, and repeated for so long, in ms. */
const TRIES = 3;
const REPEATING = 2_000;
const REPEAT_PAUSE = { shortest: 200, longest: 800 };
const REFUSED_SECRET = 'invalid_client';

/** From the client's secrets to a token. */
@Injectable()
export class TokenFetcher {
  readonly #order = new SecretOrder();
  /** The credentials that were tried last. */
  #tried = '';

  constructor(
    private readonly config: CryptofuseConfig,
    private readonly secrets: ClientSecrets,
    private readonly endpoint: TokenEndpoint,
    private readonly admission: TokenAdmission,
    private readonly memory: FailureMemory,
    private readonly clock: Clock,
  ) {}

  /**
   * Returns a new token, once the budget lets a request through. A passing failure is met by repeating,
   * briefly, unless the endpoint was in trouble before.
   *
   * @throws {TokenFailure} where there is none
   */
  async fetch(purpose: FlightPurpose, signal: AbortSignal): Promise<IssuedToken> {
    await pauseFor(this.admission.wait(purpose), this.clock, signal);
    const repeatUntil = this.clock.monotonic() + REPEATING;
    let pause = 0;
    const mostTries = this.memory.isInTrouble ? 1 : TRIES;
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.#attempt(purpose, signal);
      } catch (error) {
        const failure = asTokenFailure(error, this.config.clientId);
        const isOver = tries === mostTries || this.clock.monotonic() >= repeatUntil;
        if (failure.kind !== 'passing' || isOver) throw this.#remembered(failure);
      }
      pause = decorrelatedPause(pause, REPEAT_PAUSE, Math.random());
      await pauseFor(pause, this.clock, signal);
    }
  }

  /** Tells the server to forget `token`, with the secret that last worked. */
  async revoke(token: AccessToken): Promise<void> {
    const unhurried = new AbortController().signal;
    const [secret] = this.#order.of(await this.#ask(unhurried));
    if (secret === undefined) return;
    await this.#within(unhurried, 'own', (deadline) =>
      this.endpoint.revokeToken(token.reveal(), secret, deadline),
    );
  }

  async #attempt(purpose: FlightPurpose, signal: AbortSignal): Promise<IssuedToken> {
    const secrets = await this.#ask(signal);
    try {
      return await this.#tryInOrder(secrets, purpose, signal);
    } catch (error) {
      if (!isRefusedSecret(error)) throw error;
      // It may have rotated between being asked for and being sent.
      const again = await this.#ask(signal);
      if (this.#fingerprint(again) === this.#fingerprint(secrets)) throw error;
      return this.#tryInOrder(again, purpose, signal);
    }
  }

  /** Tries each secret until one is not refused. What these met before is answered from memory. */
  async #tryInOrder(
    secrets: readonly Secret[],
    purpose: FlightPurpose,
    signal: AbortSignal,
  ): Promise<IssuedToken> {
    this.#tried = this.#fingerprint(secrets);
    const known = this.memory.recall(this.#tried, this.clock.monotonic());
    if (known !== undefined) throw known;
    let refusal: TokenFailure | undefined;
    for (const secret of this.#order.of(secrets)) {
      try {
        const issued = await this.#tryOne(secret, purpose, signal);
        this.memory.forget();
        return issued;
      } catch (error) {
        refusal = asTokenFailure(error, this.config.clientId);
        if (!isRefusedSecret(refusal)) break;
        this.#order.markRefused(secret);
      }
    }
    throw refusal ?? asTokenFailure(undefined, this.config.clientId);
  }

  #remembered(failure: TokenFailure): TokenFailure {
    this.memory.remember(this.#tried, failure, this.clock.monotonic());
    return failure;
  }

  async #tryOne(secret: Secret, purpose: FlightPurpose, signal: AbortSignal): Promise<IssuedToken> {
    if (this.admission.wait(purpose) > 0) throw this.admission.failureOf(purpose);
    this.admission.spend();
    const sentAt = { wall: this.clock.now(), monotonic: this.clock.monotonic() };
    const grant = await this.#request(secret, signal);
    this.#order.markWorking(secret);
    return issueToken(grant, sentAt, purpose === 'cure');
  }

  async #request(secret: Secret, signal: AbortSignal): Promise<TokenGrant> {
    try {
      return await this.#within(signal, 'passing', (deadline) =>
        this.endpoint.requestToken(secret, deadline),
      );
    } catch (error) {
      if (isLimit(error)) this.admission.close(error.wait);
      throw error;
    }
  }

  #ask(signal: AbortSignal): Promise<readonly Secret[]> {
    return this.#within(signal, 'own', () => this.secrets.ask());
  }

  #fingerprint(secrets: readonly Secret[]): string {
    return credentialFingerprint(this.config, secrets);
  }

  /** Runs one step of a token request, each of which has `timeout` as its deadline. */
  async #within<T>(
    signal: AbortSignal,
    kind: TokenFailureKind,
    run: (deadline: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const controller = new AbortController();
    const stop = onAbort(signal, () => {
      controller.abort(signal.reason);
    });
    const timer = this.clock.schedule(() => {
      controller.abort(tokenTimeout(kind, this.config));
    }, this.config.timeout);
    try {
      return await untilAborted(run(controller.signal), controller.signal);
    } finally {
      timer.cancel();
      stop();
    }
  }
}

function isLimit(error: unknown): error is TokenFailure {
  return error instanceof TokenFailure && error.kind === 'limited';
}

function isRefusedSecret(error: unknown): boolean {
  return error instanceof TokenFailure && error.code === REFUSED_SECRET;
}
