import { Injectable } from '@nestjs/common';
import type { TokenFailure, TokenFailureKind } from './token-failure.js';

/** How long a failure is answered from memory, in milliseconds: at first, the next time, at most. */
type Intervals = readonly [first: number, second: number, longest: number];

const INTERVALS: ReadonlyMap<TokenFailureKind, Intervals> = new Map<TokenFailureKind, Intervals>([
  ['lasting', [5_000, 10_000, 60_000]],
  // The first one may be over already; while the endpoint stays in trouble it is asked ever more rarely.
  ['passing', [0, 1_000, 6_000]],
]);

interface RememberedFailure {
  readonly fingerprint: string;
  readonly failure: TokenFailure;
  readonly interval: number;
  /** By the monotonic clock. */
  readonly until: number;
}

/**
 * Remembers what credentials met, so that callers are told without a request. When the interval is over
 * one request tries again; each further failure doubles it. Other credentials are tried at once.
 */
@Injectable()
export class FailureMemory {
  #last: RememberedFailure | undefined;

  /** Until when the last failure is answered from memory, by the monotonic clock. */
  get until(): number | undefined {
    return this.#last?.until;
  }

  /** Whether the endpoint did not answer as it should the last time. */
  get isInTrouble(): boolean {
    return this.#last?.failure.kind === 'passing';
  }

  /** Returns what these credentials met, as long as it is not worth trying again. */
  recall(fingerprint: string, now: number): TokenFailure | undefined {
    const last = this.#last;
    return last?.fingerprint === fingerprint && now < last.until ? last.failure : undefined;
  }

  /** Remembers `failure`, where it is one that will be met again. */
  remember(fingerprint: string, failure: TokenFailure, now: number): void {
    const intervals = INTERVALS.get(failure.kind);
    if (intervals === undefined || this.#last?.failure === failure) return;
    const before = this.#last?.fingerprint === fingerprint ? this.#last : undefined;
    const interval = nextInterval(before?.interval, intervals);
    this.#last = { fingerprint, failure, interval, until: now + interval };
  }

  forget(): void {
    this.#last = undefined;
  }
}

function nextInterval(before: number | undefined, [first, second, longest]: Intervals): number {
  if (before === undefined) return first;
  return before < second ? second : Math.min(longest, 2 * before);
}
