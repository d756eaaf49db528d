import type { TokenFailure, TokenFailureKind } from './token-failure.js';
import type { TokenPurpose } from './token-source.js';

/** For how many milliseconds a failure is remembered: at first, the next time, at most. */
type Intervals = readonly [first: number, second: number, longest: number];

/** The first one may be over already; while it lasts the endpoint is asked ever more rarely. */
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
 * Remembers what credentials failed with, so that callers get it without a request. After the interval
 * one request tries again; each further failure doubles it. Other credentials are tried at once.
 */
export class FailureMemory {
  #last: RememberedFailure | undefined;
  #latest: TokenFailure | undefined;

  /** What a token request last failed with; `undefined` once one has succeeded. */
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
   * Returns what these credentials failed with, as long as a request is not worth trying. A caller without a token tries an
   * endpoint that was in trouble when a renewal asked: that one had the time to fail, and the trouble may be over.
   */
  recall(fingerprint: string, purpose: TokenPurpose, now: number): TokenFailure | undefined {
    const last = this.#last;
    if (last?.fingerprint !== fingerprint || now >= last.until) return undefined;
    const isRenewals = last.purpose === 'renewal' && purpose !== 'renewal';
    return isRenewals && isTrouble(last.failure) ? undefined : last.failure;
  }

  /** Remembers `failure` if the next request is likely to fail with it, too. */
  remember(fingerprint: string, purpose: TokenPurpose, failure: TokenFailure, now: number): void {
    const intervals = INTERVALS.get(failure.kind);
    if (intervals === undefined || this.#last?.failure === failure) return;
    const before = this.#last?.fingerprint === fingerprint ? this.#last : undefined;
    const interval = nextInterval(before?.interval, intervals);
    this.#last = { fingerprint, purpose, failure, interval, until: now + interval };
  }

  /** Takes note of what an attempt failed with, retried or not. A timeout does not say why, and is left out. */
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
