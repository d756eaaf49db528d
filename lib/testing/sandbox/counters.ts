import type { Target } from './call.js';
import type { Answer } from './response.js';

/** What the sandbox did since its start or `reset`. What a fault answered is counted as a request only. */
export interface SandboxCounters {
  /** Requests at `/o/token/`, answered or not. */
  readonly tokenRequests: number;
  readonly tokensIssued: number;
  /** Token requests refused with an OAuth error, so without those over the limit. */
  readonly tokenRefusals: number;
  /** Revocations accepted, whether there was such a token or not. */
  readonly revocations: number;
  /** Requests outside `/o/`, answered or not. */
  readonly apiRequests: number;
  /** 401 of the API. */
  readonly unauthorized: number;
  /** 403 of the API. */
  readonly forbidden: number;
  /** 429 of the token endpoint and of the API. */
  readonly rateLimited: number;
  readonly paymentsCreated: number;
}

type Counter = keyof SandboxCounters;

const ARRIVALS: Readonly<Partial<Record<Target, Counter>>> = {
  token: 'tokenRequests',
  api: 'apiRequests',
};

/** By endpoint and status. Nothing of the API but a created payment is answered 201. */
const ANSWERS: Readonly<Record<Target, Readonly<Record<number, Counter>>>> = {
  token: { 200: 'tokensIssued', 400: 'tokenRefusals', 401: 'tokenRefusals', 429: 'rateLimited' },
  revoke: { 200: 'revocations' },
  api: { 201: 'paymentsCreated', 401: 'unauthorized', 403: 'forbidden', 429: 'rateLimited' },
  other: {},
};

const ZERO: SandboxCounters = {
  tokenRequests: 0,
  tokensIssued: 0,
  tokenRefusals: 0,
  revocations: 0,
  apiRequests: 0,
  unauthorized: 0,
  forbidden: 0,
  rateLimited: 0,
  paymentsCreated: 0,
};

/** Counts what comes in and what the sandbox makes of it. */
export class Tally {
  private counters: Record<Counter, number> = { ...ZERO };

  arrived(target: Target): void {
    this.count(ARRIVALS[target]);
  }

  /** `answer` is the sandbox's own, whether it gets to the client or not. */
  decided(target: Target, answer: Answer): void {
    this.count(ANSWERS[target][answer.status]);
  }

  snapshot(): SandboxCounters {
    return { ...this.counters };
  }

  reset(): void {
    this.counters = { ...ZERO };
  }

  private count(counter: Counter | undefined): void {
    if (counter !== undefined) {
      this.counters[counter] += 1;
    }
  }
}
