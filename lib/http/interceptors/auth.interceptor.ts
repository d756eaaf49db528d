import { Injectable } from '@nestjs/common';
import { Readable } from 'node:stream';
import { CryptofuseConfig } from '../../config/cryptofuse-config.js';
import type { IssuedToken } from '../../token/issued-token.js';
import { TokenKeeper } from '../../token/token-keeper.js';
import type { CryptofuseInterceptor, CryptofuseNext } from '../cryptofuse-interceptor.js';
import type { CryptofuseRequest } from '../cryptofuse-request.js';
import type { CryptofuseResponse } from '../cryptofuse-response.js';
import { Destination } from '../destination.js';
import { isOneShot } from '../one-shot-body.js';
import { requireScope } from '../scope-check.js';

/**
 * Adds the bearer (RFC 6750 §2.1) to what goes to `baseUrl` and what the token's scopes allow, and cures
 * a 401 with one fresh token.
 */
@Injectable()
export class CryptofuseAuthInterceptor implements CryptofuseInterceptor {
  readonly #config: CryptofuseConfig;
  readonly #destination: Destination;
  readonly #tokens: TokenKeeper;

  constructor(config: CryptofuseConfig, destination: Destination, tokens: TokenKeeper) {
    this.#config = config;
    this.#destination = destination;
    this.#tokens = tokens;
  }

  async intercept(request: CryptofuseRequest, next: CryptofuseNext): Promise<CryptofuseResponse> {
    const checked = { ...request, url: this.#destination.check(request.url) };
    const issued = this.#tokens.usable() ?? (await this.#tokens.acquire(request));
    const response = await this.#sendWith(issued, checked, next);
    if (response.status !== 401) return response;
    if (isOneShot(request.body)) {
      // The caller is not kept waiting, but whoever calls next finds a token that works.
      void this.#tokens.replace(issued, {}).catch(() => undefined);
      return response;
    }
    const fresh = await this.#tokens.replace(issued, request);
    if (fresh === undefined) return response;
    if (response.body instanceof Readable) response.body.destroy();
    return this.#sendWith(fresh, checked, next);
  }

  async #sendWith(
    issued: IssuedToken,
    request: CryptofuseRequest,
    next: CryptofuseNext,
  ): Promise<CryptofuseResponse> {
    requireScope(issued, request.method, this.#config.clientId);
    const authorization = `Bearer ${issued.token.reveal()}`;
    const response = await next({ ...request, headers: { ...request.headers, authorization } });
    if (response.status !== 401) issued.markAccepted();
    return response;
  }
}
