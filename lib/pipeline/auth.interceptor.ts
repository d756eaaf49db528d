import { Injectable } from '@nestjs/common';
import { inBackground } from '../clock/clock.js';
import { CryptofuseConfig } from '../config/cryptofuse-config.js';
import { CryptofusePermissionException } from '../exceptions/cryptofuse-exceptions.js';
import { hintFor } from '../exceptions/hints.js';
import { endBody, isOneShot } from '../request/body-stream.js';
import type { CryptofuseResponse } from '../request/call.js';
import { Destination } from '../request/destination.js';
import type { IssuedToken } from '../token/issued-token.js';
import { type Patience, TokenKeeper } from '../token/token-keeper.js';
import type { Attempt } from './attempt.js';
import type { Next, Step } from './pipeline.js';

/**
 * Adds the bearer (RFC 6750 §2.1) to what goes to `baseUrl` and what the token's scopes allow, and cures
 * a 401 with one fresh token.
 */
@Injectable()
export class CryptofuseAuthInterceptor implements Step<Attempt> {
  readonly #config: CryptofuseConfig;
  readonly #destination: Destination;
  readonly #tokens: TokenKeeper;

  constructor(config: CryptofuseConfig, destination: Destination, tokens: TokenKeeper) {
    this.#config = config;
    this.#destination = destination;
    this.#tokens = tokens;
  }

  intercept(attempt: Attempt, next: Next<Attempt>): Promise<CryptofuseResponse> {
    attempt.url = this.#destination.check(attempt.url);
    const issued = this.#tokens.usable();
    return issued === undefined
      ? this.#sentOnceAcquired(attempt, next)
      : this.#sent(attempt, issued, next);
  }

  async #sentOnceAcquired(attempt: Attempt, next: Next<Attempt>): Promise<CryptofuseResponse> {
    const issued = await this.#tokens.acquire(patienceOf(attempt));
    return this.#sent(attempt, issued, next);
  }

  #sent(attempt: Attempt, issued: IssuedToken, next: Next<Attempt>): Promise<CryptofuseResponse> {
    this.#authorise(attempt, issued);
    return next(attempt).then((response) =>
      response.status === 401 ? this.#cured(response, issued, attempt, next) : response,
    );
  }

  /** Returns the answer to the same request with another token; `refusal` where that would not help. */
  async #cured(
    refusal: CryptofuseResponse,
    refused: IssuedToken,
    attempt: Attempt,
    next: Next<Attempt>,
  ): Promise<CryptofuseResponse> {
    if (isOneShot(attempt.call.body)) {
      // The caller is not kept waiting, but whoever calls next finds a token that works.
      void inBackground(() => this.#tokens.replace(refused, {})).catch(() => undefined);
      return refusal;
    }
    attempt.stage = 'cure';
    attempt.past = 'refused';
    const fresh = await this.#replacement(refusal, refused, attempt);
    if (fresh === undefined) return refusal;
    endBody(refusal.body);
    this.#authorise(attempt, fresh);
    return next(attempt);
  }

  async #replacement(
    refusal: CryptofuseResponse,
    refused: IssuedToken,
    attempt: Attempt,
  ): Promise<IssuedToken | undefined> {
    try {
      return await this.#tokens.replace(refused, patienceOf(attempt));
    } catch (error) {
      endBody(refusal.body);
      throw error;
    }
  }

  #authorise(attempt: Attempt, issued: IssuedToken): void {
    requireScope(issued, attempt.call.method, this.#config.clientId);
    attempt.issued = issued;
  }
}

function patienceOf(attempt: Attempt): Patience {
  return { signal: attempt, until: attempt.deadline };
}

const READING = new Set(['GET', 'HEAD']);
const CODE = 'insufficient_scope';

/** Returns the scope that a call of `method` needs, as the API documents it. */
export function scopeFor(method: string): 'read' | 'write' {
  return READING.has(method) ? 'read' : 'write';
}

/**
 * Refuses a call that the granted scopes do not allow, before it is sent. Where the server names no
 * scopes, it decides itself.
 *
 * @throws {CryptofusePermissionException} where the scope is missing
 */
export function requireScope(
  { token, namesScopes }: IssuedToken,
  method: string,
  clientId: string,
): void {
  const required = scopeFor(method);
  if (!namesScopes || token.scopes.includes(required)) return;
  throw new CryptofusePermissionException({
    code: CODE,
    message: `The token does not have the scope ${required}, which ${method} needs.`,
    clientId,
    hint: hintFor(CODE),
    requiredScopes: [required],
    tokenScopes: token.scopes,
  });
}
