import { CryptofuseAuthenticationException } from '../exceptions/cryptofuse-authentication.exception.js';
import { CryptofusePermissionException } from '../exceptions/cryptofuse-permission.exception.js';
import { CryptofuseRateLimitException } from '../exceptions/cryptofuse-rate-limit.exception.js';
import { CryptofuseRequestException } from '../exceptions/cryptofuse-request.exception.js';
import { CryptofuseServerException } from '../exceptions/cryptofuse-server.exception.js';
import type { ErrorBody } from '../exceptions/error-body.js';
import type { ExceptionFacts } from '../exceptions/exception-facts.js';
import { hintFor } from '../exceptions/hints.js';
import type { RateLimit } from '../transport/rate-limit-headers.js';
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
const WRONG_BASE_URL =
  'No OAuth answer came from the token endpoint. Verify baseUrl: /o/token/ must be right below it.';
const IN_TROUBLE =
  'The token endpoint is in trouble: try later. If that does not help, verify baseUrl.';
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
  readonly limit: RateLimit;
  readonly askedScopes: readonly string[];
  readonly clientId: string;
}

/** Returns the failure that an answer of the token endpoint which is no grant stands for. */
export function failureOfRefusal(refused: RefusedTokenRequest): TokenFailure {
  const { code } = refused.error;
  const message = messageOf(refused.error);
  const kind = classifyRefusal(refused.status, refused.error);
  const wait = refused.limit.retryAfter ?? UNSTATED_WAIT;
  return new TokenFailure(
    CONSEQUENCES[kind],
    code,
    message,
    () => exceptionOf(kind, refused, wait),
    wait,
  );
}

function exceptionOf(kind: TokenRefusal, refused: RefusedTokenRequest, wait: number): Error {
  const { status, error, limit, clientId } = refused;
  const facts: ExceptionFacts = {
    code: error.code,
    message: messageOf(error),
    details: error.details,
    clientId,
    upstreamStatus: status,
    hint: hintOf(status, error),
    outcome: 'not-sent',
  };
  switch (kind) {
    case 'authentication':
      return new CryptofuseAuthenticationException(facts);
    case 'permission':
      return new CryptofusePermissionException({ ...facts, requiredScopes: refused.askedScopes });
    case 'rate-limit':
      return new CryptofuseRateLimitException({
        ...facts,
        ...limit,
        retryAfter: wait,
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

function hintOf(status: number, { code, stated }: ErrorBody): string | undefined {
  if (stated) return hintFor(code);
  return status >= 500 ? IN_TROUBLE : WRONG_BASE_URL;
}
