import type { Clock } from '../clock/clock.js';
import type { QuotaSettings } from '../config/settings.js';
import { clientClosed, CryptofuseRateLimitException } from '../exceptions/cryptofuse-exceptions.js';
import { hintFor } from '../exceptions/hints.js';
import type { Account } from '../request/account.js';
import type { CryptofuseResponse } from '../contracts/interceptor.js';
import type { Call } from '../request/call.js';
import type { AbortSignalLike } from '../contracts/transport.js';
import { untilAborted } from '../transport/cancellation.js';
import { PendingWait } from './attempt.js';
import type { CallsInFlight } from './calls-in-flight.js';
import type { Next, Step } from './pipeline.js';
import type { QuotaSnapshot, QuotaWatch, QuotaWindow } from '../token/quota-watch.js';

/** Calls beyond this number do not wait: they would be sent too late to matter. */
const LONGEST_QUEUE = 10_000;

/**
 * Keeps calls within the API's quota, which the {@link QuotaWatch} observes: refuses those beyond it, or makes them wait
 * for the next window, first come, first served.
 */
export class QuotaInterceptor implements Step<Call> {
  constructor(
    private readonly settings: QuotaSettings,
    private readonly calls: CallsInFlight,
    private readonly clock: Clock,
  ) {}

  /** Returns what is known about the quota, without a network call. */
  snapshot({ quota }: Account): QuotaSnapshot {
    const { limit, remaining, resetAt } = quota.current();
    return { limit, remaining, resetAt, waiting: quota.waiting };
  }

  intercept(call: Call, next: Next<Call>): Promise<CryptofuseResponse> {
    if (this.settings.policy === 'observe') return next(call);
    const window = this.#enter(call.account.quota);
    return window === undefined
      ? this.#sendInTurn(call, next)
      : this.#sendWithin(window, call, next);
  }

  async #sendInTurn(call: Call, next: Next<Call>): Promise<CryptofuseResponse> {
    return this.#sendWithin(await this.#enterInTurn(call), call, next);
  }

  async #sendWithin(
    window: QuotaWindow,
    call: Call,
    next: Next<Call>,
  ): Promise<CryptofuseResponse> {
    try {
      return await next(call);
    } finally {
      window.leave();
      call.account.quota.wake();
    }
  }

  /** Enters the window at once and returns it; `undefined` if the policy does not allow it. */
  #enter(quota: QuotaWatch): QuotaWindow | undefined {
    const window = quota.current();
    const isFree = quota.waiting === 0 && window.admits(this.settings.reserve);
    if (!isFree) return undefined;
    window.enter();
    return window;
  }

  async #enterInTurn(call: Call): Promise<QuotaWindow> {
    const { credentials, quota } = call.account;
    if (this.calls.closed) throw clientClosed(credentials.clientId, 'not-sent');
    const { policy } = this.settings;
    const maxWait = Math.min(this.settings.maxWait, this.calls.longestPause);
    const { opensIn = 0 } = quota.current();
    if (policy === 'fail' || opensIn > maxWait || quota.waiting >= LONGEST_QUEUE) {
      throw quotaExceptionOf(call.account);
    }
    const wait = new PendingWait(call, 'not-sent');
    this.calls.enter(wait, call.signal);
    const timer = this.clock.schedule(() => {
      wait.abort(quotaExceptionOf(call.account));
    }, maxWait);
    try {
      return await quota.inTurn(() => this.#enterWhenOpen(quota, wait), wait);
    } finally {
      timer.cancel();
      this.calls.leave(wait);
    }
  }

  async #enterWhenOpen(quota: QuotaWatch, end: AbortSignalLike): Promise<QuotaWindow> {
    for (;;) {
      const window = quota.current();
      if (window.admits(this.settings.reserve)) {
        window.enter();
        return window;
      }
      await this.#untilChange(quota, window, end);
    }
  }

  /** Waits until the next window opens or a call ends. */
  async #untilChange(
    quota: QuotaWatch,
    { opensIn = Infinity }: QuotaWindow,
    end: AbortSignalLike,
  ): Promise<void> {
    const changed = quota.untilWoken();
    const delay = Math.max(1, opensIn);
    const timer = this.clock.schedule(() => {
      quota.wake();
    }, delay);
    try {
      await untilAborted(changed, end);
    } finally {
      timer.cancel();
      // Otherwise the quota would keep the call's async context alive.
      quota.rest();
    }
  }
}

function quotaExceptionOf({ quota, credentials }: Account): Error {
  return quotaException(quota.current(), credentials.clientId);
}

const SPENT = 'quota_spent';

/** Returns the exception for a call that was not sent because the quota is spent. */
function quotaException(
  { limit, remaining, resetAt, opensIn }: QuotaWindow,
  clientId: string,
): CryptofuseRateLimitException {
  return new CryptofuseRateLimitException({
    code: SPENT,
    message: 'The calls of this window are spent; the call was not sent.',
    clientId,
    source: 'api',
    limit,
    remaining,
    resetAt,
    retryAfter: opensIn,
    hint: hintFor(SPENT),
    outcome: 'not-sent',
  });
}
