import type { Call } from './call.js';
import {
  type ClientRegistry,
  randomAlphanumeric,
  readBasicCredentials,
  type RegisteredClient,
} from './clients.js';
import type { IssuedTokens } from './issued-tokens.js';
import { type RateLimit, rateLimitExceeded } from './rate-limit.js';
import { type FormFields, parseForm, parseMediaType } from './request-body.js';
import {
  emptyResponse,
  htmlPage,
  invalidClient,
  jsonResponse,
  NO_STORE,
  oauthError,
  type SandboxResponse,
  withHeaders,
} from './response.js';
import type { SandboxSettings } from './settings.js';

/** A POST to an endpoint under `/o/`: its form, and who sent it. */
interface OAuthForm {
  readonly fields: FormFields;
  /** `undefined` if no client authenticated. */
  readonly client: RegisteredClient | undefined;
}

const CLIENT_CREDENTIALS = 'client_credentials';
const TOKEN_LENGTH = 30;

/** The parameters of a grant that is not supported, and what Django OAuth Toolkit says if one is missing. */
const REQUIRED: Readonly<Record<string, readonly (readonly [name: string, message: string])[]>> = {
  authorization_code: [['code', 'Missing code parameter.']],
  password: [
    ['username', 'Request is missing username parameter.'],
    ['password', 'Request is missing password parameter.'],
  ],
  refresh_token: [['refresh_token', 'Missing refresh token parameter.']],
};

/** `POST /o/token/` (FACTS 1.1 to 1.9). @internal */
export class TokenEndpoint {
  constructor(
    private readonly settings: Pick<SandboxSettings, 'tokenLifetime' | 'tokenResponse'>,
    private readonly clients: ClientRegistry,
    private readonly tokens: IssuedTokens,
    private readonly limit: RateLimit,
  ) {}

  /** The limit counts every request by address, whatever its method (FACTS 1.9). */
  respond(call: Call): SandboxResponse {
    const share = this.limit.take(call.address);
    if (!share.isGranted) return rateLimitExceeded(share);
    return withHeaders(this.#respondWithinLimit(call), share.headers);
  }

  #respondWithinLimit(call: Call): SandboxResponse {
    if (call.method !== 'POST') return respondToOtherMethod(call);
    if (call.search.length > 1) return htmlPage(500);
    const form = readOAuthForm(call, this.clients);
    if (form === undefined) return htmlPage(400);
    const { fields, client } = form;
    if (fields.get('grant_type') !== CLIENT_CREDENTIALS) return refuseOtherGrant(fields, client);
    return this.#grant(fields, client);
  }

  #grant(fields: FormFields, client: RegisteredClient | undefined): SandboxResponse {
    if (client === undefined) return invalidClient();
    if (!client.grantTypes.includes(CLIENT_CREDENTIALS)) return oauthError('unauthorized_client');
    const scopes = fields.get('scope')?.trim().split(' ') ?? client.scopes;
    if (!scopes.every((scope) => client.scopes.includes(scope))) return oauthError('invalid_scope');
    return this.#issue(scopes);
  }

  #issue(scopes: readonly string[]): SandboxResponse {
    const body: Record<string, unknown> = {
      access_token: randomAlphanumeric(TOKEN_LENGTH),
      expires_in: this.settings.tokenLifetime,
      token_type: 'Bearer',
      scope: scopes.join(' '),
      ...this.settings.tokenResponse,
    };
    if (typeof body['access_token'] === 'string') {
      this.tokens.issue(body['access_token'], scopes, this.settings.tokenLifetime);
    }
    return jsonResponse(200, body, NO_STORE);
  }
}

/** `POST /o/revoke_token/` (FACTS 1.8, RFC 7009). @internal */
export class RevocationEndpoint {
  constructor(
    private readonly clients: ClientRegistry,
    private readonly tokens: IssuedTokens,
  ) {}

  /** Revokes whosever token it is, and does not tell whether there was one. */
  respond(call: Call): SandboxResponse {
    if (call.method !== 'POST') return respondToOtherMethod(call);
    if (call.search.length > 1) {
      return oauthError('invalid_request', 'URL query parameters are not allowed');
    }
    const form = readOAuthForm(call, this.clients);
    return form === undefined ? htmlPage(400) : this.#revoke(form);
  }

  #revoke({ fields, client }: OAuthForm): SandboxResponse {
    const token = fields.get('token');
    if (!token) return oauthError('invalid_request', 'Missing token parameter.');
    if (client === undefined) return invalidClient();
    this.tokens.revoke(token);
    return emptyResponse(200);
  }
}

function respondToOtherMethod({ method }: Call): SandboxResponse {
  return emptyResponse(method === 'OPTIONS' ? 200 : 405, { allow: 'POST, OPTIONS' });
}

/** Refuses every grant but client credentials: there are no users, codes or refresh tokens here. */
function refuseOtherGrant(
  fields: FormFields,
  client: RegisteredClient | undefined,
): SandboxResponse {
  const grantType = fields.get('grant_type') ?? '';
  const required = new Map(Object.entries(REQUIRED)).get(grantType);
  if (required === undefined) return oauthError('unsupported_grant_type');
  const missing = required.find(([name]) => !fields.get(name));
  if (missing !== undefined) return oauthError('invalid_request', missing[1]);
  if (client === undefined) return invalidClient();
  if (grantType === 'password') return oauthError('invalid_grant', 'Invalid credentials given.');
  const isForbidden = grantType === 'authorization_code' && !client.grantTypes.includes(grantType);
  return oauthError(isForbidden ? 'unauthorized_client' : 'invalid_grant');
}

/** Returns `undefined` for a multipart body without a boundary, to which Django responds with a page. */
function readOAuthForm(call: Call, clients: ClientRegistry): OAuthForm | undefined {
  const fields = readFields(call);
  if (fields === undefined) return undefined;
  const client = clients.authenticate(readBasicCredentials(call.headers.authorization), {
    clientId: fields.get('client_id') ?? '',
    clientSecret: fields.get('client_secret') ?? '',
  });
  return { fields, client };
}

/** A body that is no form counts as an empty one. Django knows media types in lower case only. */
function readFields(call: Call): FormFields | undefined {
  const contentType = call.headers['content-type'] ?? '';
  if (!contentType.trim().startsWith(parseMediaType(contentType))) return new Map();
  try {
    return parseForm(call.body, contentType) ?? new Map();
  } catch {
    return undefined;
  }
}
