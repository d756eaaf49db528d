import { Injectable } from '@nestjs/common';
import type { IssuedToken } from './issued-token.js';
import type { TokenStore } from './token-store.js';

/** Keeps the token in this process, as the API asks: in memory, not in persistent storage. */
@Injectable()
export class MemoryTokenStore implements TokenStore {
  #issued: IssuedToken | undefined;

  read(): IssuedToken | undefined {
    return this.#issued;
  }

  write(issued: IssuedToken): void {
    this.#issued = issued;
  }

  clear(): void {
    this.#issued = undefined;
  }
}
