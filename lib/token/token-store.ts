import type { IssuedToken } from './issued-token.js';

/** Where the current token of a client is kept. */
export abstract class TokenStore {
  abstract read(): IssuedToken | undefined;
  abstract write(issued: IssuedToken): void;
  abstract clear(): void;
}
