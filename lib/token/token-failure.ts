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
  /** Below `baseUrl`. */
  readonly path: string;
  /** As messages call it. */
  readonly name: string;
}

export const TOKEN_ENDPOINT: OAuthEndpoint = { path: '/o/token/', name: 'token endpoint' };
export const REVOCATION_ENDPOINT: OAuthEndpoint = {
  path: '/o/revoke_token/',
  name: 'revocation endpoint',
};

/**
 * What follows from a failure.
 * - `lasting`: it stays until credentials or the client change, so it is remembered;
 * - `passing`: the endpoint is in trouble, so the request is retried, briefly;
 * - `slow`: there was no response in time, so there is none left to retry;
 * - `limited`: too many requests, so nothing is sent to the origin before the limit's end;
 * - `deferred`: the endpoint is in trouble and says for how long, so this client sends nothing until then;
 * - `own`: this call's alone.
 */
export type TokenFailureKind = 'lasting' | 'passing' | 'slow' | 'limited' | 'deferred' | 'own';

/** Why there is no token. Each caller that waited gets an exception of its own from it. */
export class TokenFailure extends Error {
  override readonly name = 'TokenFailure';

  constructor(
    readonly kind: TokenFailureKind,
    private readonly facts: ExceptionInit,
    /** Makes a new exception each time. */
    private readonly exceptionOf: (facts: ExceptionInit) => Error,
  ) {
    super(facts.message);
  }

  get code(): string {
    return this.facts.code;
  }

  /** Milliseconds that the server asks to wait before the next request. */
  get wait(): number | undefined {
    return this.facts.retryAfter;
  }

  /** Whether no request may be sent for a while. */
  get pausesRequests(): boolean {
    return this.kind === 'limited' || this.kind === 'deferred';
  }

  /** Returns a new exception for whoever waited. */
  toException(): Error {
    return this.exceptionOf(this.facts);
  }

  /** Returns the same failure with `facts` over its own. */
  restated(facts: Partial<ExceptionInit>): TokenFailure {
    return new TokenFailure(this.kind, { ...this.facts, ...facts }, this.exceptionOf);
  }
}

/** Returns `error`, thrown while a token was fetched, as a failure that each caller can be told of. */
export function toTokenFailure(error: unknown, clientId: string): TokenFailure {
  if (error instanceof TokenFailure) return error;
  if (error instanceof TransportFailure) {
    // The call that waited for the token was not sent, whatever became of the token request.
    const { code, message, peer } = error;
    return new TokenFailure('passing', { code, message, clientId }, (facts) =>
      exceptionForFailure(new TransportFailure(code, 'not-sent', facts.message, peer), clientId),
    );
  }
  const facts = { code: 'token_unavailable', message: 'The token request failed.', clientId };
  return new TokenFailure('own', facts, (told) => new CryptofuseUnavailableException(told));
}

/** Returns the failure of a token request that takes longer than `timeout`; `cause`: what it has met until then. */
export function tokenTimeout(
  timeout: number,
  clientId: string,
  cause: TokenFailure | undefined,
): TokenFailure {
  const message = `No token came within ${timeout} ms.`;
  const facts = { code: 'token_timeout', message, clientId, outcome: 'not-sent' } as const;
  const told = cause === undefined ? facts : becauseOf(facts, cause);
  return new TokenFailure('slow', told, (stated) => new CryptofuseTimeoutException(stated));
}

/** Returns `facts`, which say that no token came in time, with the reason why there is none. */
export function becauseOf(facts: ExceptionInit, cause: TokenFailure): ExceptionInit {
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

/** Returns `error`, thrown while a token was revoked, as a failure that says so: nobody looks for it at `/o/token/`. */
export function toRevocationFailure(error: unknown, clientId: string): TokenFailure {
  const failure = toTokenFailure(error, clientId);
  const told = `The token was not revoked at ${REVOCATION_ENDPOINT.path}. ${failure.message}`;
  return failure.restated({ message: boundedText(told) });
}

/** Returns the failure of a revocation that takes longer than `timeout`. */
export function revocationTimeout(timeout: number, clientId: string): TokenFailure {
  const message = `No response came within ${timeout} ms.`;
  const facts = { code: 'timeout', message, clientId, outcome: 'unknown' } as const;
  return new TokenFailure('slow', facts, (told) => new CryptofuseTimeoutException(told));
}
