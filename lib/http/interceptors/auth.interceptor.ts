import { Injectable } from '@nestjs/common';
import { Readable } from 'node:stream';
import { Clock } from '../../clock/clock.js';
import { CryptofuseConfig } from '../../config/cryptofuse-config.js';
import { EventLog } from '../../diagnostics/event-log.js';
import { pathTemplate } from '../../diagnostics/path-template.js';
import type { IssuedToken } from '../../token/issued-token.js';
import { TokenKeeper, type Patience } from '../../token/token-keeper.js';
import type { Attempt } from '../attempt.js';
import type { Next, Step } from '../compose.js';
import type { CryptofuseResponse } from '../cryptofuse-response.js';
import { Destination } from '../destination.js';
import { isSuccess } from '../is-success.js';
import { isOneShot } from '../one-shot-body.js';
import { requireScope } from '../scope-check.js';

/**
 * Adds the bearer (RFC 6750 §2.1) to what goes to `baseUrl` and what the token's scopes allow, and cures
 * a 401 with one fresh token.
 */
@Injectable()
export class CryptofuseAuthInterceptor implements Step<Attempt> {
  readonly #config: CryptofuseConfig;
  readonly #destination: Destination;
  readonly #tokens: TokenKeeper;
  readonly #clock: Clock;
  readonly #log: EventLog;

  constructor(
    config: CryptofuseConfig,
    destination: Destination,
    tokens: TokenKeeper,
    clock: Clock,
    log: EventLog,
  ) {
    this.#config = config;
    this.#destination = destination;
    this.#tokens = tokens;
    this.#clock = clock;
    this.#log = log;
  }

  async intercept(attempt: Attempt, next: Next<Attempt>): Promise<CryptofuseResponse> {
    attempt.url = this.#destination.check(attempt.url);
    const issued = this.#tokens.usable() ?? (await this.#tokens.acquire(patienceOf(attempt)));
    const response = await this.#sendWith(issued, attempt, next);
    return response.status === 401 ? this.#cured(response, issued, attempt, next) : response;
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
      void this.#tokens.replace(refused, {}).catch(() => undefined);
      return refusal;
    }
    attempt.stage = 'cure';
    const fresh = await this.#tokens.replace(refused, patienceOf(attempt));
    if (fresh === undefined) return refusal;
    if (refusal.body instanceof Readable) refusal.body.destroy();
    return this.#sendWith(fresh, attempt, next);
  }

  async #sendWith(
    issued: IssuedToken,
    attempt: Attempt,
    next: Next<Attempt>,
  ): Promise<CryptofuseResponse> {
    requireScope(issued, attempt.call.method, this.#config.clientId);
    attempt.issued = issued;
    const sentAt = this.#clock.monotonic();
    let status: number | undefined;
    try {
      const response = await next(attempt);
      status = response.status;
      if (provesAcceptance(status)) issued.markAccepted();
      return response;
    } finally {
      this.#report(issued, attempt, status, this.#clock.monotonic() - sentAt);
    }
  }

  #report(
    { audited: { token, scopes } }: IssuedToken,
    { call: { method }, url }: Attempt,
    status: number | undefined,
    duration: number,
  ): void {
    const path = pathTemplate(url);
    this.#log.report({ kind: 'request-authorised', method, path, status, duration, token, scopes });
  }
}

function patienceOf(attempt: Attempt): Patience {
  return { signal: attempt, until: attempt.deadline };
}

/** A redirect or a gateway's 5xx may come from before the API has looked at the token. */
function provesAcceptance(status: number): boolean {
  return isSuccess(status) || (status >= 400 && status < 500 && status !== 401);
}
