import type { Clock } from '../clock/clock.js';
import type { DeadlineTimers } from '../clock/deadline-timers.js';
import type { Secret } from '../config/secret.js';
import type { SecretRedactor } from '../config/secret-redactor.js';
import { tokenTimeoutHint } from '../exceptions/hints.js';
import type { AbortSignalLike } from '../contracts/transport.js';
import { onAbort, pauseFor, untilAborted } from '../transport/cancellation.js';
import {
  askForSecrets,
  credentialFingerprint,
  type Credentials,
  SecretOrder,
} from './credentials.js';
import { FailureMemory } from './failure-memory.js';
import { type IssuedToken, issueToken } from './issued-token.js';
import type { TokenClient, TokenEndpoint } from './token-endpoint.js';
import { toTokenFailure, revocationTimeout, TokenFailure, tokenTimeout } from './token-failure.js';
import type { TokenRateLimiter } from './token-rate-limiter.js';
import type { TokenPurpose, TokenSource } from './token-source.js';
import { decorrelatedPause } from './token-timing.js';

/** Limits for retrying passing failures: the number of attempts, and times in milliseconds. */
const TRIES = 3;
const RETRYING = 2_000;
const RETRY_PAUSE = { shortest: 200, longest: 800 };
const REFUSED_SECRET = 'invalid_client';

/** The parts shared by the fetchers of a module's accounts. */
interface FetcherMachinery {
  readonly endpoint: TokenEndpoint;
  readonly limiter: TokenRateLimiter;
  readonly clock: Clock;
  readonly timers: DeadlineTimers;
  /** The longest a token request may take, in milliseconds. */
  readonly timeout: number;
  readonly hasProxy: boolean;
}

/** Fetches tokens with the secrets of one account. */
export class TokenFetcher implements TokenSource {
  readonly #order = new SecretOrder();
  readonly #memory = new FailureMemory();
  /** The credentials that were tried last. */
  #tried: string | undefined;
  /** Calls of the `clientSecret` function under way. */
  #pendingSecrets = 0;

  constructor(
    private readonly credentials: Credentials,
    private readonly redactor: SecretRedactor,
    private readonly shared: FetcherMachinery,
  ) {}

  /**
   * Returns a new token, within `timeout` from when the budget lets a request through. A passing failure is retried
   * briefly, unless the endpoint was already in trouble.
   *
   * @throws {TokenFailure} if there is none
   */
  async obtain(
    purpose: TokenPurpose,
    _refused: string | undefined,
    signal: AbortSignalLike,
  ): Promise<IssuedToken> {
    await pauseFor(this.shared.limiter.wait(purpose), this.shared.clock, signal);
    try {
      return await this.#withinDeadline(
        signal,
        () => this.#timeout(),
        (deadline) => this.#retry(purpose, deadline),
      );
    } catch (error) {
      const failure = toTokenFailure(error, this.credentials.clientId);
      const now = this.shared.clock.monotonic();
      if (this.#tried !== undefined) this.#memory.remember(this.#tried, purpose, failure, now);
      throw failure;
    }
  }

  /** The last failure of a token request; `undefined` once one has succeeded. */
  get latestFailure(): TokenFailure | undefined {
    return this.#memory.latest;
  }

  rememberedUntil(failure: TokenFailure): number | undefined {
    return this.#memory.untilOf(failure) ?? this.shared.limiter.untilOf(failure);
  }

  /** Whether the application's `clientSecret` function has been called, and has not returned yet. */
  get isAwaitingSecret(): boolean {
    return this.#pendingSecrets > 0;
  }

  /** Revokes `token` with the secret that last worked. */
  async revoke(token: IssuedToken, signal: AbortSignalLike): Promise<void> {
    await this.#withinDeadline(
      signal,
      () => revocationTimeout(this.shared.timeout, this.credentials.clientId),
      async (deadline) => {
        const secrets = await this.#askForSecrets(deadline);
        const [secret] = this.#order.of(secrets);
        if (secret === undefined) return;
        await this.shared.endpoint.revokeToken(token.reveal(), this.#clientWith(secret), deadline);
      },
    );
  }

