interface Leased<T> {
  readonly value: T;
  leases: number;
}

/** Values that come with the first lease of their key and go with the last. */
export class LeasedMap<T> {
  readonly #leased = new Map<string, Leased<T>>();

  /** Returns the value of `key`, made where there is none. */
  take(key: string, make: () => T): T {
    const leased = this.#leased.get(key) ?? { value: make(), leases: 0 };
    leased.leases += 1;
    this.#leased.set(key, leased);
    return leased.value;
  }

  /** Gives one lease back; returns the value where it was the last. */
  giveBack(key: string): T | undefined {
    const leased = this.#leased.get(key);
    if (leased === undefined) return undefined;
    leased.leases -= 1;
    if (leased.leases > 0) return undefined;
    this.#leased.delete(key);
    return leased.value;
  }
}
