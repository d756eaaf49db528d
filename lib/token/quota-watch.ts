import { type Clock, CLOCK_ROUNDING } from '../clock/clock.js';
import type { AbortSignalLike, ResponseHeaders } from '../contracts/transport.js';
import { untilAborted } from '../transport/cancellation.js';
import {
  localDate,
  statedEnd,
  statedWindow,
  wholeNumberIn,
} from '../transport/rate-limit-headers.js';
import type { ClockSkew } from './clock-skew.js';
import type { IssuedToken } from './issued-token.js';
import type { TokenKeeper } from './token-keeper.js';

/** A response without it says nothing of the quota. */
const REMAINING = 'x-ratelimit-remaining';

/** Watches the API's quota, which is counted for each token. */
export class QuotaWatch {
  #window: QuotaWindow;
  #token: string | undefined;
  #turns: TurnQueue | undefined;
  #wake = doNothing;

  constructor(
    private readonly tokens: TokenKeeper,
    private readonly clock: Clock,
    private readonly skew: ClockSkew,
  ) {
    this.#window = new QuotaWindow(clock, skew);
  }

  /** Returns the window of the token at hand: another one has another. */
  current(): QuotaWindow {
    const token = this.tokens.current?.id;
    if (token === undefined || token === this.#token) return this.#window;
    // What was watched before the first token was there is that token's.
    if (this.#token !== undefined) this.#window = new QuotaWindow(this.clock, this.skew);
    this.#token = token;
    return this.#window;
  }

  /** Calls that wait for their turn, or have it. */
  get waiting(): number {
    return this.#turns?.length ?? 0;
  }

  /** Runs `task` when its turn comes; an abort of `signal` gives the turn up and rejects with its reason. */
  inTurn<T>(task: () => Promise<T>, signal: AbortSignalLike): Promise<T> {
    return (this.#turns ??= new TurnQueue()).run(task, signal);
  }

  /** Resolves when {@link wake} is called next. */
  untilWoken(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  /** Wakes the call whose turn it is: another one has ended, and may have left room. */
  wake(): void {
    this.#wake();
  }

  /** Drops the reference to the call that waited, and with it that call's async context. */
  rest(): void {
    this.#wake = doNothing;
  }

  /** Takes note of what a response to a request with `issued` says; nothing if that is older than the token at hand. */
  observe(issued: IssuedToken | undefined, headers: ResponseHeaders): void {
    if (headers[REMAINING] === undefined || this.#isOld(issued)) return;
    this.current().observe(headers);
  }

  #isOld(issued: IssuedToken | undefined): boolean {
    const { current } = this.tokens;
    if (issued === undefined || current === undefined || issued.id === current.id) return false;
    return issued.timing.sentAt.monotonic <= current.timing.sentAt.monotonic;
  }
}

/**
 * The API's quota for one token: what the server says of it, less calls in flight. The server names the end of the
 * window by its own clock; it is kept by the monotonic one.
 */
export class QuotaWindow {
  #limit: number | undefined;
  #remaining: number | undefined;
  /** By the server's clock, milliseconds; `undefined` if it has stated a duration. */
  #end: number | undefined;
  /** By the monotonic clock, milliseconds. */
  #opensAt: number | undefined;
  #underWay = 0;

  constructor(
    private readonly clock: Clock,
    private readonly skew: ClockSkew,
  ) {}

  get limit(): number | undefined {
    return this.#limit;
  }

  get remaining(): number | undefined {
    return this.#remaining;
  }

  /** Milliseconds until the next window begins; 0 or less once it has begun. */
  get opensIn(): number | undefined {
    return this.#opensAt === undefined ? undefined : this.#opensAt - this.clock.monotonic();
  }

  /** When the next window begins, by this machine's clock as it is now. */
  get resetAt(): Date | undefined {
    const { opensIn } = this;
    return opensIn === undefined ? undefined : localDate(this.clock.now() + opensIn, this.#end);
  }

  /** Returns whether a call may be sent that leaves `reserve` calls of the window to others. */
  admits(reserve: number): boolean {
    if (this.#hasRoom(reserve)) return true;
    const { opensIn } = this;
    if (opensIn === undefined || opensIn > CLOCK_ROUNDING) return false;
    this.#begin();
    return this.#hasRoom(reserve);
  }

  /** Counts a call that is sent. */
  enter(): void {
    this.#underWay += 1;
  }

  /** Counts a call that has ended. */
  leave(): void {
    this.#underWay -= 1;
  }

  /** Takes note of what a response says, if anything. Within a window the lowest figure is the latest. */
  observe(headers: ResponseHeaders): void {
    const remaining = wholeNumberIn(headers['x-ratelimit-remaining']);
    if (remaining === undefined) return;
    if (this.#isOfCurrentWindow(headers))
      this.#remaining = Math.min(remaining, this.#remaining ?? remaining);
    else if (this.#follow(headers)) this.#remaining = remaining;
    else return;
    this.#limit = wholeNumberIn(headers['x-ratelimit-limit']) ?? this.#limit;
  }

  /** Whether a response is of the current window. Nearly every one is, and then no clock is read. */
  #isOfCurrentWindow(headers: ResponseHeaders): boolean {
    return this.#end !== undefined && statedEnd(headers) === this.#end;
  }

  /** Moves on to the window that a response names; returns `false` if that is an earlier one. */
  #follow(headers: ResponseHeaders): boolean {
    const stated = statedWindow(headers, this.skew.readingTime());
    if (stated === undefined) return false;
    const opensAt = this.clock.monotonic() + stated.wait;
    if (this.#isEarlier(stated.end, opensAt)) return false;
    this.#end = stated.end;
    this.#opensAt = opensAt;
    return true;
  }

  #isEarlier(end: number | undefined, opensAt: number): boolean {
    if (end !== undefined && this.#end !== undefined) return end < this.#end;
    return this.#opensAt !== undefined && opensAt < this.#opensAt;
  }

  #hasRoom(reserve: number): boolean {
    return this.#remaining === undefined || this.#remaining - this.#underWay > reserve;
  }

  /** Starts a new window, of which only the size is known until a response says more. */
  #begin(): void {
    this.#remaining = this.#limit;
    this.#end = undefined;
    this.#opensAt = undefined;
  }
}

/** What is known of the API's quota for the token in use. */
export interface QuotaSnapshot {
  /** Calls allowed in the window; `undefined` until a response says. */
  readonly limit: number | undefined;
  /** Calls left in the window, as the server last said. */
  readonly remaining: number | undefined;
  /** When the next window begins, by this machine's clock. */
  readonly resetAt: Date | undefined;
  /** Calls that wait for it. */
  readonly waiting: number;
}

function doNothing(): void {
  // No call waits.
}

const NO_TASK = Promise.resolve();

/** Lets tasks run one after the other, first come, first served. */
class TurnQueue {
  #last: Promise<void> = NO_TASK;
  #length = 0;

  /** Tasks that wait or run. */
  get length(): number {
    return this.#length;
  }

  /** Runs `task` when its turn comes; an abort of `signal` gives the turn up and rejects with its reason. */
  async run<T>(task: () => Promise<T>, signal: AbortSignalLike): Promise<T> {
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
      // A task that gives up keeps its place: those after it must not overtake those before.
      void before.then(finish);
      // A promise keeps the async context of the call that made it.
      if (this.#length === 0) this.#last = NO_TASK;
    }
  }
}
