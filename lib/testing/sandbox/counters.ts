import type { Target } from './call.js';
import type { SandboxResponse } from './response.js';

/** What the sandbox did since its start or `reset`. A request that got a fault's response counts as a request only. */
export interface SandboxCounters {
  /** Requests at `/o/token/`, with or without a response. */
  readonly tokenRequests: number;
  readonly tokensIssued: number;
  /** Token requests refused with an OAuth error, so without those over the limit. */
  readonly tokenRefusals: number;
  /** Revocations accepted, whether there was such a token or not. */
  readonly revocations: number;
  /** Requests outside `/o/`, with or without a response. */
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

const REQUEST_COUNTERS: Readonly<Partial<Record<Target, Counter>>> = {
  token: 'tokenRequests',
  api: 'apiRequests',
};

/** By target and status. Nothing of the API but a created payment has the status 201. */
const RESPONSE_COUNTERS: Readonly<Record<Target, Readonly<Record<number, Counter>>>> = {
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

/** Counts requests and the sandbox's responses. @internal */
export class Counters {
  #counts: Record<Counter, number> = { ...ZERO };

  countRequest(target: Target): void {
    this.#count(REQUEST_COUNTERS[target]);
  }

  /** `response` is the sandbox's own, whether it gets to the client or not. */
  countResponse(target: Target, response: SandboxResponse): void {
    this.#count(RESPONSE_COUNTERS[target][response.status]);
  }

  snapshot(): SandboxCounters {
    return { ...this.#counts };
  }

  reset(): void {
    this.#counts = { ...ZERO };
  }

  #count(counter: Counter | undefined): void {
    if (counter !== undefined) this.#counts[counter] += 1;
  }
}
