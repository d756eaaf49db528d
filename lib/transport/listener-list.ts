type Listener = () => void;

/** Of a class: V8 makes literals old that come from where many outlive a scavenge, and what they hold with them. */
class Entry {
  constructor(
    readonly listener: Listener,
    /** -1: it is out. */
    public index: number,
  ) {}
}

/**
 * Listeners that come and go. A `Set` leaves its outgrown tables to the garbage, each holding the next one and all that
 * was listening then: where every call adds to one, most of what a call costs would be their collection.
 */
export class ListenerList {
  readonly #entries: Entry[] = [];

  get length(): number {
    return this.#entries.length;
  }

  /** Adds `listener`, also where it is in already; returns the way to take it out. */
  add(listener: Listener): () => void {
    const entry = new Entry(listener, this.#entries.length);
    this.#entries.push(entry);
    return () => {
      this.#remove(entry);
    };
  }

  /** Takes out and calls, in no certain order, every listener that is in. */
  callAll(): void {
    for (const entry of [...this.#entries]) {
      if (this.#remove(entry)) entry.listener();
    }
  }

  /** The last one takes the place. */
  #remove(entry: Entry): boolean {
    const { index } = entry;
    if (index < 0) return false;
    const last = this.#entries.pop();
    if (last !== undefined && last !== entry) {
      this.#entries[index] = last;
      last.index = index;
    }
    entry.index = -1;
    return true;
  }
}
