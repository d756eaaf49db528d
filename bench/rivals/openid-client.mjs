import * as client from 'openid-client';
import { CLIENT_ID, CLIENT_SECRET, SCOPE } from '../credentials.mjs';

export const name = 'openid-client';

/** It keeps no token: the application does, for as long as expiresIn() says. */
export async function open(url) {
  const server = { issuer: url, token_endpoint: `${url}/o/token/` };
  const basic = client.ClientSecretBasic(CLIENT_SECRET);
  const config = new client.Configuration(server, CLIENT_ID, undefined, basic);
  client.allowInsecureRequests(config);
  const grantOf = () => client.clientCredentialsGrant(config, { scope: SCOPE });
  const resource = new URL('/user/me/', url);
  let held = await grantOf();
  return {
    async call() {
      if (held.expiresIn() < 60) held = await grantOf();
      const token = held.access_token;
      const response = await client.fetchProtectedResource(config, token, resource, 'GET');
      if (!response.ok) throw new Error(`Answered with ${response.status}.`);
      return response.json();
    },
    close: () => undefined,
  };
}
