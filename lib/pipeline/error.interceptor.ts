import {
  CryptofuseAuthenticationException,
  CryptofusePermissionException,
  CryptofuseRateLimitException,
  CryptofuseRequestException,
  CryptofuseServerException,
} from '../exceptions/cryptofuse-exceptions.js';
import type { ExceptionInit, RequestOutcome } from '../exceptions/cryptofuse.exception.js';
import {
  type ErrorBody,
  isRedirect,
  outcomeOfRedirect,
  readErrorBody,
} from '../exceptions/error-body.js';
import { hintFor, MISSING_SCOPE_HINT, UNREADABLE_BODY_HINT } from '../exceptions/hints.js';
import { ignoreStreamErrors, disposeBody } from '../request/body-stream.js';
import type { CryptofuseResponse } from '../contracts/interceptor.js';
import { type Call, isSuccess } from '../request/call.js';
import type { ClockSkew } from '../token/clock-skew.js';
import { type RateLimit, readRateLimit } from '../transport/rate-limit-headers.js';
import { UnreadableBody } from '../transport/response-content.js';
import type { Next, Step } from './pipeline.js';
import { replayHint, requestedPause } from './retry-rule.js';

/** Turns every error response into an exception. The outermost step of the pipeline; an application need not call it. */
export class CryptofuseErrorInterceptor implements Step<Call> {
  readonly #skew: ClockSkew;

  /** @internal */
  constructor(skew: ClockSkew) {
    this.#skew = skew;
  }

  intercept(call: Call, next: Next<Call>): Promise<CryptofuseResponse> {
    const responded = call.body === undefined ? next(call) : sendWithBody(call, next);
    return responded.then((response) => this.#check(call, response));
  }

  #check(call: Call, response: CryptofuseResponse): CryptofuseResponse {
    const { status, body } = response;
    if (!call.accepts(status)) throw this.#exceptionOf(call, response);
    if (!(body instanceof UnreadableBody)) return response;
    if (!isSuccess(status)) throw this.#exceptionOf(call, response);
    throw exceptionForUnreadable(body, status, call.account.credentials.clientId);
  }

  #exceptionOf(call: Call, response: CryptofuseResponse): Error {
    const { status, headers, body, isAmbiguous = false } = response;
    disposeBody(body);
    const { credentials, redactor } = call.account;
    const readable = body instanceof UnreadableBody ? undefined : body;
    return exceptionFor({
      status,
      error: readErrorBody(readable, status, redactor),
      limit: readRateLimit(headers, this.#skew.readingTime()),
      retryAfter: requestedPause(call, response, this.#skew),
      clientId: credentials.clientId,
      refusedTokenHint: this.#skew.refusedTokenHint,
      replayHint: replayHint(call, response, this.#skew),
      isAmbiguous,
    });
  }
}

/** Sends a call with a body, and disposes of the body if the call is aborted. */
async function sendWithBody(call: Call, next: Next<Call>): Promise<CryptofuseResponse> {
  ignoreStreamErrors(call.body);
  try {
    return await next(call);
  } catch (error) {
    if (call.signal?.aborted === true) disposeBody(call.body);
    throw error;
  }
}

/** An error response of the API. */
interface ErrorResponse {
  readonly status: number;
  readonly error: ErrorBody;
  readonly limit: RateLimit;
  /** Milliseconds that the server asks to wait. */
  readonly retryAfter: number | undefined;
  readonly clientId: string;
  /** Hint for a refused token. */
  readonly refusedTokenHint: string;
  /** Hint for making the call replayable; `undefined` if that is not why it failed. */
  readonly replayHint: string | undefined;
  /** Whether the server may have acted on an earlier attempt. */
  readonly isAmbiguous: boolean;
}

/** Returns the exception for an error response of the API. */
export function exceptionFor(response: ErrorResponse): Error {
  const { status, error, clientId, replayHint, retryAfter, isAmbiguous } = response;
  const { code, message, details } = error;
  const facts: ExceptionInit = {
    code,
    message,
    details,
    clientId,
    upstreamStatus: status,
    retryAfter,
    hint: replayHint ?? (error.stated ? undefined : hintFor(code)),
    outcome: isAmbiguous ? 'unknown' : outcomeOf(status),
  };
  if (isRedirect(status)) return redirectException(facts, status);
  if (status >= 400 && status < 500) return refusalException(facts, response);
  return new CryptofuseServerException({ ...facts, retryable: status >= 500 });
}

function outcomeOf(status: number): RequestOutcome {
  if (isRedirect(status)) return outcomeOfRedirect(status);
  // A status below 200 or above 599 is invalid (RFC 9110 §15) and says nothing about what the server did.
  return status >= 300 && status < 500 ? 'refused' : 'unknown';
}

function refusalException(facts: ExceptionInit, response: ErrorResponse): Error {
  const { limit, replayHint, refusedTokenHint } = response;
  switch (response.status) {
    case 401:
      return new CryptofuseAuthenticationException({
        ...facts,
        hint: replayHint ?? refusedTokenHint,
      });
    case 403:
      return permissionException(facts);
    case 429: {
      const hint = replayHint ?? hintFor('rate_limit_exceeded');
      return new CryptofuseRateLimitException({ ...facts, ...limit, hint, source: 'api' });
    }
    default:
      return new CryptofuseRequestException(facts);
  }
}

/** Returns the exception for a successful response with an unreadable body. */
export function exceptionForUnreadable(
  { reason }: UnreadableBody,
  status: number,
  clientId: string,
): CryptofuseServerException {
  return new CryptofuseServerException({
    code: 'invalid_response',
    message: `The response ${reason}.`,
    clientId,
    upstreamStatus: status,
    hint: UNREADABLE_BODY_HINT,
    outcome: 'unknown',
  });
}

function redirectException(facts: ExceptionInit, status: number): CryptofuseServerException {
  const code = 'redirect_refused';
  const message = `HTTP ${status}: the server redirects, and this redirect is not followed.`;
  return new CryptofuseServerException({ ...facts, code, message, hint: hintFor(code) });
}

function permissionException(facts: ExceptionInit): CryptofusePermissionException {
  return new CryptofusePermissionException({
    ...facts,
    hint: MISSING_SCOPE_HINT,
    requiredScopes: scopesIn(facts.details, 'required_scopes'),
    tokenScopes: scopesIn(facts.details, 'token_scopes'),
  });
}

function scopesIn(details: unknown, member: string): readonly string[] {
  if (typeof details !== 'object' || details === null) return [];
  const scopes: unknown = Reflect.get(details, member);
  if (typeof scopes === 'string') return scopes.split(' ').filter((scope) => scope !== '');
  if (!Array.isArray(scopes)) return [];
  return scopes.filter((scope): scope is string => typeof scope === 'string');
}
