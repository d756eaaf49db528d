import { Injectable } from '@nestjs/common';
import { Clock } from '../../clock/clock.js';
import { CryptofuseConfig } from '../../config/cryptofuse-config.js';
import { clientClosed } from '../../exceptions/client-closed.js';
import type { EndSignal } from '../../transport/end-signal.js';
import { untilAborted } from '../../transport/until-aborted.js';
import type { Call } from '../call.js';
import { CallWait } from '../call-wait.js';
import { CallsInFlight } from '../calls-in-flight.js';
import type { Next, Step } from '../compose.js';
import type { CryptofuseResponse } from '../cryptofuse-response.js';
import { quotaException } from '../quota-exception.js';
import type { QuotaSnapshot } from '../quota-snapshot.js';
import { QuotaWatch } from '../quota-watch.js';
import type { QuotaWindow } from '../quota-window.js';
import { TurnQueue } from '../turn-queue.js';

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
