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

/** A response without this header says nothing about the quota. */
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

  /** Returns the window of the current token; each token has its own. */
  current(): QuotaWindow {
    const token = this.tokens.current?.id;
    if (token === undefined || token === this.#token) return this.#window;
    // Anything observed before the first token belongs to that token.
    if (this.#token !== undefined) this.#window = new QuotaWindow(this.clock, this.skew);
    this.#token = token;
    return this.#window;
  }

  /** The number of calls that wait for their turn or have it. */
  get waiting(): number {
    return this.#turns?.length ?? 0;
  }

  /** Runs `task` when its turn comes; an abort of `signal` gives up the turn and rejects with its reason. */
  inTurn<T>(task: () => Promise<T>, signal: AbortSignalLike): Promise<T> {
    return (this.#turns ??= new TurnQueue()).run(task, signal);
  }

  /** Resolves on the next call of {@link wake}. */
  untilWoken(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  /** Wakes the call whose turn it is, since another call has ended and may have left room. */
  wake(): void {
    this.#wake();
  }

  /** Drops the reference to the call that waited, and so to its async context. */
  rest(): void {
    this.#wake = doNothing;
  }

  /** Updates the window from a response to a request with `issued`, unless that token is older than the current one. */
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
 * The API's quota for one token, as reported by the server, less the calls in flight. The server gives the end of the
 * window by its own clock; it is stored by the monotonic clock.
 */
export class QuotaWindow {
  #limit: number | undefined;
  #remaining: number | undefined;
  /** The window's end in milliseconds of the server's clock; `undefined` if the server sent a duration. */
  #end: number | undefined;
  /** The window's end in milliseconds of the monotonic clock. */
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

  /** Milliseconds until the next window; 0 or less once it has begun. */
  get opensIn(): number | undefined {
    return this.#opensAt === undefined ? undefined : this.#opensAt - this.clock.monotonic();
  }

  /** When the next window begins, by this machine's current clock. */
  get resetAt(): Date | undefined {
    const { opensIn } = this;
    return opensIn === undefined ? undefined : localDate(this.clock.now() + opensIn, this.#end);
  }

  /** Returns whether a call may be sent while `reserve` calls of the window stay unused. */
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

  /** Updates the quota from a response, if it has the headers. Within a window, the lowest number is the latest. */
  observe(headers: ResponseHeaders): void {
    const remaining = wholeNumberIn(headers['x-ratelimit-remaining']);
    if (remaining === undefined) return;
    if (this.#isOfCurrentWindow(headers))
      this.#remaining = Math.min(remaining, this.#remaining ?? remaining);
    else if (this.#follow(headers)) this.#remaining = remaining;
    else return;
    this.#limit = wholeNumberIn(headers['x-ratelimit-limit']) ?? this.#limit;
  }

  /** Returns whether a response belongs to the current window. Nearly all do, and then no clock is read. */
  #isOfCurrentWindow(headers: ResponseHeaders): boolean {
    return this.#end !== undefined && statedEnd(headers) === this.#end;
  }

  /** Moves to the window of a response; returns `false` if it names none, or an earlier one. */
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

  /** Starts a new window, of which only the limit is known until the next response. */
  #begin(): void {
    this.#remaining = this.#limit;
    this.#end = undefined;
    this.#opensAt = undefined;
  }
}

/** The API's quota for the current token, as far as known. */
export interface QuotaSnapshot {
  /** Calls allowed in the window; `undefined` until known. */
  readonly limit: number | undefined;
  /** Calls left in the window, as last reported by the server. */
  readonly remaining: number | undefined;
  /** When the next window begins, by this machine's clock. */
  readonly resetAt: Date | undefined;
  /** Calls that wait for the next window. */
  readonly waiting: number;
}

function doNothing(): void {
  // No call waits.
}

const NO_TASK = Promise.resolve();

/** Runs tasks one after the other, first come, first served. */
class TurnQueue {
  #last: Promise<void> = NO_TASK;
  #length = 0;

  /** The number of tasks that wait or run. */
  get length(): number {
    return this.#length;
  }

  /** Runs `task` when its turn comes; an abort of `signal` gives up the turn and rejects with its reason. */
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
      // A task that gives up keeps its place, so that later tasks do not overtake earlier ones.
      void before.then(finish);
      // A promise keeps the async context of the call that made it.
      if (this.#length === 0) this.#last = NO_TASK;
    }
  }
}
