import type { TransportFactory } from '../../lib/index.js';

/** Where a mocked API is: over https, as in production. */
export const MOCKED_URL = 'https://api.cryptofuse.test';

/** A request that a mock was asked for. */
export interface MockedRequest {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: string;
}

/** How a mock answers one request. */
export interface MockedResponse {
  readonly status?: number;
  readonly body?: unknown;
  /** The code of an error instead of an answer. */
  readonly failure?: string;
  /** Whether the answer comes only after any deadline. */
  readonly isLate?: boolean;
}

/** A library that takes the place of the network. */
export interface MockedApi {
  /** All that ever came, in their order. */
  readonly requests: readonly MockedRequest[];
  /** What a client of it sends with; `undefined`: the default. */
  readonly transport?: TransportFactory;
  /** Has the next request for `path` answered so. */
  answer(method: string, path: string, response: MockedResponse): void;
  stop(): Promise<void>;
}

/** Returns the answer of a token endpoint. */
export function tokenAnswer(token: string): MockedResponse {
  return { body: { access_token: token, token_type: 'Bearer', expires_in: 3_600 } };
}
