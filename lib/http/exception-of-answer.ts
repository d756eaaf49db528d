import { CryptofuseAuthenticationException } from '../exceptions/cryptofuse-authentication.exception.js';
import { CryptofusePermissionException } from '../exceptions/cryptofuse-permission.exception.js';
import { CryptofuseRateLimitException } from '../exceptions/cryptofuse-rate-limit.exception.js';
import { CryptofuseRequestException } from '../exceptions/cryptofuse-request.exception.js';
import { CryptofuseServerException } from '../exceptions/cryptofuse-server.exception.js';
import type { ErrorBody } from '../exceptions/error-body.js';
import type { ExceptionFacts, RequestOutcome } from '../exceptions/exception-facts.js';
import { hintFor } from '../exceptions/hints.js';
import type { UnreadableBody } from '../transport/json-body.js';
import type { RateLimit } from '../transport/rate-limit-headers.js';
import { isRedirect, outcomeOfRedirect } from '../exceptions/is-redirect.js';

const MISSING_SCOPE =
  'Grant the client the required scopes in the merchant dashboard, and name them in the scopes option.';

/** An answer of the API that is an error. */
export interface ErrorAnswer {
  readonly status: number;
  readonly error: ErrorBody;
  readonly limit: RateLimit;
  /** Milliseconds that the server asks to wait. */
  readonly retryAfter: number | undefined;
  readonly clientId: string;
  /** What to do about a token that is refused. */
  readonly refusedTokenHint: string;
  /** How to make the call replayable; `undefined` where that is not why it failed. */
  readonly replayHint: string | undefined;
  /** Whether an earlier attempt may have been acted upon. */
  readonly isDoubtful: boolean;
}

/** Returns the exception that an error of the API stands for. */
export function exceptionOfAnswer(answer: ErrorAnswer): Error {
  const { status, error, clientId, replayHint, retryAfter, isDoubtful } = answer;
  const { code, message, details } = error;
  const facts: ExceptionFacts = {
    code,
    message,
    details,
    clientId,
    upstreamStatus: status,
    retryAfter,
    hint: replayHint ?? (error.stated ? undefined : hintFor(code)),
    outcome: isDoubtful ? 'unknown' : outcomeOf(status),
  };
  if (isRedirect(status)) return redirectException(facts, status);
  if (status >= 400 && status < 500) return refusalException(facts, answer);
  return new CryptofuseServerException({ ...facts, retryable: status >= 500 });
}

function outcomeOf(status: number): RequestOutcome {
  if (isRedirect(status)) return outcomeOfRedirect(status);
  // What is below 200 or above 599 is no status (RFC 9110 §15), and says nothing of what was done.
  return status >= 300 && status < 500 ? 'refused' : 'unknown';
}

function refusalException(facts: ExceptionFacts, answer: ErrorAnswer): Error {
  const { limit, replayHint, refusedTokenHint } = answer;
  switch (answer.status) {
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

/** Returns the exception of a successful answer whose body is not what was asked for. */
export function exceptionOfUnreadable(
  { reason }: UnreadableBody,
  status: number,
  clientId: string,
): CryptofuseServerException {
  return new CryptofuseServerException({
    code: 'invalid_response',
    message: `The answer ${reason}.`,
    clientId,
    upstreamStatus: status,
    hint: 'Verify baseUrl and the path, or ask for text or bytes.',
    outcome: 'unknown',
  });
}

function redirectException(facts: ExceptionFacts, status: number): CryptofuseServerException {
  const code = 'redirect_refused';
  const message = `HTTP ${status}: the server redirects, and this redirect is not followed.`;
  return new CryptofuseServerException({ ...facts, code, message, hint: hintFor(code) });
}

function permissionException(facts: ExceptionFacts): CryptofusePermissionException {
  return new CryptofusePermissionException({
    ...facts,
    hint: MISSING_SCOPE,
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
