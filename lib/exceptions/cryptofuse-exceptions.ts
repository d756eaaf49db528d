import {
  BadGatewayException,
  ForbiddenException,
  GatewayTimeoutException,
  InternalServerErrorException,
  ServiceUnavailableException,
  UnauthorizedException,
} from '@nestjs/common';
import {
  CryptofuseException,
  createExceptionClass,
  type ExceptionInit,
  type RequestOutcome,
  UpstreamStatusException,
} from './cryptofuse.exception.js';
import { hintFor } from './hints.js';

/**
 * The API did not accept the client's identity: a 401 that persisted with a new token, or the token endpoint's
 * `invalid_client`, `invalid_grant`, `unauthorized_client`, `unsupported_grant_type`, `invalid_request`.
 */
export class CryptofuseAuthenticationException extends createExceptionClass(
  UnauthorizedException,
  () => 401,
) {
  override readonly name: string = 'CryptofuseAuthenticationException';
}

/** The token's scopes do not allow the call: a 403, `invalid_scope`, or the check before sending. */
export class CryptofusePermissionException extends createExceptionClass(
  ForbiddenException,
  () => 403,
) {
  override readonly name: string = 'CryptofusePermissionException';
  /** The scopes the call requires, as far as known. */
  readonly requiredScopes: readonly string[];
  /** The scopes the token has, as far as known. */
  readonly tokenScopes: readonly string[];

  constructor(
    facts: ExceptionInit & {
      readonly requiredScopes?: readonly string[];
      readonly tokenScopes?: readonly string[];
    },
  ) {
    super(facts);
    this.requiredScopes = facts.requiredScopes ?? [];
    this.tokenScopes = facts.tokenScopes ?? [];
  }
}

/** What is known about a rate limit. */
interface RateLimitInit {
  /** Whose limit it is: the token endpoint's or the API's. */
  readonly source: 'token' | 'api';
  /** Calls allowed in the window. */
  readonly limit?: number | undefined;
  /** Calls left in the window. */
  readonly remaining?: number | undefined;
  /** When the window resets. */
  readonly resetAt?: Date | undefined;
}

/** Too many calls: a 429 from the server, or a budget of this package was spent. */
export class CryptofuseRateLimitException extends createExceptionClass(
  UpstreamStatusException,
  () => 429,
) {
  override readonly name: string = 'CryptofuseRateLimitException';
  readonly source: 'token' | 'api';
  readonly limit: number | undefined;
  readonly remaining: number | undefined;
  readonly resetAt: Date | undefined;

  constructor(facts: ExceptionInit & RateLimitInit) {
    super({ ...facts, retryable: facts.retryable ?? true });
    this.source = facts.source;
    this.limit = facts.limit;
    this.remaining = facts.remaining;
    this.resetAt = facts.resetAt;
  }
}

/** The API refused the request: any 4xx that has no specific class. Keeps the server's status. */
export class CryptofuseRequestException extends createExceptionClass(
  UpstreamStatusException,
  (facts) => facts.upstreamStatus ?? 400,
) {
  override readonly name: string = 'CryptofuseRequestException';
}

/** The server failed: a 5xx, an invalid response, or a redirect that is not followed. */
export class CryptofuseServerException extends createExceptionClass(
  BadGatewayException,
  () => 502,
) {
  override readonly name: string = 'CryptofuseServerException';
}

/** There was no response: the network, DNS or TLS failed, or this client was closed. */
export class CryptofuseUnavailableException extends createExceptionClass(
  ServiceUnavailableException,
  () => 503,
) {
  override readonly name: string = 'CryptofuseUnavailableException';

  constructor(facts: ExceptionInit) {
    super({ ...facts, retryable: facts.retryable ?? true });
  }
}

/** No response, token, body or next byte of a stream arrived within `timeout`. */
export class CryptofuseTimeoutException extends createExceptionClass(
  GatewayTimeoutException,
  () => 504,
) {
  override readonly name: string = 'CryptofuseTimeoutException';

  constructor(facts: ExceptionInit) {
    super({ ...facts, retryable: facts.retryable ?? true });
  }
}

/** The bearer token would have been sent to a URL outside `baseUrl`. Thrown before anything is sent. */
export class CryptofuseDestinationException extends createExceptionClass(
  InternalServerErrorException,
  () => 500,
) {
  override readonly name: string = 'CryptofuseDestinationException';
}

/** Returns the exception for a call that was cut off because the client was closed. */
export function clientClosed(clientId: string, outcome: RequestOutcome): Error {
  return new CryptofuseUnavailableException({
    code: 'client_closed',
    message: 'The Cryptofuse client was closed.',
    clientId,
    outcome,
    hint: hintFor('client_closed'),
    retryable: false,
  });
}

/** Sets the outcome of `error`, which must belong to one call only, to `unknown`, and returns it. */
export function markAmbiguous(error: unknown): unknown {
  if (!(error instanceof CryptofuseException) || error.outcome === 'unknown') return error;
  return Object.defineProperty(error, 'outcome', { value: 'unknown' });
}
