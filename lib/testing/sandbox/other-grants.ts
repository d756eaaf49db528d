import type { RegisteredClient } from './clients.js';
import type { FormFields } from './request-body.js';
import { type Answer, invalidClient, oauthError } from './response.js';

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
