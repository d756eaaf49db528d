import {
  CryptofuseAuthenticationException,
  CryptofusePermissionException,
  CryptofuseRateLimitException,
  CryptofuseRequestException,
  CryptofuseServerException,
} from '../exceptions/cryptofuse-exceptions.js';
import type { ExceptionInit } from '../exceptions/cryptofuse.exception.js';
import type { ErrorBody } from '../exceptions/error-body.js';
import { hintFor } from '../exceptions/hints.js';
import { type ReadingTime, readRateLimit, requestedWait } from '../transport/rate-limit-headers.js';
import type { ResponseHeaders } from '../contracts/transport.js';
import { type OAuthEndpoint, TokenFailure, type TokenFailureKind } from './token-failure.js';

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
export function failureForRefusal(refused: RefusedTokenRequest): TokenFailure {
  const { status, error, clientId } = refused;
  const refusal = classifyRefusal(status, error);
  const wait = waitAfter(refusal, refused);
  const facts: ExceptionInit = {
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
  facts: ExceptionInit,
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

/** RFC 6749 §5.2, for servers that name a code and say nothing. */
const MESSAGES: ReadonlyMap<string, string> = new Map([
  ['invalid_client', 'The client credentials were not accepted.'],
  ['invalid_grant', 'The client credentials were not accepted.'],
  ['unauthorized_client', 'The client may not use the client credentials flow.'],
  ['unsupported_grant_type', 'The token endpoint does not support the client credentials flow.'],
  ['invalid_scope', 'A scope is unknown, or the client may not have it.'],
  ['invalid_request', 'The token endpoint did not understand the request.'],
]);

/** Returns what the OAuth error `code` means; empty for any other code. */
export function oauthMessage(code: string): string {
  return MESSAGES.get(code) ?? '';
}
