import { CLOCK_ROUNDING } from '../clock/clock.js';
import type { Transport, TransportFactory } from '../contracts/transport.js';

interface Leased<T> {
  readonly value: T;
  leases: number;
}

/** Values that come with the first lease of their key and go with the last. */
export class LeasedMap<T> {
  readonly #leased = new Map<string, Leased<T>>();

  /** Returns the value of `key`, made if there is none. */
  take(key: string, make: () => T): T {
    const leased = this.#leased.get(key) ?? { value: make(), leases: 0 };
    leased.leases += 1;
    this.#leased.set(key, leased);
    return leased.value;
  }

  /** Gives one lease back; returns the value if it was the last. */
  giveBack(key: string): T | undefined {
    const leased = this.#leased.get(key);
    if (leased === undefined) return undefined;
    leased.leases -= 1;
    if (leased.leases > 0) return undefined;
    this.#leased.delete(key);
    return leased.value;
  }
}

const WINDOW = 60_000;

/**
 * The token requests that may be sent to one origin: its limit counts an address, so all clients of a
 * process share them. Times are those of a monotonic clock, in milliseconds.
 */
export class RequestBudget {
  /** When each request of the last minute was sent, oldest first. */
  #send: number[] = [];
  #closure = { since: -Infinity, until: -Infinity };

  /**
   * Returns the milliseconds until a request may be sent.
   *
   * @param allowance requests a minute
   */
  wait(allowance: number, now: number): number {
    this.#forget(now);
    const oldestInTheWay = this.#send.at(-allowance);
    const opens = oldestInTheWay === undefined ? now : oldestInTheWay + WINDOW;
    const wait = Math.max(opens, this.#closure.until) - now;
    return wait > CLOCK_ROUNDING ? wait : 0;
  }

  /** Returns how many of `allowance` requests are left in this minute. */
  left(allowance: number, now: number): number {
    this.#forget(now);
    return Math.max(0, allowance - this.#send.length);
  }

  /** Whether the server has said to send none now. */
  isClosed(now: number): boolean {
    this.#forget(now);
    return this.#closure.until - now > CLOCK_ROUNDING;
  }

  /** Counts a request that is sent now. */
  spend(now: number): void {
    this.#send.push(now);
  }

  /** Lets no request through for `duration` milliseconds: the server said so. */
  close(duration: number, now: number): void {
    this.#forget(now);
    this.#closure = { since: now, until: Math.max(this.#closure.until, now + duration) };
  }

  /** What a clock that is ahead of this one has left here is forgotten as well: its times mean nothing now. */
  #forget(now: number): void {
    if (this.#closure.since > now) this.#closure = { since: -Infinity, until: -Infinity };
    this.#send = this.#send.filter((sent) => sent <= now && now - sent < WINDOW);
  }
}

/** A share in what all clients of an origin have together. */
export class OriginLease {
  #release: (() => void) | undefined;

  constructor(
    readonly transport: Transport,
    /** Of the token endpoint. */
    readonly budget: RequestBudget,
    release: () => void,
  ) {
    this.#release = release;
  }

  /** Gives the share back; the last one closes the sockets. Harmless a second time. */
  release(): void {
    this.#release?.();
    this.#release = undefined;
  }
}

/** What all clients of one origin share: sockets and the budget of the token endpoint, tokens never. */
class OriginRegistry {
  readonly #budgets = new LeasedMap<RequestBudget>();
  readonly #transports = new WeakMap<TransportFactory, LeasedMap<Transport>>();

  /** Returns a share in the origin of `baseUrl`, with the transport that `factory` makes for it. */
  lease(factory: TransportFactory, baseUrl: string, proxy: string | undefined): OriginLease {
    const { origin } = new URL(baseUrl);
    const key = JSON.stringify([origin, proxy]);
    const transports = this.#transportsOf(factory);
    const transport = transports.take(key, () => factory({ origin, proxy }));
    const budget = this.#budgets.take(origin, () => new RequestBudget());
    return new OriginLease(transport, budget, () => {
      this.#budgets.giveBack(origin);
      transports.giveBack(key)?.close();
    });
  }

  #transportsOf(factory: TransportFactory): LeasedMap<Transport> {
    const transports = this.#transports.get(factory) ?? new LeasedMap<Transport>();
    this.#transports.set(factory, transports);
    return transports;
  }
}

/** The registry of this process: all that the package keeps outside a client. */
export const originRegistry = new OriginRegistry();
