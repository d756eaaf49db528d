import { Injectable } from '@nestjs/common';
import { Readable } from 'node:stream';
import { Clock } from '../../clock/clock.js';
import { CryptofuseConfig } from '../../config/cryptofuse-config.js';
import { EventLog } from '../../diagnostics/event-log.js';
import { pathTemplate } from '../../diagnostics/path-template.js';
import type { IssuedToken } from '../../token/issued-token.js';
import { TokenKeeper } from '../../token/token-keeper.js';
import type { AttemptRequest } from '../attempt.js';
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
export class CryptofuseAuthInterceptor implements Step<AttemptRequest> {
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

  async intercept(
    request: AttemptRequest,
    next: Next<AttemptRequest>,
  ): Promise<CryptofuseResponse> {
    const checked = { ...request, url: this.#destination.check(request.url) };
    const { attempt, signal } = request;
    const patience = { signal, until: attempt.deadline };
    const issued = this.#tokens.usable() ?? (await this.#tokens.acquire(patience));
    const response = await this.#sendWith(issued, checked, next);
    if (response.status !== 401) return response;
    if (isOneShot(request.body)) {
      // The caller is not kept waiting, but whoever calls next finds a token that works.
      void this.#tokens.replace(issued, {}).catch(() => undefined);
      return response;
    }
    attempt.stage = 'cure';
    const fresh = await this.#tokens.replace(issued, patience);
    if (fresh === undefined) return response;
    if (response.body instanceof Readable) response.body.destroy();
    return this.#sendWith(fresh, checked, next);
  }

  async #sendWith(
    issued: IssuedToken,
    request: AttemptRequest,
    next: Next<AttemptRequest>,
  ): Promise<CryptofuseResponse> {
    requireScope(issued, request.method, this.#config.clientId);
    const authorization = `Bearer ${issued.token.reveal()}`;
    const sentAt = this.#clock.monotonic();
    let status: number | undefined;
    try {
      const response = await next({ ...request, headers: { ...request.headers, authorization } });
      status = response.status;
      if (provesAcceptance(status)) issued.markAccepted();
      return response;
    } finally {
      const { method, url } = request;
      const duration = this.#clock.monotonic() - sentAt;
      const path = pathTemplate(url);
      const { audited } = issued;
      this.#log.report({ kind: 'request-authorised', method, path, status, duration, ...audited });
    }
  }
}

/** A redirect or a gateway's 5xx may come from before the API has looked at the token. */
function provesAcceptance(status: number): boolean {
  return isSuccess(status) || (status >= 400 && status < 500 && status !== 401);
}