  async #askForSecrets(deadline: AbortSignalLike): Promise<readonly Secret[]> {
    this.#pendingSecrets += 1;
    try {
      return await untilAborted(askForSecrets(this.credentials), deadline);
    } finally {
      this.#pendingSecrets -= 1;
    }
  }

  async #retry(purpose: TokenPurpose, deadline: AbortSignalLike): Promise<IssuedToken> {
    const retryUntil = this.shared.clock.monotonic() + RETRYING;
    const mostTries = this.#memory.isInTrouble ? 1 : TRIES;
    let pause = 0;
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.#attempt(purpose, deadline);
      } catch (error) {
        const failure = toTokenFailure(error, this.credentials.clientId);
        if (!deadline.aborted) this.#memory.note(failure);
        const isOver = tries === mostTries || this.shared.clock.monotonic() >= retryUntil;
        if (failure.kind !== 'passing' || isOver) throw failure;
      }
      pause = decorrelatedPause(pause, RETRY_PAUSE, Math.random());
      await pauseFor(pause, this.shared.clock, deadline);
    }
  }

  async #attempt(purpose: TokenPurpose, deadline: AbortSignalLike): Promise<IssuedToken> {
    this.#tried = undefined;
    const secrets = await this.#askForSecrets(deadline);
    try {
      return await this.#tryInOrder(secrets, purpose, deadline);
    } catch (error) {
      if (!isRefusedSecret(error)) throw error;
      // The secret may have rotated since the function returned it.
      const again = await this.#askForSecrets(deadline);
      if (this.#fingerprint(again) === this.#fingerprint(secrets)) throw error;
      return this.#tryInOrder(again, purpose, deadline);
    }
  }

  /** Tries each secret until one is not refused. A remembered failure is thrown without a request. */
  async #tryInOrder(
    secrets: readonly Secret[],
    purpose: TokenPurpose,
    deadline: AbortSignalLike,
  ): Promise<IssuedToken> {
    this.#tried = this.#fingerprint(secrets);
    const known = this.#memory.recall(this.#tried, purpose, this.shared.clock.monotonic());
    if (known !== undefined) throw known;
    let refusal: unknown;
    for (const secret of this.#order.of(secrets)) {
      try {
        const issued = await this.#tryOne(secret, purpose, deadline);
        this.#memory.forget();
        return issued;
      } catch (error) {
        if (!isRefusedSecret(error)) throw error;
        refusal = error;
        this.#order.markRefused(secret);
      }
    }
    throw refusal;
  }

  async #tryOne(
    secret: Secret,
    purpose: TokenPurpose,
    deadline: AbortSignalLike,
  ): Promise<IssuedToken> {
    const { limiter } = this.shared;
    if (limiter.wait(purpose) > 0) throw limiter.failureOf(purpose, this.credentials.clientId);
    limiter.spend();
    const sentAt = this.shared.clock.moment();
    try {
      const grant = await this.shared.endpoint.requestToken(this.#clientWith(secret), deadline);
      this.#order.markWorking(secret);
      limiter.succeed();
      return issueToken(grant, sentAt, purpose === 'replacement');
    } catch (error) {
      if (error instanceof TokenFailure && error.pausesRequests) limiter.close(error);
      throw error;
    }
  }

  #timeout(): TokenFailure {
    const { timeout, hasProxy } = this.shared;
    const hint = tokenTimeoutHint(this.isAwaitingSecret, hasProxy);
    return tokenTimeout(timeout, this.credentials.clientId, this.#memory.latest, hint);
  }

  #clientWith(secret: Secret): TokenClient {
    return { credentials: this.credentials, secret, redactor: this.redactor };
  }

  #fingerprint(secrets: readonly Secret[]): string {
    return credentialFingerprint(this.credentials, secrets);
  }

  /** Applies `timeout` to a token request, including the secret function and retries. */
  async #withinDeadline<T>(
    signal: AbortSignalLike,
    failureOf: () => TokenFailure,
    run: (deadline: AbortSignalLike) => Promise<T>,
  ): Promise<T> {
    const controller = new AbortController();
    const stop = onAbort(signal, () => {
      controller.abort(signal.reason);
    });
    const timer = this.shared.timers.schedule(() => {
      controller.abort(failureOf());
    }, this.shared.timeout);
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
