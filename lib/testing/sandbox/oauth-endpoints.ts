import type { Call } from './call.js';
import { alphanumeric, type ClientRegistry, type RegisteredClient } from './clients.js';
import type { TokenStore } from './issued-tokens.js';
import { readOAuthForm } from './oauth-form.js';
import { refuseOtherGrant } from './other-grants.js';
import { type RateLimit, rateLimitExceeded } from './rate-limit.js';
import type { FormFields } from './request-body.js';
import {
  type Answer,
  emptyAnswer,
  htmlPage,
  invalidClient,
  jsonAnswer,
  NO_STORE,
  oauthError,
  withHeaders,
} from './response.js';
import type { SandboxSettings } from './settings.js';

const CLIENT_CREDENTIALS = 'client_credentials';
const TOKEN_LENGTH = 30;

/** `POST /o/token/` (FACTS 1.1 to 1.9). */
export class TokenEndpoint {
  constructor(
    private readonly settings: Pick<SandboxSettings, 'tokenLifetime' | 'tokenResponse'>,
    private readonly clients: ClientRegistry,
    private readonly tokens: TokenStore,
    private readonly limit: RateLimit,
  ) {}

  /** The limit counts every request by address, whatever its method (FACTS 1.9). */
  answer(call: Call): Answer {
    const share = this.limit.take(call.address);
    if (!share.granted) {
      return rateLimitExceeded(share);
    }
    return withHeaders(this.answerByMethod(call), share.headers);
  }

  private answerByMethod(call: Call): Answer {
    if (call.method !== 'POST') {
      return emptyAnswer(call.method === 'OPTIONS' ? 200 : 405, { allow: 'POST, OPTIONS' });
    }
    if (call.search.length > 1) {
      return htmlPage(500);
    }
    const form = readOAuthForm(call, this.clients);
    if (form === undefined) {
      return htmlPage(400);
    }
    const { fields, client } = form;
    if (fields.get('grant_type') !== CLIENT_CREDENTIALS) {
      return refuseOtherGrant(fields, client);
    }
    return this.grant(fields, client);
  }

  private grant(fields: FormFields, client: RegisteredClient | undefined): Answer {
    if (client === undefined) {
      return invalidClient();
    }
    if (!client.grantTypes.includes(CLIENT_CREDENTIALS)) {
      return oauthError('unauthorized_client');
    }
    const scopes = fields.get('scope')?.trim().split(' ') ?? client.scopes;
    if (!scopes.every((scope) => client.scopes.includes(scope))) {
      return oauthError('invalid_scope');
    }
    return this.issue(scopes);
  }

  private issue(scopes: readonly string[]): Answer {
    const response: Record<string, unknown> = {
      access_token: alphanumeric(TOKEN_LENGTH),
      expires_in: this.settings.tokenLifetime,
      token_type: 'Bearer',
      scope: scopes.join(' '),
      ...this.settings.tokenResponse,
    };
    if (typeof response['access_token'] === 'string') {
      this.tokens.issue(response['access_token'], scopes, this.settings.tokenLifetime);
    }
    return jsonAnswer(200, response, NO_STORE);
  }
}
