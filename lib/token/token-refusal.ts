import {
  CryptofuseAuthenticationException,
  CryptofusePermissionException,
  CryptofuseRateLimitException,
  CryptofuseRequestException,
  CryptofuseServerException,
} from '../exceptions/cryptofuse-exceptions.js';
import type { ExceptionInit } from '../exceptions/cryptofuse.exception.js';
import type { ErrorBody } from '../exceptions/error-body.js';
import { hintFor, oauthEndpointHint } from '../exceptions/hints.js';
import { type ReadingTime, readRateLimit, requestedWait } from '../transport/rate-limit-headers.js';
import type { ResponseHeaders } from '../contracts/transport.js';
import {
  type OAuthEndpoint,
  type TokenFailure,
  tokenFailure,
  type TokenFailureKind,
} from './token-failure.js';

/** The kinds of refusal by the token endpoint, classified by `error`, never by status (FACTS 1.3). */
type TokenRefusal = 'authentication' | 'permission' | 'rate-limit' | 'request' | 'server';

/** How the token engine handles each kind of refusal. */
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
/** The wait after a 429 that does not give one, in milliseconds. */
const UNSTATED_WAIT = 30_000;

/** Classifies a response of the token endpoint that is not a grant. */
export function classifyRefusal(status: number, { code, stated }: ErrorBody): TokenRefusal {
  if (status === 429 || (stated && code === 'rate_limit_exceeded')) return 'rate-limit';
  if (!stated) return 'server';
  if (AUTHENTICATION.has(code)) return 'authentication';
  if (PERMISSION.has(code)) return 'permission';
  return status >= 400 && status < 500 ? 'request' : 'server';
}

/** A response of the token endpoint that is not a grant. */
interface RefusedTokenRequest {
  readonly status: number;
  readonly error: ErrorBody;
  readonly endpoint: OAuthEndpoint;
  readonly headers: ResponseHeaders;
  readonly time: ReadingTime;
  /** The wait for a `Retry-After` that cannot be read, in milliseconds. */
  readonly maxDelay: number;
  readonly askedScopes: readonly string[];
  readonly clientId: string;
}

/** Returns the failure for a response of the token endpoint that is not a grant. */
export function failureForRefusal(refused: RefusedTokenRequest): TokenFailure {
  const { status, error, clientId, headers, time, askedScopes } = refused;
  const refusal = classifyRefusal(status, error);
  const retryAfter = waitAfter(refusal, refused);
  const kind = kindOf(refusal, retryAfter);
  const init: ExceptionInit = {
    code: error.code,
    message: messageFor(error),
    details: error.details,
    clientId,
    upstreamStatus: status,
    retryAfter,
    hint: hintForRefusal(refused),
    outcome: 'not-sent',
  };
  switch (refusal) {
    case 'authentication':
      return tokenFailure(kind, init, CryptofuseAuthenticationException);
    case 'permission': {
      const requiring = { ...init, requiredScopes: askedScopes };
      return tokenFailure(kind, requiring, CryptofusePermissionException);
    }
    case 'rate-limit': {
      const hint = hintFor('rate_limit_exceeded');
      const limited = { ...init, ...readRateLimit(headers, time), hint, source: 'token' } as const;
      return tokenFailure(kind, limited, CryptofuseRateLimitException);
    }
    case 'request':
      return tokenFailure(kind, init, CryptofuseRequestException);
    case 'server':
      return tokenFailure(kind, { ...init, retryable: status >= 500 }, CryptofuseServerException);
  }
}

/** Returns how the refusal is handled. A wait of 0 ms is ignored, since the usual pauses are longer. */
function kindOf(refusal: TokenRefusal, wait = 0): TokenFailureKind {
  return refusal === 'server' && wait > 0 ? 'deferred' : CONSEQUENCES[refusal];
}

/** Returns the milliseconds during which no request may be sent; `undefined` if there is no such wait. */
function waitAfter(
  refusal: TokenRefusal,
  { headers, time, maxDelay }: RefusedTokenRequest,
): number | undefined {
  const isLimit = refusal === 'rate-limit';
  return requestedWait(headers, time, isLimit, maxDelay) ?? (isLimit ? UNSTATED_WAIT : undefined);
}

/** Returns the message of `error`, or a default one, since servers often send a code and no message. */
function messageFor({ code, message }: ErrorBody): string {
  return message === code ? oauthMessage(code) || code : message;
}

function hintForRefusal({ status, error, endpoint }: RefusedTokenRequest): string | undefined {
  if (error.stated || status === 407) return hintFor(error.code);
  return oauthEndpointHint(endpoint, status);
}

/** Messages for the codes of RFC 6749 §5.2, for servers that send no message. */
const MESSAGES: ReadonlyMap<string, string> = new Map([
  ['invalid_client', 'The client credentials were not accepted.'],
  ['invalid_grant', 'The client credentials were not accepted.'],
  ['unauthorized_client', 'The client may not use the client credentials flow.'],
  ['unsupported_grant_type', 'The token endpoint does not support the client credentials flow.'],
  ['invalid_scope', 'A scope is unknown, or the client may not have it.'],
  ['invalid_request', 'The token endpoint did not understand the request.'],
]);

/** Returns the message for the OAuth error `code`; empty for any other code. */
function oauthMessage(code: string): string {
  return MESSAGES.get(code) ?? '';
}
