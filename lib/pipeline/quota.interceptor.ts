import { Injectable } from '@nestjs/common';
import { Clock } from '../clock/clock.js';
import { CryptofuseConfig } from '../config/cryptofuse-config.js';
import { clientClosed, CryptofuseRateLimitException } from '../exceptions/cryptofuse-exceptions.js';
import type { Call, CryptofuseResponse } from '../request/call.js';
import { type EndSignal, untilAborted } from '../transport/cancellation.js';
import { CallWait } from './attempt.js';
import { CallsInFlight } from './calls-in-flight.js';
import type { Next, Step } from './pipeline.js';
import { type QuotaSnapshot, QuotaWatch, type QuotaWindow } from './quota-watch.js';

/** More calls than this do not wait: they would be answered too late to matter. */
const LONGEST_QUEUE = 10_000;

const NOBODY_WAITS = (): void => undefined;

/**
 * Keeps to the API's quota, as the {@link QuotaWatch} has seen it: refuses calls that it does not allow, or has them
 * wait for the next window, first come, first served.
 */
@Injectable()
export class QuotaInterceptor implements Step<Call> {
  readonly #queue = new TurnQueue();
  /** Wakes the call whose turn it is: another one has ended, and may have left room. */
  #wake = NOBODY_WAITS;

  constructor(
    private readonly config: CryptofuseConfig,
    private readonly watch: QuotaWatch,
    private readonly calls: CallsInFlight,
    private readonly clock: Clock,
  ) {}

  /** Returns what is known of the quota; no network call. */
  snapshot(): QuotaSnapshot {
    const { limit, remaining, resetAt } = this.watch.current();
    return { limit, remaining, resetAt, waiting: this.#queue.length };
  }

  intercept(call: Call, next: Next<Call>): Promise<CryptofuseResponse> {
    if (this.config.quota.policy === 'observe') return next(call);
    const window = this.#enter();
    return window === undefined
      ? this.#sentInTurn(call, next)
      : this.#sentWithin(window, call, next);
  }

  async #sentInTurn(call: Call, next: Next<Call>): Promise<CryptofuseResponse> {
    return this.#sentWithin(await this.#enterInTurn(call), call, next);
  }

  async #sentWithin(
    window: QuotaWindow,
    call: Call,
    next: Next<Call>,
  ): Promise<CryptofuseResponse> {
    try {
      return await next(call);
    } finally {
      window.leave();
      this.#wake();
    }
  }

  /** Enters the window at once; `undefined` where the policy does not allow it. */
  #enter(): QuotaWindow | undefined {
    const window = this.watch.current();
    const isFree = this.#queue.length === 0 && window.admits(this.config.quota.reserve);
    if (!isFree) return undefined;
    window.enter();
    return window;
  }

  async #enterInTurn({ signal }: Call): Promise<QuotaWindow> {
    if (this.calls.closed) throw clientClosed(this.config.clientId, 'not-sent');
    const { policy } = this.config.quota;
    const maxWait = Math.min(this.config.quota.maxWait, this.calls.longestPause);
    const { opensIn = 0 } = this.watch.current();
    if (policy === 'fail' || opensIn > maxWait || this.#queue.length >= LONGEST_QUEUE) {
      throw this.#spent();
    }
    const wait = new CallWait('not-sent');
    this.calls.enter(wait, signal);
    const timer = this.clock.schedule(() => {
      wait.abort(this.#spent());
    }, maxWait);
    try {
      return await this.#queue.run(() => this.#enterWhenOpen(wait), wait);
    } finally {
      timer.cancel();
      this.calls.leave(wait);
    }
  }

  async #enterWhenOpen(end: EndSignal): Promise<QuotaWindow> {
    for (;;) {
      const window = this.watch.current();
      if (window.admits(this.config.quota.reserve)) {
        window.enter();
        return window;
      }
      await this.#untilChange(window, end);
    }
  }

  /** Waits for the next window, or for the end of a call. */
  async #untilChange({ opensIn = Infinity }: QuotaWindow, end: EndSignal): Promise<void> {
    const changed = new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    const delay = Math.max(1, opensIn);
    const timer = this.clock.schedule(() => {
      this.#wake();
    }, delay);
    try {
      await untilAborted(changed, end);
    } finally {
      timer.cancel();
      // It would keep the call's async context.
      this.#wake = NOBODY_WAITS;
    }
  }

  #spent(): Error {
    return quotaException(this.watch.current(), this.config.clientId);
  }
}

/** Returns the exception of a call that was not sent because the quota is spent. */
export function quotaException(
  { limit, remaining, resetAt, opensIn }: QuotaWindow,
  clientId: string,
): CryptofuseRateLimitException {
  return new CryptofuseRateLimitException({
    code: 'quota_spent',
    message: 'The calls of this window are spent; the call was not sent.',
    clientId,
    source: 'api',
    limit,
    remaining,
    resetAt,
    retryAfter: opensIn,
    hint: "Call less often, lower quota.reserve, or set quota.policy to 'wait' or 'observe'.",
    outcome: 'not-sent',
  });
}

const NOBODY = Promise.resolve();

/** Lets tasks run one after the other, first come, first served. */
export class TurnQueue {
  #last: Promise<void> = NOBODY;
  #length = 0;

  /** Tasks that wait or run. */
  get length(): number {
    return this.#length;
  }

  /** Runs `task` when its turn comes; an abort of `signal` gives the turn up and rejects with its reason. */
  async run<T>(task: () => Promise<T>, signal: EndSignal): Promise<T> {
    const before = this.#last;
    let finish = (): void => undefined;
    this.#last = new Promise((resolve) => {
      finish = resolve;
    });
    this.#length += 1;
    try {
      await untilAborted(before, signal);
      return await task();
    } finally {
      this.#length -= 1;
      // Whoever gives up lets nobody overtake those before.
      void before.then(finish);
      // A promise keeps the async context of the call that made it.
      if (this.#length === 0) this.#last = NOBODY;
    }
  }
}
