import type { TokenFailure, TokenFailureKind } from './token-failure.js';
import type { TokenPurpose } from './token-source.js';

/** How long a failure is remembered, in milliseconds: the first time, the second time, at most. */
type Intervals = readonly [first: number, second: number, longest: number];

/** The trouble may already be over the first time; while it lasts, requests become less and less frequent. */
const IN_TROUBLE: Intervals = [0, 1_000, 6_000];

const INTERVALS: ReadonlyMap<TokenFailureKind, Intervals> = new Map<TokenFailureKind, Intervals>([
  ['lasting', [5_000, 10_000, 60_000]],
  ['passing', IN_TROUBLE],
  ['slow', IN_TROUBLE],
]);

interface RememberedFailure {
  readonly fingerprint: string;
  readonly purpose: TokenPurpose;
  readonly failure: TokenFailure;
  readonly interval: number;
  /** By the monotonic clock. */
  readonly until: number;
}

/**
 * Remembers the failure of credentials, so that callers get it without a request. After the interval, one request tries
 * again; each further failure doubles the interval. Other credentials are tried at once.
 */
export class FailureMemory {
  #last: RememberedFailure | undefined;
  #latest: TokenFailure | undefined;

  /** The last failure of a token request; `undefined` once one has succeeded. */
  get latest(): TokenFailure | undefined {
    return this.#latest;
  }

  /** Returns until when `failure` is remembered, by the monotonic clock; `undefined` if it is not. */
  untilOf(failure: TokenFailure): number | undefined {
    return this.#last?.failure === failure ? this.#last.until : undefined;
  }

  /** Whether the endpoint was in trouble the last time. */
  get isInTrouble(): boolean {
    return this.#last !== undefined && isTrouble(this.#last.failure);
  }

  /**
   * Returns the failure of these credentials while a new request is not worth trying. A caller without a token still
   * tries an endpoint that was in trouble for a renewal: a renewal has time to fail, and the trouble may be over.
   */
  recall(fingerprint: string, purpose: TokenPurpose, now: number): TokenFailure | undefined {
    const last = this.#last;
    if (last?.fingerprint !== fingerprint || now >= last.until) return undefined;
    const isRenewals = last.purpose === 'renewal' && purpose !== 'renewal';
    return isRenewals && isTrouble(last.failure) ? undefined : last.failure;
  }

  /** Remembers `failure` if the next request is likely to fail in the same way. */
  remember(fingerprint: string, purpose: TokenPurpose, failure: TokenFailure, now: number): void {
    const intervals = INTERVALS.get(failure.kind);
    if (intervals === undefined || this.#last?.failure === failure) return;
    const before = this.#last?.fingerprint === fingerprint ? this.#last : undefined;
    const interval = nextInterval(before?.interval, intervals);
    this.#last = { fingerprint, purpose, failure, interval, until: now + interval };
  }

  /** Records the failure of an attempt, retried or not. Timeouts are ignored, as they do not give a cause. */
  note(failure: TokenFailure): void {
    if (failure.kind !== 'slow') this.#latest = failure;
  }

  forget(): void {
    this.#last = undefined;
    this.#latest = undefined;
  }
}

function isTrouble({ kind }: TokenFailure): boolean {
  return kind === 'passing' || kind === 'slow';
}

function nextInterval(before: number | undefined, [first, second, longest]: Intervals): number {
  if (before === undefined) return first;
  return before < second ? second : Math.min(longest, 2 * before);
}
