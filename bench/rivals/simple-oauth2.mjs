import { ClientCredentials } from 'simple-oauth2';
import { CLIENT_ID, CLIENT_SECRET, SCOPE } from '../credentials.mjs';

export const name = 'simple-oauth2 and fetch';

/** It fetches tokens and tells when they end; the calls are the application's, here with Node's fetch. */
export async function open(url) {
  const oauth = new ClientCredentials({
    client: { id: CLIENT_ID, secret: CLIENT_SECRET },
    auth: { tokenHost: url, tokenPath: '/o/token/' },
  });
  let held = await oauth.getToken({ scope: SCOPE });
  return {
    async call() {
      if (held.expired(60)) held = await oauth.getToken({ scope: SCOPE });
      const headers = { authorization: `Bearer ${held.token.access_token}` };
      const response = await globalThis.fetch(`${url}/user/me/`, { headers });
      if (!response.ok) throw new Error(`Answered with ${response.status}.`);
      return response.json();
    },
    close: () => undefined,
  };
}
