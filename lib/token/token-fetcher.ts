import { createHmac, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Clock } from '../clock/clock.js';
import { DeadlineTimers } from '../clock/deadline-timers.js';
import { CryptofuseConfig } from '../config/cryptofuse-config.js';
import type { Secret } from '../config/secret.js';
import { type EndSignal, onAbort, pauseFor, untilAborted } from '../transport/cancellation.js';
import { ClientSecrets } from './client-secrets.js';
import { FailureMemory } from './failure-memory.js';
import { type AccessToken, type IssuedToken, issueToken } from './issued-token.js';
import { TokenAdmission } from './token-admission.js';
import { TokenEndpoint } from './token-endpoint.js';
import { asTokenFailure, revocationTimeout, TokenFailure, tokenTimeout } from './token-failure.js';
import type { FlightPurpose } from './token-flight.js';
import { decorrelatedPause } from './token-timing.js';

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
  #tried: string | undefined;

  constructor(
    private readonly config: CryptofuseConfig,
    private readonly secrets: ClientSecrets,
    private readonly endpoint: TokenEndpoint,
    private readonly admission: TokenAdmission,
    private readonly memory: FailureMemory,
    private readonly clock: Clock,
    private readonly timers: DeadlineTimers,
  ) {}

  /**
   * Returns a new token, once the budget lets a request through and within `timeout` from then on. A
   * passing failure is met by repeating, briefly, unless the endpoint was in trouble before.
   *
   * @throws {TokenFailure} where there is none
   */
  async fetch(purpose: FlightPurpose, signal: EndSignal): Promise<IssuedToken> {
    await pauseFor(this.admission.wait(purpose), this.clock, signal);
    try {
      return await this.#withinDeadline(
        signal,
        () => tokenTimeout(this.config, this.memory.latest),
        (deadline) => this.#repeat(purpose, deadline),
      );
    } catch (error) {
      const failure = asTokenFailure(error, this.config.clientId);
      const now = this.clock.monotonic();
      if (this.#tried !== undefined) this.memory.remember(this.#tried, purpose, failure, now);
      throw failure;
    }
  }

  /** Tells the server to forget `token`, with the secret that last worked. */
  async revoke(token: AccessToken, signal: EndSignal): Promise<void> {
    await this.#withinDeadline(
      signal,
      () => revocationTimeout(this.config),
      async (deadline) => {
        const [secret] = this.#order.of(await untilAborted(this.secrets.ask(), deadline));
        if (secret !== undefined) await this.endpoint.revokeToken(token.reveal(), secret, deadline);
      },
    );
  }

  async #repeat(purpose: FlightPurpose, deadline: EndSignal): Promise<IssuedToken> {
    const repeatUntil = this.clock.monotonic() + REPEATING;
    const mostTries = this.memory.isInTrouble ? 1 : TRIES;
    let pause = 0;
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.#attempt(purpose, deadline);
      } catch (error) {
        const failure = asTokenFailure(error, this.config.clientId);
        if (!deadline.aborted) this.memory.note(failure);
        const isOver = tries === mostTries || this.clock.monotonic() >= repeatUntil;
        if (failure.kind !== 'passing' || isOver) throw failure;
      }
      pause = decorrelatedPause(pause, REPEAT_PAUSE, Math.random());
      await pauseFor(pause, this.clock, deadline);
    }
  }

  async #attempt(purpose: FlightPurpose, deadline: EndSignal): Promise<IssuedToken> {
    this.#tried = undefined;
    const secrets = await untilAborted(this.secrets.ask(), deadline);
    try {
      return await this.#tryInOrder(secrets, purpose, deadline);
    } catch (error) {
      if (!isRefusedSecret(error)) throw error;
      // It may have rotated between being asked for and being sent.
      const again = await untilAborted(this.secrets.ask(), deadline);
      if (this.#fingerprint(again) === this.#fingerprint(secrets)) throw error;
      return this.#tryInOrder(again, purpose, deadline);
    }
  }

  /** Tries each secret until one is not refused. What these met before is answered from memory. */
  async #tryInOrder(
    secrets: readonly Secret[],
    purpose: FlightPurpose,
    deadline: EndSignal,
  ): Promise<IssuedToken> {
    this.#tried = this.#fingerprint(secrets);
    const known = this.memory.recall(this.#tried, purpose, this.clock.monotonic());
    if (known !== undefined) throw known;
    let refusal: unknown;
    for (const secret of this.#order.of(secrets)) {
      try {
        const issued = await this.#tryOne(secret, purpose, deadline);
        this.memory.forget();
        return issued;
      } catch (error) {
        if (!isRefusedSecret(error)) throw error;
        refusal = error;
        this.#order.markRefused(secret);
      }
    }
    throw refusal;
  }

  async #tryOne(secret: Secret, purpose: FlightPurpose, deadline: EndSignal): Promise<IssuedToken> {
    if (this.admission.wait(purpose) > 0) throw this.admission.failureOf(purpose);
    this.admission.spend();
    const sentAt = { wall: this.clock.now(), monotonic: this.clock.monotonic() };
    try {
      const grant = await this.endpoint.requestToken(secret, deadline);
      this.#order.markWorking(secret);
      this.admission.succeed();
      return issueToken(grant, sentAt, purpose === 'cure');
    } catch (error) {
      if (error instanceof TokenFailure && error.closesGate) this.admission.close(error);
      throw error;
    }
  }

  #fingerprint(secrets: readonly Secret[]): string {
    return credentialFingerprint(this.config, secrets);
  }

  /** A token request, the secret's function and the repeats included, has `timeout` as its own deadline. */
  async #withinDeadline<T>(
    signal: EndSignal,
    failureOf: () => TokenFailure,
    run: (deadline: EndSignal) => Promise<T>,
  ): Promise<T> {
    const controller = new AbortController();
    const stop = onAbort(signal, () => {
      controller.abort(signal.reason);
    });
    const timer = this.timers.schedule(() => {
      controller.abort(failureOf());
    }, this.config.timeout);
    try {
      return await untilAborted(run(controller.signal), controller.signal);
    } finally {
      timer.cancel();
      stop();
    }
  }
}

function isRefusedSecret(error: unknown): boolean {
  return error instanceof TokenFailure && error.code === REFUSED_SECRET;
}

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

/** Of this process alone, so that a fingerprint tells nothing outside of it. */
const KEY = randomBytes(32);

/** Returns what tells credentials apart from others, without telling them: origin, client, secrets, scopes. */
export function credentialFingerprint(
  { baseUrl, clientId, scopes }: CryptofuseConfig,
  secrets: readonly Secret[],
): string {
  const revealed = secrets.map((secret) => secret.reveal());
  const identity = JSON.stringify([baseUrl, clientId, scopes, revealed]);
  return createHmac('sha256', KEY).update(identity).digest('hex');
}
