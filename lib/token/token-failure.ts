import { boundedText } from '../exceptions/bounded-value.js';
import {
  CryptofuseTimeoutException,
  CryptofuseUnavailableException,
} from '../exceptions/cryptofuse-exceptions.js';
import { CryptofuseException, type ExceptionInit } from '../exceptions/cryptofuse.exception.js';
import { TransportFailure } from '../contracts/transport.js';
import { exceptionForFailure } from '../transport/transport-failure.js';

/** One of the two OAuth endpoints of the API. */
export interface OAuthEndpoint {
  /** The path below `baseUrl`. */
  readonly path: string;
  /** The name used in messages. */
  readonly name: string;
}

export const TOKEN_ENDPOINT: OAuthEndpoint = { path: '/o/token/', name: 'token endpoint' };
export const REVOCATION_ENDPOINT: OAuthEndpoint = {
  path: '/o/revoke_token/',
  name: 'revocation endpoint',
};

/**
 * How the token engine handles a failure.
 * - `lasting`: persists until the credentials or the client change, so it is remembered;
 * - `passing`: the endpoint is in trouble, so the request is retried, briefly;
 * - `slow`: there was no response in time, so no time is left to retry;
 * - `limited`: too many requests, so nothing is sent to the origin until the limit ends;
 * - `deferred`: the endpoint is in trouble and asks for a wait, so this module sends nothing until then;
 * - `own`: concerns only this request.
 */
export type TokenFailureKind = 'lasting' | 'passing' | 'slow' | 'limited' | 'deferred' | 'own';

/** The reason why there is no token. Creates a separate exception for each waiting caller. */
export class TokenFailure extends Error {
  override readonly name = 'TokenFailure';

  constructor(
    readonly kind: TokenFailureKind,
    private readonly facts: ExceptionInit,
    /** Creates a new exception each time. */
    private readonly exceptionOf: (facts: ExceptionInit) => Error,
  ) {
    super(facts.message);
  }

  get code(): string {
    return this.facts.code;
  }

  /** Milliseconds to wait before the next request, as the server asked. */
  get wait(): number | undefined {
    return this.facts.retryAfter;
  }

  /** Whether no request may be sent for a while. */
  get pausesRequests(): boolean {
    return this.kind === 'limited' || this.kind === 'deferred';
  }

  /** Returns a new exception, for one caller. */
  toException(): Error {
    return this.exceptionOf(this.facts);
  }

  /** Returns a copy of this failure with `facts` merged in. */
  with(facts: Partial<ExceptionInit>): TokenFailure {
    return new TokenFailure(this.kind, { ...this.facts, ...facts }, this.exceptionOf);
  }
}

/** Returns a failure that becomes a new `Exception` for each caller. */
export function tokenFailure<Init extends ExceptionInit>(
  kind: TokenFailureKind,
  init: Init,
  Exception: new (init: Init) => Error,
): TokenFailure {
  return new TokenFailure(kind, init, (changed) => new Exception({ ...init, ...changed }));
}

/** Returns `error`, thrown while a token was fetched, as a `TokenFailure`. */
export function toTokenFailure(error: unknown, clientId: string): TokenFailure {
  if (error instanceof TokenFailure) return error;
  if (error instanceof TransportFailure) {
    // The call that waited for the token was not sent, however the token request ended.
    const { code, message, peer } = error;
    return new TokenFailure('passing', { code, message, clientId }, (facts) =>
      exceptionForFailure(new TransportFailure(code, 'not-sent', facts.message, peer), clientId),
    );
  }
  const facts = { code: 'token_unavailable', message: 'The token request failed.', clientId };
  return tokenFailure('own', facts, CryptofuseUnavailableException);
}

/**
 * Returns the failure of a token request that takes longer than `timeout`.
 *
 * @param cause the failure of its attempts so far
 * @param hint the hint to use if no cause is known
 */
export function tokenTimeout(
  timeout: number,
  clientId: string,
  cause: TokenFailure | undefined,
  hint: string,
): TokenFailure {
  const message = `No token came within ${timeout} ms.`;
  const facts = { code: 'token_timeout', message, clientId, outcome: 'not-sent', hint } as const;
  const init = cause === undefined ? facts : withCause(facts, cause);
  return tokenFailure('slow', init, CryptofuseTimeoutException);
}

/** Adds the last failure of a token request to `facts` about a token that did not arrive in time. */
export function withCause(facts: ExceptionInit, cause: TokenFailure): ExceptionInit {
  const met = cause.toException();
  if (!(met instanceof CryptofuseException)) return facts;
  const { code, message, upstreamStatus: status, hint } = met;
  const what = status === undefined ? code : `${status} ${code}`;
  return {
    ...facts,
    message: boundedText(`${facts.message} The last token request failed (${what}): ${message}`),
    details: { lastFailure: { status, code, message } },
    hint,
  };
}

/** Returns `error`, thrown while a token was revoked, as a failure whose message says so. */
export function toRevocationFailure(error: unknown, clientId: string): TokenFailure {
  const failure = toTokenFailure(error, clientId);
  const message = `The token was not revoked at ${REVOCATION_ENDPOINT.path}. ${failure.message}`;
  return failure.with({ message: boundedText(message) });
}

/** Returns the failure of a revocation that takes longer than `timeout`. */
export function revocationTimeout(timeout: number, clientId: string): TokenFailure {
  const message = `No response came within ${timeout} ms.`;
  const facts = { code: 'timeout', message, clientId, outcome: 'unknown' } as const;
  return tokenFailure('slow', facts, CryptofuseTimeoutException);
}
