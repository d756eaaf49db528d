import type { Call } from './call.js';
import type { IssuedToken, TokenStore } from './issued-tokens.js';
import { type RateLimit, rateLimitExceeded } from './rate-limit.js';
import { type Answer, type AnswerHeaders, apiError } from './response.js';

/** Either the answer to a call that may not pass, or the headers of the answer to one that may. */
export type Admission = { readonly refusal: Answer } | { readonly headers: AnswerHeaders };

const CHALLENGE = 'Bearer realm="api"';

/** Who may call the API: a good token, its scope, its share of the limit, in that order (FACTS 2). */
export class BearerGuard {
  constructor(
    private readonly tokens: TokenStore,
    private readonly limit: RateLimit,
  ) {}

  /** A call without the scope is not counted, and its answer tells nothing of the limit. */
  admit(call: Call): Admission {
    const token = this.authenticate(call.headers.authorization);
    if (typeof token === 'string') {
      return { refusal: unauthorized(token) };
    }
    const required = call.method === 'GET' || call.method === 'HEAD' ? 'read' : 'write';
    if (!token.scopes.includes(required)) {
      return { refusal: forbidden(required, token.scopes) };
    }
    const share = this.limit.take(token.value);
    return share.granted ? { headers: share.headers } : { refusal: rateLimitExceeded(share) };
  }

  /** The token, or the challenge that answers a call without a good one. */
  private authenticate(authorization: string | undefined): IssuedToken | string {
    const value = /^bearer\s+(\S+)$/i.exec(authorization ?? '')?.[1];
    if (value === undefined) {
      return CHALLENGE;
    }
    const token = this.tokens.find(value);
    if (token === undefined) {
      return invalidToken('The access token is invalid.');
    }
    return this.tokens.isExpired(token) ? invalidToken('The access token has expired.') : token;
  }
}

function invalidToken(description: string): string {
  return `${CHALLENGE},error="invalid_token",error_description="${description}"`;
}

function unauthorized(challenge: string): Answer {
  return apiError(
    401,
    'authentication_failed',
    'Invalid authentication credentials',
    { hint: 'Check your client_id and client_secret' },
    { 'www-authenticate': challenge },
  );
}

function forbidden(required: string, scopes: readonly string[]): Answer {
  return apiError(403, 'permission_denied', 'Token does not have required scope', {
    required_scopes: [required],
    token_scopes: scopes,
  });
}
