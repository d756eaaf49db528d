import { inBackground } from '../clock/clock.js';
import { CryptofusePermissionException } from '../exceptions/cryptofuse-exceptions.js';
import { hintFor } from '../exceptions/hints.js';
import { disposeBody, isOneShot } from '../request/body-stream.js';
import type { CryptofuseResponse } from '../contracts/interceptor.js';
import type { IssuedToken } from '../token/issued-token.js';
import type { AcquireOptions } from '../token/token-keeper.js';
import type { Attempt } from './attempt.js';
import type { Next, Step } from './pipeline.js';

/**
 * Adds the bearer token (RFC 6750 §2.1) to requests below `baseUrl` that the token's scopes allow, and sends a request
 * once more, with another token, after a 401.
 */
export class CryptofuseAuthInterceptor implements Step<Attempt> {
  intercept(attempt: Attempt, next: Next<Attempt>): Promise<CryptofuseResponse> {
    const { destination, tokens } = attempt.call.account;
    attempt.url = destination.check(attempt.url);
    const issued = tokens.usable();
    return issued === undefined
      ? this.#acquireAndSend(attempt, next)
      : this.#send(attempt, issued, next);
  }

  async #acquireAndSend(attempt: Attempt, next: Next<Attempt>): Promise<CryptofuseResponse> {
    const issued = await attempt.call.account.tokens.acquire(acquireOptionsOf(attempt));
    return this.#send(attempt, issued, next);
  }

  #send(attempt: Attempt, issued: IssuedToken, next: Next<Attempt>): Promise<CryptofuseResponse> {
    this.#authorise(attempt, issued);
    return next(attempt).then((response) =>
      response.status === 401 ? this.#replaceToken(response, issued, attempt, next) : response,
    );
  }

  /** Sends the same request with another token and returns its response; returns `refusal` if that would not help. */
  async #replaceToken(
    refusal: CryptofuseResponse,
    refused: IssuedToken,
    attempt: Attempt,
    next: Next<Attempt>,
  ): Promise<CryptofuseResponse> {
    const { tokens } = attempt.call.account;
    if (isOneShot(attempt.call.body)) {
      // The caller does not wait for the new token; the next call uses it.
      void inBackground(() => tokens.replace(refused, {})).catch(() => undefined);
      return refusal;
    }
    attempt.stage = 'replacement';
    attempt.past = 'refused';
    const fresh = await replacementFor(refusal, refused, attempt);
    if (fresh === undefined) return refusal;
    disposeBody(refusal.body);
    this.#authorise(attempt, fresh);
    return next(attempt);
  }

  #authorise(attempt: Attempt, issued: IssuedToken): void {
    const { method, account } = attempt.call;
    requireScope(issued, method, account.credentials.clientId);
    attempt.issued = issued;
  }
}

async function replacementFor(
  refusal: CryptofuseResponse,
  refused: IssuedToken,
  attempt: Attempt,
): Promise<IssuedToken | undefined> {
  try {
    return await attempt.call.account.tokens.replace(refused, acquireOptionsOf(attempt));
  } catch (error) {
    disposeBody(refusal.body);
    throw error;
  }
}

function acquireOptionsOf(attempt: Attempt): AcquireOptions {
  return { signal: attempt, until: attempt.deadline };
}

const READING = new Set(['GET', 'HEAD']);
const CODE = 'insufficient_scope';

/** Returns the scope that a call of `method` needs, as the API documents it. */
function scopeFor(method: string): 'read' | 'write' {
  return READING.has(method) ? 'read' : 'write';
}

/**
 * Refuses a call that the granted scopes do not allow, before it is sent. If the token response
 * has no `scope`, the check is left to the server.
 *
 * @throws {CryptofusePermissionException} if the scope is missing
 */
function requireScope(
  { scopes, namesScopes }: IssuedToken,
  method: string,
  clientId: string,
): void {
  const required = scopeFor(method);
  if (!namesScopes || scopes.includes(required)) return;
  throw new CryptofusePermissionException({
    code: CODE,
    message: `The token does not have the scope ${required}, which ${method} needs.`,
    clientId,
    hint: hintFor(CODE),
    requiredScopes: [required],
    tokenScopes: scopes,
  });
}
