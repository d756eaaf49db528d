import type { Call } from './call.js';
import {
  alphanumeric,
  type ClientRegistry,
  readBasicCredentials,
  type RegisteredClient,
} from './clients.js';
import type { TokenStore } from './issued-tokens.js';
import { type RateLimit, rateLimitExceeded } from './rate-limit.js';
import { type FormFields, mediaType, readForm } from './request-body.js';
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

/** What a grant asks for first, and how Django OAuth Toolkit says that it is missing. */
const REQUIRED: Readonly<Record<string, readonly (readonly [name: string, complaint: string])[]>> =
  {
    authorization_code: [['code', 'Missing code parameter.']],
    password: [
      ['username', 'Request is missing username parameter.'],
      ['password', 'Request is missing password parameter.'],
    ],
    refresh_token: [['refresh_token', 'Missing refresh token parameter.']],
  };

/** The answer to any grant but client credentials: nobody here has a user, a code or a refresh token. */
export function refuseOtherGrant(fields: FormFields, client: RegisteredClient | undefined): Answer {
  const grantType = fields.get('grant_type') ?? '';
  const required = new Map(Object.entries(REQUIRED)).get(grantType);
  if (required === undefined) {
    return oauthError('unsupported_grant_type');
  }
  const missing = required.find(([name]) => !fields.get(name));
  if (missing !== undefined) {
    return oauthError('invalid_request', missing[1]);
  }
  if (client === undefined) {
    return invalidClient();
  }
  if (grantType === 'password') {
    return oauthError('invalid_grant', 'Invalid credentials given.');
  }
  const isForeign = grantType === 'authorization_code' && !client.grantTypes.includes(grantType);
  return oauthError(isForeign ? 'unauthorized_client' : 'invalid_grant');
}

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

/** A POST to an endpoint under `/o/`: its form, and who sent it. */
export interface OAuthForm {
  readonly fields: FormFields;
  /** `undefined` where the client did not prove to be one. */
  readonly client: RegisteredClient | undefined;
}

/** `undefined` where the form is a multipart body without a boundary, which Django answers with a page. */
export function readOAuthForm(call: Call, clients: ClientRegistry): OAuthForm | undefined {
  const fields = readFields(call);
  if (fields === undefined) {
    return undefined;
  }
  const client = clients.authenticate(readBasicCredentials(call.headers.authorization), {
    clientId: fields.get('client_id') ?? '',
    clientSecret: fields.get('client_secret') ?? '',
  });
  return { fields, client };
}

/** A body that is no form counts as an empty one. Django knows a media type in lower case only. */
function readFields(call: Call): FormFields | undefined {
  const contentType = call.headers['content-type'] ?? '';
  if (!contentType.trim().startsWith(mediaType(contentType))) {
    return new Map();
  }
  try {
    return readForm(call.body, contentType) ?? new Map();
  } catch {
    return undefined;
  }
}
