import type { Call } from './call.js';
import type { ClientRegistry } from './clients.js';
import type { TokenStore } from './issued-tokens.js';
import { type OAuthForm, readOAuthForm } from './oauth-form.js';
import { type Answer, emptyAnswer, htmlPage, invalidClient, oauthError } from './response.js';

/** `POST /o/revoke_token/` (FACTS 1.8, RFC 7009). */
export class RevocationEndpoint {
  constructor(
    private readonly clients: ClientRegistry,
    private readonly tokens: TokenStore,
  ) {}

  /** Revokes whosever token it is, and does not tell whether there was one. */
  answer(call: Call): Answer {
    if (call.method !== 'POST') {
      return emptyAnswer(call.method === 'OPTIONS' ? 200 : 405, { allow: 'POST, OPTIONS' });
    }
    if (call.search.length > 1) {
      return oauthError('invalid_request', 'URL query parameters are not allowed');
    }
    const form = readOAuthForm(call, this.clients);
    return form === undefined ? htmlPage(400) : this.revoke(form);
  }

  private revoke({ fields, client }: OAuthForm): Answer {
    const token = fields.get('token');
    if (!token) {
      return oauthError('invalid_request', 'Missing token parameter.');
    }
    if (client === undefined) {
      return invalidClient();
    }
    this.tokens.revoke(token);
    return emptyAnswer(200);
  }
}
