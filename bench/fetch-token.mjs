import { CLIENT_ID, CLIENT_SECRET, SCOPE } from './credentials.mjs';

/** Returns a grant from the token endpoint, for contestants that have no OAuth of their own. */
export async function fetchToken(url) {
  const credentials = Buffer.from(`${CLIENT_ID}:${CLIENT_SECRET}`).toString('base64');
  const response = await globalThis.fetch(`${url}/o/token/`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${credentials}`,
      'content-type': 'application/x-www-form-urlencoded',
      connection: 'close',
    },
    body: new globalThis.URLSearchParams({ grant_type: 'client_credentials', scope: SCOPE }),
  });
  if (!response.ok) throw new Error(`The token endpoint answered with ${response.status}.`);
  return response.json();
}
