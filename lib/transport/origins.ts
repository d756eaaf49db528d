import { CLOCK_ROUNDING } from '../clock/clock.js';
import type { Transport, TransportFactory } from '../contracts/transport.js';

interface Leased<T> {
  readonly value: T;
  leases: number;
}

/** Values created with the first lease of their key and removed with the last. */
export class LeasedMap<T> {
  readonly #leased = new Map<string, Leased<T>>();

  /** Returns the value of `key`, creating it if necessary. */
  take(key: string, make: () => T): T {
    const leased = this.#leased.get(key) ?? { value: make(), leases: 0 };
    leased.leases += 1;
    this.#leased.set(key, leased);
    return leased.value;
  }

  /** Gives up one lease; returns the value if it was the last. */
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
 * The budget of token requests to one origin. The server's limit applies to the IP address, so all clients of a process
 * share it. Times are in milliseconds of a monotonic clock.
 */
export class RequestBudget {
  /** When each request of the last minute was sent, oldest first. */
  #send: number[] = [];
  #closure = { since: -Infinity, until: -Infinity };

  /**
   * Returns the milliseconds until a request may be sent.
   *
   * @param allowance requests per minute
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

  /** Returns whether the server has currently blocked requests. */
  isClosed(now: number): boolean {
    this.#forget(now);
    return this.#closure.until - now > CLOCK_ROUNDING;
  }

  /** Counts a request that is sent now. */
  spend(now: number): void {
    this.#send.push(now);
  }

  /** Blocks requests for `duration` milliseconds, as the server asked. */
  close(duration: number, now: number): void {
    this.#forget(now);
    this.#closure = { since: now, until: Math.max(this.#closure.until, now + duration) };
  }

  /** Drops expired entries, and those in the future, left by a clock that was ahead. */
  #forget(now: number): void {
    if (this.#closure.since > now) this.#closure = { since: -Infinity, until: -Infinity };
    this.#send = this.#send.filter((sent) => sent <= now && now - sent < WINDOW);
  }
}

/** A lease on the resources that all clients of an origin share. */
export class OriginLease {
  #release: (() => void) | undefined;

  constructor(
    readonly transport: Transport,
    /** The budget of the token endpoint. */
    readonly budget: RequestBudget,
    release: () => void,
  ) {
    this.#release = release;
  }

  /** Releases the lease; the last release closes the sockets. Further calls have no effect. */
  release(): void {
    this.#release?.();
    this.#release = undefined;
  }
}

/** The resources all clients of one origin share: sockets and the token endpoint's budget, never tokens. */
class OriginRegistry {
  readonly #budgets = new LeasedMap<RequestBudget>();
  readonly #transports = new WeakMap<TransportFactory, LeasedMap<Transport>>();

  /** Returns a lease on the origin of `baseUrl`, with the transport that `factory` creates for it. */
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

/** The registry of this process: the only state the package keeps outside a client. */
export const originRegistry = new OriginRegistry();
