import { Injectable } from '@nestjs/common';
import { Clock } from '../../clock/clock.js';
import { CryptofuseConfig } from '../../config/cryptofuse-config.js';
import { clientClosed } from '../../exceptions/client-closed.js';
import { TokenKeeper } from '../../token/token-keeper.js';
import { readRateLimit } from '../../transport/rate-limit-headers.js';
import type { EndSignal } from '../../transport/end-signal.js';
import { RequestEnd } from '../../transport/request-end.js';
import { untilAborted } from '../../transport/until-aborted.js';
import type { Call } from '../call.js';
import { CallsInFlight } from '../calls-in-flight.js';
import type { Next, Step } from '../compose.js';
import type { CryptofuseResponse } from '../cryptofuse-response.js';
import { quotaException } from '../quota-exception.js';
import type { QuotaSnapshot } from '../quota-snapshot.js';
import { QuotaWindow } from '../quota-window.js';
import { TurnQueue } from '../turn-queue.js';

/** Without it an answer tells nothing of the quota. */
const REMAINING = 'x-ratelimit-remaining';
/** More calls than this do not wait: they would be answered too late to matter. */
const LONGEST_QUEUE = 10_000;

/**
 * Keeps to the API's quota, which is counted for each token: watches it, refuses calls that it does
 * not allow, or has them wait for the next window, first come, first served.
 */
@Injectable()
export class QuotaInterceptor implements Step<Call> {
  readonly #queue = new TurnQueue();
  #window = new QuotaWindow();
  #token: unknown;
  /** Wakes the call whose turn it is: another one has ended, and may have left room. */
  #wake = (): void => undefined;

  constructor(
    private readonly config: CryptofuseConfig,
    private readonly tokens: TokenKeeper,
    private readonly calls: CallsInFlight,
    private readonly clock: Clock,
  ) {}

  /** Returns what is known of the quota; no network call. */
  snapshot(): QuotaSnapshot {
    const { limit, remaining, resetAt } = this.#current();
    const reset = resetAt === undefined ? undefined : new Date(resetAt);
    return { limit, remaining, resetAt: reset, waiting: this.#queue.length };
  }

  intercept(call: Call, next: Next<Call>): Promise<CryptofuseResponse> {
    const window = this.#enter();
    if (window !== undefined) return this.#watched(window, call, next);
    return this.#enterInTurn(call).then((entered) => this.#watched(entered, call, next));
  }

  #watched(window: QuotaWindow, call: Call, next: Next<Call>): Promise<CryptofuseResponse> {
    return next(call).then(
      (response) => {
        if (response.headers[REMAINING] !== undefined) {
          window.observe(readRateLimit(response.headers, this.clock.now()));
        }
        this.#leave(window);
        return response;
      },
      (error: unknown) => {
        this.#leave(window);
        throw error;
      },
    );
  }

  #leave(window: QuotaWindow): void {
    window.leave();
    this.#wake();
  }

  /** The quota belongs to the token: another one has another window. */
  #current(): QuotaWindow {
    const token = this.tokens.current;
    if (token === undefined || token === this.#token) return this.#window;
    // What was watched before the first token was there is that token's.
    if (this.#token !== undefined) this.#window = new QuotaWindow();
    this.#token = token;
    return this.#window;
  }

  /** Enters the window at once; `undefined` where the policy does not allow it. */
  #enter(): QuotaWindow | undefined {
    const { policy, reserve } = this.config.quota;
    const window = this.#current();
    if (policy !== 'observe') {
      if (this.#queue.length > 0 || !window.admits(reserve, this.clock.now())) return undefined;
    }
    window.enter();
    return window;
  }

  async #enterInTurn({ signal }: Call): Promise<QuotaWindow> {
    const { policy, maxWait } = this.config.quota;
    const opensIn = (this.#window.resetAt ?? 0) - this.clock.now();
    if (policy === 'fail' || opensIn > maxWait || this.#queue.length >= LONGEST_QUEUE) {
      throw this.#spent();
    }
    const end = new RequestEnd();
    const release = this.calls.endWith(signal, end, () =>
      clientClosed(this.config.clientId, 'not-sent'),
    );
    const timer = this.clock.schedule(() => {
      end.abort(this.#spent());
    }, maxWait);
    try {
      return await this.#queue.run(() => this.#enterWhenOpen(end), end);
    } finally {
      timer.cancel();
      release();
    }
  }

  async #enterWhenOpen(end: EndSignal): Promise<QuotaWindow> {
    for (;;) {
      const window = this.#current();
      if (window.admits(this.config.quota.reserve, this.clock.now())) {
        window.enter();
        return window;
      }
      await this.#untilChange(window, end);
    }
  }

  /** Waits for the next window, or for the end of a call. */
  async #untilChange({ resetAt }: QuotaWindow, end: EndSignal): Promise<void> {
    const changed = new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    const delay = Math.max(1, (resetAt ?? Infinity) - this.clock.now());
    const timer = this.clock.schedule(() => {
      this.#wake();
    }, delay);
    try {
      await untilAborted(changed, end);
    } finally {
      timer.cancel();
    }
  }

  #spent(): Error {
    return quotaException(this.#window, this.config.clientId, this.clock.now());
  }
}
