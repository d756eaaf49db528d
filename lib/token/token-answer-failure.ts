import { CryptofuseAuthenticationException } from '../exceptions/cryptofuse-authentication.exception.js';
import { CryptofusePermissionException } from '../exceptions/cryptofuse-permission.exception.js';
import { CryptofuseRateLimitException } from '../exceptions/cryptofuse-rate-limit.exception.js';
import { CryptofuseRequestException } from '../exceptions/cryptofuse-request.exception.js';
import { CryptofuseServerException } from '../exceptions/cryptofuse-server.exception.js';
import type { ErrorBody } from '../exceptions/error-body.js';
import type { ExceptionFacts } from '../exceptions/exception-facts.js';
import { hintFor } from '../exceptions/hints.js';
import { readRateLimit } from '../transport/rate-limit-headers.js';
import type { ReadingTime } from '../transport/server-moment.js';
import { requestedWait } from '../transport/stated-wait.js';
import type { ResponseHeaders } from '../transport/transport.js';
import type { OAuthEndpoint } from './oauth-endpoint.js';
import { oauthMessage } from './oauth-message.js';
import { TokenFailure, type TokenFailureKind } from './token-failure.js';

/** What a refusal by the token endpoint means: it is classified by `error`, never by status (FACTS 1.3). */
export type TokenRefusal = 'authentication' | 'permission' | 'rate-limit' | 'request' | 'server';

/** What follows from each. */
const CONSEQUENCES: Readonly<Record<TokenRefusal, TokenFailureKind>> = {
  authentication: 'lasting',
  permission: 'lasting',
  'rate-limit': 'limited',
  request: 'lasting',
  server: 'passing',
};

const AUTHENTICATION = new Set([
  'invalid_client',
  'invalid_grant',
  'unauthorized_client',
  'unsupported_grant_type',
  'invalid_request',
  'authentication_failed',
  'unauthorized',
]);
const PERMISSION = new Set(['invalid_scope', 'permission_denied', 'insufficient_scope']);
/** A 429 that does not say for how long, in milliseconds. */
const UNSTATED_WAIT = 30_000;

/** Returns what an answer of the token endpoint that is no grant means. */
export function classifyRefusal(status: number, { code, stated }: ErrorBody): TokenRefusal {
  if (status === 429 || (stated && code === 'rate_limit_exceeded')) return 'rate-limit';
  if (!stated) return 'server';
  if (AUTHENTICATION.has(code)) return 'authentication';
  if (PERMISSION.has(code)) return 'permission';
  return status >= 400 && status < 500 ? 'request' : 'server';
}

/** An answer of the token endpoint that is no grant. */
export interface RefusedTokenRequest {
  readonly status: number;
  readonly error: ErrorBody;
  readonly endpoint: OAuthEndpoint;
  readonly headers: ResponseHeaders;
  readonly time: ReadingTime;
  /** What a `Retry-After` counts as that cannot be read, in milliseconds. */
  readonly maxDelay: number;
  readonly askedScopes: readonly string[];
  readonly clientId: string;
}

/** Returns the failure that an answer of the token endpoint which is no grant stands for. */
export function failureOfRefusal(refused: RefusedTokenRequest): TokenFailure {
  const { status, error, clientId } = refused;
  const refusal = classifyRefusal(status, error);
  const wait = waitAfter(refusal, refused);
  const facts: ExceptionFacts = {
    code: error.code,
    message: messageOf(error),
    details: error.details,
    clientId,
    upstreamStatus: status,
    retryAfter: wait,
    hint: hintOf(refused),
    outcome: 'not-sent',
  };
  // A wait of none is no wait to keep to: the usual pauses are longer.
  const isDeferred = refusal === 'server' && wait !== undefined && wait > 0;
  const kind = isDeferred ? 'deferred' : CONSEQUENCES[refusal];
  return new TokenFailure(kind, facts, (told) => exceptionOf(refusal, refused, told));
}

/** Returns the milliseconds that nothing is to be sent; `undefined` if the server does not ask for that. */
function waitAfter(
  refusal: TokenRefusal,
  { headers, time, maxDelay }: RefusedTokenRequest,
): number | undefined {
  const isLimit = refusal === 'rate-limit';
  return requestedWait(headers, time, isLimit, maxDelay) ?? (isLimit ? UNSTATED_WAIT : undefined);
}

function exceptionOf(
  refusal: TokenRefusal,
  { status, headers, time, askedScopes }: RefusedTokenRequest,
  facts: ExceptionFacts,
): Error {
  switch (refusal) {
    case 'authentication':
      return new CryptofuseAuthenticationException(facts);
    case 'permission':
      return new CryptofusePermissionException({ ...facts, requiredScopes: askedScopes });
    case 'rate-limit':
      return new CryptofuseRateLimitException({
        ...facts,
        ...readRateLimit(headers, time),
        hint: hintFor('rate_limit_exceeded'),
        source: 'token',
      });
    case 'request':
      return new CryptofuseRequestException(facts);
    case 'server':
      return new CryptofuseServerException({ ...facts, retryable: status >= 500 });
  }
}

/** Servers often name the code and say nothing more. */
function messageOf({ code, message }: ErrorBody): string {
  return message === code ? oauthMessage(code) || code : message;
}

function hintOf({ status, error, endpoint }: RefusedTokenRequest): string | undefined {
  const { path, name } = endpoint;
  if (error.stated || status === 407) return hintFor(error.code);
  return status >= 500
    ? `The ${name} is in trouble: try later. If that does not help, verify baseUrl: ${path} must be right below it.`
    : `No OAuth answer came from the ${name}. Verify baseUrl: ${path} must be right below it.`;
}
