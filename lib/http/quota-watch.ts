import { Injectable } from '@nestjs/common';
import { Clock } from '../clock/clock.js';
import { ClockSkew } from '../token/clock-skew.js';
import type { IssuedToken } from '../token/issued-token.js';
import { TokenKeeper } from '../token/token-keeper.js';
import type { ResponseHeaders } from '../transport/transport.js';
import type { Attempt } from './attempt.js';
import { QuotaWindow } from './quota-window.js';

/** Without it an answer tells nothing of the quota. */
const REMAINING = 'x-ratelimit-remaining';

/** Watches the API's quota, which is counted for each token. */
@Injectable()
export class QuotaWatch {
  #window: QuotaWindow;
  #token: IssuedToken | undefined;

  constructor(
    private readonly tokens: TokenKeeper,
    private readonly clock: Clock,
    private readonly skew: ClockSkew,
  ) {
    this.#window = new QuotaWindow(clock, skew);
  }

  /** Returns the window of the token at hand: another one has another. */
  current(): QuotaWindow {
    const token = this.tokens.current;
    if (token === undefined || token === this.#token) return this.#window;
    // What was watched before the first token was there is that token's.
    if (this.#token !== undefined) this.#window = new QuotaWindow(this.clock, this.skew);
    this.#token = token;
    return this.#window;
  }

  /** Takes note of what the answer to `attempt` says; nothing where its token is older than the one at hand. */
  observe({ issued }: Attempt, headers: ResponseHeaders): void {
    if (headers[REMAINING] === undefined || this.#isOld(issued)) return;
    this.current().observe(headers);
  }

  #isOld(issued: IssuedToken | undefined): boolean {
    const { current } = this.tokens;
    if (issued === undefined || current === undefined || issued === current) return false;
    return issued.timing.sentAt.monotonic <= current.timing.sentAt.monotonic;
  }
}
