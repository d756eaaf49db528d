import type { Call } from './call.js';
import type { IssuedToken, IssuedTokens } from './issued-tokens.js';
import { type RateLimit, rateLimitExceeded } from './rate-limit.js';
import { apiError, type ResponseHeaders, type SandboxResponse } from './response.js';

/** The response to a call that is refused, or headers for the response to one that is admitted. @internal */
type Admission = { readonly refusal: SandboxResponse } | { readonly headers: ResponseHeaders };

const CHALLENGE = 'Bearer realm="api"';

/** Decides who may call the API, by token, scope and rate limit, in that order (FACTS 2). @internal */
export class BearerGuard {
  constructor(
    private readonly tokens: IssuedTokens,
    private readonly limit: RateLimit,
  ) {}

  /** A call without the scope does not count against the limit, and its response has no headers of it. */
  admit(call: Call): Admission {
    const token = this.#authenticate(call.headers.authorization);
    if (typeof token === 'string') return { refusal: unauthorized(token) };
    const required = call.method === 'GET' || call.method === 'HEAD' ? 'read' : 'write';
    if (!token.scopes.includes(required)) return { refusal: forbidden(required, token.scopes) };
    const share = this.limit.take(token.value);
    return share.isGranted ? { headers: share.headers } : { refusal: rateLimitExceeded(share) };
  }

  /** Returns the token, or the challenge for a call without a valid one. */
  #authenticate(authorization: string | undefined): IssuedToken | string {
    const value = /^bearer\s+(\S+)$/i.exec(authorization ?? '')?.[1];
    if (value === undefined) return CHALLENGE;
    const token = this.tokens.find(value);
    if (token === undefined) return invalidToken('The access token is invalid.');
    return this.tokens.isExpired(token) ? invalidToken('The access token has expired.') : token;
  }
}

function invalidToken(description: string): string {
  return `${CHALLENGE},error="invalid_token",error_description="${description}"`;
}

function unauthorized(challenge: string): SandboxResponse {
  return apiError(
    401,
    'authentication_failed',
    'Invalid authentication credentials',
    { hint: 'Check your client_id and client_secret' },
    { 'www-authenticate': challenge },
  );
}

function forbidden(required: string, scopes: readonly string[]): SandboxResponse {
  return apiError(403, 'permission_denied', 'Token does not have required scope', {
    required_scopes: [required],
    token_scopes: scopes,
  });
}
